import Diagnostics

/// Random numbers that are the same for the same seed on every machine: xoshiro256**, whose 256 bits of state SplitMix64 draws from the
/// seed (Blackman and Vigna 2018, arXiv:1805.01407).
///
/// The standard library's generator cannot be seeded, and a text that cannot be made again cannot be examined.
package struct RandomSource: RandomNumberGenerator, Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    package init(seed: UInt64) {
        var seeder = SplitMix64(seed: seed)
        self.init(state: (seeder.next(), seeder.next(), seeder.next(), seeder.next()))
    }

    /// - Parameter state: anything but four zeros, from which xoshiro never comes away; `init(seed:)` cannot give those.
    init(state: (UInt64, UInt64, UInt64, UInt64)) {
        self.state = state
    }

    package mutating func next() -> UInt64 {
        let result = rotateLeft(state.1 &* 5, by: 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = rotateLeft(state.3, by: 45)
        return result
    }

    /// A number from 0 up to, and never, 1: one of the 2⁵³ multiples of 2⁻⁵³, each as likely as the next.
    package mutating func unitInterval() -> Double {
        Double(next() >> 11) * 0x1p-53
    }
}

private func rotateLeft(_ bits: UInt64, by count: UInt64) -> UInt64 {
    (bits << count) | (bits >> (64 - count))
}
