import Diagnostics
import Generation

/// One thing to measure.
struct BenchTest {
    let kind: SpeedResult.Test
    /// Tokens to read or to generate.
    let tokens: Int
    /// Tokens in the cache before.
    let depth: Int

    /// - Parameter warmsUp: whether a run that is not counted goes before.
    func measure(
        _ reading: ReadingOptions, repeats: Int, warmsUp: Bool = true, model: Model, cancellation: Cancellation
    ) async throws -> BenchResult {
        let test = SpeedTest(
            prefill: kind == .prefill ? [tokens] : [], decode: kind == .decode ? tokens : 0, depths: [depth], repeats: repeats,
            warmsUp: warmsUp, reading: reading)
        let (results, continuation) = AsyncStream<SpeedResult>.makeStream()
        do {
            try await model.measure(test, cancellation: cancellation) { continuation.yield($0) }
        } catch is Interrupted {
            throw StoppedEarly(description: "interrupted while measuring")
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
