/// A 64-bit fingerprint of a content (FNV-1a), to tell whether a file is still the one that was read.
///
/// It guards against mix-ups, not against anyone who wants two contents to look alike.
package struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
    package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    /// That of no bytes.
    package init() {}

    package init(of bytes: some Sequence<UInt8>) { add(bytes) }

    /// Goes on with more bytes: the fingerprint is that of all together.
    package mutating func add(_ bytes: some Sequence<UInt8>) {
        let isContiguous: Void? = bytes.withContiguousStorageIfAvailable { contiguous in
            for byte in contiguous { add(byte) }
        }
        if isContiguous == nil { for byte in bytes { add(byte) } }
    }

    private mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }

    /// From its 16 hexadecimal digits.
    package init?(_ digits: String) {
        guard digits.utf8.count == 16, let value = UInt64(digits, radix: 16) else { return nil }
        self.value = value
    }

    /// 16 hexadecimal digits.
    package var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension Fingerprint: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let fingerprint = Fingerprint(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "A fingerprint has 16 hexadecimal digits.")
        }
        self = fingerprint
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
