import ArgumentParser
import Diagnostics
import Generation
import Training

/// `apus eval books`: how well a model predicts texts, in bits for each of their bytes.
struct EvalBooks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "books",
        abstract: "Measure how well a model predicts texts, in bits per byte.",
        discussion: """
            Cuts each text into stretches of one length that are read one by one, and measures how likely the model holds each token but \
            the first of a stretch to be. Bits per byte do not depend on the tokenizer, and can be held beside what programs that compress \
            texts reach. The header and licence of Project Gutenberg are left out, and each paragraph becomes one line.

            With --json: a line for each text, {"file", "bytes", "tokens", "bits_per_byte", "mean_loss"}. Losses are in nats a token.

            EXAMPLES
              apus eval books book.txt --model model.gguf
            """)

    @Argument(help: ArgumentHelp("Text files, and folders with .txt files.", valueName: "file"), completion: .file())
    var files: [String]

    @Option(help: ArgumentHelp("Tokens of a stretch.", valueName: "n"))
    var length = 1024

    @Option(help: ArgumentHelp("The most tokens of each text. (default: all)", valueName: "n"))
    var tokens: Int?

    @OptionGroup
    var modelOptions: ModelOptions

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func validate() throws {
        if length < 2 { throw ValidationError("--length must be at least 2, not \(length).") }
        if let tokens, tokens < 2 { throw ValidationError("--tokens must be at least 2, not \(tokens).") }
    }

    func run() async throws {
        let notes = common.notes
        try await Interruption.guarding(notes: notes) { cancellation in
            let model = try await modelOptions.open(threads: common.threads, notes: notes)
            for text in try CorpusText.read(files, joinsLines: true) {
                let benchmark = TextBenchmark(text, tokenizer: model.decoder.tokenizer, length: length, tokens: tokens)
                let display = ProgressDisplay(notes: notes)
                defer { display.finish() }
                let score = try benchmark.score(EnginePredictor(model.decoder), progress: display.handler, cancellation: cancellation)
                display.finish()
                if common.json { try StandardOutput().write(json(score)) } else { try StandardOutput().write(listing(score)) }
            }
        }
    }

    private func json(_ score: TextScore) -> JSON {
        [
            "file": .string(score.name), "bytes": .integer(score.byteCount), "tokens": .integer(score.tokenCount),
            "bits_per_byte": .number(score.bitsPerByte), "mean_loss": .number(score.loss.mean),
        ]
    }

    private func listing(_ score: TextScore) -> String {
        "\(Formatting.decimal(score.bitsPerByte, digits: 3)) bits a byte, \(Formatting.decimal(score.loss.mean, digits: 3)) nats a token: "
            + "\(score.name)".onOneLine + "\n"
    }
}
