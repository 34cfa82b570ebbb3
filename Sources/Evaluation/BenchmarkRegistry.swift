/// The benchmarks that a person can name. A new one is a file in `Benchmarks/` and a line here.
package enum BenchmarkRegistry {
    private static let all: [any Benchmark] = [Passkey(), NeedleInHaystack(), LongFacts(), PlantedFacts()]

    package static var names: [String] { all.map(\.name) }

    /// - Throws: `EvaluationError.unknownBenchmark`.
    package static func benchmark(_ name: String) throws(EvaluationError) -> any Benchmark {
        guard let found = all.first(where: { $0.name == name }) else { throw .unknownBenchmark(name) }
        return found
    }
}
