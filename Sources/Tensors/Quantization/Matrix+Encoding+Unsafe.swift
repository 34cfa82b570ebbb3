import CKernels
import Synchronization

/// A weight that another storage type cannot hold.
package struct UnfitWeight: Hashable, Sendable {
    /// Its place among the weights of the matrix, row by row.
    package let place: Int
    package let value: Float

    package init(place: Int, value: Float) {
        self.place = place
        self.value = value
    }
}

extension Matrix {
    /// Weights that one thread takes at a time.
    private static let grain = 4096

    package var count: Int { rows * columns }

    /// Lends the bytes of all rows to `body`.
    package func withBytes<Result, Problem: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Problem) -> Result
    ) throws(Problem) -> Result {
        defer { withExtendedLifetime(memory) {} }
        return try body(UnsafeRawBufferPointer(start: base, count: rows * rowBytes))
    }

    /// The same weights in rows of another length: a matrix has no gaps between its rows. Short rows keep what a row needs small, however
    /// long those of the file are.
    /// - Parameter alignment: what the new length is a multiple of; it must divide the old one.
    package func inShortRows(alignment: Int) -> Matrix {
        precondition(columns.isMultiple(of: alignment) && columns.isMultiple(of: type.blockLength), "rows of \(columns) weights")
        var length = columns
        while length > Self.grain, length.isMultiple(of: 2), (length / 2).isMultiple(of: alignment),
            (length / 2).isMultiple(of: type.blockLength)
        {
            length /= 2
        }
        return Matrix(type: type, rows: length == 0 ? 0 : count / length, columns: length, memory: memory, offset: offset)
    }

    /// Writes rows as another storage type, rounded or quantised with a small squared error, to `out`. The bytes do not depend on the
    /// machine or the number of threads.
    /// - Returns: the first weight that is not finite or beyond the type's numbers, if there is any; then what was written is void.
    package func encode(
        rows range: Range<Int>, as target: StorageType, into out: UnsafeMutableRawPointer, pool: WorkerPool
    ) -> UnfitWeight? {
        guard let rowBytes = target.byteCount(of: columns) else { preconditionFailure("rows of \(columns) weights as \(target)") }
        let rowsAtOnce = max(1, Self.grain / max(columns, 1))
        let unfit = Mutex<UnfitWeight?>(nil)
        pool.forEach((range.count + rowsAtOnce - 1) / rowsAtOnce) { index, thread in
            let values = pool.scratch(thread: thread, byteCount: columns * MemoryLayout<Float>.stride).assumingMemoryBound(to: Float.self)
            let first = range.lowerBound + index * rowsAtOnce
            for row in first..<min(first + rowsAtOnce, range.upperBound) {
                decodeRow(row, into: values)
                let weights = UnsafeBufferPointer(start: values, count: columns)
                if let column = target.firstUnfit(weights) {
                    let found = UnfitWeight(place: row * columns + column, value: values[column])
                    unfit.withLock { $0 = $0.map { $0.place < found.place ? $0 : found } ?? found }
                }
                target.encode(weights, into: out + (row - range.lowerBound) * rowBytes)
            }
        }
        return unfit.withLock { $0 }
    }
}

extension StorageType {
    /// The largest half-precision number.
    private static let largestHalf: Float = 65_504

    /// The first value that is not finite, or too large for F16.
    fileprivate func firstUnfit(_ values: UnsafeBufferPointer<Float>) -> Int? {
        let most = self == .f16 ? Self.largestHalf : .greatestFiniteMagnitude
        var fits = true
        for value in values { fits = (value.magnitude <= most) && fits }
        return fits ? nil : values.firstIndex { !($0.magnitude <= most) }
    }

    /// Writes whole blocks of weights as this type, which must be one that can be computed with.
    package func encode(_ values: UnsafeBufferPointer<Float>, into out: UnsafeMutableRawPointer) {
        guard let start = values.baseAddress else { return }
        encode_weights(requiredWeightFormat, start, values.count, out)
    }

    /// The bytes of `values` as this type; nil if it cannot be written or they do not divide into its blocks.
    package func encode(_ values: [Float]) -> [UInt8]? {
        guard isComputable, let byteCount = byteCount(of: values.count) else { return nil }
        return [UInt8](unsafeUninitializedCapacity: byteCount) { bytes, count in
            if let start = bytes.baseAddress { values.withUnsafeBufferPointer { encode($0, into: start) } }
            count = byteCount
        }
    }

    /// The numbers that `bytes`, whole blocks of this type, stand for; nil if it cannot be read.
    package func decode(_ bytes: [UInt8]) -> [Float]? {
        guard let format = weightFormat, bytes.count.isMultiple(of: blockBytes) else { return nil }
        let values = bytes.count / blockBytes * blockLength
        return [Float](unsafeUninitializedCapacity: values) { floats, count in
            if let start = floats.baseAddress { Kernels.portable.elementwise.decode(format, bytes, values, start) }
            count = values
        }
    }
}
