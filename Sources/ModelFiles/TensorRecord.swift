import Tensors

/// Where a GGUF file keeps one tensor, and what it is.
package struct TensorRecord: Hashable, Sendable {
    package let name: String
    /// Row-major, slowest dimension first: a weight matrix is [rows, columns]. (The file has them the other way round.)
    package let shape: [Int]
    package let type: StorageType
    /// From the beginning of the file, in bytes.
    package let offset: Int
    package let byteCount: Int

    package var elementCount: Int { shape.reduce(1, *) }
    package var range: Range<Int> { offset..<(offset + byteCount) }
}
