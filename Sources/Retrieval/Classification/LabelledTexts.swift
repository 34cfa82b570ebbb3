import Diagnostics
import Documents
import ModelFiles

/// Texts with the classes that they belong to.
package struct LabelledTexts: Sendable {
    package let texts: [String]
    /// The class of each text, as a place in `names`.
    package let labels: [Int]
    /// The classes, sorted.
    package let names: [String]
    /// The file, as errors call it.
    package let file: String

    /// Reads JSON lines of `{"text", "label"}`.
    /// - Parameter names: the classes that there may be; nil: those of the file.
    /// - Throws: `ClassificationError` with the line where it went wrong, `DocumentError` for a file that cannot be read.
    package init(reading path: String, names: [String]? = nil) throws {
        let file = try PlainText(reading: path)
        var texts: [String] = [], found: [String] = []
        for line in NumberedLines(file.bytes) {
            let object = try line.object(file: file.name)
            guard let text = object["text"]?.string, text.contains(where: { !$0.isWhitespace }) else {
                throw ClassificationError.badExample(file: file.name, line: line.number, reason: "has no \"text\"")
            }
            guard let label = object["label"]?.string ?? object["label"]?.integer.map(String.init), !label.isEmpty else {
                throw ClassificationError.badExample(file: file.name, line: line.number, reason: "has no \"label\"")
            }
            if let names, !names.contains(label) {
                throw ClassificationError.badExample(
                    file: file.name, line: line.number, reason: "has the label \"\(label)\", which the head was not trained for")
            }
            texts.append(text)
            found.append(label)
        }
        let all = names ?? Set(found).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        guard !texts.isEmpty else { throw ClassificationError.tooFewExamples(file: file.name, reason: "it holds no examples") }
        let places = Dictionary(uniqueKeysWithValues: zip(all, 0...))
        labels = found.compactMap { places[$0] }
        self.texts = texts
        self.names = all
        self.file = file.name
    }
}

/// Which examples are held out in turn: every class is spread over the folds as evenly as can be, in an order that a seed decides.
package struct Folds: Hashable, Sendable {
    /// For each example the fold in which it is held out.
    package let folds: [Int]
    package let count: Int

    package init(labels: [Int], count: Int, seed: UInt64) {
        var random = SplitMix64(seed: seed), folds = [Int](repeating: 0, count: labels.count), next = 0
        for members in Dictionary(grouping: labels.indices, by: { labels[$0] }).sorted(by: { $0.key < $1.key }).map(\.value) {
            for example in members.shuffled(using: &random) {
                folds[example] = next % count
                next += 1
            }
        }
        self.folds = folds
        self.count = count
    }

    package func training(_ fold: Int) -> [Int] { folds.indices.filter { folds[$0] != fold } }
    package func heldOut(_ fold: Int) -> [Int] { folds.indices.filter { folds[$0] == fold } }
}
