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

extension StorageType {
    /// Bytes of a tensor of the given shape, slowest dimension first: each row is whole blocks. A shape without dimensions is
    /// one number. Nil if a row does not divide into blocks, or the size is beyond the integers.
    func byteCount(ofShape shape: [Int]) -> Int? {
        guard let rowBytes = byteCount(of: shape.last ?? 1) else { return nil }
        var total = rowBytes
        for dimension in shape.dropLast() {
            let (product, overflow) = total.multipliedReportingOverflow(by: dimension)
            if overflow { return nil }
            total = product
        }
        return total
    }
}
