import Foundation

/// Long Range Arena's text classification: whether a review is friendly, read byte by byte. The files are IMDb's as their authors publish them:
/// folders train/pos, train/neg, test/pos and test/neg with a text file for each review.
/// (Maas et al., Learning Word Vectors for Sentiment Analysis, 2011.)
package struct ArenaText: ArenaFileTask {
    package static let name = "text"
    package static let summary = "Whether a review is friendly, byte by byte, from the folders of IMDb's reviews (--data)."
    package static let publishedSizes = ArenaSizes(layers: 4, width: 256, heads: 4, attentionWidth: 256, feedForward: 1_024)

    package let vocabulary = 257
    package let classes = 2
    package let longest: Int
    package let examples: ArenaExamples

    package init(_ options: ArenaOptions) throws(EvaluationError) {
        guard let folder = options.data else { throw .noData(Self.name) }
        longest = options.length ?? 4_096
        examples = ArenaExamples(
            training: try Self.read(folder + "/train", length: longest), tests: try Self.read(folder + "/test", length: longest), options)
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
