import Diagnostics

/// One answered question: a line of `results.jsonl`.
package struct EvaluationResult: KeyedResult, Equatable, Sendable {
    /// Over the model, how it reads, the text and the question: whatever the answer depends on.
    package let key: Fingerprint
    package let benchmark: String
    /// Tokens of the whole, room for the reply included.
    package let length: Int
    package let depth: Double?
    package let group: String?
    /// Further classes of the question; nil where there are none.
    package let labels: [String]?
    /// Why the question is hard.
    package let place: TaskPlace
    package let evidence: Evidence?
    package let question: String
    package let references: [String]
    package let reply: String
    /// What else decides the score.
    package let choices: [String]?
    /// What of the question the reply may repeat.
    package let query: String?
    package private(set) var metric: Metric
    package private(set) var score: Double
    /// Further figures by their names; nil where there are none.
    package private(set) var figures: [String: Double]?
    /// Cached keys that the last query's attention visited.
    package let visited: Int?
    /// Tokens of all that an endpoint was sent, by its own count.
    package let promptTokens: Int?
    /// Reading the question and replying, without the text.
    package let seconds: Double

    init(
        _ question: EvaluationQuestion, key: Fingerprint, of benchmark: some Benchmark, length: Int, reply: SubjectReply, seconds: Double
    ) {
        self.key = key
        self.benchmark = benchmark.name
        self.length = length
        depth = question.depth
        group = question.group
        labels = question.labels.isEmpty ? nil : question.labels
        place = benchmark.place
        evidence = question.evidence
        self.question = question.question
        references = question.references
        self.reply = reply.text
        choices = question.choices.isEmpty ? nil : question.choices
        query = question.query.isEmpty ? nil : question.query
        metric = benchmark.metric
        let worth = benchmark.score(reply.text, of: question)
        score = worth.value
        figures = worth.figures.isEmpty ? nil : worth.figures
        visited = reply.visited
        promptTokens = reply.promptTokens
        self.seconds = seconds
    }

    /// The same with what a judge found the reply to be worth.
    func judged(_ worth: ReplyScore, by metric: Metric) -> EvaluationResult {
        var result = self
        (result.metric, result.score) = (metric, worth.value)
        result.figures = worth.figures.isEmpty ? nil : worth.figures
        return result
    }

    /// All classes of the question.
    var classes: [String] { (group.map { [$0] } ?? []) + (labels ?? []) }

    var worth: ReplyScore { ReplyScore(score, figures: figures ?? [:]) }

    /// Whether the model said nothing.
    var isEmpty: Bool { reply.allSatisfy(\.isWhitespace) }
}

extension Fingerprint {
    /// Of a question about a text, asked of a model in one way.
    init(of question: EvaluationQuestion, about text: EvaluationText, of benchmark: some Benchmark, identity: Fingerprint) {
        self.init(
            of: [
                benchmark.name, question.question, question.answerOpening, question.references.joined(separator: "\u{1}"),
                "\(Fingerprint(of: text.tokens))",
                "\(text.replyTokens ?? benchmark.replyTokens)", "\(identity)",
            ].joined(separator: "\u{0}").utf8)
    }

    init(of tokens: [Int32]) {
        self.init()
        tokens.withUnsafeBytes { add($0) }
    }
}
