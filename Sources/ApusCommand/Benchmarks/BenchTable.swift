/// Results as lines of fixed columns, so that each can be printed when it comes.
enum BenchTable {
    private static let columns: [(title: String, width: Int, isNumber: Bool)] = [
        ("Test", 8, false), ("Tokens", 9, true), ("Depth", 9, true), ("Method", 20, false), ("Speed", 16, true),
        ("Slowest", 16, true), ("Keys", 9, true), ("Peak memory", 11, true),
    ]

    static var heading: String { line(columns.map(\.title)) }

    /// The lines of one test: a result for each method, and how they compare if there are two.
    static func rows(_ results: [BenchResult]) -> String {
        results.map(row).joined() + (BenchComparison(results).map(comparison) ?? "")
    }

    private static func row(_ result: BenchResult) -> String {
        line([
            result.test.rawValue, Formatting.count(result.tokens), Formatting.count(result.depth), result.method,
            Formatting.rate(result.rate, unit: "tokens"), Formatting.rate(result.rates.min() ?? .nan, unit: "tokens"),
            Formatting.count(result.keysVisited), Formatting.bytes(result.peakMemoryBytes),
        ])
    }

    private static func comparison(_ comparison: BenchComparison) -> String {
        let times = comparison.ratios.map { Formatting.decimal($0) }
        return "  \(comparison.method.method.onOneLine) to \(comparison.base.method.onOneLine): "
            + "\(Formatting.decimal(comparison.ratio)) times as fast (each: \(times.joined(separator: ", ")))\n"
    }

    private static func line(_ cells: [String]) -> String {
        let padded = zip(cells, columns).map { cell, column in cell.onOneLine.padded(to: column.width, onLeft: column.isNumber) }
        return padded.joined(separator: "  ") + "\n"
    }
}
