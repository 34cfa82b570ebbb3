import Diagnostics
import Generation
import ModelFiles
import Training

/// How many questions of which lengths.
package struct EvaluationSettings: Hashable, Sendable {
    /// Tokens of a text with its question and the reply.
    package var lengths: [Int]
    /// Questions of each length.
    package var cases: Int
    package var seed: UInt64

    package init(lengths: [Int], cases: Int, seed: UInt64) {
        self.lengths = lengths
        self.cases = cases
        self.seed = seed
    }
}

/// Runs one benchmark on one model, read in one way.
///
/// Every answer is kept in the folder as soon as it is there, by what it depends on. A run that was cut off goes on after its last answer,
/// and one with more cases or lengths asks only what is new.
package struct EvaluationRun: Sendable {
    package let benchmark: any Benchmark
    package let model: Model
    package let reading: ReadingOptions
    package let settings: EvaluationSettings
    package let haystack: Haystack
    package let folder: String

    package init(
        _ benchmark: any Benchmark, model: Model, reading: ReadingOptions, settings: EvaluationSettings, haystack: Haystack, folder: String
    ) {
        self.benchmark = benchmark
        self.model = model
        self.reading = reading
        self.settings = settings
        self.haystack = haystack
        self.folder = folder
    }

    /// Asks what has not been asked before, and reports on all.
    ///
    /// - Throws: what reading and asking throw; `Interrupted`, with all answers kept.
    package func perform(progress: ProgressHandler? = nil, cancellation: Cancellation = Cancellation()) async throws -> EvaluationReport {
        let identity = try model.identity(with: reading)
        let identityKey = try Fingerprint(of: StateCoding.encoder.encode(identity))
        let file = try ResultFile(in: folder)
        var results: [EvaluationResult] = []
        var state = RunProgress(
            handler: progress, benchmark: benchmark.name,
            total: benchmark.questionCount(cases: settings.cases) * settings.lengths.count)
        for length in settings.lengths {
            for number in 0..<benchmark.textCount(cases: settings.cases, length: length) {
                try cancellation.check()
                let text = try benchmark.text(number, length: length, in: workshop)
                let task = TextTask(text, length: length, of: self, identity: identityKey)
                let missing = task.questions.filter { file.results[$0.key] == nil }
                state.resumed += task.questions.count - missing.count
                state.completed = results.count + task.questions.count - missing.count
                try await answer(missing, of: task, into: file, state: &state, cancellation: cancellation)
                results += task.questions.compactMap { file.results[$0.key] }
            }
        }
        let report = EvaluationReport(benchmark: benchmark, identity: identity, settings: settings, results: results)
        try report.write(into: folder)
        return report
    }

    private var workshop: Workshop {
        Workshop(
            tokenizer: model.tokenizer, haystack: haystack, cases: settings.cases, seed: settings.seed,
            framing: { [model, reading] in try model.framingTokens(of: $0, options: reading) })
    }

    /// Reads a text once and asks what is missing, each question on a fork.
    private func answer(
        _ missing: [TextTask.Question], of task: TextTask, into file: ResultFile, state: inout RunProgress, cancellation: Cancellation
    ) async throws {
        state.report()
        guard !missing.isEmpty else { return }
        let text = try await model.read(
            tokens: task.tokens, options: reading, reserved: benchmark.replyTokens, progress: state.whileReading, cancellation: cancellation
        )
        for question in missing {
            let began = ContinuousClock.now
            let answer = try await ask(question.asked.question, about: text, cancellation: cancellation)
            try file.add(
                EvaluationResult(
                    key: question.key, length: task.length, depth: question.asked.depth, group: question.asked.group,
                    question: question.asked.question, references: question.asked.references, reply: answer.text,
                    score: benchmark.metric.score(answer.text, references: question.asked.references), visited: answer.tokens.visited,
                    seconds: (ContinuousClock.now - began) / .seconds(1)))
            state.completed += 1
            state.report()
        }
    }

    private func ask(_ question: String, about text: Reading, cancellation: Cancellation) async throws -> GenerationReport {
        let options = GenerationOptions(sampling: .greedy, maxTokens: benchmark.replyTokens)
        for try await piece in text.ask(question, options: options, cancellation: cancellation) {
            if let report = piece.report { return report }
        }
        throw Interrupted()
    }
}

/// How far a run has come, for who watches it.
private struct RunProgress: Sendable {
    let handler: ProgressHandler?
    let benchmark: String
    /// Questions in all, those that are answered, and those that were answered before.
    let total: Int
    var completed = 0
    var resumed = 0

    func report(detail: String? = nil) {
        handler?(
            Progress("Asking \(benchmark)", completed: completed, total: total, unit: "questions", resumed: resumed, detail: detail))
    }

    /// Tells how much of a text has been read.
    var whileReading: ProgressHandler {
        { [self] reading in
            report(detail: "reading \(reading.total ?? 0) tokens: \(reading.completed * 100 / max(1, reading.total ?? 1))%")
        }
    }
}

/// A text with its questions and by what their answers are found again.
private struct TextTask {
    struct Question {
        let key: Fingerprint
        let asked: EvaluationQuestion
    }

    let length: Int
    let tokens: [Int32]
    let questions: [Question]

    init(_ text: EvaluationText, length: Int, of run: EvaluationRun, identity: Fingerprint) {
        self.length = length
        tokens = text.tokens
        let content = Fingerprint(of: text.tokens), benchmark = run.benchmark
        questions = text.questions.map { question in
            Question(
                key: Fingerprint(
                    of: question, about: content, benchmark: benchmark.name, replyTokens: benchmark.replyTokens, identity: identity),
                asked: question)
        }
    }
}
