import Diagnostics

/// Random numbers that are the same on every machine for the same seed.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var generator: SplitMix64

    package init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    package mutating func next() -> UInt64 { generator.next() }

    /// A normally distributed number (by twelve uniform ones, which is near enough for test weights).
    package mutating func normal(deviation: Float = 1) -> Float {
        var sum: Float = -6
        for _ in 0..<12 { sum += Float(next() >> 40) * 0x1p-24 }
        return sum * deviation
    }
}
