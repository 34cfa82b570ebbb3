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
        // Into another tensor: made in place again and again, the numbers would shrink until they are too small to be fast.
        let gate = numbers(), up = numbers(), output = numbers()
        return Double(gate.count) / stopwatch.seconds { compute.gate(.plain(.silu), gate: gate, up: up, into: output) }
    }

    /// For two products, so that there is work for others, so small that hardly anything but the call is left.
    func secondsPerCall() -> Double {
        let calls = 64, weights = Tensor(rows: 1, columns: 32).matrix, x = Tensor(rows: 1, columns: 32)
        let outputs = (0..<2).map { _ in Tensor(rows: 1, columns: 1) }
        return stopwatch.seconds { for _ in 0..<calls { compute.multiply(x, [weights, weights], into: outputs) } } / Double(calls)
    }

    private func numbers() -> Tensor {
        let values = (0..<tokens * Self.columns).map { Float($0 % 37) / 37 - 0.5 }
        return Tensor(rows: tokens, columns: Self.columns, values)
    }
}
