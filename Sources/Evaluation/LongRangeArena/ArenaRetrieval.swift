import Foundation

/// Long Range Arena's retrieval: whether one paper cites another, both read byte by byte. The files are those of its authors:
/// new_aan_pairs.train.tsv and .test.tsv with a label, two names and two texts in each line.
package struct ArenaRetrieval: ArenaFileTask {
    package static let name = "retrieval"
    package static let summary = "Whether one paper cites the other, byte by byte, from the authors' new_aan_pairs files (--data)."
    package static let publishedSizes = ArenaSizes(layers: 4, width: 128, heads: 4, attentionWidth: 128, feedForward: 512)
    package static let textsPerExample = 2

    package let vocabulary = 257
    package let classes = 2
    package let longest: Int
    package let examples: ArenaExamples

    package init(_ options: ArenaOptions) throws(EvaluationError) {
        guard let folder = options.data else { throw .noData(Self.name) }
        longest = options.length ?? 4_000
        examples = ArenaExamples(
            training: try Self.read(folder, "new_aan_pairs.train.tsv", length: longest),
            tests: try Self.read(folder, "new_aan_pairs.test.tsv", length: longest), options)
    }

    private static func read(_ folder: String, _ name: String, length: Int) throws(EvaluationError) -> [ArenaExample] {
        let path = folder + "/" + name
        guard let data = FileManager.default.contents(atPath: path) else { throw .noPublishedFile(name, folder: folder) }
        var examples: [ArenaExample] = []
        for (number, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
            let fields = line.split(separator: UInt8(ascii: "\t"), maxSplits: 4, omittingEmptySubsequences: false)
            let label = fields.first.map { String(decoding: $0, as: UTF8.self) }
            guard fields.count == 5, let label, ["0", "1", "0.0", "1.0"].contains(label), !fields[3].isEmpty, !fields[4].isEmpty else {
                throw .badRecord(
                    file: path, place: "line \(number + 1)",
                    reason: "it is not a label of 0 or 1, two names and two texts with tabs between")
            }
            let texts = fields[3...].map { text in text.prefix(length).map { Int32($0) + 1 } }
            examples.append(ArenaExample(texts, label: label.hasPrefix("1") ? 1 : 0))
        }
        guard !examples.isEmpty else { throw .badRecord(file: path, place: "the whole", reason: "it is empty") }
        return examples
    }
}
