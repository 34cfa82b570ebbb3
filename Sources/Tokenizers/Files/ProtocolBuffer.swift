/// One message in the wire format of Protocol Buffers, field by field.
struct ProtocolBuffer {
    /// What a field holds, by how it is written.
    enum Value: Equatable {
        case integer(UInt64)
        case fixed32(UInt32)
        case fixed64(UInt64)
        /// A string, bytes or a message: where they lie.
        case bytes(Range<Int>)
    }

    let bytes: [UInt8]
    /// Where the next field begins.
    private(set) var offset: Int
    private let end: Int

    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    /// The next field's number and value; nil at the end.
    mutating func next() throws(ProtocolBufferError) -> (number: UInt64, value: Value)? {
        guard offset < end else { return nil }
        let start = offset
        let tag = try readInteger()
        let value: Value
        switch tag & 7 {
        case 0: value = .integer(try readInteger())
        case 1: value = .fixed64(try readFixed(8))
        case 2:
            let count = try readInteger()
            guard count <= UInt64(end - offset) else { throw ProtocolBufferError(offset: start) }
            value = .bytes(offset..<offset + Int(count))
            offset += Int(count)
        case 5: value = .fixed32(UInt32(truncatingIfNeeded: try readFixed(4)))
        default: throw ProtocolBufferError(offset: start)
        }
        guard tag >> 3 > 0 else { throw ProtocolBufferError(offset: start) }
        return (tag >> 3, value)
    }

    /// The message that lies in a field.
    func message(_ range: Range<Int>) -> ProtocolBuffer {
        ProtocolBuffer(bytes, range)
    }

    /// A number in groups of seven bits, lowest first, at most ten of them.
    private mutating func readInteger() throws(ProtocolBufferError) -> UInt64 {
        let start = offset
        var number: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            guard offset < end else { break }
            let byte = bytes[offset]
            offset += 1
            number |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return number }
        }
        throw ProtocolBufferError(offset: start)
    }

    private mutating func readFixed(_ count: Int) throws(ProtocolBufferError) -> UInt64 {
        guard end - offset >= count else { throw ProtocolBufferError(offset: offset) }
        defer { offset += count }
        return (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64($1 * 8) }
    }
}

/// Bytes that are no message.
struct ProtocolBufferError: Error, Equatable {
    /// Where the field begins that cannot be read.
    let offset: Int
}
