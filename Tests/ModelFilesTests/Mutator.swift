import ApusTesting

/// Damages bytes at random in the ways that break file readers: wild numbers, cuts, shifts, repetitions.
struct Mutator {
    private var generator: SeededGenerator

    /// Numbers that are often handled wrongly.
    private static let wildNumbers: [UInt64] = [
        0, 1, 2, 7, 8, 9, 31, 32, 33, 255, 65_535, 65_536, 1 << 31, (1 << 31) - 1, (1 << 32) - 1, 1 << 32, 1 << 40, 1 << 62, 1 << 63,
        (1 << 63) - 1, .max - 31, .max,
    ]

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// `bytes` with one to four places changed.
    mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty { change(&bytes) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        let end = min(bytes.count, place + Int.random(in: 1...64, using: &generator))
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
        case 2: overwrite(&bytes, at: place, byteCount: 4)
        case 3: overwrite(&bytes, at: place, byteCount: 8)
        case 4: bytes.removeSubrange(place..<end)
        case 5: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 6: bytes.removeSubrange(end...)
        default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &generator))
        }
    }

    private mutating func overwrite(_ bytes: inout [UInt8], at place: Int, byteCount: Int) {
        let number = Self.wildNumbers.randomElement(using: &generator) ?? 0
        for index in 0..<byteCount where place + index < bytes.count {
            bytes[place + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * index))
        }
    }
}
