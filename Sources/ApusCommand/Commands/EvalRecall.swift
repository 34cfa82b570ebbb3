import ArgumentParser
import Diagnostics
import Generation
import Training

/// `apus eval recall`: whether a model finds what a text says.
struct EvalRecall: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recall",
        abstract: "Measure how often a model finds what a text says.",
        discussion: """
            Asks about generated texts of one length, each with one question. None of their values and names are ever trained on by `apus \
            train`. An answer counts if greedy decoding gives it word for word. The classes: passkeys; facts in wordings that training \
            shows; facts in wordings that it does not show; questions that the text has no answer to.

            The accuracy is told by where in the text the answer stands, too, by what it stands in (a story; a sentence that tells the value \
            first), and for the same texts with the values of their facts exchanged, which a model that guesses does not follow.

            The model must know the marks for questions and answers of `apus data tokenizer`. What stands between the facts is taken from \
            the files of --texts, or else from a made-up log.

            With --json: {"length", "classes": [{"name", "cases", "correct", "accuracy", "refused", "by_depth": [accuracy], \
            "by_form": {FORM: {"cases", "accuracy"}}, "changed_cases", "changed_accuracy"}]}.

            EXAMPLES
              apus eval recall --model model.gguf
              apus eval recall --model model.gguf --cases 500 --texts book.txt --json
            """)

    @Option(help: ArgumentHelp("Texts to put the facts into; a folder stands for its .txt files.", valueName: "file"), completion: .file())
    var texts: [String] = []

    @Option(help: ArgumentHelp("Cases of each class.", valueName: "n"))
    var cases = 100

    @Option(help: ArgumentHelp("Tokens of each case, question and answer included.", valueName: "n"))
    var length = 1024

    @Option(help: ArgumentHelp("Which cases of all that there could be.", valueName: "n"))
    var seed: UInt64 = 0

    @OptionGroup
    var modelOptions: ModelOptions

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    /// Words of the log that facts are put into where no text is named.
    private static let logWords = 60_000

    func validate() throws {
        if cases < 1 { throw ValidationError("--cases must be at least 1, not \(cases).") }
        if length < 1 { throw ValidationError("--length must be at least 1, not \(length).") }
    }

    func run() async throws {
        let notes = common.notes
        let rows = try await Interruption.guarding(notes: notes) { cancellation in
            let model = try await modelOptions.open(threads: common.threads, notes: notes)
            return try measure(model, notes: notes, cancellation: cancellation)
        }
        let listing = LookupListing(rows: rows, length: length)
        if common.json { try StandardOutput().write(listing.json) } else { try StandardOutput().write(listing.text) }
    }

    private func measure(_ model: Model, notes: Notes, cancellation: Cancellation) throws -> [LookupListing.Row] {
        let display = ProgressDisplay(notes: notes)
        defer { display.finish() }
        do {
            let decoder = model.decoder, predictor = try EnginePredictor(decoder)
            let material =
                texts.isEmpty
                ? [HarbourLog(words: Self.logWords, seed: seed).corpusText]
                : try CorpusText.read(texts, joinsLines: true)
            let filler = try Filler(TokenCorpus(material, tokenizer: decoder.tokenizer), tokenizer: decoder.tokenizer)
            func score(_ kind: LookupEvaluation, areChanged: Bool) throws -> LookupScore {
                let benchmark = try LookupBenchmark(
                    kind, count: cases, length: length, tokenizer: decoder.tokenizer, filler: filler, seed: seed, areChanged: areChanged)
                return try benchmark.score(
                    predictor, tokensPerBatch: 1,
                    progress: {
                        display.handler(Progress("Asking, \(kind.rawValue)", completed: $0, total: benchmark.count, unit: "cases"))
                    }, cancellation: cancellation)
            }
            return try LookupEvaluation.allCases.map { kind in
                let changed = kind == .refusals ? nil : try score(kind, areChanged: true)
                return LookupListing.Row(score: try score(kind, areChanged: false), changed: changed)
            }
        } catch is Interrupted {
            throw StoppedEarly(description: "interrupted; nothing was measured to the end")
        }
    }
}
