/// A test of long-context models: it makes texts of exact lengths with questions whose answers are known.
///
/// A new one is a file in `Benchmarks/` and a line in `BenchmarkRegistry`.
package protocol Benchmark: Sendable {
    /// As on the command line: "passkey".
    var name: String { get }
    /// What a reply is worth.
    var metric: Metric { get }
    /// The most tokens of a reply.
    var replyTokens: Int { get }
    /// Why its texts are hard.
    var place: TaskPlace { get }
    /// The questions of others without which it cannot be run; nil for one that makes its own.
    var questionFile: QuestionFile? { get }
    /// What stands around its prompts.
    var framing: SubjectFraming { get }
    /// Whether it is without the records of others that it consists of.
    var needsData: Bool { get }
    /// How a model judges its replies, if one does.
    var judging: (any Judging)? { get }

    /// The benchmark with the records of a folder, if it consists of such.
    /// - Throws: `EvaluationError` with the file, the record and the field that cannot be used.
    func prepared(with folder: PublishedFolder) throws -> any Benchmark
    /// What a reply is worth.
    func score(_ reply: String, of question: EvaluationQuestion) -> ReplyScore

    /// How many texts of a length there are for so many cases. A text may hold several of them.
    func textCount(cases: Int, length: Int) -> Int
    /// How many questions of each length there are for so many cases.
    func questionCount(cases: Int) -> Int

    /// Makes the text number `number` of a length. The same workshop gives the same text always.
    ///
    /// - Parameter length: tokens of the whole: frame, text, question and room for the reply.
    /// - Throws: `EvaluationError` where no such text can be made; `recordTooLong` where only this one cannot.
    func text(_ number: Int, length: Int, in workshop: Workshop) throws -> EvaluationText
}

extension Benchmark {
    package var questionFile: QuestionFile? { nil }
    package var framing: SubjectFraming { .question }
    package var needsData: Bool { false }
    package var judging: (any Judging)? { nil }
    package func prepared(with folder: PublishedFolder) throws -> any Benchmark { self }
    package func score(_ reply: String, of question: EvaluationQuestion) -> ReplyScore {
        metric.measure(reply, references: question.references, choices: question.choices)
    }
    package func textCount(cases: Int, length: Int) -> Int { questionCount(cases: cases) }
    package func questionCount(cases: Int) -> Int { cases }
}

/// A text, and what is asked about it: it is read once for all its questions.
package struct EvaluationText: Sendable {
    package let tokens: [Int32]
    package let questions: [EvaluationQuestion]
    /// Whether there was more of it than the length holds.
    package var isCut = false
    /// The most tokens of a reply, where that is not the benchmark's own number.
    package var replyTokens: Int?
}

/// A question whose answer is known.
package struct EvaluationQuestion: Sendable {
    package var question: String
    /// The first words of the answer, which the reply goes on from.
    package var answerOpening = ""
    /// What the metric holds the reply against.
    package let references: [String]
    /// What else decides the score, such as the classes to choose from.
    package var choices: [String] = []
    /// What of the question a reply may repeat before it answers.
    package var query = ""
    /// Where the answer stands in the text, 0 its beginning and 1 its end; nil where that has no meaning.
    package var depth: Double?
    /// A class of questions, for scores of its own.
    package var group: String?
    /// Further classes that it belongs to.
    package var labels: [String] = []
    /// What the reply is sampled with; 0 takes the most likely token always.
    package var temperature = 0.0
    /// What of the text the answer needs, where that is known.
    package var evidence: Evidence?
}
