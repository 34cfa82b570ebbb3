import Diagnostics
import Tensors

/// Writes a model as GGUF, each tensor in the type that a plan gives it. No more than a piece of a tensor is in memory at any time.
package struct ModelWriter {
    /// The version of the block formats, which readers look for in files that hold blocks.
    private static let quantizationVersion: UInt32 = 2
    /// Weights that are encoded before they are written: little memory, and little to wait for when the work is stopped.
    private static let weightsAtOnce = 1 << 20

    private let source: any ModelSource
    private let plan: QuantizationPlan
    private let pool: WorkerPool

    package init(_ source: any ModelSource, plan: QuantizationPlan, pool: WorkerPool) {
        self.source = source
        self.plan = plan
        self.pool = pool
    }

    /// Writes the file, whole or not at all; what had its name before stays until then.
    /// - Throws: `ModelFileError` naming the tensor, or `Interrupted`.
    package func write(
        to path: String, progress: @escaping ProgressHandler = { _ in }, cancellation: Cancellation = Cancellation()
    ) throws {
        var writer = GGUFWriter(alignment: source.metadata.int(GGUFLayout.alignmentKey) ?? GGUFLayout.defaultAlignment)
        for (key, value) in source.metadata.entries { writer[key] = value }
        writer["general.file_type"] = .uint32(plan.mix.fileType)
        if plan.steps.contains(where: { $0.type.blockLength > 1 }) {
            writer["general.quantization_version"] = .uint32(Self.quantizationVersion)
        }
        let total = plan.steps.reduce(0) { $0 + $1.tensor.elementCount }
        var completed = 0
        for step in plan.steps {
            try writer.add(tensor: step.tensor.name, shape: step.tensor.shape, type: step.type) { sink in
                try write(step, to: sink) { weights in
                    try cancellation.check("writing \(path)")
                    completed += weights
                    progress(Progress("Writing \(path)", completed: completed, total: total, unit: "weights"))
                }
            }
        }
        try writer.write(to: path)
    }

    /// Hands the bytes of one tensor to `sink`, and after each piece its number of weights to `done`.
    private func write(
        _ step: QuantizationPlan.Step, to sink: (UnsafeRawBufferPointer) throws(ModelFileError) -> Void, done: (Int) throws -> Void
    ) throws {
        let matrix = try source.matrix(step.tensor.name).inShortRows(alignment: step.type.blockLength)
        let rowsAtOnce = max(1, Self.weightsAtOnce / max(matrix.columns, 1))
        let rowBytes = step.type.byteCount(of: matrix.columns) ?? 0
        let piece = try Memory.allocate(byteCount: step.isCopy ? 0 : min(rowsAtOnce, matrix.rows) * rowBytes)
        for first in stride(from: 0, to: matrix.rows, by: rowsAtOnce) {
            let rows = first..<min(first + rowsAtOnce, matrix.rows)
            if step.isCopy {
                try matrix.rows(rows).withBytes { (bytes) throws(ModelFileError) in try sink(bytes) }
            } else {
                if let unfit = matrix.encode(rows: rows, as: step.type, into: piece.base, pool: pool) { throw failure(unfit, step) }
                try sink(UnsafeRawBufferPointer(start: piece.base, count: rows.count * rowBytes))
            }
            let offset = matrix.offset + first * matrix.rowBytes
            matrix.memory.forget(offset..<offset + rows.count * matrix.rowBytes)
            try done(rows.count * matrix.columns)
        }
    }

    private func failure(_ unfit: UnfitWeight, _ step: QuantizationPlan.Step) -> ModelFileError {
        let reason = "is \(unfit.value), which \(step.type) cannot hold"
        return ModelFileError(
            .invalid(field: "its weight \(unfit.place)", reason: reason), path: source.path, subject: .tensor(step.tensor.name))
    }
}
