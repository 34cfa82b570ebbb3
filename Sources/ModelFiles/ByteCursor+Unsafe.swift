/// Reads little-endian values one after the other from a run of bytes, and never past its end.
///
/// It knows what is being read, so that its errors can name the file, the key or tensor and the byte.
/// The bytes must outlive the cursor.
struct ByteCursor {
    let path: String
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0
    /// What errors are about from now on.
    var subject = ModelFileError.Subject.header

    init(_ bytes: UnsafeRawBufferPointer, path: String) {
        self.bytes = bytes
        self.path = path
    }

    var remaining: Int { bytes.count - offset }

    /// Goes back to the beginning.
    mutating func rewind() { offset = 0 }

    /// An error about the current subject, at `offset` or where the cursor stands.
    func failure(_ problem: ModelFileError.Problem, at offset: Int? = nil) -> ModelFileError {
        ModelFileError(problem, path: path, subject: subject, offset: offset ?? self.offset)
    }

    /// The next integer. `field` names it in errors.
    mutating func read<Integer: FixedWidthInteger>(_ field: String, as type: Integer.Type = Integer.self) throws(ModelFileError) -> Integer
    {
        try require(UInt64(MemoryLayout<Integer>.size), for: field)
        let value = bytes.loadUnaligned(fromByteOffset: offset, as: Integer.self)
        offset += MemoryLayout<Integer>.size
        return Integer(littleEndian: value)
    }

    /// The next `count` bytes, uncopied.
    mutating func readBytes(_ field: String, count: UInt64) throws(ModelFileError) -> UnsafeRawBufferPointer {
        try require(count, for: field)
        let start = offset
        offset += Int(count)
        return UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
    }

    /// The next `count` numbers of a fixed width, copied out.
    mutating func readNumbers<Number: LittleEndianNumber>(_ field: String, count: Int) throws(ModelFileError) -> [Number] {
        let (byteCount, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Number>.size)
        guard !overflow else { throw failure(.impossibleCount(field: field, count: UInt64(count), most: remaining)) }
        let source = try readBytes(field, count: UInt64(byteCount))
        return [Number](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count {
                let bits = source.loadUnaligned(fromByteOffset: index * MemoryLayout<Number>.size, as: Number.Bits.self)
                buffer.initializeElement(at: index, to: Number(bits: Number.Bits(littleEndian: bits)))
            }
            initialized = count
        }
    }

    private func require(_ count: UInt64, for field: String) throws(ModelFileError) {
        guard count <= UInt64(remaining) else {
            throw failure(.truncated(field: field, needed: count, available: remaining))
        }
    }
}

/// A number that files hold as the little-endian bytes of an integer.
protocol LittleEndianNumber {
    associatedtype Bits: FixedWidthInteger
    init(bits: Bits)
    var bits: Bits { get }
}

extension LittleEndianNumber where Self: FixedWidthInteger {
    init(bits: Self) { self = bits }
    var bits: Self { self }
}

extension UInt8: LittleEndianNumber {}
extension Int8: LittleEndianNumber {}
extension UInt16: LittleEndianNumber {}
extension Int16: LittleEndianNumber {}
extension UInt32: LittleEndianNumber {}
extension Int32: LittleEndianNumber {}
extension UInt64: LittleEndianNumber {}
extension Int64: LittleEndianNumber {}

extension Float: LittleEndianNumber {
    init(bits: UInt32) { self.init(bitPattern: bits) }
    var bits: UInt32 { bitPattern }
}

extension Double: LittleEndianNumber {
    init(bits: UInt64) { self.init(bitPattern: bits) }
    var bits: UInt64 { bitPattern }
}
