/// Attention with linear biases: each head takes its own slope times the distance off the score.
/// (Press et al., Train Short, Test Long, 2021.)
package enum ALiBi {
    /// The slopes of all heads: for a power of two `2^(-b/n), 2^(-2b/n) …`, where `b` is the largest bias; for another number of
    /// heads those of the next lower power, then every second of the next higher one.
    package static func slopes(heads: Int, largestBias: Double = 8) -> [Float] {
        var lower = 1
        while lower * 2 <= heads { lower *= 2 }
        func slope(_ step: Int, of count: Int) -> Float { Float(power(2, -largestBias * Double(step) / Double(count))) }
        return (1...lower).map { slope($0, of: lower) } + (0..<heads - lower).map { slope(2 * $0 + 1, of: 2 * lower) }
    }
}
