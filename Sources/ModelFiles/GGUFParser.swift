import Tensors

/// Reads everything of a GGUF file but the weights. Nothing is believed: each count, length and offset is held against
/// the size of the file before anything is allocated or read by it.
struct GGUFParser {
    private var cursor: ByteCursor
    private let fileSize: Int
    private var layout = GGUFLayout(version: 3)

    struct Contents {
        let version: Int
        let alignment: Int
        let metadata: GGUFMetadata
        /// In file order.
        let records: [TensorRecord]
    }

    init(_ bytes: UnsafeRawBufferPointer, path: String) {
        cursor = ByteCursor(bytes, path: path)
        fileSize = bytes.count
    }

    mutating func parse() throws(ModelFileError) -> Contents {
        try readIdentity()
        let tensorCount = try readCount("the number of tensors", leastBytes: layout.leastTensorBytes)
        let entryCount = try readCount("the number of metadata entries", leastBytes: layout.leastEntryBytes)
        let metadata = try readMetadata(count: entryCount)
        let alignment = try alignment(in: metadata)
        let records = try readTensors(count: tensorCount, alignment: alignment)
        return Contents(version: Int(layout.version), alignment: alignment, metadata: metadata, records: records)
    }

    private mutating func readIdentity() throws(ModelFileError) {
        let head = try cursor.readBytes("the magic", count: UInt64(min(cursor.remaining, FileSignature.sampleBytes)))
        let sample = Array(head)
        cursor.rewind()
        guard sample.starts(with: GGUFLayout.magic) else {
            throw ModelFileError(.notThisFormat(expected: "GGUF", found: FileSignature.describe(sample)), path: cursor.path)
        }
        _ = try cursor.readBytes("the magic", count: UInt64(GGUFLayout.magic.count))
        let version: UInt32 = try cursor.read("the version")
        // Read in the wrong order, a small version number has all its low bits zero.
        if GGUFLayout.versions.contains(version.byteSwapped) { throw cursor.failure(.bigEndian, at: GGUFLayout.magic.count) }
        guard GGUFLayout.versions.contains(version) else {
            throw cursor.failure(.unsupportedVersion(version), at: GGUFLayout.magic.count)
        }
        layout = GGUFLayout(version: version)
    }
}

// MARK: - Metadata

extension GGUFParser {
    private mutating func readMetadata(count: Int) throws(ModelFileError) -> GGUFMetadata {
        var entries: [(key: String, value: MetadataValue)] = []
        var seen: Set<String> = []
        for number in 0..<count {
            cursor.subject = .header
            let start = cursor.offset
            let key = try readName("the key of metadata entry \(number)")
            cursor.subject = .key(key)
            guard seen.insert(key).inserted else { throw cursor.failure(.duplicate, at: start) }
            let type = try readType()
            entries.append((key, try readValue(type)))
        }
        cursor.subject = .header
        return GGUFMetadata(entries, path: cursor.path)
    }

    private mutating func readType() throws(ModelFileError) -> MetadataType {
        let start = cursor.offset
        let number: UInt32 = try cursor.read("the value type")
        guard let type = MetadataType(rawValue: number) else { throw cursor.failure(.unknownValueType(number), at: start) }
        return type
    }

    private mutating func readValue(_ type: MetadataType) throws(ModelFileError) -> MetadataValue {
        let field = "the value"
        switch type {
        case .uint8: return .uint8(try cursor.read(field))
        case .int8: return .int8(try cursor.read(field))
        case .uint16: return .uint16(try cursor.read(field))
        case .int16: return .int16(try cursor.read(field))
        case .uint32: return .uint32(try cursor.read(field))
        case .int32: return .int32(try cursor.read(field))
        case .uint64: return .uint64(try cursor.read(field))
        case .int64: return .int64(try cursor.read(field))
        case .float32: return .float32(Float(bitPattern: try cursor.read(field)))
        case .float64: return .float64(Double(bitPattern: try cursor.read(field)))
        case .bool: return .bool(try readTruth(count: 1)[0])
        case .string: return .string(String(decoding: try readString(field), as: UTF8.self))
        case .array: return .array(try readArray(depth: 1))
        }
    }

    private mutating func readArray(depth: Int) throws(ModelFileError) -> MetadataArray {
        guard depth <= GGUFLayout.deepestNesting else {
            throw cursor.failure(.nestedTooDeeply(limit: GGUFLayout.deepestNesting))
        }
        let type = try readType()
        let count = try readCount("the number of array elements", leastBytes: type.leastByteCount(layout))
        let field = "the array"
        switch type {
        case .uint8: return .uint8(try cursor.readNumbers(field, count: count))
        case .int8: return .int8(try cursor.readNumbers(field, count: count))
        case .uint16: return .uint16(try cursor.readNumbers(field, count: count))
        case .int16: return .int16(try cursor.readNumbers(field, count: count))
        case .uint32: return .uint32(try cursor.readNumbers(field, count: count))
        case .int32: return .int32(try cursor.readNumbers(field, count: count))
        case .uint64: return .uint64(try cursor.readNumbers(field, count: count))
        case .int64: return .int64(try cursor.readNumbers(field, count: count))
        case .float32: return .float32(try cursor.readNumbers(field, count: count))
        case .float64: return .float64(try cursor.readNumbers(field, count: count))
        case .bool: return .bool(try readTruth(count: count))
        case .string: return .string(try readStrings(count: count))
        case .array:
            var arrays: [MetadataArray] = []
            for _ in 0..<count { arrays.append(try readArray(depth: depth + 1)) }
            return .array(arrays)
        }
    }

    private mutating func readTruth(count: Int) throws(ModelFileError) -> [Bool] {
        let start = cursor.offset
        let bytes = try cursor.readBytes("the truth value", count: UInt64(count))
        if let wrong = bytes.firstIndex(where: { $0 > 1 }) {
            throw cursor.failure(.invalid(field: "the truth value", reason: "is \(bytes[wrong]) instead of 0 or 1"), at: start + wrong)
        }
        return bytes.map { $0 == 1 }
    }

    private mutating func readStrings(count: Int) throws(ModelFileError) -> StringTable {
        var strings = StringTable()
        strings.reserveCapacity(strings: count, bytes: 8 * count)
        for _ in 0..<count { strings.append(try readString("a string of the array")) }
        return strings
    }

    /// The alignment of the data section: the entry that says so, or the default.
    private func alignment(in metadata: GGUFMetadata) throws(ModelFileError) -> Int {
        let key = GGUFLayout.alignmentKey
        guard let entry = metadata[key] else { return GGUFLayout.defaultAlignment }
        guard let alignment = entry.integer, GGUFLayout.alignments.contains(alignment), alignment.nonzeroBitCount == 1 else {
            let reason = "is \(entry.summary), not a power of two from \(GGUFLayout.alignments.lowerBound) up"
            throw ModelFileError(.invalid(field: "the alignment", reason: reason), path: cursor.path, subject: .key(key))
        }
        return alignment
    }
}

// MARK: - Tensors

extension GGUFParser {
    /// A tensor's description as the file has it, its offset counted from the data section.
    private struct Description {
        let name: String
        let shape: [Int]
        let type: StorageType
        let byteCount: Int
        let relativeOffset: UInt64
        /// Where the description lies in the file.
        let place: Int
    }

    private mutating func readTensors(count: Int, alignment: Int) throws(ModelFileError) -> [TensorRecord] {
        var descriptions: [Description] = []
        var seen: Set<String> = []
        for number in 0..<count {
            let description = try readDescription(number)
            guard seen.insert(description.name).inserted else { throw cursor.failure(.duplicate, at: description.place) }
            descriptions.append(description)
        }
        // A vocabulary-only file may end before the padding that leads to its (empty) data section.
        let dataStart = cursor.offset.aligned(to: alignment) ?? fileSize
        var records: [TensorRecord] = []
        for description in descriptions {
            cursor.subject = .tensor(description.name)
            records.append(try locate(description, dataStart: dataStart, alignment: alignment))
        }
        if let (first, second) = overlap(in: records) {
            cursor.subject = .tensor(second.tensor.name)
            throw cursor.failure(.overlaps(tensor: first.tensor.name), at: second.range.lowerBound)
        }
        return records
    }

    private mutating func readDescription(_ number: Int) throws(ModelFileError) -> Description {
        cursor.subject = .header
        let place = cursor.offset
        let name = try readName("the name of tensor \(number)")
        cursor.subject = .tensor(name)
        let shape = try readShape()
        let typePlace = cursor.offset
        let typeNumber: UInt32 = try cursor.read("the tensor type")
        guard let type = StorageType.with(identifier: typeNumber) else {
            throw cursor.failure(.unknownTensorType(typeNumber), at: typePlace)
        }
        guard let byteCount = type.byteCount(ofShape: shape) else {
            let reason = "\(shape) does not divide into blocks of \(type.blockLength) elements of type \(type.name)"
            throw cursor.failure(.invalid(field: "its shape", reason: reason), at: place)
        }
        let offset: UInt64 = try cursor.read("the tensor offset")
        return Description(name: name, shape: shape, type: type, byteCount: byteCount, relativeOffset: offset, place: place)
    }

    /// The dimensions, slowest first. Their product is known to fit an `Int`.
    private mutating func readShape() throws(ModelFileError) -> [Int] {
        let start = cursor.offset
        let count: UInt32 = try cursor.read("the number of dimensions")
        guard count <= GGUFLayout.mostDimensions else {
            throw cursor.failure(.invalid(field: "the number of dimensions", reason: "is \(count), more than 4"), at: start)
        }
        var shape: [Int] = []
        var elements = 1
        for _ in 0..<count {
            let place = cursor.offset
            let dimension = try readLength("a dimension")
            guard let size = Int(exactly: dimension), size > 0 else {
                throw cursor.failure(.invalid(field: "a dimension", reason: "is \(dimension)"), at: place)
            }
            let (product, overflow) = elements.multipliedReportingOverflow(by: size)
            guard !overflow else {
                throw cursor.failure(.invalid(field: "the number of elements", reason: "is beyond 2^63"), at: place)
            }
            elements = product
            shape.insert(size, at: 0)
        }
        return shape
    }

    private func locate(_ tensor: Description, dataStart: Int, alignment: Int) throws(ModelFileError) -> TensorRecord {
        let relative = tensor.relativeOffset
        guard relative % UInt64(alignment) == 0 else {
            let reason = "is \(relative), not a multiple of the alignment \(alignment)"
            throw cursor.failure(.invalid(field: "its offset", reason: reason), at: tensor.place)
        }
        let (start, overflowStart) = relative.addingReportingOverflow(UInt64(dataStart))
        let (end, overflowEnd) = start.addingReportingOverflow(UInt64(tensor.byteCount))
        guard !overflowStart, !overflowEnd, end <= UInt64(fileSize) else {
            let end = overflowStart || overflowEnd ? UInt64.max : end
            throw cursor.failure(.outsideFile(end: end, fileSize: fileSize), at: tensor.place)
        }
        let range = Int(start)..<Int(end)
        return TensorRecord(tensor: SourceTensor(name: tensor.name, shape: tensor.shape, type: tensor.type), range: range)
    }

    /// The first two tensors that share bytes of the file, in file order.
    private func overlap(in records: [TensorRecord]) -> (TensorRecord, TensorRecord)? {
        let ordered = records.sorted { $0.range.lowerBound < $1.range.lowerBound }
        return zip(ordered, ordered.dropFirst()).first { $0.range.upperBound > $1.range.lowerBound }
    }
}

// MARK: - Parts of both

extension GGUFParser {
    /// A count of things that take `leastBytes` each: more than the rest of the file can hold are refused.
    private mutating func readCount(_ field: String, leastBytes: Int) throws(ModelFileError) -> Int {
        let start = cursor.offset
        let count = try readLength(field)
        let most = cursor.remaining / leastBytes
        guard let exact = Int(exactly: count), exact <= most else {
            throw cursor.failure(.impossibleCount(field: field, count: count, most: most), at: start)
        }
        return exact
    }

    /// A count, length or dimension, in the width of this version.
    private mutating func readLength(_ field: String) throws(ModelFileError) -> UInt64 {
        layout.version == 1 ? UInt64(try cursor.read(field, as: UInt32.self)) : try cursor.read(field)
    }

    private mutating func readString(_ field: String) throws(ModelFileError) -> UnsafeRawBufferPointer {
        let length = try readLength(field)
        return try cursor.readBytes(field, count: length)
    }

    /// A key or a tensor's name: not too long, and valid UTF-8.
    private mutating func readName(_ field: String) throws(ModelFileError) -> String {
        let start = cursor.offset
        let length = try readLength(field)
        guard length <= GGUFLayout.longestName else {
            throw cursor.failure(.invalid(field: field, reason: "has \(length) bytes, more than \(GGUFLayout.longestName)"), at: start)
        }
        guard let name = String(validating: try cursor.readBytes(field, count: length), as: UTF8.self) else {
            throw cursor.failure(.invalid(field: field, reason: "is not valid UTF-8"), at: start)
        }
        return name
    }
}
