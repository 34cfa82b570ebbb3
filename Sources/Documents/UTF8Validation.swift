/// Checks that bytes are valid UTF-8, by the table of well-formed sequences in the Unicode Standard (table 3-7).
package enum UTF8Validation {
    /// The first byte that cannot stand where it stands, or the count of `bytes` where the text ends within a character;
    /// nil if all is well.
    package static func firstInvalidOffset(in bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            var offset = 0
            while offset < bytes.count {
                offset = endOfASCII(bytes, from: offset)
                guard offset < bytes.count else { return nil }
                guard let form = Form(leadingWith: bytes[offset]) else { return offset }
                for position in 1...form.continuations {
                    let place = offset + position
                    guard place < bytes.count else { return bytes.count }
                    let allowed = position == 1 ? form.second : 0x80...0xBF
                    guard allowed.contains(bytes[place]) else { return place }
                }
                offset += 1 + form.continuations
            }
            return nil
        }
    }

    /// Where a run of ASCII that begins at `offset` ends; eight bytes at a time.
    private static func endOfASCII(_ bytes: UnsafeBufferPointer<UInt8>, from offset: Int) -> Int {
        let raw = UnsafeRawBufferPointer(bytes)
        var offset = offset
        while offset + 8 <= bytes.count, raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 {
            offset += 8
        }
        while offset < bytes.count, bytes[offset] < 0x80 { offset += 1 }
        return offset
    }

    /// What must follow the first byte of a character of more than one byte.
    private struct Form {
        /// How many bytes follow.
        let continuations: Int
        /// What the second byte may be: less than all continuation bytes where longer forms, surrogates or numbers beyond
        /// the last character are shut out.
        let second: ClosedRange<UInt8>

        init?(leadingWith byte: UInt8) {
            switch byte {
            case 0xC2...0xDF: (continuations, second) = (1, 0x80...0xBF)
            case 0xE0: (continuations, second) = (2, 0xA0...0xBF)
            case 0xED: (continuations, second) = (2, 0x80...0x9F)
            case 0xE1...0xEF: (continuations, second) = (2, 0x80...0xBF)
            case 0xF0: (continuations, second) = (3, 0x90...0xBF)
            case 0xF1...0xF3: (continuations, second) = (3, 0x80...0xBF)
            case 0xF4: (continuations, second) = (3, 0x80...0x8F)
            default: return nil
            }
        }
    }
}
