import ArgumentParser
import Diagnostics
import Foundation
import Tokenizers
import Training

/// `apus data tokenizer`: pieces for a new model.
struct DataTokenizer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenizer",
        abstract: "Train a tokenizer on texts.",
        discussion: """
            Joins the most frequent neighbours in the texts, beginning with bytes, until there are so many pieces (byte-level byte-pair \
            encoding). Digits stay apart. The space before a word is joined to it last, so that names are cut at the same places wherever \
            they stand; --spaces any-time joins it like any other byte.

            A folder stands for all .txt files in it. Of files of Project Gutenberg the book counts, without header and licence.

            A .gguf file holds the tokenizer with its special tokens and the template for questions and answers; a tokenizer.json holds \
            pieces and merges for programs that read it. The same texts give the same tokenizer on every machine. After Ctrl-C or a \
            failure nothing is left behind.

            With --json: {"output", "size", "pieces", "special_tokens", "texts", "bytes", "tokens", "bytes_per_token", "seconds"}.

            EXAMPLES
              apus data tokenizer books/ -o tokenizer.gguf --size 4096
              apus data tokenizer a.txt b.txt -o tokenizer.json --size 8192 --spaces any-time
            """)

    @Argument(help: ArgumentHelp("Text files, and folders with .txt files.", valueName: "file"), completion: .file())
    var files: [String]

    @Option(
        name: [.short, .long], help: ArgumentHelp("The file to write: .gguf or .json.", valueName: "path"),
        completion: .file(extensions: ["gguf", "json"]))
    var output: String

    @Option(help: ArgumentHelp("Pieces in all.", valueName: "n"))
    var size = 4096

    @Option(help: ArgumentHelp("When the space before a word is joined to it: last or any-time.", valueName: "when"))
    var spaces = BPETrainer.SpaceJoining.last

    @Flag(help: "Replace the output if it exists.")
    var force = false

    @OptionGroup
    var common: CommonOptions

    func validate() throws {
        guard output.hasSuffix(".gguf") || output.hasSuffix(".json") else {
            throw ValidationError("--output must end in .gguf or .json, not \(output).")
        }
    }

    func run() async throws {
        try NewFile.check(output, force: force)
        var options = BPETrainer.Options(size: size)
        options.spaces = spaces
        let trainer = try BPETrainer(options)
        let began = ContinuousClock.now
        let display = ProgressDisplay(notes: common.notes)
        defer { display.finish() }
        do {
            let report = try await Interruption.guarding(notes: common.notes) { cancellation in
                try train(trainer, display.handler, cancellation, began: began)
            }
            display.finish()
            if common.json { try StandardOutput().write(report.json) } else { try StandardOutput().writeLine(report.text) }
        } catch is Interrupted {
            throw StoppedEarly(description: "interrupted; nothing was written")
        }
    }

    private func train(
        _ trainer: BPETrainer, _ progress: @escaping ProgressHandler, _ cancellation: Cancellation, began: ContinuousClock.Instant
    ) throws -> TokenizerReport {
        var trainer = trainer
        let texts = try CorpusText.read(files), total = texts.reduce(0) { $0 + $1.bytes.count }
        for text in texts {
            try cancellation.check()
            progress(Progress("Counting words", completed: trainer.byteCount, total: total, unit: "bytes"))
            trainer.add(text.bytes)
        }
        let vocabulary = try trainer.train(progress: progress, cancellation: cancellation)
        let tokenizer = try Tokenizer(vocabulary: vocabulary)
        let tokens = try TokenCorpus(texts, tokenizer: tokenizer, progress: progress, cancellation: cancellation).tokens.count
        try vocabulary.write(to: output)
        return TokenizerReport(
            output: output, size: size, pieces: vocabulary.pieces.count, specials: trainer.options.specials.map(\.name),
            texts: texts.count, bytes: total, tokens: tokens, seconds: (ContinuousClock.now - began) / .seconds(1))
    }
}

/// What came of training a tokenizer.
struct TokenizerReport {
    let output: String
    /// Pieces that were asked for, and those that there are.
    let size: Int
    let pieces: Int
    let specials: [String]
    let texts: Int
    let bytes: Int
    /// What the texts are with the tokenizer.
    let tokens: Int
    let seconds: Double

    private var bytesPerToken: Double { Double(bytes) / Double(max(tokens, 1)) }

    var json: JSON {
        [
            "bytes": .integer(bytes), "bytes_per_token": .number(bytesPerToken), "output": .string(output), "pieces": .integer(pieces),
            "seconds": .number(seconds), "size": .integer(size), "special_tokens": .strings(specials), "texts": .integer(texts),
            "tokens": .integer(tokens),
        ]
    }

    var text: String {
        let source = "\(Formatting.count(texts)) \(texts == 1 ? "text" : "texts") of \(Formatting.bytes(bytes))"
        let few = pieces < size ? "; the texts have no more to join" : ""
        return "\(output): \(Formatting.count(pieces)) pieces\(few). ".onOneLine
            + "\(source) became \(Formatting.count(tokens)) tokens, \(Formatting.decimal(bytesPerToken)) bytes each, in "
            + Formatting.duration(seconds: seconds)
    }
}

extension BPETrainer.SpaceJoining: ExpressibleByArgument {}
