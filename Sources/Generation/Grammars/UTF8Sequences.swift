/// Ranges of characters as ranges of the bytes that UTF-8 writes them with.
enum UTF8Sequences {
    /// The last characters of one, two, three and four bytes.
    private static let lastOfLength: [UInt32] = [0x7F, 0x7FF, 0xFFFF, 0x10FFFF]

    /// Sequences of byte ranges, each of one to four, that together stand for exactly the characters of the range.
    ///
    /// A range is divided until all of its characters have equally many bytes and each byte runs over a range of its own.
    /// - Parameter characters: without surrogates, which have no bytes.
    static func covering(_ characters: ClosedRange<UInt32>) -> [[ClosedRange<UInt8>]] {
        for last in lastOfLength where characters.contains(last) && last < characters.upperBound {
            return covering(characters.lowerBound...last) + covering(last + 1...characters.upperBound)
        }
        let (low, high) = (characters.lowerBound, characters.upperBound)
        if high > 0x7F {
            for following in 1...3 {
                let mask: UInt32 = 1 << UInt32(6 * following) - 1
                guard low & ~mask != high & ~mask else { break }
                if low & mask != 0 { return covering(low...low | mask) + covering((low | mask) + 1...high) }
                if high & mask != mask { return covering(low...(high & ~mask) - 1) + covering(high & ~mask...high) }
            }
        }
        return [zip(bytes(low), bytes(high)).map { $0...$1 }]
    }

    private static func bytes(_ scalar: UInt32) -> [UInt8] {
        guard let scalar = Unicode.Scalar(scalar) else { return [] }
        return Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
}
