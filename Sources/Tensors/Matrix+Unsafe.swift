import CKernels

/// Weights [rows, columns], row-major, in any storage type: a view of memory that it keeps alive.
package struct Matrix: Sendable {
    package let type: StorageType
    package let rows: Int
    package let columns: Int
    /// What holds the bytes, and where they begin in it.
    package let memory: Memory
    package let offset: Int
    /// The bytes of one row.
    package let rowBytes: Int

    /// A view of `memory` from `offset` on. Whoever reads shapes from a file checks first that they fit: here that is a precondition.
    package init(type: StorageType, rows: Int, columns: Int, memory: Memory, offset: Int = 0) {
        guard rows >= 0, offset >= 0, let rowBytes = type.byteCount(of: columns),
            case let (bytes, overflow) = rows.multipliedReportingOverflow(by: rowBytes), !overflow,
            offset <= memory.byteCount, bytes <= memory.byteCount - offset
        else { preconditionFailure("a \(type) matrix [\(rows), \(columns)] at byte \(offset) does not fit its memory") }
        self.type = type
        self.rows = rows
        self.columns = columns
        self.memory = memory
        self.offset = offset
        self.rowBytes = rowBytes
    }

    /// The first byte of the first row.
    package var base: UnsafeRawPointer { UnsafeRawPointer(memory.base + offset) }

    /// Rows of this matrix as a matrix of their own, sharing the memory.
    package func rows(_ range: Range<Int>) -> Matrix {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of a matrix with \(rows)")
        return Matrix(type: type, rows: range.count, columns: columns, memory: memory, offset: offset + range.lowerBound * rowBytes)
    }

    /// Writes one row as float32, exactly, to `columns` values.
    package func decodeRow(_ row: Int, into values: UnsafeMutablePointer<Float>, kernels: Kernels = .best) {
        precondition(row >= 0 && row < rows, "row \(row) of a matrix with \(rows)")
        kernels.elementwise.decode(type.requiredWeightFormat, base + row * rowBytes, columns, values)
    }

    /// The matrix as the kernels see it.
    var weights: Weights { Weights(values: base, rows: rows, columns: columns, format: type.requiredWeightFormat) }
}

extension StorageType {
    /// The kernels' name for the type, or nil if they cannot compute with it.
    var weightFormat: WeightFormat? {
        switch self {
        case .f32: WEIGHTS_F32
        case .f16: WEIGHTS_F16
        case .bf16: WEIGHTS_BF16
        case .q4_0: WEIGHTS_Q4_0
        case .q4_1: WEIGHTS_Q4_1
        case .q5_0: WEIGHTS_Q5_0
        case .q5_1: WEIGHTS_Q5_1
        case .q8_0: WEIGHTS_Q8_0
        case .q2_k: WEIGHTS_Q2_K
        case .q3_k: WEIGHTS_Q3_K
        case .q4_k: WEIGHTS_Q4_K
        case .q5_k: WEIGHTS_Q5_K
        case .q6_k: WEIGHTS_Q6_K
        case .iq4_nl: WEIGHTS_IQ4_NL
        case .iq4_xs: WEIGHTS_IQ4_XS
        case .mxfp4: WEIGHTS_MXFP4
        default: nil
        }
    }

    /// The same for a type that was checked when its tensor was loaded.
    var requiredWeightFormat: WeightFormat {
        guard let weightFormat else { preconditionFailure("\(self) weights cannot be computed with; check isComputable when loading") }
        return weightFormat
    }
}
