import Tensors

/// Where a safetensors file keeps one tensor, and what it is.
package struct SafetensorsRecord: Hashable, Sendable {
    package let name: String
    package let element: SafetensorsElement
    /// Slowest dimension first; empty for one number. A dimension may be 0.
    package let shape: [Int]
    /// From the beginning of the file, in bytes.
    package let range: Range<Int>

    /// All dimensions but the last; a vector is one row.
    var rows: Int { shape.dropLast().reduce(1, *) }
    var columns: Int { shape.last ?? 1 }
}

/// A file of tensors in the safetensors format, mapped into memory.
package struct SafetensorsFile: Sendable {
    package let path: String
    /// The header's free entries.
    package let metadata: [String: String]
    /// In the order of their data; without those that `SafetensorsWriter` put in to align others.
    package let tensors: [SafetensorsRecord]
    /// The whole file, read only.
    package let memory: Memory
    private let places: [String: Int]

    /// Opens and checks the file at `path`.
    /// - Throws: `ModelFileError` naming the file, the tensor, and the byte where it went wrong.
    package init(path: String) throws(ModelFileError) {
        try self.init(memory: MappedFile.open(path), path: path)
    }

    /// Reads a file that already lies in memory. `path` is what errors call it.
    package init(memory: Memory, path: String) throws(ModelFileError) {
        guard memory.byteCount > 0 else { throw ModelFileError(.empty, path: path) }
        let contents = try withExtendedLifetime(memory) { () throws(ModelFileError) in
            var parser = SafetensorsParser(UnsafeRawBufferPointer(start: memory.base, count: memory.byteCount), path: path)
            return try parser.parse()
        }
        self.path = path
        self.memory = memory
        metadata = contents.metadata
        tensors = contents.tensors.filter { !$0.name.hasPrefix(SafetensorsLayout.paddingPrefix) }
        places = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.name, $0) })
    }

    package func tensor(_ name: String) -> SafetensorsRecord? { places[name].map { tensors[$0] } }

    /// Lends the bytes of a tensor to `body`.
    package func withBytes<Result>(of record: SafetensorsRecord, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(memory) {
            try body(UnsafeRawBufferPointer(start: memory.base + record.range.lowerBound, count: record.range.count))
        }
    }

    /// A tensor of numbers that are stored as a type of weights, `[rows, columns]`: a view of the mapped file, or a copy where the file does
    /// not align its numbers.
    package func matrix(_ record: SafetensorsRecord, as type: StorageType) throws -> Matrix {
        let range = record.range
        guard range.lowerBound.isMultiple(of: type.blockBytes) else {
            let copy = try Memory.allocate(byteCount: range.count)
            withBytes(of: record) { copy.base.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(copy.base), byteCount: $0.count) }
            return Matrix(type: type, rows: record.rows, columns: record.columns, memory: copy)
        }
        return Matrix(type: type, rows: record.rows, columns: record.columns, memory: memory, offset: range.lowerBound)
    }
}
