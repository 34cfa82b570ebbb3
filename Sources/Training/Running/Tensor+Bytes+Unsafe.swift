import Tensors

extension Tensor {
    /// Lends the bytes of all values to `body`.
    func withBytes<Result, Problem: Error>(_ body: (UnsafeRawBufferPointer) throws(Problem) -> Result) throws(Problem) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try body(UnsafeRawBufferPointer(UnsafeBufferPointer(start: values, count: count)))
    }

    /// Takes all values from as many bytes.
    func fill(from bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == count * MemoryLayout<Float>.stride, "\(bytes.count) bytes for a tensor [\(rows), \(columns)]")
        UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: values, count: count)).copyMemory(from: bytes)
    }

    /// Exchanges all values with those of a tensor of the same shape.
    func swapValues(with other: Tensor) {
        precondition(rows == other.rows && columns == other.columns, "[\(rows), \(columns)] and [\(other.rows), \(other.columns)]")
        for index in 0..<count {
            (values[index], other.values[index]) = (other.values[index], values[index])
        }
    }
}
