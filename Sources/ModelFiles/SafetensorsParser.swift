/// Reads and checks the header of a safetensors file. As the reference reader does, it demands that the tensors cover the
/// data without holes or overlaps and that every size agrees with shape and element type.
struct SafetensorsParser {
    private let bytes: UnsafeRawBufferPointer
    private let path: String

    struct Contents {
        var metadata: [String: String] = [:]
        /// Sorted by where their data begins.
        var tensors: [SafetensorsRecord] = []
    }

    /// The fields of a tensor's entry as they come.
    private struct Fields {
        var element: SafetensorsElement?
        var shape: [Int]?
        var offsets: [Int]?
    }

    init(_ bytes: UnsafeRawBufferPointer, path: String) {
        self.bytes = bytes
        self.path = path
    }

    mutating func parse() throws(ModelFileError) -> Contents {
        let header = try readHeader()
        let dataStart = SafetensorsLayout.lengthBytes + header.count
        var scanner = JSONScanner(header, at: SafetensorsLayout.lengthBytes, path: path, field: "the header", subject: .header)
        var contents = Contents()
        var seen: Set<String> = []
        try scanner.readObject { (scanner, name) throws(ModelFileError) in
            scanner.subject = name == SafetensorsLayout.metadataKey ? .key(name) : .tensor(name)
            guard seen.insert(name).inserted else { throw scanner.failure(.duplicate) }
            if name == SafetensorsLayout.metadataKey {
                contents.metadata = try readMetadata(&scanner)
            } else {
                contents.tensors.append(try readTensor(&scanner, name: name, dataStart: dataStart))
            }
            scanner.subject = .header
        }
        try scanner.finish()
        contents.tensors.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
        try checkCover(contents.tensors, dataStart: dataStart)
        return contents
    }

    /// The bytes of the header, by the length that stands before it.
    private func readHeader() throws(ModelFileError) -> UnsafeRawBufferPointer {
        let sample = Array(bytes.prefix(FileSignature.sampleBytes))
        var cursor = ByteCursor(bytes, path: path)
        let length: UInt64 = try cursor.read("the length of the header")
        guard length <= SafetensorsLayout.longestHeader, sample.count > 8, sample[8] == UInt8(ascii: "{") else {
            throw ModelFileError(.notThisFormat(expected: "safetensors", found: FileSignature.describe(sample)), path: path)
        }
        return try cursor.readBytes("the header", count: length)
    }

    private func readMetadata(_ scanner: inout JSONScanner) throws(ModelFileError) -> [String: String] {
        var metadata: [String: String] = [:]
        try scanner.readObject { (scanner, key) throws(ModelFileError) in
            scanner.subject = .key(key)
            guard metadata.updateValue(try scanner.readString(), forKey: key) == nil else { throw scanner.failure(.duplicate) }
        }
        return metadata
    }

    private func readTensor(
        _ scanner: inout JSONScanner, name: String, dataStart: Int
    ) throws(ModelFileError) -> SafetensorsRecord {
        var fields = Fields()
        try scanner.readObject { (scanner, field) throws(ModelFileError) in try readField(&scanner, field, into: &fields) }
        guard let element = fields.element, let shape = fields.shape, let offsets = fields.offsets, offsets.count == 2 else {
            throw scanner.failure(.invalid(field: "its entry", reason: "lacks \"dtype\", \"shape\" or two \"data_offsets\""))
        }
        guard let byteCount = element.byteCount(ofShape: shape), offsets[0] <= offsets[1], offsets[1] - offsets[0] == byteCount else {
            let reason = "\(offsets) do not fit shape \(shape) of \(element.rawValue)"
            throw scanner.failure(.invalid(field: "its offsets", reason: reason))
        }
        let dataSize = bytes.count - dataStart
        guard offsets[1] <= dataSize else {
            throw scanner.failure(.outsideFile(end: UInt64(offsets[1]) + UInt64(dataStart), fileSize: bytes.count))
        }
        return SafetensorsRecord(name: name, element: element, shape: shape, range: dataStart + offsets[0]..<dataStart + offsets[1])
    }

    private func readField(_ scanner: inout JSONScanner, _ field: String, into fields: inout Fields) throws(ModelFileError) {
        switch field {
        case "dtype":
            guard fields.element == nil else { throw scanner.failure(.duplicate) }
            let type = try scanner.readString()
            guard let element = SafetensorsElement(rawValue: type) else { throw scanner.failure(.unknownElementType(type)) }
            fields.element = element
        case "shape":
            guard fields.shape == nil else { throw scanner.failure(.duplicate) }
            fields.shape = try scanner.readNumbers()
        case "data_offsets":
            guard fields.offsets == nil else { throw scanner.failure(.duplicate) }
            fields.offsets = try scanner.readNumbers()
        default:
            throw scanner.failure(.invalid(field: "its entry", reason: "has the unknown field \"\(field)\""))
        }
    }

    private func checkCover(_ tensors: [SafetensorsRecord], dataStart: Int) throws(ModelFileError) {
        var end = dataStart
        var previous = ""
        for tensor in tensors {
            let start = tensor.range.lowerBound
            guard start >= end else {
                throw ModelFileError(.overlaps(tensor: previous), path: path, subject: .tensor(tensor.name), offset: start)
            }
            guard start == end else {
                throw ModelFileError(.gap(byteCount: start - end), path: path, subject: .tensor(tensor.name), offset: end)
            }
            end = tensor.range.upperBound
            previous = tensor.name
        }
        guard end == bytes.count else {
            let reason = "has \(bytes.count - end) bytes after the last tensor"
            throw ModelFileError(.invalid(field: "the file", reason: reason), path: path, offset: end)
        }
    }
}
