/// Benchmarks that one name stands for.
package struct BenchmarkSuite: Sendable {
    package let name: String
    /// In the order of the published tables.
    let tasks: [any Benchmark]

    init(_ name: String, _ tasks: [any Benchmark]) { (self.name, self.tasks) = (name, tasks) }

    init(_ name: String, _ tasks: [any PublishedTask]) { self.init(name, tasks.map { PublishedBenchmark($0) }) }
}
