import Diagnostics
import Foundation

/// What a published file of replies is worth, without a model.
package struct PredictionScores: Sendable {
    /// Replies that have something in common.
    package struct Group: Sendable {
        package let name: String
        package let score: MeanScore
    }

    package let benchmark: String
    package let metric: Metric
    package let score: MeanScore
    /// Further figures of all replies together.
    package let figures: [String: Double]
    package let groups: [Group]
    /// Records that are not scored by rule.
    package let notScored: Int

    /// - Parameters:
    ///   - name: of a task; that of a suite will do where the file's name is that of a task.
    ///   - folders: the task's own records, for files that do not hold what replies are scored by.
    ///   - sandbox: where replies that are programs are run; nil where they are not, and so not scored.
    ///   - progress: told how many programs have been run.
    /// - Throws: `EvaluationError` with the file, the record and the field that cannot be used; `Interrupted` between two programs.
    package init(
        _ name: String, predictions path: String, folders: PublishedFolders, sandbox: ProgramSandbox? = nil,
        progress: ProgressHandler? = nil,
        cancellation: Cancellation = Cancellation()
    ) throws {
        let chosen = try Self.task(name, path: path)
        guard let published = chosen as? PublishedBenchmark else {
            try self.init(chosen, path: path)
            return
        }
        let folder = folders.folder(of: published)
        let benchmark = try folder.map { try published.loaded(from: $0) } ?? published.segmenting(by: folders.segmenter)
        let questions = benchmark.questions, records = try PublishedFile.records(path)
        let replies = try records.enumerated().compactMap { number, fields -> PublishedPrediction? in
            // What a judge must read is not scored by rule.
            if benchmark.metric == .safety && fields.object["reply"] != nil { return nil }
            return try OwnReply(fields).map {
                PublishedPrediction(
                    question: $0.question, reply: benchmark.task.answer(in: $0.reply, to: $0.question),
                    number: benchmark.number(of: $0.question))
            }
                ?? benchmark.task.prediction(fields, number: number, questions: questions)
        }
        let scored: [(group: String?, worth: ReplyScore)]
        if benchmark.metric == .program {
            scored = try Self.tested(replies, of: benchmark, in: sandbox, progress: progress, cancellation: cancellation)
        } else {
            scored = replies.map { (group: $0.question.group, worth: benchmark.measure($0.reply, of: $0.question)) }
        }
        try self.init(benchmark, scored, notScored: records.count - scored.count, path: path)
    }

    /// Programs with what their tests say, one after the other. Without tests, or a place to run them, none has a score.
    private static func tested(
        _ replies: [PublishedPrediction], of benchmark: PublishedBenchmark, in sandbox: ProgramSandbox?, progress: ProgressHandler?,
        cancellation: Cancellation
    ) throws -> [(group: String?, worth: ReplyScore)] {
        guard let sandbox else { throw EvaluationError.notRun(benchmark.name) }
        guard let tests = benchmark.judging as? ProgramTests else { throw EvaluationError.noData(benchmark.name) }
        return try replies.enumerated().compactMap { done, prediction in
            try cancellation.check("running programs")
            progress?(Progress("Testing \(benchmark.name)", completed: done, total: replies.count, unit: "programs"))
            guard let number = prediction.number else { return nil }
            return (prediction.question.group, tests.worth(of: prediction.reply, record: number, in: sandbox))
        }
    }

    /// Replies to texts that are made here, from a file that a run wrote, or in the form of LongChat's published ones.
    private init(_ benchmark: any Benchmark, path: String) throws {
        let text = try PublishedFile.text(path)
        let replies: [OwnReply]
        if let published = LongChatReplies(text) {
            replies = published.replies
        } else {
            replies = try PublishedFile.records(path).map { fields in
                guard let reply = try OwnReply(fields) else { throw fields.failure("there is no reply with its references") }
                return reply
            }
        }
        let scored = replies.map { (group: $0.question.group, worth: benchmark.score($0.reply, of: $0.question)) }
        try self.init(benchmark, scored, notScored: 0, path: path)
    }

    private init(
        _ benchmark: any Benchmark, _ scored: [(group: String?, worth: ReplyScore)], notScored: Int, path: String
    ) throws(EvaluationError) {
        guard !scored.isEmpty else { throw .noPredictions(path) }
        let metric = benchmark.metric
        self.benchmark = benchmark.name
        self.metric = metric
        self.notScored = notScored
        score = MeanScore(scored.map(\.worth), by: metric)
        figures = metric.figures(scored.map(\.worth))
        var names: [String] = []
        for name in scored.compactMap(\.group) where !names.contains(name) { names.append(name) }
        groups = names.map { name in
            Group(name: name, score: MeanScore(scored.filter { $0.group == name }.map(\.worth), by: metric))
        }
    }

    /// A benchmark by its name, or the one of a suite that a file is named after.
    private static func task(_ name: String, path: String) throws(EvaluationError) -> any Benchmark {
        guard let tasks = try BenchmarkRegistry.tasks(of: name) else { return try BenchmarkRegistry.benchmark(name) }
        let file = URL(fileURLWithPath: path).lastPathComponent.prefix { $0 != "." }
        let wanted = BenchmarkRegistry.plain(name) + BenchmarkRegistry.plain(String(file))
        guard let task = tasks.first(where: { BenchmarkRegistry.plain($0.name) == wanted }) else { throw .namesNoTask(path, suite: name) }
        return task
    }
}

/// A reply in a file that a run wrote: a line of `results.jsonl`.
private struct OwnReply {
    let question: EvaluationQuestion
    let reply: String

    /// - Returns: nil for a record of another form.
    init?(_ fields: PublishedFields) throws(EvaluationError) {
        guard let reply = fields.object["reply"]?.string, fields.object["references"] != nil else { return nil }
        self.reply = reply
        let choices = fields.object["choices"] == nil ? [] : try fields.texts("choices")
        question = EvaluationQuestion(
            question: fields.object["question"]?.string ?? "", references: try fields.texts("references"), choices: choices,
            query: fields.object["query"]?.string ?? "", group: fields.object["group"]?.string)
    }

    init(reply: String, reference: String) {
        self.reply = reply
        question = EvaluationQuestion(question: "", references: [reference])
    }
}

/// LongChat's files of replies: "Label: 42, Predict: …, Parsed: …, prompt length: …", a line for each.
private struct LongChatReplies {
    let replies: [OwnReply]

    /// - Returns: nil for a file of another form.
    init?(_ text: String) {
        var replies: [OwnReply] = []
        for line in text.codePoints.lines {
            let parts = line.split(at: ", Predict: ".codePoints)
            guard line.hasPrefix("Label: ".codePoints), parts.count > 1 else { continue }
            let rest = CodePoints(parts.dropFirst().joined(separator: ", Predict: ".codePoints)).split(at: ", Parsed: ".codePoints)
            let reply = CodePoints(rest.dropLast(rest.count > 1 ? 1 : 0).joined(separator: ", Parsed: ".codePoints))
            replies.append(OwnReply(reply: String(reply), reference: String(parts[0].dropFirst("Label: ".unicodeScalars.count))))
        }
        guard !replies.isEmpty else { return nil }
        self.replies = replies
    }
}
