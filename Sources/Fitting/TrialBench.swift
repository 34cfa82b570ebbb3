import Diagnostics
import Evaluation
import Generation
import ModelFiles
import Training

/// Makes trials, and keeps what they find below one folder.
struct TrialBench: Sendable {
    let model: Model
    let common: ReadingOptions
    let settings: FitSettings
    let texts: [CorpusText]
    let material: EvaluationMaterial
    let folder: String

    /// - Throws: `Interrupted`, with all finished parts kept; where nothing can be written.
    func perform(
        _ request: Tournament.Request, progress: @escaping ProgressHandler, cancellation: Cancellation
    ) async throws -> TrialOutcome {
        let subject = LocalSubject(model, reading: request.trial.candidate.options(common))
        do {
            let place = try folder + "/trials/" + name(request.trial, subject.identity())
            let record = try TrialRecord(in: place + "/parts")
            if let exceeded = await record.exceeded, exceeded >= request.allowance { return .stopped(seconds: request.allowance) }
            let left = await record.isWhole ? .infinity : request.allowance - record.spent
            do {
                let outcome = try await Deadline.within(left, cancellation) { limit in
                    try await perform(
                        request.trial, subject, record, in: place, progress: { progress($0.about(request.trial)) }, cancellation: limit)
                }
                try await record.complete()
                return outcome
            } catch is Deadline.Passed {
                try await record.end(after: request.allowance)
                return .stopped(seconds: request.allowance)
            }
        } catch let error as EvaluationError where error.kind == .cannotWrite {
            throw error
        } catch let failure as any Failure where failure.kind != .interrupted {
            return .failed(reason: failure.description)
        }
    }

    private func perform(
        _ trial: Trial, _ subject: LocalSubject, _ record: TrialRecord, in place: String, progress: @escaping ProgressHandler,
        cancellation: Cancellation
    ) async throws -> TrialOutcome {
        switch trial.test {
        case .facts(let round):
            let run = EvaluationRun(
                try LongTexts.benchmark(), subject: TimedSubject(subject: subject, record: record),
                settings: EvaluationSettings(lengths: [round.length], cases: round.cases, seed: settings.seed), material: material,
                folder: place + "/" + LongTexts.name)
            let report = try await run.perform(progress: progress, cancellation: cancellation).report
            return .facts(await Measurement(report, length: round.length, record: record))
        case .perplexity(let length):
            let run = PerplexityRun(
                model: model, reading: subject.reading, settings: PerplexitySettings(length: length, segments: 1), texts: texts,
                folder: place + "/perplexity")
            let outcome = try await run.perform(progress: progress, cancellation: cancellation)
            return .perplexity(outcome.report, seconds: outcome.seconds)
        }
    }

    /// A folder's name, which holds all that the outcome depends on.
    private func name(_ trial: Trial, _ identity: SubjectIdentity) throws -> String {
        let content = try StateCoding.encoder.encode(identity) + Array("\(trial.test) \(settings.seed)".utf8)
        let sources = texts.map { "\(Fingerprint(of: $0.bytes))" }.joined()
        let length =
            switch trial.test {
            case .facts(let round): "\(round.length)"
            case .perplexity(let length): "perplexity-\(length)"
            }
        return "\(trial.candidate.way.asFileName).\(length).\(Fingerprint(of: content + Array(sources.utf8)))"
    }
}

extension String {
    /// The text as the name of a file in any folder, or the beginning of one.
    package var asFileName: String {
        String(map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "_") ? $0 : "-" }.prefix(60))
    }
}

extension Progress {
    /// The same, with what is tried for what is done.
    fileprivate func about(_ trial: Trial) -> Progress {
        var progress = self
        progress.activity = trial.title
        return progress
    }
}

/// The benchmark that recall is measured by.
enum LongTexts {
    static let name = "long-facts"

    static func benchmark() throws -> any Benchmark { try BenchmarkRegistry.benchmark(name) }

    /// How many texts are read for so many facts.
    static func count(cases: Int, length: Int) -> Int { (try? benchmark().textCount(cases: cases, length: length)) ?? 1 }
}

extension Measurement {
    fileprivate init(_ report: EvaluationReport, length: Int, record: TrialRecord) async {
        self.init(
            length: length, recall: report.score,
            recallByDepth: (0..<EvaluationReport.depthBands).map { band in report.groups.first { $0.depth == band }?.score.score },
            readingSeconds: await record.median(.reading), answerSeconds: await record.median(.answer),
            tokensPerSecond: await record.tokensPerSecond, cacheBytes: await record.cacheBytes, seconds: await record.spent)
    }
}

/// Work that ends when its time is over.
enum Deadline {
    /// The time was over before the work was.
    struct Passed: Error {}

    /// What is always given, so that what is kept can be taken up.
    private static let least = 1.0

    /// - Parameter seconds: that it may take; infinite for no limit.
    /// - Throws: what the work throws; `Passed`.
    static func within<Outcome: Sendable>(
        _ seconds: Double, _ outer: Cancellation, _ work: (Cancellation) async throws -> Outcome
    ) async throws -> Outcome {
        let limit = Cancellation(within: outer)
        let alarm = Task {
            guard seconds.isFinite else { return }
            try await Task.sleep(for: .seconds(max(least, seconds)))
            limit.cancel()
        }
        defer { alarm.cancel() }
        do {
            return try await work(limit)
        } catch is Interrupted where !outer.isCancelled {
            throw Passed()
        }
    }
}
