import ArgumentParser
import Diagnostics
import Evaluation
import Generation
import Tokenizers
import Training

/// `apus eval BENCHMARK`: what a model finds in long texts.
struct EvalRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Test what a model finds in long texts.",
        discussion: """
            Benchmarks: \(BenchmarkRegistry.names.joined(separator: ", ")); ruler stands for the thirteen tasks behind it. Each makes texts of \
            exactly --length tokens (frame, question and room for the reply included), asks about them, and writes results.jsonl, \
            report.json and report.html into a folder of its own below --output; several together have an overview there. Answers are kept \
            as they come: after Ctrl-C, or if the machine stops, the same command goes on where it ended, and other lengths or more cases \
            ask only what is new.

            \(BenchmarkRegistry.published.map(\.name).joined(separator: ", ")) consist of published records, which --data names; \
            docs/evaluation.md lists their tasks, such as longbench-hotpotqa. --length is then the window that prompts are cut to by the \
            benchmark's own rule; what cannot be cut is left out, counted and told.

            With --json: a line for each benchmark, {"benchmark", "model", "method", "positions", "records", "score", "interval", \
            "empty_replies", "unanswered", "cut", "skipped", "judge", "unjudged", "figures", "groups": [{"length", "depth", "name", "records", "score", "interval"}], "places": \
            [{"diffusion", "scope", "records", "score", "interval"}], "published": [{"model", "score"}]}; for several a last line, {"overview": {"benchmarks": [{"name", \
            "not_run", "lengths": [{"length", "score", "interval"}], "published"}], "ruler", "averages": [{"name", "length", "parts", "of", \
            "records", "score", "interval", "published"}], "places"}}. Intervals hold the true score with a \
            probability of 95%.

            EXAMPLES
              apus eval passkey --length 1024,4096 --context-length 8192 --model model.gguf -o results
              apus eval needle long-facts --haystack book.txt --method streaming:4:1020 --length 16384 --model model.gguf -o results
              apus eval ruler --squad dev-v2.0.json --length 4096 --method infllm -o results
              apus eval longbench --data LongBench --length 8192 --cases 50 --model model.gguf -o results
              apus eval ruler --endpoint http://localhost:8000/v1 --endpoint-model small --length 4096 -o results
            """)

    @Argument(help: ArgumentHelp("What to run.", valueName: "benchmark"))
    var benchmarks: [String]

    @Option(
        name: [.customShort("o"), .long], help: ArgumentHelp("The folder for results and reports.", valueName: "folder"),
        completion: .directory)
    var output: String

    @OptionGroup
    var texts: EvalTexts

    @OptionGroup(title: "Published records")
    var published: PublishedArguments

    @Option(
        help: ArgumentHelp(
            "Scores of one model on M4LE's shortest texts, {\"newsqa\": 0.61, ...}, by which others are normalised.",
            valueName: "file"),
        completion: .file())
    var m4leReference: String?

    @OptionGroup
    var programs: ProgramArguments

    @OptionGroup
    var modelOptions: ModelOptions

    @OptionGroup(title: "A model elsewhere")
    var elsewhere: EndpointArguments

    @OptionGroup(title: "Judges")
    var judges: JudgeArguments

    @OptionGroup(title: "How the text is read")
    var reading: ReadingArguments

    @OptionGroup(title: "How the text is read")
    var frame: FrameArguments

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func validate() throws {
        if published.jieba != nil, published.data.isEmpty {
            throw ValidationError("--jieba is for published records, which --data names.")
        }
        if elsewhere.endpoint != nil,
            [reading.method, reading.positions, reading.cacheType, reading.profile, frame.frame].contains(where: { $0 != nil })
                || reading.contextLength != nil
        {
            throw ValidationError("How a text is read cannot be chosen for a model behind --endpoint; leave those options out.")
        }
    }

    func run() async throws {
        let chosen = try BenchmarkRegistry.benchmarks(benchmarks), notes = common.notes
        let folders = try published.folders()
        if let unused = folders.unused(by: chosen) {
            throw ValidationError(
                "--data is for benchmarks of published records, and none that is run here is for \(unused); leave it out.")
        }
        if m4leReference != nil, chosen.count(where: { $0.name.hasPrefix("m4le-") }) < 2 {
            throw ValidationError("--m4le-reference is for averages of m4le's tasks; leave it out.")
        }
        if judges.judge != nil, !chosen.contains(where: { BenchmarkRegistry.isJudged($0.name) }) {
            throw ValidationError("--judge is for longsafety and longbench-write; leave it out.")
        }
        let sandbox = try programs.sandbox(for: chosen)
        let judge = try judges.chosen(timeout: elsewhere.endpointTimeout)
        try await Interruption.guarding(notes: notes) { cancellation in
            let subject = try await subject(notes: notes), material = try texts.material(tokenizer: subject.tokenizer)
            var outcomes: [EvaluationOutcome] = [], notRun: [(benchmark: String, reason: EvaluationError)] = []
            let references = try m4leReference.map { try AbilityReferences.read($0) } ?? [:]
            for benchmark in chosen {
                do {
                    let run = EvaluationRun(
                        try folders.folder(of: benchmark).map { try benchmark.prepared(with: $0) } ?? benchmark, subject: subject,
                        settings: texts.settings(command: command),
                        material: material, folder: output + "/" + benchmark.name, judge: judge, sandbox: sandbox)
                    outcomes.append(try await perform(run, notes: notes, cancellation: cancellation))
                } catch let error as EvaluationError where chosen.count > 1 && error.concernsOneBenchmark {
                    notRun.append((benchmark.name, error))
                }
            }
            guard chosen.count > 1, let overview = EvaluationOverview(outcomes, notRun: notRun, references: references) else {
                if let first = notRun.first { throw CommandFailure.usage(first.reason.description) }
                return
            }
            try overview.write(into: output)
            try common.show(OverviewListing(overview: overview))
        }
    }

    private func subject(notes: Notes) async throws -> any EvaluationSubject {
        if let endpoint = try elsewhere.chosen() {
            return EndpointSubject(endpoint, tokenizer: try Tokenizer(modelAt: modelOptions.path()), system: frame.system)
        }
        let model = try await modelOptions.open(threads: common.threads, memoryLimit: reading.memoryLimit, notes: notes)
        return LocalSubject(
            model, reading: try reading.completed(for: model, use: .questions, notes: notes).options(frame: frame))
    }

    private func perform(_ run: EvaluationRun, notes: Notes, cancellation: Cancellation) async throws -> EvaluationOutcome {
        let outcome = try await notes.watching(folder: run.folder) { progress in
            try await run.perform(progress: progress, cancellation: cancellation)
        }
        if let failure = outcome.report.lastFailure {
            notes.note("\(outcome.report.unanswered) questions got no reply (\(failure)); the same command asks them again")
        }
        try common.show(EvaluationListing(report: outcome.report))
        return outcome
    }

    /// What runs the same again, all settings of answers in full.
    private var command: String {
        var words = CommandWords(["apus", "eval"] + benchmarks)
        words.add("--model", modelOptions.model)
        words.add("--endpoint", elsewhere.endpoint)
        words.add("--endpoint-model", elsewhere.endpointModel)
        if elsewhere.endpoint == nil { words.add(reading) }
        words.add("--frame", frame.frame)
        words.add("--system", frame.system)
        texts.add(to: &words)
        published.add(to: &words)
        words.add("--m4le-reference", m4leReference)
        judges.add(to: &words)
        if programs.allowCodeExecution { words.add(flag: "--allow-code-execution") }
        words.add("--output", "results")
        return words.line
    }
}

/// What texts are made of, and how many of which lengths.
struct EvalTexts: ParsableArguments {
    @Option(help: ArgumentHelp("Tokens of each text with its question and reply.", valueName: "n,…"))
    var length = NumberList([1024])

    @Option(help: ArgumentHelp("Questions of each length.", valueName: "n"))
    var cases = 20

    @Option(help: ArgumentHelp("Which texts of all that there could be.", valueName: "n"))
    var seed: UInt64 = 0

    @Option(
        help: ArgumentHelp("Texts to hide things in: a file, or a folder of them. (default: a made-up log)", valueName: "path"),
        completion: .file())
    var haystack: [String] = []

    @Option(help: ArgumentHelp("The published questions of SQuAD 2.0 (dev-v2.0.json), for qa_1.", valueName: "file"), completion: .file())
    var squad: String?

    @Option(
        help: ArgumentHelp("The published questions of HotpotQA (hotpot_dev_distractor_v1.json), for qa_2.", valueName: "file"),
        completion: .file())
    var hotpotqa: String?

    func validate() throws {
        if cases < 1 { throw ValidationError("--cases must be at least 1, not \(cases).") }
        if length.numbers.contains(0) { throw ValidationError("--length must be at least 1, not 0.") }
    }

    private var questionFiles: [(file: QuestionFile, path: String)] {
        [(QuestionFile.squad, squad), (.hotpotqa, hotpotqa)].compactMap { file, path in path.map { (file, $0) } }
    }

    func material(tokenizer: Tokenizer) throws -> EvaluationMaterial {
        let hay = try haystack.isEmpty ? Haystack.log(tokenizer: tokenizer) : Haystack(CorpusText.read(haystack), tokenizer: tokenizer)
        let questions = try questionFiles.map { ($0.file, try QuestionSet($0.file, path: $0.path)) }
        return EvaluationMaterial(haystack: hay, questions: Dictionary(uniqueKeysWithValues: questions))
    }

    func settings(command: String) -> EvaluationSettings {
        EvaluationSettings(lengths: length.numbers, cases: cases, seed: seed, command: command)
    }

    fileprivate func add(to words: inout CommandWords) {
        words.add("--length", length.defaultValueDescription)
        words.add("--cases", String(cases))
        words.add("--seed", String(seed))
        for path in haystack { words.add("--haystack", path) }
        for (file, path) in questionFiles { words.add(file.option, path) }
    }
}

extension EvaluationError {
    /// Whether other benchmarks can be run all the same.
    fileprivate var concernsOneBenchmark: Bool {
        switch self {
        case .tooShort, .noQuestions, .tooManyFacts, .noPublishedFile, .noData, .recordTooLong, .badRecord: true
        default: false
        }
    }
}
