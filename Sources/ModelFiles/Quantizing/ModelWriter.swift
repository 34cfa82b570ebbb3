import Diagnostics
import Tensors

/// Writes a model as GGUF, each tensor in the type that a plan gives it. No more than a piece of a tensor is in memory at any time.
package struct ModelWriter {
    /// The version of the block formats, which readers look for in files that hold blocks.
    private static let quantizationVersion: UInt32 = 2

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
        let isStack = step.tensor.shape.count == 3, name = step.tensor.name
        for matrix in try isStack ? source.experts(name) : [source.matrix(name)] {
            try matrix.forEachPiece(as: step.type, of: name, in: source.path, pool: pool) { bytes, count in
                try sink(bytes)
                try done(count)
            }
        }
    }
}
