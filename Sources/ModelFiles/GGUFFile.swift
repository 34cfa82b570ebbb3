import Tensors

/// A model file in the GGUF format, versions 1 to 3: metadata (hyper-parameters, vocabulary) and tensors, mapped into memory.
///
/// Opening reads the description of the tensors and copies the metadata; weights are read from the mapping when used.
package struct GGUFFile: Sendable {
    package let path: String
    /// 1, 2 or 3.
    package let version: Int
    /// What tensor data is aligned to in the file, in bytes.
    package let alignment: Int
    package let metadata: GGUFMetadata
    /// In file order.
    package let tensors: [TensorRecord]
    /// The whole file, read only.
    package let memory: Memory
    private let places: [String: Int]

    /// Opens and checks the file at `path`.
    /// - Throws: `ModelFileError` naming the file, the key or tensor, and the byte where it went wrong.
    package init(path: String) throws(ModelFileError) {
        try self.init(memory: MappedFile.open(path), path: path)
    }

    /// Reads a file that already lies in memory. `path` is what errors call it.
    package init(memory: Memory, path: String) throws(ModelFileError) {
        guard memory.byteCount > 0 else { throw ModelFileError(.empty, path: path) }
        let contents = try withExtendedLifetime(memory) { () throws(ModelFileError) in
            var parser = GGUFParser(UnsafeRawBufferPointer(start: memory.base, count: memory.byteCount), path: path)
            return try parser.parse()
        }
        self.path = path
        self.memory = memory
        version = contents.version
        alignment = contents.alignment
        metadata = contents.metadata
        tensors = contents.tensors
        places = Dictionary(uniqueKeysWithValues: contents.tensors.enumerated().map { ($1.name, $0) })
    }

    package func tensor(_ name: String) -> TensorRecord? { places[name].map { tensors[$0] } }

    /// The tensor as weights [rows, columns] over the mapping: a vector is one row, and of more than two dimensions all
    /// but the last are rows.
    package func matrix(_ name: String) throws(ModelFileError) -> Matrix {
        guard let record = tensor(name) else { throw ModelFileError(.notThere, path: path, subject: .tensor(name)) }
        return Matrix(
            type: record.type, rows: record.shape.dropLast().reduce(1, *), columns: record.shape.last ?? 1, memory: memory,
            offset: record.offset)
    }

    /// Lends the bytes of a tensor to `body`.
    package func withBytes<Result>(of record: TensorRecord, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(memory) {
            try body(UnsafeRawBufferPointer(start: memory.base + record.offset, count: record.byteCount))
        }
    }
}
