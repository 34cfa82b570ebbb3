import Tensors

/// Measures what is done to every number, and what it takes to call the threads together.
struct ElementMeter {
    let compute: Compute
    var stopwatch = Stopwatch()
    var tokens = 512

    private static let columns = 1024

    /// Numbers a second that norms and additions go over, in the mean.
    func elementsPerSecond() -> Double {
        let x = numbers(), y = numbers(), weight = Tensor(rows: 1, columns: Self.columns, Array(repeating: 1, count: Self.columns))
        let seconds = stopwatch.seconds {
            compute.rmsNorm(x, weight: weight, epsilon: 1e-5, into: y)
            compute.add(y, to: x)
        }
        return 2 * Double(x.count) / seconds
    }

    /// Numbers a second that a gated activation function makes.
    func activatedPerSecond() -> Double {
        let gate = numbers(), up = numbers()
        return Double(gate.count) / stopwatch.seconds { compute.gate(.plain(.silu), gate: gate, up: up, into: gate) }
    }

    /// For a product so small that hardly anything but the call is left.
    func secondsPerCall() -> Double {
        let calls = 64, weights = Tensor(rows: 2 * compute.pool.threads, columns: 32).matrix
        let x = Tensor(rows: 1, columns: 32), output = Tensor(rows: 1, columns: weights.rows)
        return stopwatch.seconds { for _ in 0..<calls { compute.multiply(x, weights, into: output) } } / Double(calls)
    }

    private func numbers() -> Tensor {
        let values = (0..<tokens * Self.columns).map { Float($0 % 37) / 37 - 0.5 }
        return Tensor(rows: tokens, columns: Self.columns, values)
    }
}
