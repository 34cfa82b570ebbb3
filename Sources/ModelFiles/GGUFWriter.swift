import Tensors

/// Writes GGUF files of version 3, little-endian.
///
///     var writer = GGUFWriter()
///     writer["general.architecture"] = .string("llama")
///     try writer.add(tensor: "token_embd.weight", shape: [512, 64], type: .f32, bytes: weights)
///     try writer.write(to: "model.gguf")
package struct GGUFWriter {
    /// Gives the bytes of one tensor, in as many pieces as it likes. Nothing is kept of a piece, so that files far larger than memory can
    /// be written.
    package typealias Source = (_ sink: (UnsafeRawBufferPointer) throws(ModelFileError) -> Void) throws -> Void

    private struct Entry {
        let name: String
        let shape: [Int]
        let type: StorageType
        let byteCount: Int
        let source: Source
    }

    /// In the order in which they will stand in the file.
    package private(set) var metadata: [(key: String, value: MetadataValue)] = []
    private var tensors: [Entry] = []
    private let alignment: Int

    /// - Parameter alignment: what tensor data is aligned to, in bytes: a power of two, at least 8. Another value than 32 is
    ///   written into the metadata.
    package init(alignment: Int = GGUFLayout.defaultAlignment) {
        precondition(GGUFLayout.alignments.contains(alignment) && alignment.nonzeroBitCount == 1)
        self.alignment = alignment
        if alignment != GGUFLayout.defaultAlignment { self[GGUFLayout.alignmentKey] = .uint32(UInt32(alignment)) }
    }

    /// The metadata value of `key`. A new key goes to the end; nil removes.
    package subscript(key: String) -> MetadataValue? {
        get { metadata.first { $0.key == key }?.value }
        set {
            let place = metadata.firstIndex { $0.key == key }
            switch (place, newValue) {
            case (let place?, let value?): metadata[place].value = value
            case (let place?, nil): metadata.remove(at: place)
            case (nil, let value?): metadata.append((key, value))
            case (nil, nil): break
            }
        }
    }

    /// Adds a tensor whose bytes are at hand.
    /// - Parameter shape: slowest dimension first: [rows, columns].
    package mutating func add(tensor name: String, shape: [Int], type: StorageType, bytes: [UInt8]) throws(ModelFileError) {
        try add(tensor: name, shape: shape, type: type) { sink in
            try bytes.withUnsafeBufferPointer { (buffer) throws(ModelFileError) in try sink(UnsafeRawBufferPointer(buffer)) }
        }
    }

    /// Adds a tensor whose bytes `source` will give when the file is written.
    /// - Parameter shape: slowest dimension first: [rows, columns].
    package mutating func add(tensor name: String, shape: [Int], type: StorageType, source: @escaping Source) throws(ModelFileError) {
        guard !tensors.contains(where: { $0.name == name }) else {
            throw ModelFileError(.misused(reason: "the name is taken"), path: "the new GGUF file", subject: .tensor(name))
        }
        guard shape.count <= GGUFLayout.mostDimensions, shape.allSatisfy({ $0 > 0 }), let byteCount = type.byteCount(ofShape: shape) else {
            let reason = "the shape \(shape) does not fit type \(type.name)"
            throw ModelFileError(.misused(reason: reason), path: "the new GGUF file", subject: .tensor(name))
        }
        tensors.append(Entry(name: name, shape: shape, type: type, byteCount: byteCount, source: source))
    }

    /// Writes the file, whole or not at all (`AtomicFile`): also an error of a source leaves nothing behind.
    package func write(to path: String) throws {
        let file = try AtomicFile(path: path)
        try file.write(header())
        try pad(file)
        for tensor in tensors {
            let start = file.byteCount
            try tensor.source { (bytes) throws(ModelFileError) in try file.write(bytes) }
            guard file.byteCount - start == tensor.byteCount else {
                let reason = "\(file.byteCount - start) bytes were given instead of \(tensor.byteCount)"
                throw ModelFileError(.misused(reason: reason), path: path, subject: .tensor(tensor.name))
            }
            try pad(file)
        }
        try file.commit()
    }

    private func pad(_ file: AtomicFile) throws(ModelFileError) {
        try file.write([UInt8](repeating: 0, count: -file.byteCount & (alignment - 1)))
    }
}

// MARK: - Header

extension GGUFWriter {
    private func header() -> [UInt8] {
        var header = ByteBuilder()
        header.append(raw: GGUFLayout.magic)
        header.append(GGUFLayout.versions.upperBound)
        header.append(UInt64(tensors.count))
        header.append(UInt64(metadata.count))
        for (key, value) in metadata {
            header.append(string: key.utf8)
            header.append(value.type.rawValue)
            header.append(value)
        }
        var offset = 0
        for tensor in tensors {
            header.append(string: tensor.name.utf8)
            header.append(UInt32(tensor.shape.count))
            header.append(tensor.shape.reversed().map { UInt64($0) })
            header.append(tensor.type.identifier)
            header.append(UInt64(offset))
            offset += (tensor.byteCount + alignment - 1) & ~(alignment - 1)
        }
        return header.bytes
    }
}

extension ByteBuilder {
    /// A string as GGUF has it: its length, then its bytes.
    fileprivate mutating func append(string contents: some Collection<UInt8>) {
        append(UInt64(contents.count))
        append(raw: contents)
    }

    fileprivate mutating func append(_ value: MetadataValue) {
        switch value {
        case .uint8(let value): append(value)
        case .int8(let value): append(value)
        case .uint16(let value): append(value)
        case .int16(let value): append(value)
        case .uint32(let value): append(value)
        case .int32(let value): append(value)
        case .uint64(let value): append(value)
        case .int64(let value): append(value)
        case .float32(let value): append(value)
        case .float64(let value): append(value)
        case .bool(let value): append(UInt8(value ? 1 : 0))
        case .string(let value): append(string: value.utf8)
        case .array(let value): append(value)
        }
    }

    private mutating func append(_ array: MetadataArray) {
        append(array.elementType.rawValue)
        append(UInt64(array.count))
        switch array {
        case .uint8(let elements): append(raw: elements)
        case .int8(let elements): append(elements)
        case .uint16(let elements): append(elements)
        case .int16(let elements): append(elements)
        case .uint32(let elements): append(elements)
        case .int32(let elements): append(elements)
        case .uint64(let elements): append(elements)
        case .int64(let elements): append(elements)
        case .float32(let elements): append(elements)
        case .float64(let elements): append(elements)
        case .bool(let elements): append(raw: elements.map { $0 ? 1 : 0 })
        case .string(let elements): for index in elements.indices { append(string: elements.bytes(at: index)) }
        case .array(let elements): for element in elements { append(element) }
        }
    }
}
