import Diagnostics
import ModelFiles

/// Runs one benchmark on one subject.
///
/// Every answer is kept in the folder as soon as it is there, by what it depends on. A run that was cut off goes on after its last answer,
/// and one with more cases or lengths asks only what is new.
package struct EvaluationRun: Sendable {
    package let benchmark: any Benchmark
    package let subject: any EvaluationSubject
    package let settings: EvaluationSettings
    package let material: EvaluationMaterial
    package let folder: String
    /// Who judges the replies of a benchmark that has that; nil for nobody.
    package let judge: Judge?
    /// Where programs that are replies may be run; nil where they may not.
    package let sandbox: ProgramSandbox?

    /// Questions in a row without a reply after which a run ends.
    private static let mostFailures = 3

    package init(
        _ benchmark: any Benchmark, subject: any EvaluationSubject, settings: EvaluationSettings, material: EvaluationMaterial,
        folder: String, judge: Judge? = nil, sandbox: ProgramSandbox? = nil
    ) {
        (self.judge, self.sandbox) = (judge, sandbox)
        self.benchmark = benchmark
        self.subject = subject.framed(benchmark.framing)
        self.settings = settings
        self.material = material
        self.folder = folder
    }

    /// Asks what has not been asked before, and reports on all. A question that gets no reply is left out, and asked again by the next run.
    ///
    /// Lengths that are too short for the benchmark are left out, too, unless all are.
    ///
    /// - Throws: what reading and asking throw; `EvaluationError.noQuestions`, before anything is written; `EvaluationError.noReplies`
    ///   after some questions without a reply; `Interrupted`; each with all answers kept.
    package func perform(progress: ProgressHandler? = nil, cancellation: Cancellation = Cancellation()) async throws -> EvaluationOutcome {
        if let file = benchmark.questionFile, !material.serves(benchmark) {
            throw EvaluationError.noQuestions(benchmark.name, option: file.option)
        }
        if benchmark.needsData { throw EvaluationError.noData(benchmark.name) }
        let identity = try subject.identity()
        let identityKey = try Fingerprint(of: StateCoding.encoder.encode(identity))
        let file = try ResultFile<EvaluationResult>(in: folder)
        var replies: [NumberedReply] = []
        var state = RunState(
            handler: progress, benchmark: benchmark.name,
            total: benchmark.questionCount(cases: settings.cases) * settings.lengths.count)
        for length in settings.lengths {
            do {
                replies += try await perform(length, identity: identityKey, into: file, state: &state, cancellation: cancellation)
            } catch EvaluationError.tooShort(let name, let length, let needed) {
                state.tooShort.append(EvaluationError.tooShort(name, length: length, needed: needed))
            }
        }
        if let refusal = state.tooShort.first, state.tooShort.count == settings.lengths.count { throw refusal }
        if let refusal = state.tooLong.first, replies.isEmpty, state.counts.unanswered == 0 { throw refusal }
        let judged = try await judged(replies, state: &state, cancellation: cancellation)
        let report = EvaluationReport(of: self, identity: identity, results: judged, counts: state.counts, notes: state.notes)
        try report.write(into: folder)
        return EvaluationOutcome(report: report, results: judged)
    }

    /// Whether there is who says what replies are worth.
    var hasVerdicts: Bool {
        switch benchmark.judging?.source {
        case nil: false
        case .judge: judge != nil
        case .programs: sandbox != nil
        }
    }

    /// The results that count: all, or those that a judge had something to say about.
    private func judged(_ replies: [NumberedReply], state: inout RunState, cancellation: Cancellation) async throws -> [EvaluationResult] {
        guard let judging = benchmark.judging else { return replies.map(\.result) }
        guard hasVerdicts else {
            state.judgeNote =
                EvaluationError.noVerdicts(
                    benchmark.name, replies: replies.count, isNeeded: judging.isNeeded, arePrograms: judging.source == .programs
                ).description
            return judging.isNeeded ? [] : replies.map(\.result)
        }
        let judged = try await JudgingRun(
            benchmark: benchmark.name, judging: judging, judge: judge, sandbox: sandbox, folder: folder
        )
        .perform(replies, progress: state.handler, cancellation: cancellation)
        state.counts.unjudged = judged.unjudged
        if let failure = judged.lastFailure {
            state.judgeNote = "\(judged.unjudged) records got no verdict and are not counted; the last: \(failure)."
        }
        return judged.results
    }

    /// Asks what has not been asked before of one length.
    private func perform(
        _ length: Int, identity: Fingerprint, into file: ResultFile<EvaluationResult>, state: inout RunState, cancellation: Cancellation
    ) async throws -> [NumberedReply] {
        var results: [NumberedReply] = []
        for number in 0..<benchmark.textCount(cases: settings.cases, length: length) {
            try cancellation.check()
            guard let text = try self.text(number, length: length, state: &state) else { continue }
            let task = TextTask(text, length: length, of: benchmark, identity: identity)
            let missing = task.questions.filter { file.results[$0.key] == nil }
            state.resumed += task.questions.count - missing.count
            state.completed += task.questions.count - missing.count
            try await answer(missing, of: task, into: file, state: &state, cancellation: cancellation)
            results += task.questions.compactMap { file.results[$0.key] }
                .map { NumberedReply(length: length, text: number, result: $0) }
        }
        return results
    }

    /// - Returns: nil for a record of others that is too long, which is counted.
    private func text(_ number: Int, length: Int, state: inout RunState) throws -> EvaluationText? {
        do {
            let text = try benchmark.text(number, length: length, in: workshop)
            if text.isCut { state.counts.cut += 1 }
            return text
        } catch EvaluationError.recordTooLong(let name, let source, let length, let needed) {
            state.tooLong.append(.recordTooLong(name, source: source, length: length, needed: needed))
            state.counts.skipped += 1
            return nil
        }
    }

    private var workshop: Workshop {
        Workshop(
            tokenizer: subject.tokenizer, material: material, cases: settings.cases, seed: settings.seed,
            framing: { [subject] in try subject.framingTokens(of: $0, answerOpening: $1) })
    }

    /// Reads a text once and asks what is missing.
    private func answer(
        _ missing: [TextTask.Question], of task: TextTask, into file: ResultFile<EvaluationResult>, state: inout RunState,
        cancellation: Cancellation
    ) async throws {
        state.report()
        guard !missing.isEmpty else { return }
        let text = try await subject.read(
            task.tokens, reserved: task.replyTokens, progress: state.whileReading, cancellation: cancellation)
        for question in missing {
            let began = ContinuousClock.now
            do {
                let reply = try await text.ask(question.asked, replyTokens: task.replyTokens, cancellation: cancellation)
                try file.add(
                    EvaluationResult(
                        question.asked, key: question.key, of: benchmark, length: task.length, reply: reply,
                        seconds: (ContinuousClock.now - began) / .seconds(1)))
                state.failuresInARow = 0
            } catch let failure as NoReply {
                state.miss(failure)
                guard state.failuresInARow < Self.mostFailures else {
                    throw EvaluationError.noReplies(reason: failure.description, kept: file.results.count)
                }
            }
            state.completed += 1
            state.report()
        }
    }
}

/// What a run came to.
package struct EvaluationOutcome: Sendable {
    package let report: EvaluationReport
    package let results: [EvaluationResult]
}

/// How much of a run did not go as wished.
struct RunCounts: Sendable {
    /// Questions without a reply, and why the last of them has none.
    var unanswered = 0
    var lastFailure: String?
    /// Texts that were cut by their benchmark's rule, and those that were left out.
    var cut = 0
    var skipped = 0
    /// Records that a judge gave no verdict on.
    var unjudged = 0
}

/// How far a run has come, for who watches it.
private struct RunState: Sendable {
    let handler: ProgressHandler?
    let benchmark: String
    /// Questions in all, those that are done, and those that were answered before.
    let total: Int
    var completed = 0
    var resumed = 0
    /// What did not go as wished.
    var counts = RunCounts()
    var failuresInARow = 0
    /// Lengths without room.
    var tooShort: [EvaluationError] = []
    /// Texts that were left out.
    var tooLong: [EvaluationError] = []
    /// What there is to say about the judge.
    var judgeNote: String?

    var notes: [String] {
        let left = tooLong.first.map { ["\(tooLong.count) texts did not fit and were left out; the first: \($0)"] } ?? []
        let cut = counts.cut > 0 ? [EvaluationReport.note(cut: counts.cut)] : []
        return tooShort.map(\.description) + cut + left + (judgeNote.map { [$0] } ?? [])
    }

    init(handler: ProgressHandler?, benchmark: String, total: Int) {
        self.handler = handler
        self.benchmark = benchmark
        self.total = total
    }

    mutating func miss(_ failure: NoReply) {
        counts.unanswered += 1
        failuresInARow += 1
        counts.lastFailure = failure.description
    }

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
    let replyTokens: Int
    let questions: [Question]

    init(_ text: EvaluationText, length: Int, of benchmark: some Benchmark, identity: Fingerprint) {
        self.length = length
        tokens = text.tokens
        replyTokens = text.replyTokens ?? benchmark.replyTokens
        questions = text.questions.map { question in
            Question(key: Fingerprint(of: question, about: text, of: benchmark, identity: identity), asked: question)
        }
    }
}
