import ArgumentParser
import Diagnostics
import Documents
import Retrieval

/// `apus embed`: texts as vectors.
struct Embed: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Turn texts into vectors.",
        discussion: """
            Embeds the texts that are given as arguments, or with --file each file as one text, or else each line of standard input, empty \
            ones left out. Prints a line for each text: the numbers of its vector, with spaces between them.

            The model is an encoder (BERT, MiniLM, E5, BGE, RoBERTa, XLM-RoBERTa, DistilBERT, MPNet, nomic-bert, ModernBERT, \
            Longformer, BigBird), or a decoder. How the states of its tokens become one vector is what the model's own files \
            say, unless options say otherwise.

            With --json, a line for each text: {"index", "tokens", "cut_tokens", "embedding": […]}.

            EXAMPLES
              apus embed "Who keeps the key?" "The miller's wife." --model all-MiniLM-L6-v2
              apus embed --prefix "query: " --json --model e5-small < questions.txt
              apus embed --file chapter1.txt --file chapter2.txt --truncate --model model.gguf
              apus embed --file book.txt --positions linear --context-length 4096 --truncate --model e5-small
            """)

    @Argument(help: ArgumentHelp("Texts to embed.", valueName: "text"))
    var texts: [String] = []

    @Option(
        parsing: .singleValue, help: ArgumentHelp("A file to embed as one text; may be given several times.", valueName: "path"),
        completion: .file())
    var file: [String] = []

    @Option(
        help: ArgumentHelp(
            "How states become one vector: \(Pooling.allCases.map(\.rawValue).joined(separator: ", ")). (default: as the model says)",
            valueName: "kind"))
    var pooling: Pooling?

    @Flag(inversion: .prefixedNo, help: "Bring vectors to a length of 1. (default: as the model says; where it is silent, yes)")
    var normalize: Bool?

    @Option(
        help: ArgumentHelp("What stands before every text, such as \"query: \". (default: as the model says)", valueName: "text"))
    var prefix: String?

    @Flag(help: "Cut texts that are longer than the model reads, and say how many; they are refused otherwise.")
    var truncate = false

    @OptionGroup
    var modelOptions: ModelOptions

    @OptionGroup(title: "How texts are read")
    var encoding: EncodingArguments

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func validate() throws {
        if !texts.isEmpty && !file.isEmpty { throw ValidationError("Give texts or --file, not both.") }
    }

    func run() async throws {
        let texts = try input()
        guard !texts.isEmpty else { throw CommandFailure.usage("There is no text to embed: standard input has no line that is not empty.") }
        let notes = common.notes
        let (prepared, vectors) = try await Interruption.guarding(notes: notes) { cancellation in
            let path = try modelOptions.path()
            let embedder = try await notes.announcing("opening \(path)") {
                try Embedder(at: path, pooling: pooling, normalizes: normalize, options: encoding.options, threads: common.threads)
            }
            let prepared = try embedder.prepare(texts, prefix: prefix, truncates: truncate)
            tellCuts(prepared, window: embedder.window, notes: notes)
            let display = ProgressDisplay(notes: notes)
            defer { display.finish() }
            do {
                return (prepared, try await embedder.embed(prepared, progress: display.handler, cancellation: cancellation))
            } catch is Interrupted {
                throw StoppedEarly(description: "interrupted; no vectors were written")
            }
        }
        let listing = EmbeddingListing(texts: prepared, vectors: vectors), output = StandardOutput()
        for index in vectors.indices {
            if common.json { try output.write(listing.json(index)) } else { try output.write(listing.text(index)) }
        }
    }

    /// The texts as they were given, wherever that was.
    private func input() throws -> [[UInt8]] {
        if !texts.isEmpty { return texts.map { Array($0.utf8) } }
        if !file.isEmpty { return try file.map { try PlainText(reading: $0).bytes } }
        return Self.lines(of: try FileBytes.read(FileBytes.standardInput))
    }

    /// The lines that are not empty, without what ends them.
    static func lines(of bytes: [UInt8]) -> [[UInt8]] {
        bytes.split(separator: UInt8(ascii: "\n")).map { line in
            Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
        }.filter { !$0.isEmpty }
    }

    /// Nothing is cut in silence.
    private func tellCuts(_ texts: [PreparedText], window: Int, notes: Notes) {
        let cut = texts.filter { $0.cutTokens > 0 }
        guard !cut.isEmpty else { return }
        let tokens = cut.reduce(0) { $0 + $1.cutTokens }
        notes.note("\(cut.count) of \(texts.count) texts were cut to the model's \(window) tokens; \(tokens) tokens were left out")
    }
}

extension Pooling: ExpressibleByArgument {}

/// Vectors in the forms that `apus embed` prints.
struct EmbeddingListing {
    let texts: [PreparedText]
    let vectors: [[Float]]

    func json(_ index: Int) -> JSON {
        // The shortest decimals that are these numbers; as Double they would be twice as long.
        let numbers = vectors[index].map { JSON.number(Double("\($0)") ?? Double($0)) }
        return [
            "index": .integer(index), "tokens": .integer(texts[index].tokens.count), "cut_tokens": .integer(texts[index].cutTokens),
            "embedding": .array(numbers),
        ]
    }

    func text(_ index: Int) -> String { vectors[index].map { "\($0)" }.joined(separator: " ") + "\n" }
}
