import Tokenizers

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

    /// How many texts of a length there are for so many cases. A text may hold several of them.
    func textCount(cases: Int, length: Int) -> Int
    /// How many questions of each length there are for so many cases.
    func questionCount(cases: Int) -> Int

    /// Makes the text number `number` of a length. The same workshop gives the same text always.
    ///
    /// - Parameter length: tokens of the whole: frame, text, question and room for the reply.
    /// - Throws: `EvaluationError` where no such text can be made.
    func text(_ number: Int, length: Int, in workshop: Workshop) throws -> EvaluationText
}

extension Benchmark {
    package func textCount(cases: Int, length: Int) -> Int { questionCount(cases: cases) }
    package func questionCount(cases: Int) -> Int { cases }
}

/// A text, and what is asked about it: it is read once for all its questions.
package struct EvaluationText: Sendable {
    package let tokens: [Int32]
    package let questions: [EvaluationQuestion]
}

/// A question whose answer is known.
package struct EvaluationQuestion: Sendable {
    package let question: String
    /// What the metric holds the reply against.
    package let references: [String]
    /// Where the answer stands in the text, 0 its beginning and 1 its end; nil where that has no meaning.
    package var depth: Double?
    /// A class of questions, for scores of its own.
    package var group: String?
}

/// What texts are made from.
package struct Workshop: Sendable {
    package let tokenizer: Tokenizer
    package let haystack: Haystack
    /// Questions of each length.
    package let cases: Int
    package let seed: UInt64
    /// How many tokens the model's frame adds for a question.
    package let framing: @Sendable (String) throws -> Int

    package init(
        tokenizer: Tokenizer, haystack: Haystack, cases: Int, seed: UInt64, framing: @escaping @Sendable (String) throws -> Int
    ) {
        self.tokenizer = tokenizer
        self.haystack = haystack
        self.cases = cases
        self.seed = seed
        self.framing = framing
    }

    /// How many tokens a text may have that together with its longest question and the reply fills a length exactly.
    /// - Parameter least: the fewest that are of any use.
    /// - Throws: `EvaluationError.tooShort` where there is no room.
    func room(length: Int, questions: [String], reply: Int, least: Int, of benchmark: some Benchmark) throws -> Int {
        let taken = try (questions.map(framing).max() ?? 0) + reply
        guard length - taken >= least else { throw EvaluationError.tooShort(benchmark.name, length: length, needed: taken + least) }
        return length - taken
    }

    /// The depth of one of several cases that are spread evenly.
    func depth(of number: Int, among count: Int) -> Double { count < 2 ? 0.5 : Double(number) / Double(count - 1) }
}
