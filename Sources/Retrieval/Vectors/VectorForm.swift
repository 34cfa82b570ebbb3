import Tensors

/// How vectors are stored: their numbers as 16-bit floats, filled up with zeros to whole groups of 32, which the kernels want.
package struct VectorForm: Hashable, Sendable {
    package let dimensions: Int
    /// Numbers of a stored vector.
    package let width: Int

    private static let group = 32
    /// More than any model has; what a file says is held to it before memory is taken.
    package static let mostDimensions = 1 << 16

    package init(dimensions: Int) {
        self.dimensions = dimensions
        width = (dimensions + Self.group - 1) / Self.group * Self.group
    }

    /// Bytes of a stored vector.
    package var byteCount: Int { width * 2 }

    /// The numbers as bytes, rounded to the nearest; each is at most 1 in vectors of that length.
    package func encode(_ vector: [Float]) -> [UInt8] {
        precondition(vector.count == dimensions, "a vector of \(vector.count) numbers among those of \(dimensions)")
        return StorageType.f16.encode(vector + [Float](repeating: 0, count: width - dimensions)) ?? []
    }

    /// The numbers of a stored vector.
    package func decode(_ bytes: some Collection<UInt8>) -> [Float] {
        Array((StorageType.f16.decode(Array(bytes)) ?? []).prefix(dimensions))
    }
}
