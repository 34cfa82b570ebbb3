/// One step through bytes that should be UTF-8: a well-formed character, or a single byte that belongs to none.
struct UTF8Unit {
    /// The character's number, or `illFormed`.
    let scalar: UInt32
    /// Bytes it takes, 1 to 4.
    let length: Int

    static let illFormed = UInt32.max

    /// The unit that begins at `index` and ends before `limit`. (Well-formed as in table 3-7 of the Unicode standard.)
    @inline(__always)
    init(_ bytes: [UInt8], at index: Int, limit: Int) {
        let lead = bytes[index]
        if lead < 0x80 {
            scalar = UInt32(lead)
            length = 1
        } else {
            self = Self.multibyte(bytes, at: index, limit: limit)
        }
    }

    /// The unit that ends before `end`.
    init(_ bytes: [UInt8], endingAt end: Int) {
        for length in 2...4 where length <= end && bytes[end - 1] >= 0x80 {
            let unit = UTF8Unit(bytes, at: end - length, limit: end)
            if unit.length == length {
                self = unit
                return
            }
        }
        self = UTF8Unit(bytes, at: end - 1, limit: end)
    }

    private init(scalar: UInt32, length: Int) {
        self.scalar = scalar
        self.length = length
    }

    private static func multibyte(_ bytes: [UInt8], at index: Int, limit: Int) -> UTF8Unit {
        let lead = bytes[index]
        let length = sequenceLength(lead: lead)
        guard length > 1, limit - index >= length, secondBytes(lead: lead).contains(bytes[index + 1]) else {
            return UTF8Unit(scalar: illFormed, length: 1)
        }
        var scalar = UInt32(lead) & (0x7f >> UInt32(length))
        for offset in 1..<length {
            let byte = bytes[index + offset]
            guard byte & 0xc0 == 0x80 else { return UTF8Unit(scalar: illFormed, length: 1) }
            scalar = scalar << 6 | UInt32(byte & 0x3f)
        }
        return UTF8Unit(scalar: scalar, length: length)
    }

    /// Bytes in a character that begins with `lead`; 0 where none does.
    static func sequenceLength(lead: UInt8) -> Int {
        switch lead {
        case 0x00...0x7f: 1
        case 0xc2...0xdf: 2
        case 0xe0...0xef: 3
        case 0xf0...0xf4: 4
        default: 0
        }
    }

    /// What may follow `lead`: overlong forms, surrogates and numbers beyond U+10FFFF are no characters.
    static func secondBytes(lead: UInt8) -> ClosedRange<UInt8> {
        switch lead {
        case 0xe0: 0xa0...0xbf
        case 0xed: 0x80...0x9f
        case 0xf0: 0x90...0xbf
        case 0xf4: 0x80...0x8f
        default: 0x80...0xbf
        }
    }

    /// How many bytes at the end of `bytes` begin a character that the next bytes may still complete (0 to 3).
    static func unfinishedCount(atEndOf bytes: [UInt8]) -> Int {
        for count in 1...3 where count <= bytes.count {
            let lead = bytes[bytes.count - count]
            if lead & 0xc0 == 0x80 { continue }
            guard sequenceLength(lead: lead) > count else { return 0 }
            guard count == 1 || secondBytes(lead: lead).contains(bytes[bytes.count - count + 1]) else { return 0 }
            return count
        }
        return 0
    }
}
