import ApusTesting
import Evaluation
import Generation
import Tokenizers
import Training

/// A tokenizer that knows the marks of generated training, and texts to hide things in.
struct EvaluationFixture {
    let tokenizer: Tokenizer
    let haystack: Haystack
    /// Published questions by their files.
    var questions: [QuestionFile: QuestionSet] = [:]

    /// Tokens that a frame of tests adds to a question.
    static let frameTokens = 7

    /// Made once for all tests.
    private static let made = Result { try EvaluationFixture(words: 8_000) }

    init() throws { self = try Self.made.get() }

    private init(words: Int) throws {
        let text = HarbourLog(words: words, seed: 2).corpusText
        var trainer = try BPETrainer(BPETrainer.Options(size: 800))
        trainer.add(text.bytes)
        tokenizer = try Tokenizer(vocabulary: trainer.train())
        haystack = try Haystack([text], tokenizer: tokenizer)
    }

    var material: EvaluationMaterial { EvaluationMaterial(haystack: haystack, questions: questions) }

    func workshop(cases: Int, seed: UInt64 = 3) -> Workshop {
        Workshop(tokenizer: tokenizer, material: material, cases: cases, seed: seed) { [tokenizer] question, answerOpening in
            tokenizer.encode(question + answerOpening).count + Self.frameTokens
        }
    }

    func string(_ tokens: some Sequence<Int32>) -> String { String(decoding: tokenizer.decode(Array(tokens)), as: UTF8.self) }

    /// Tokens of a text with the longest of its questions and the reply.
    func total(_ text: EvaluationText, of benchmark: any Benchmark) -> Int {
        let questions = text.questions.map { tokenizer.encode($0.question + $0.answerOpening).count + Self.frameTokens }
        return text.tokens.count + (questions.max() ?? 0) + benchmark.replyTokens
    }
}
