/// All that one run of `apus bench` has measured.
struct BenchResults {
    let model: String
    let threads: Int
    private(set) var results: [BenchResult] = []
    private(set) var comparisons: [BenchComparison] = []

    init(model: String, threads: Int) {
        self.model = model
        self.threads = threads
    }

    /// Adds the results of one test: of one method, or of two to be compared.
    mutating func add(_ measured: [BenchResult]) {
        results += measured
        if let comparison = BenchComparison(measured) { comparisons.append(comparison) }
    }

    var json: JSON {
        var members: [String: JSON] = [
            "model": .string(model), "threads": .integer(threads), "results": .array(results.map(\.json)),
        ]
        if !comparisons.isEmpty { members["comparisons"] = .array(comparisons.map(\.json)) }
        return .object(members)
    }
}
