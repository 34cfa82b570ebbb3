import Tensors

/// Where a safetensors file keeps one tensor, and what it is.
package struct SafetensorsRecord: Hashable, Sendable {
    package let name: String
    package let element: SafetensorsElement
    /// Slowest dimension first; empty for one number. A dimension may be 0.
    package let shape: [Int]
    /// From the beginning of the file, in bytes.
    package let range: Range<Int>
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
}
