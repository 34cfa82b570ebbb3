/// The benchmarks that a person can name. A new one is a file in `Benchmarks/` and a line here.
package enum BenchmarkRegistry {
    private static let own: [any Benchmark] = [Passkey(), NeedleInHaystack(), LongFacts(), LongChatLines()] + PlantedFacts.tasks

    private static let rulerTasks: [any Benchmark] =
        [RULERVariables(), RULERCommonWords(), RULERFrequentWords()] + RULERNeedles.tasks + RULERQuestions.tasks

    /// Suites whose texts and questions are those of published files.
    package static let published = [
        BenchmarkSuite(LongBench.suite, LongBench.tasks), BenchmarkSuite(LEval.suite, LEval.tasks),
        BenchmarkSuite(AdaLEval.suite, AdaLEval.tasks), BenchmarkSuite(LongICLBench.suite, LongICLBench.tasks),
        BenchmarkSuite(LongICLBench.groupedSuite, LongICLBench.groupedTasks, recordsOf: LongICLBench.suite),
        BenchmarkSuite(LongProc.suite, LongProc.tasks), BenchmarkSuite(M4LE.suite, M4LE.tasks),
        BenchmarkSuite(LongBenchWrite.suite, LongBenchWrite.tasks), BenchmarkSuite(LongSafety.suite, LongSafety.tasks),
        BenchmarkSuite(LongBenchV2.suite, LongBenchV2.tasks),
    ]

    private static let all: [any Benchmark] = own + rulerTasks + published.flatMap(\.tasks)

    /// Every name but those of published suites' tasks, names of suites first.
    package static var names: [String] { [RULERSuite.name] + published.map(\.name) + (own + rulerTasks).map(\.name) }

    /// - Throws: `EvaluationError.unknownBenchmark`.
    package static func benchmark(_ name: String) throws(EvaluationError) -> any Benchmark {
        guard let found = all.first(where: { plain($0.name) == plain(name) }) else { throw .unknownBenchmark(name) }
        return found
    }

    /// What names stand for, each benchmark once: a suite stands for all that belong to it.
    package static func benchmarks(_ names: [String]) throws(EvaluationError) -> [any Benchmark] {
        var chosen: [any Benchmark] = []
        for name in names {
            let suite = try tasks(of: name), meant = if let suite { suite } else { [try benchmark(name)] }
            for benchmark in meant where !chosen.contains(where: { $0.name == benchmark.name }) { chosen.append(benchmark) }
        }
        return chosen
    }

    /// - Returns: nil for what is no suite.
    static func tasks(of name: String) throws(EvaluationError) -> [any Benchmark]? {
        if plain(name) == plain(RULERSuite.name) {
            return try RULERSuite.tasks.map { name throws(EvaluationError) in try benchmark(name) }
        }
        return published.first { plain($0.name) == plain(name) }?.tasks
    }

    /// The suite of published records that a benchmark belongs to.
    static func suite(of benchmark: String) -> BenchmarkSuite? {
        published.first { suite in suite.tasks.contains { $0.name == benchmark } }
    }

    /// Whether a model can judge the replies to a benchmark.
    package static func isJudged(_ name: String) -> Bool { [LongBenchWrite.suite, LongSafety.suite].contains { name.hasPrefix($0 + "-") } }

    /// Whether the replies to a benchmark are programs.
    package static func hasPrograms(_ name: String) -> Bool { name.hasPrefix("\(LongProc.suite)-pseudo_to_code-") }

    /// One of a suite's tasks, to show what they are called.
    static func example(of suite: String) -> String { published.first { $0.name == suite }?.tasks.first?.name ?? suite }

    /// Names are written with hyphens and underscores, and without; in capitals, too.
    static func plain(_ name: String) -> String { name.lowercased().filter { $0 != "-" && $0 != "_" } }
}
