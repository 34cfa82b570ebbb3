import Tensors

/// A tensor of a GGUF file, and where its bytes lie.
struct TensorRecord {
    let tensor: SourceTensor
    /// From the beginning of the file, in bytes.
    let range: Range<Int>
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
