import Training

/// The cases of `apus eval recall` through any method, at any length: facts, lists, stories and keys none of whose values were trained on,
/// and questions that the text does not answer.
struct PlantedFacts: Benchmark {
    /// The classes in turn, and each by itself, which asks the same questions of the same texts.
    static let tasks = [PlantedFacts()] + LookupEvaluation.allCases.map { PlantedFacts(only: $0) }

    let name: String
    let metric = Metric.exactAnswer
    /// Answers are short, and their room is part of a generated sequence.
    let replyTokens = 24
    let place = TaskPlace.lookup
    private let only: LookupEvaluation?

    init(only: LookupEvaluation? = nil) {
        self.only = only
        name = ["planted-facts", only?.rawValue].compactMap(\.self).joined(separator: "-")
    }

    func questionCount(cases: Int) -> Int { only == nil ? cases * LookupEvaluation.allCases.count : cases }

    func text(_ number: Int, length: Int, in workshop: Workshop) throws -> EvaluationText {
        let classes = LookupEvaluation.allCases
        let number = only.flatMap(classes.firstIndex).map { number * classes.count + $0 } ?? number
        let kind = classes[number % classes.count]
        let sequences = try kind.cases(
            count: 1, length: length - replyTokens, tokenizer: workshop.tokenizer, filler: workshop.haystack.filler,
            seed: workshop.seed &* 1_000_003 &+ UInt64(number))
        let questions = sequences.flatMap { sequence in
            sequence.answers.map { answer in
                EvaluationQuestion(
                    question: answer.question, references: [answer.text], depth: sequence.depth(of: answer), group: kind.rawValue)
            }
        }
        return EvaluationText(tokens: sequences.flatMap { Array($0.tokens[$0.text]) }, questions: questions)
    }
}
