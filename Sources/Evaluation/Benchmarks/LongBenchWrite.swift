import Foundation
import ModelFiles

/// LongBench-Write's and LongWrite-Ruler's wishes for texts of given lengths. (Bai et al., LongWriter: Unleashing 10,000+ word generation from long
/// context LLMs, 2024.)
struct LongBenchWrite: PublishedTask {
    private enum Kind: String { case full, ruler }

    private let kind: Kind

    static let suite = "longbench-write"
    static let tasks = [LongBenchWrite(kind: .full), LongBenchWrite(kind: .ruler)]

    var name: String { "\(Self.suite)-\(kind.rawValue)" }
    let metric = Metric.writing
    let replyTokens = 32_768
    /// Nothing is looked for; all that was written before decides what comes next.
    let place = TaskPlace(diffusion: .low, scope: .large)
    var cut: PublishedText.Cut { .reply }

    private static let temperature = 0.5
    private static let folders = ["evaluation"]

    func texts(in folder: PublishedFolder) throws -> [PublishedText] {
        let file = kind == .full ? "longbench_write.jsonl" : "longwrite_ruler.jsonl"
        return try PublishedFile.records(folder.file(file, in: Self.folders)).map { fields in
            let (document, tail) = PublishedText.divided(try fields.text("prompt"), "")
            guard !tail.isEmpty else { throw fields.failure("the prompt is empty") }
            return PublishedText(source: fields.source, document: document, questions: [try question(fields, tail)])
        }
    }

    private func question(_ fields: PublishedFields, _ tail: String) throws(EvaluationError) -> EvaluationQuestion {
        let wished = try fields.integer("length")
        guard wished > 0 else { throw fields.failure("the \"length\" is no number of words") }
        var question = EvaluationQuestion(question: tail, references: [String(wished)], group: bucket(wished))
        question.labels = [try fields.text("type")]
        question.temperature = Self.temperature
        return question
    }

    /// By the wished length: the published buckets, or each length by itself.
    private func bucket(_ wished: Int) -> String {
        guard kind == .full else { return "\(wished) words" }
        return wished < 500
            ? "below 500 words" : wished < 2000 ? "500 to 2,000 words" : wished < 4000 ? "2,000 to 4,000 words" : "4,000 words on"
    }

    /// Only the benchmark proper is judged; the other one is about lengths.
    func judging(in folder: PublishedFolder) throws -> (any Judging)? {
        guard kind == .full, let file = try? folder.file("judge.txt", in: Self.folders) else { return nil }
        let prompts = try PublishedFile.records(folder.file("longbench_write.jsonl", in: Self.folders)).map { fields in
            try fields.text("prompt")
        }
        return try WritingJudge(template: PublishedFile.text(file), file: file, prompts: prompts)
    }

    /// The published files of replies hold their records, and those of a judge its marks.
    func prediction(_ fields: PublishedFields, number: Int, questions: [EvaluationQuestion]) throws(EvaluationError) -> PublishedPrediction?
    {
        // The last line of a judge's file has the marks of all.
        if fields.object["total"] != nil, fields.object["response"] == nil { return nil }
        guard let reply = fields.firstText(PublishedPrediction.keys) else { throw fields.failure("there is no text \"response\"") }
        var question = try question(fields, "")
        if let scores = fields.object["scores"] {
            guard let marks = WritingJudge.marks(scores.object) else { return nil }
            question.choices = marks.map { String($0) }
        }
        return PublishedPrediction(question: question, reply: reply)
    }
}

/// Reads what was written and gives marks for its quality, whatever its length.
struct WritingJudge: Judging {
    /// The prompt's text around the wish and what was written.
    private let parts: [String]
    /// What was wished for, by records.
    private let prompts: [String]

    let metric = Metric.writing
    let isNeeded = false
    let textsPerRecord = 1

    private static let temperature = 0.5
    private static let maxTokens = 1024
    private static let attempts = 5

    /// - Throws: `EvaluationError.badRecord` for a template that does not name wish and reply, in this order.
    init(template: String, file: String, prompts: [String]) throws(EvaluationError) {
        let ends = template.components(separatedBy: "$INST$")
        let rest = ends.count == 2 ? ends[1].components(separatedBy: "$RESPONSE$") : []
        guard rest.count == 2 else {
            throw .badRecord(file: file, place: "the whole", reason: "it does not hold $INST$ and then $RESPONSE$, once each")
        }
        parts = [ends[0]] + rest
        self.prompts = prompts
    }

    func verdict(on replies: [EvaluationResult], record: Int, by session: JudgeSession) async throws -> ReplyScore {
        guard let reply = replies.last, prompts.indices.contains(record) else { return ReplyScore(0) }
        let message = parts[0] + prompts[record] + parts[1] + reply.reply + parts[2]
        let marks = try await session.ask(
            message, for: "quality", temperature: Self.temperature, maxTokens: Self.maxTokens, attempts: Self.attempts,
            reading: Self.marks(in:))
        return metric.measure(reply.reply, references: reply.references, choices: marks.map { String($0) })
    }

    /// The marks of a judge's answer, in the order of the dimensions.
    /// - Returns: nil where it is no JSON object, or lacks one, or has what is no mark.
    static func marks(in answer: String) -> [Double]? {
        var text = answer
        if let fence = answer.range(of: "```json\n") {
            guard let end = answer.range(of: "\n```", range: fence.upperBound..<answer.endIndex) else { return nil }
            text = String(answer[fence.upperBound..<end.lowerBound])
        }
        // Without line breaks, which judges put into strings, where JSON has none.
        let line = text.unicodeScalars.filter { $0 != "\n" }
        return (try? JSONValue(parsing: Array(String(String.UnicodeScalarView(line)).utf8), path: "answer"))?.object.flatMap(marks)
    }

    static func marks(_ object: JSONObject?) -> [Double]? {
        let marks = WritingScores.dimensions.compactMap { name -> Double? in
            let value = object?[name]
            return (value?.number ?? value?.string.flatMap { PythonNumber.float($0.codePoints) }).flatMap {
                (1...5).contains($0) ? $0 : nil
            }
        }
        return marks.count == WritingScores.dimensions.count ? marks : nil
    }
}
