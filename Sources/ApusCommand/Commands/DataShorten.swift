import ArgumentParser
import Documents
import ModelFiles
import Retrieval

/// `apus data shorten`: a text without the words that tell little.
struct DataShorten: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shorten",
        abstract: "Leave words out of a text that tell little, so that its beginning says more.",
        discussion: """
            For classifiers that read only the beginning of a text (`apus classify train --first-tokens`). stop-words are articles, \
            prepositions, pronouns and the like, none that deny; punctuation is that at the ends of words; rare-words come seldom in the \
            texts of --corpus; of recurring-words only the first stays. What stays keeps its order, and no text becomes empty.

            With --json: {"text", "words", "kept_words", "spans": [{"start", "end"}]}; spans are bytes of the file.

            EXAMPLES
              apus data shorten chapter.txt --without stop-words
              apus data shorten chapter.txt --without rare-words --corpus training.txt --least-often 5 --json
            """)

    @Argument(help: ArgumentHelp("The text (- for standard input).", valueName: "file"), completion: .file())
    var file: String

    @OptionGroup
    var shortening: ShorteningArguments

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "A text by which words are rare; may be given several times. (default: the text itself)", valueName: "path"),
        completion: .file())
    var corpus: [String] = []

    @Option(name: [.short, .long], help: ArgumentHelp("Write the text into this file.", valueName: "path"))
    var output: String?

    @OptionGroup
    var common: CommonOptions

    func validate() throws {
        if shortening.parts.isEmpty { throw ValidationError("Say with --without what to leave out.") }
        if !corpus.isEmpty, !shortening.parts.contains(.rareWords) {
            throw ValidationError("--corpus has no effect here, because rare words are not left out (--without rare-words).")
        }
    }

    func run() throws {
        let source = try PlainText(reading: file)
        let texts = corpus.isEmpty ? [source.text] : try corpus.map { try PlainText(reading: $0).text }
        guard let shortening = try shortening.shortening(corpus: texts) else { return }
        let result = shortening.apply(to: source.text)
        if let output { try AtomicFile.write(Array((result.text + "\n").utf8), to: output) }
        if common.json {
            try StandardOutput().write(Self.json(result, offset: source.sourceOffset))
        } else if output == nil {
            try StandardOutput().write(result.text + "\n")
        }
        let share = Formatting.decimal(100 * Double(result.keptWords) / Double(max(1, result.words)), digits: 1)
        common.notes.note("\(Formatting.count(result.keptWords)) of \(Formatting.count(result.words)) words kept (\(share)%)")
    }

    /// - Parameter offset: where the text begins in its file.
    static func json(_ result: Shortening.Result, offset: Int) -> JSON {
        let spans = result.spans.map { span -> JSON in
            ["start": .integer(span.lowerBound + offset), "end": .integer(span.upperBound + offset)]
        }
        return [
            "text": .string(result.text), "words": .integer(result.words), "kept_words": .integer(result.keptWords), "spans": .array(spans),
        ]
    }
}
