import Training

/// A question and its answer, in words.
package struct LengthExample: Equatable, Sendable {
    package let prompt: [String]
    package let answer: [String]

    package init(_ prompt: [String], _ answer: [String]) {
        self.prompt = prompt
        self.answer = answer
    }
}

/// An algorithmic task with examples of any length, of which a decoder learns the short ones and is tested on longer ones.
/// (Kazemnejad et al., The Impact of Positional Encoding on Length Generalization in Transformers, 2023.)
package protocol LengthTask: Sendable {
    var name: String { get }
    /// A sentence.
    var summary: String { get }
    /// The length up to which published models were trained; they were tested to twice that.
    var publishedLength: Int { get }
    /// All words of prompts and answers.
    var words: [String] { get }

    /// - Parameter length: at least 1; of the list, the number or the chain that the task is about.
    func example(length: Int, _ random: inout CorpusRandom) -> LengthExample
}

package enum LengthTaskRegistry {
    /// A kind of task is a file here and a line in this list.
    package static let tasks: [any LengthTask] =
        CopyTask.Kind.allCases.map(CopyTask.init) + ReverseTask.Kind.allCases.map(ReverseTask.init) + [
            AdditionTask(), SummationTask(), PolynomialTask(), SortTask(digits: 1), SortTask(digits: 3), ParityTask(), ClauseTask(),
        ]

    package static var names: [String] { tasks.map(\.name) }

    package static func task(named name: String) -> (any LengthTask)? { tasks.first { $0.name == name } }
}

/// Words as tokens: 0 stands before every text, 1 behind it.
struct LengthVocabulary: Sendable {
    static let begin: Int32 = 0, end: Int32 = 1

    private let places: [String: Int32]

    init(_ words: [String]) {
        places = Dictionary(words.enumerated().map { ($1, Int32($0) + 2) }) { first, _ in first }
    }

    var count: Int { places.count + 2 }

    /// The texts of examples, of which the answers and their ends count.
    func batch(of examples: some Sequence<LengthExample>) -> PackedBatch {
        var batch = PackedBatch()
        for example in examples {
            let words = (example.prompt + example.answer).map { word in
                guard let place = places[word] else { preconditionFailure("\"\(word)\" is no word of the task") }
                return place
            }
            let weights = Array(repeating: Float(0), count: example.prompt.count) + Array(repeating: 1, count: example.answer.count + 1)
            batch.append([Self.begin] + words + [Self.end], weights: weights)
        }
        return batch
    }
}
