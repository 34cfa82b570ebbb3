/// The benchmarks that a person can name. A new one is a file in `Benchmarks/` and a line here.
package enum BenchmarkRegistry {
    private static let all: [any Benchmark] =
        [
            Passkey(), NeedleInHaystack(), LongFacts(), PlantedFacts(), LongChatLines(),
            RULERVariables(), RULERCommonWords(), RULERFrequentWords(),
        ] + RULERNeedles.tasks + RULERQuestions.tasks

    /// Every name, those of suites first.
    package static var names: [String] { [RULERSuite.name] + all.map(\.name) }

    /// - Throws: `EvaluationError.unknownBenchmark`.
    package static func benchmark(_ name: String) throws(EvaluationError) -> any Benchmark {
        guard let found = all.first(where: { $0.name == name }) else { throw .unknownBenchmark(name) }
        return found
    }

    /// What names stand for, each benchmark once: a suite stands for all that belong to it.
    package static func benchmarks(_ names: [String]) throws(EvaluationError) -> [any Benchmark] {
        var chosen: [String] = []
        for name in names.flatMap({ $0 == RULERSuite.name ? RULERSuite.tasks : [$0] }) where !chosen.contains(name) { chosen.append(name) }
        return try chosen.map { name throws(EvaluationError) in try benchmark(name) }
    }
}
