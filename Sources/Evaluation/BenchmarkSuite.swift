/// Benchmarks that one name stands for.
package struct BenchmarkSuite: Sendable {
    package let name: String
    /// In the order of the published tables.
    let tasks: [any Benchmark]

    /// The suite whose records its tasks are made of: itself, for most.
    let records: String

    init(_ name: String, _ tasks: [any Benchmark], recordsOf other: String? = nil) {
        (self.name, self.tasks, records) = (name, tasks, other ?? name)
    }

    init(_ name: String, _ tasks: [any PublishedTask], recordsOf other: String? = nil) {
        self.init(name, tasks.map { PublishedBenchmark($0) }, recordsOf: other)
    }
}
