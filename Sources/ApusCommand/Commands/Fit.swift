import ArgumentParser
import BuiltInModel
import Diagnostics
import Evaluation
import Fitting
import Foundation
import Generation
import KeyValues
import Planning
import Training

/// `apus fit`: which method reads long texts best with a model.
struct Fit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find out which method reads long texts best with a model.",
        discussion: """
            Tries all methods and position schemes that can take the model to --to tokens: first on short texts with few planted facts, \
            where what finds clearly less than the best is dropped, and what is left at the whole length: facts found and where in the \
            text, perplexity by position, speed and memory. Prints a table, draws recall against speed, recommends one and says why, and \
            writes a profile, which --profile of other commands takes: the file, or \(ReadingArguments.keptProfile) for the last one of the \
            model. docs/fit.md says how it decides.

            All that is measured is kept in the folder: after Ctrl-C, or if the machine stops, the same command goes on where it ended, \
            and a longer --budget adds to it.

            With --json: {"model", "length", "window_recall", "recommended", "elsewhere", "reasons", "profile", "report", "entries": \
            [{"method", "positions", "context_length", "scope", "standing", "reason", "measurements": [{"length", "facts", "recall", "interval", \
            "first_answer_seconds", "answer_seconds", "reading_seconds", "tokens_per_second", "cache_bytes"}], "perplexity", \
            "peak_bytes"}]}.

            EXAMPLES
              apus fit --to 65536
              apus fit model.gguf --to 131072 --text book.txt --budget 30
              apus ask book.txt "Who keeps the key?" --profile fit
            """)

    @Argument(
        help: ArgumentHelp(
            "The model: a GGUF file, or a folder in the layout of Hugging Face. (default: the built-in model)", valueName: "model"),
        completion: .file(extensions: ["gguf"]))
    var path: String?

    @Option(help: ArgumentHelp("Tokens of the longest text, with a question and the reply.", valueName: "length"))
    var to: Int

    @Option(
        help: ArgumentHelp("Texts to try it on: a file, or a folder of them. (default: a made-up log)", valueName: "file"),
        completion: .file())
    var text: [String] = []

    @Option(help: ArgumentHelp("Minutes that all trials together may take.", valueName: "minutes"))
    var budget = 10.0

    @Option(help: ArgumentHelp("Facts that are asked for at the whole length.", valueName: "n"))
    var cases = 50

    @Option(help: ArgumentHelp("Which facts of all that there could be.", valueName: "n"))
    var seed: UInt64 = 0

    @Option(help: ArgumentHelp("How keys and values are kept: bf16, f16, f32 or q8, or one for each, such as q8:q4.", valueName: "type"))
    var cacheType = CacheTypes.bf16.name

    @Option(
        help: ArgumentHelp("The most that keys and values may take, such as 4GiB. (default: no limit)", valueName: "size"))
    var memoryLimit: ByteSize?

    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp("The folder for results and the report. (default: fit-MODEL-LENGTH)", valueName: "folder"),
        completion: .directory)
    var output: String?

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func validate() throws {
        if !(256...1 << 30).contains(to) { throw ValidationError("--to must be at least 256 and at most \(1 << 30), not \(to).") }
        if !(budget > 0 && budget <= 1e6) { throw ValidationError("--budget must be a number of minutes above 0, not \(budget).") }
        if !(1...PlantedFact.most).contains(cases) {
            throw ValidationError("--cases must be at least 1 and at most \(PlantedFact.most), not \(cases).")
        }
    }

    func run() async throws {
        let notes = common.notes, modelPath = try path ?? BuiltInModel.path()
        let (report, folder) = try await Interruption.guarding(notes: notes) { cancellation in
            let model = try await notes.opening(modelPath, threads: common.threads, memoryLimit: memoryLimit)
            return try await fit(model, path: modelPath, cancellation: cancellation)
        }
        // Where nothing is recommended, what was found is shown all the same.
        let profile = Result { () throws(FittingError) in try Profile(report) }, made = try? profile.get(), path = folder + "/profile.json"
        try made?.write(to: path)
        try made?.write(to: Profile.usualPath(of: report.model.fingerprint))
        try common.show(FitListing(report: report, folder: folder, profile: made.map { _ in path }))
        _ = try profile.get()
    }

    private func fit(_ model: Model, path: String, cancellation: Cancellation) async throws -> (FitReport, folder: String) {
        let notes = common.notes, folder = output ?? "fit-\(folderName(of: model))-\(to)"
        let planned = try HeaderModel(path: path), wanted = MachineMeter.Wanted(planned, caches: [try CacheTypes(cacheType)])
        let texts = try text.isEmpty ? [HarbourLog().corpusText] : CorpusText.read(text)
        let run = FitRun(
            model: model, plannedModel: planned, settings: settings, texts: texts,
            material: EvaluationMaterial(haystack: try Haystack(texts, tokenizer: model.tokenizer)), folder: folder)
        if !text.isEmpty, run.longestText < to {
            notes.note(
                "the longest text has \(Formatting.count(run.longestText)) tokens; facts are planted into the texts again and again, and "
                    + "perplexity is measured over as many")
        }
        let report = try await notes.watching(folder: folder) { progress in
            try await run.perform(
                today: Date.now.formatted(.iso8601.year().month().day()),
                machine: {
                    try OwnMachine(file: .usual, threads: common.threads, notes: notes).measured(wanted, cancellation: cancellation)
                },
                progress: progress, cancellation: cancellation, tell: { notes.note($0, budget: budget * 60) })
        }
        try report.write(into: folder)
        return (report, folder)
    }

    private func folderName(of model: Model) -> String {
        let name = model.decoder.name.asFileName
        return name.isEmpty ? "model" : name
    }

    private var settings: FitSettings {
        FitSettings(
            length: to, cases: cases, seed: seed, budgetSeconds: budget * 60, cacheType: cacheType, memoryLimit: memoryLimit?.bytes,
            command: command)
    }

    private var command: String {
        var words = CommandWords(["apus", "fit"] + [path].compactMap(\.self))
        words.add("--to", String(to))
        for file in text { words.add("--text", file) }
        words.add("--budget", budget == budget.rounded() ? String(Int(budget)) : String(budget))
        words.add("--cases", String(cases))
        words.add("--seed", String(seed))
        words.add("--cache-type", cacheType)
        words.add("--memory-limit", memoryLimit.map { String($0.bytes) })
        return words.line
    }
}

extension Notes {
    /// Tells what came of a trial.
    fileprivate func note(_ event: FitRun.Event, budget: Double) {
        guard case .ended(let request, let outcome) = event else { return }
        let spent = Formatting.duration(seconds: request.spent + outcome.seconds), whole = Formatting.duration(seconds: budget)
        note("\(request.trial.title): \(outcome.summary) (\(spent) of \(whole))")
    }
}

extension TrialOutcome {
    fileprivate var summary: String {
        switch self {
        case .facts(let measured):
            "\(measured.recall.score.percent) of the facts found (\(measured.recall.range)), first answer in "
                + Formatting.duration(seconds: measured.firstAnswerSeconds)
        case .perplexity(let report, _): Formatting.decimal(report.perplexity)
        case .stopped(let seconds): "stopped after \(Formatting.duration(seconds: seconds)), longer than planned"
        case .failed(let reason): "failed: \(reason)"
        }
    }
}
