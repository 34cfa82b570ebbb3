/// Collects the little-endian bytes of a file's header.
struct ByteBuilder {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ number: some LittleEndianNumber) {
        withUnsafeBytes(of: number.bits.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ numbers: [some LittleEndianNumber]) {
        bytes.reserveCapacity(bytes.count + numbers.count * 8)
        for number in numbers { append(number) }
    }

    /// The bytes as they are, without their length.
    mutating func append(raw contents: some Sequence<UInt8>) {
        bytes.append(contentsOf: contents)
    }
}
