import Tensors

/// A model file in the GGUF format, versions 1 to 3: metadata (hyper-parameters, vocabulary) and tensors, mapped into memory.
///
/// Opening reads the description of the tensors and copies the metadata; weights are read from the mapping when used.
package struct GGUFFile: ModelSource {
    package let path: String
    /// 1, 2 or 3.
    package let version: Int
    /// What tensor data is aligned to in the file, in bytes.
    package let alignment: Int
    package let metadata: GGUFMetadata
    /// In file order.
    package let tensors: [SourceTensor]
    /// Where the bytes of each of them lie in the file.
    package let ranges: [Range<Int>]
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
        tensors = contents.records.map(\.tensor)
        ranges = contents.records.map(\.range)
        places = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.name, $0) })
    }

    package func tensor(_ name: String) -> SourceTensor? { places[name].map { tensors[$0] } }

    /// Where the bytes of a tensor lie in the file.
    package func range(of name: String) -> Range<Int>? { places[name].map { ranges[$0] } }

    /// The tensor as weights [rows, columns] over the mapping: a vector is one row, and of more than two dimensions all
    /// but the last are rows.
    package func matrix(_ name: String) throws(ModelFileError) -> Matrix {
        guard let place = places[name] else { throw ModelFileError(.notThere, path: path, subject: .tensor(name)) }
        let tensor = tensors[place]
        return Matrix(type: tensor.type, rows: tensor.rows, columns: tensor.columns, memory: memory, offset: ranges[place].lowerBound)
    }

    /// Lends the bytes of a tensor of this file to `body`.
    package func withBytes<Result>(of tensor: SourceTensor, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        guard let range = range(of: tensor.name) else { preconditionFailure("\(path) has no tensor \(tensor.name)") }
        return try withExtendedLifetime(memory) {
            try body(UnsafeRawBufferPointer(start: memory.base + range.lowerBound, count: range.count))
        }
    }
}
