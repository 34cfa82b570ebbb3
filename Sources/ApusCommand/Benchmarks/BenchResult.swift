import Diagnostics
import Generation

/// One thing to measure.
struct BenchTest {
    let kind: SpeedResult.Test
    /// Tokens to read or to generate.
    let tokens: Int
    /// Tokens in the cache before.
    let depth: Int

    func measure(_ reading: ReadingOptions, repeats: Int, model: Model, cancellation: Cancellation) async throws -> BenchResult {
        let test = SpeedTest(
            prefill: kind == .prefill ? [tokens] : [], decode: kind == .decode ? tokens : 0, depths: [depth], repeats: repeats,
            reading: reading)
        let (results, continuation) = AsyncStream<SpeedResult>.makeStream()
        do {
            try await model.measure(test, cancellation: cancellation) { continuation.yield($0) }
        } catch is Interrupted {
            throw StoppedEarly(description: "interrupted; the results that came before hold")
        }
        continuation.finish()
        for await result in results { return BenchResult(result) }
        throw BenchFailure()
    }
}

/// A measurement that brought no result, which would be a fault of this program.
struct BenchFailure: Failure {
    var kind: FailureKind { .internal }
    var description: String { "the measurement gave no result" }
}

/// The speed of one method in one test.
struct BenchResult: Equatable {
    let test: SpeedResult.Test
    let tokens: Int
    let depth: Int
    let method: String
    /// Tokens in a second of each measurement, in the order in which they were taken.
    private(set) var rates: [Double]
    private(set) var peakMemoryBytes: Int
    let keysVisited: Int

    init(test: SpeedResult.Test, tokens: Int, depth: Int, method: String, rates: [Double], peakMemoryBytes: Int, keysVisited: Int) {
        self.test = test
        self.tokens = tokens
        self.depth = depth
        self.method = method
        self.rates = rates
        self.peakMemoryBytes = peakMemoryBytes
        self.keysVisited = keysVisited
    }

    init(_ result: SpeedResult) {
        self.init(
            test: result.test, tokens: result.tokens, depth: result.depth, method: result.method, rates: result.tokensPerSecondOfEach,
            peakMemoryBytes: result.peakMemoryBytes, keysVisited: result.keysVisited)
    }

    /// Tokens in a second: the median of the measurements.
    var rate: Double { rates.median }

    /// With the measurements of another run of the same test and method.
    func adding(_ other: BenchResult) -> BenchResult {
        var sum = self
        sum.rates += other.rates
        sum.peakMemoryBytes = max(peakMemoryBytes, other.peakMemoryBytes)
        return sum
    }

    var json: JSON {
        [
            "test": .string(test.rawValue), "tokens": .integer(tokens), "depth": .integer(depth), "method": .string(method),
            "tokens_per_second": .number(rate), "tokens_per_second_of_each": .array(rates.map(JSON.number)),
            "peak_memory_bytes": .integer(peakMemoryBytes), "keys_visited": .integer(keysVisited),
        ]
    }
}

/// How much faster one method is than another that was measured in turn with it.
struct BenchComparison: Equatable {
    let method: BenchResult
    /// What it is compared to.
    let base: BenchResult

    /// The ratios of neighbouring measurements.
    var ratios: [Double] { zip(method.rates, base.rates).map { $0 / $1 } }
    var ratio: Double { ratios.median }

    var json: JSON {
        [
            "test": .string(base.test.rawValue), "tokens": .integer(base.tokens), "depth": .integer(base.depth),
            "method": .string(method.method), "to": .string(base.method), "ratio": .number(ratio),
            "ratio_of_each": .array(ratios.map(JSON.number)),
        ]
    }
}

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

extension BenchComparison {
    /// nil unless there are two results.
    init?(_ measured: [BenchResult]) {
        guard measured.count == 2, let base = measured.first, let method = measured.last else { return nil }
        self.init(method: method, base: base)
    }
}

extension [Double] {
    /// The middle one, or the mean of the two in the middle; not a number without any.
    fileprivate var median: Double {
        let ordered = sorted(), middle = count / 2
        guard !isEmpty else { return .nan }
        return count.isMultiple(of: 2) ? (ordered[middle - 1] + ordered[middle]) / 2 : ordered[middle]
    }
}
