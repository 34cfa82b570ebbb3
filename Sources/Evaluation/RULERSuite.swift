/// RULER's thirteen tasks, and what their scores together say of a model. (Hsieh et al., RULER, 2024.)
package enum RULERSuite {
    package static let name = "ruler"

    /// In the order of the published tables.
    package static let tasks = [
        "niah_single_1", "niah_single_2", "niah_single_3", "niah_multikey_1", "niah_multikey_2", "niah_multikey_3", "niah_multivalue",
        "niah_multiquery", "vt", "cwe", "fwe", "qa_1", "qa_2",
    ]

    /// A length counts as mastered above this average: what Llama 2 (7B) has at 4,096 tokens.
    package static let threshold = 0.856

    /// The longest length that is mastered; nil where none is.
    package static func effectiveLength(_ averages: [(length: Int, average: Double)]) -> Int? {
        averages.filter { $0.average > threshold }.map(\.length).max()
    }

    /// The mean of averages by length, with weights that rise or fall evenly from the shortest length to the longest.
    package static func weightedAverage(_ averages: [(length: Int, average: Double)], rising: Bool) -> Double {
        let sorted = averages.sorted { $0.length < $1.length }.map(\.average)
        let weights = sorted.indices.map { Double(rising ? $0 + 1 : sorted.count - $0) }
        return zip(sorted, weights).reduce(0) { $0 + $1.0 * $1.1 } / max(1, weights.reduce(0, +))
    }
}
