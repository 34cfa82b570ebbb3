import Foundation
import Training

/// Long Range Arena's text classification: whether a review is friendly, read byte by byte. The files are IMDb's as their authors publish them:
/// folders train/pos, train/neg, test/pos and test/neg with a text file for each review.
/// (Maas et al., Learning Word Vectors for Sentiment Analysis, 2011.)
package struct ArenaText: ArenaTask {
    package static let name = "text"
    package static let summary = "Whether a review is friendly, byte by byte, from the folders of IMDb's reviews (--data)."
    package static let publishedSizes = ArenaSizes(layers: 4, width: 256, heads: 4, attentionWidth: 256, feedForward: 1_024)

    package let vocabulary = 257
    package let classes = 2
    package let longest: Int
    private let examples: [ArenaSplit: [ArenaExample]]

    package var trainingCount: Int? { examples[.training]?.count ?? 0 }
    package var testCount: Int { examples[.test]?.count ?? 0 }
    package func example(_ split: ArenaSplit, _ index: Int) -> ArenaExample { examples[split]?[index] ?? ArenaExample([[1]], label: 0) }

    package init(_ options: ArenaOptions) throws(EvaluationError) {
        guard let folder = options.data else { throw .noData(Self.name) }
        longest = options.length ?? 4_096
        examples = [
            .training: try Self.read(folder + "/train", length: longest),
            .test: Self.some(options.testExamples, of: try Self.read(folder + "/test", length: longest), seed: options.seed),
        ]
    }

    /// Some of them, always the same for a seed.
    static func some(_ count: Int, of examples: [ArenaExample], seed: UInt64) -> [ArenaExample] {
        var random = CorpusRandom(seed: seed, ArenaSplit.test.rawValue)
        return random.order(of: examples.count).prefix(count).map { examples[Int($0)] }
    }

    private static func read(_ folder: String, length: Int) throws(EvaluationError) -> [ArenaExample] {
        var examples: [ArenaExample] = []
        for (label, name) in ["neg", "pos"].enumerated() {
            let folder = folder + "/" + name
            let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".txt") }.sorted()
            guard !names.isEmpty else { throw .noPublishedFile("\(name)/*.txt", folder: folder) }
            for name in names {
                guard let data = FileManager.default.contents(atPath: folder + "/" + name) else {
                    throw .noQuestionFile(folder + "/" + name)
                }
                guard !data.isEmpty else { throw .badRecord(file: folder + "/" + name, place: "the whole", reason: "it is empty") }
                examples.append(ArenaExample([data.prefix(length).map { Int32($0) + 1 }], label: label))
            }
        }
        return examples
    }
}
