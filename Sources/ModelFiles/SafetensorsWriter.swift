/// A tensor that a safetensors file is to hold.
package struct SafetensorsTensor: Hashable, Sendable {
    package let name: String
    package let element: SafetensorsElement
    /// Slowest dimension first; empty for one number. A dimension may be 0.
    package let shape: [Int]

    package init(name: String, element: SafetensorsElement, shape: [Int]) {
        self.name = name
        self.element = element
        self.shape = shape
    }
}

/// Writes a safetensors file, whole or not at all (`AtomicFile`). All tensors are declared first; then their bytes are handed
/// over in that order, in pieces of any size, so that no more than a piece need be in memory.
///
/// Every tensor begins at a multiple of 64 bytes in the file: the header is filled up with spaces, and where a tensor ends at
/// another place a tensor `__padding.N` of bytes follows, for the format allows no holes. Readers here do not show those;
/// whoever writes for other programs asks for none, and does well to declare tensors of wide elements first.
package struct SafetensorsWriter: ~Copyable {
    private let file: AtomicFile
    private let tensors: [(declared: SafetensorsTensor, byteCount: Int)]
    private let alignsTensors: Bool
    /// The tensor whose bytes come next, and how many of them came.
    private var current = 0
    private var written = 0

    /// Begins the file and writes its header.
    /// - Parameter alignsTensors: whether bytes that only align may stand between the tensors.
    package init(
        path: String, tensors: [SafetensorsTensor], metadata: [String: String] = [:], alignsTensors: Bool = true
    ) throws(ModelFileError) {
        let measured = try Self.measure(tensors, path: path)
        let file = try AtomicFile(path: path)
        try file.write(SafetensorsHeader(tensors: measured, metadata: metadata, alignsTensors: alignsTensors).bytes)
        self.file = file
        self.tensors = measured
        self.alignsTensors = alignsTensors
        skipEmpty()
    }

    /// Hands over the next bytes of the tensor `name`.
    package mutating func write(_ bytes: UnsafeRawBufferPointer, of name: String) throws(ModelFileError) {
        guard current < tensors.count, tensors[current].declared.name == name else {
            let expected = current < tensors.count ? "those of \"\(tensors[current].declared.name)\" are due" : "all are there"
            throw ModelFileError(.misused(reason: "bytes were given but \(expected)"), path: file.path, subject: .tensor(name))
        }
        guard bytes.count <= tensors[current].byteCount - written else {
            let reason = "more than its \(tensors[current].byteCount) bytes were given"
            throw ModelFileError(.misused(reason: reason), path: file.path, subject: .tensor(name))
        }
        try file.write(bytes)
        written += bytes.count
        guard written == tensors[current].byteCount else { return }
        if alignsTensors { try file.write([UInt8](repeating: 0, count: SafetensorsHeader.padding(after: written))) }
        current += 1
        written = 0
        skipEmpty()
    }

    /// Hands over the next bytes of the tensor `name`.
    package mutating func write(_ bytes: [UInt8], of name: String) throws(ModelFileError) {
        try bytes.withUnsafeBufferPointer { (buffer) throws(ModelFileError) in try write(UnsafeRawBufferPointer(buffer), of: name) }
    }

    /// Brings the file to the disk and gives it its name. All bytes of all tensors must have been handed over.
    package consuming func finish() throws(ModelFileError) {
        guard current == tensors.count else {
            let (tensor, byteCount) = tensors[current]
            let reason = "only \(written) of its \(byteCount) bytes were given"
            throw ModelFileError(.misused(reason: reason), path: file.path, subject: .tensor(tensor.name))
        }
        try file.commit()
    }

    private static func measure(
        _ tensors: [SafetensorsTensor], path: String
    ) throws(ModelFileError) -> [(declared: SafetensorsTensor, byteCount: Int)] {
        var measured: [(declared: SafetensorsTensor, byteCount: Int)] = []
        var seen: Set<String> = [SafetensorsLayout.metadataKey]
        for tensor in tensors {
            guard seen.insert(tensor.name).inserted, !tensor.name.hasPrefix(SafetensorsLayout.paddingPrefix) else {
                throw ModelFileError(.misused(reason: "the name is taken"), path: path, subject: .tensor(tensor.name))
            }
            guard let byteCount = tensor.element.byteCount(ofShape: tensor.shape) else {
                let reason = "the shape \(tensor.shape) is negative or too large"
                throw ModelFileError(.misused(reason: reason), path: path, subject: .tensor(tensor.name))
            }
            measured.append((tensor, byteCount))
        }
        return measured
    }

    private mutating func skipEmpty() {
        while current < tensors.count, tensors[current].byteCount == 0 { current += 1 }
    }
}

/// The bytes before the data of a safetensors file.
private struct SafetensorsHeader {
    private(set) var bytes: [UInt8]

    init(tensors: [(declared: SafetensorsTensor, byteCount: Int)], metadata: [String: String], alignsTensors: Bool) {
        var entries: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }.map { "\(JSONValue.quoted($0.key)):\(JSONValue.quoted($0.value))" }
            entries.append("\(JSONValue.quoted(SafetensorsLayout.metadataKey)):{\(pairs.joined(separator: ","))}")
        }
        var offset = 0
        for (number, tensor) in tensors.enumerated() {
            entries.append(Self.entry(tensor.declared, at: offset, byteCount: tensor.byteCount))
            offset += tensor.byteCount
            let padding = Self.padding(after: tensor.byteCount)
            guard alignsTensors, padding > 0 else { continue }
            let filler = SafetensorsTensor(name: "\(SafetensorsLayout.paddingPrefix)\(number)", element: .uint8, shape: [padding])
            entries.append(Self.entry(filler, at: offset, byteCount: padding))
            offset += padding
        }
        var text = Array("{\(entries.joined(separator: ","))}".utf8)
        text += [UInt8](repeating: UInt8(ascii: " "), count: Self.padding(after: SafetensorsLayout.lengthBytes + text.count))
        var builder = ByteBuilder()
        builder.append(UInt64(text.count))
        builder.append(raw: text)
        bytes = builder.bytes
    }

    /// How many bytes bring `count` to a multiple of the alignment.
    static func padding(after count: Int) -> Int { -count & (SafetensorsLayout.alignment - 1) }

    private static func entry(_ tensor: SafetensorsTensor, at offset: Int, byteCount: Int) -> String {
        let shape = tensor.shape.map(String.init).joined(separator: ",")
        let type = tensor.element.rawValue
        return
            "\(JSONValue.quoted(tensor.name)):{\"dtype\":\"\(type)\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(offset + byteCount)]}"
    }
}
