import CKernels
import Foundation
import Tensors

extension Compute {
    /// Exact attention within packed sequences.
    ///
    /// - Parameters:
    ///   - queries: `[tokens, queryHeads · keyDim]`, rotated already; query head `h` uses key/value head `h / group`.
    ///   - keys: `[tokens, keyValueHeads · keyDim]`, rotated already.
    ///   - values: `[tokens, keyValueHeads · valueDim]`.
    ///   - tensors: where results get their memory.
    /// - Returns: outputs `[tokens, queryHeads · valueDim]`, and the natural logarithms of the sums of exponentials, sinks included,
    ///   `[tokens, queryHeads]`, which the gradient needs.
    package func attendTraining(
        queries: Tensor, keys: Tensor, values: Tensor, _ attention: PackedAttention, tensors: TensorPool = TensorPool()
    ) -> (outputs: Tensor, logSumExp: Tensor) {
        let heads = PackedHeads(queries: queries, keys: keys, values: values, attention)
        let outputs = tensors.make(rows: queries.rows, columns: heads.count * heads.valueDim)
        let logSumExp = tensors.make(rows: queries.rows, columns: heads.count)
        for gap in attention.gaps(rows: queries.rows) {
            outputs.fill(gap, with: 0)
            logSumExp.fill(gap, with: -.infinity)
        }
        let kernels = heads.kernels(family: kernels.family), pieces = PackedPiece.ofForwardPass(attention)
        pool.forEach(pieces.count) { index, thread in
            let piece = pieces[index], sequence = heads.sequence(piece, outputs, logSumExp)
            withUnsafePointer(to: sequence) { sequence in
                let (first, last) = (Int32(piece.tokens.lowerBound), Int32(piece.tokens.upperBound))
                let memory = pool.scratch(thread: thread, byteCount: kernels.attend_bytes(sequence, first, last))
                kernels.attend(sequence, first, last, memory)
            }
        }
        return (outputs, logSumExp)
    }

    /// The gradient of `attendTraining`, given its results: scores are computed again and never kept. (Dao, FlashAttention-2, 2023.)
    package func attendTrainingGradient(
        queries: Tensor, keys: Tensor, values: Tensor, outputs: Tensor, logSumExp: Tensor, outputGradient: Tensor,
        _ attention: PackedAttention, tensors: TensorPool = TensorPool()
    ) -> PackedAttentionGradient {
        let heads = PackedHeads(queries: queries, keys: keys, values: values, attention)
        precondition(
            outputs.columns == heads.count * heads.valueDim && outputGradient.columns == outputs.columns
                && logSumExp.columns == heads.count,
            "results of attention with \(outputs.columns), \(outputGradient.columns) and \(logSumExp.columns) columns")
        precondition([outputs, logSumExp, outputGradient].allSatisfy { $0.rows == queries.rows }, "results of other rows")
        let pieces = PackedPiece.ofGradient(attention, group: heads.group), isSplit = pieces.contains { $0.heads.count < heads.group }
        let copies = isSplit ? heads.group : 1
        var gradient = PackedAttentionGradient(
            queries: tensors.make(rows: queries.rows, columns: queries.columns),
            keys: tensors.make(rows: keys.rows, columns: keys.columns * copies),
            values: tensors.make(rows: values.rows, columns: values.columns * copies))
        for gap in attention.gaps(rows: queries.rows) {
            for tensor in [gradient.queries, gradient.keys, gradient.values] { tensor.fill(gap, with: 0) }
        }
        let kernels = heads.kernels(family: kernels.family)
        let biases = pieces.map { heads.biases?.zeros(heads: min($0.heads.count, heads.group)) }
        pool.forEach(pieces.count) { [gradient] index, thread in
            var sequence = heads.sequence(pieces[index], outputs, logSumExp)
            var places = heads.places(
                pieces[index], of: gradient, biases: biases[index], outputGradient: outputGradient, isSplit: isSplit)
            kernels.gradient(&sequence, &places, pool.scratch(thread: thread, byteCount: kernels.gradient_bytes(&sequence)))
        }
        if isSplit {
            gradient = PackedAttentionGradient(
                queries: gradient.queries, keys: sumOfGroups(gradient.keys, heads, heads.keyDim, tensors),
                values: sumOfGroups(gradient.values, heads, heads.valueDim, tensors))
        }
        gradient.distanceBiases = attention.rule.distanceBiases.map { rule in
            var sums = rule.map { $0.map { _ in Float(0) } }
            for (piece, part) in zip(pieces, biases) { part?.add(to: &sums, first: heads.firstHead(piece)) }
            return sums
        }
        return gradient
    }

    /// The gradient of sink logits: a key without a value takes from all others.
    /// - Parameters:
    ///   - outputs: what `attendTraining` gave, and `logSumExp`.
    /// - Returns: a number for each query head.
    package func sinkGradient(_ sinkLogits: [Float], outputs: Tensor, logSumExp: Tensor, outputGradient: Tensor) -> [Float] {
        let dim = outputs.columns / sinkLogits.count
        return sinkLogits.enumerated().map { head, logit in
            var sum = 0.0
            for row in 0..<outputs.rows where logSumExp[row, head] > -.infinity {
                let (output, ahead) = (outputs.row(row) + head * dim, outputGradient.row(row) + head * dim)
                var share: Float = 0
                for index in 0..<dim { share += output[index] * ahead[index] }
                sum -= Double(exp(logit - logSumExp[row, head]) * share)
            }
            return Float(sum)
        }
    }

    /// Adds up what the query heads of each key/value head found: `[tokens, queryHeads · dim]` to `[tokens, keyValueHeads · dim]`.
    private func sumOfGroups(_ parts: Tensor, _ heads: PackedHeads, _ dim: Int, _ tensors: TensorPool) -> Tensor {
        let sums = tensors.make(rows: parts.rows, columns: parts.columns / heads.group), rowsAtOnce = 64
        guard let add = elementwise_kernels(kernels.family)?.pointee.add else { preconditionFailure("no sums for \(kernels)") }
        pool.forEach((parts.rows + rowsAtOnce - 1) / rowsAtOnce) { piece, _ in
            for row in piece * rowsAtOnce..<min((piece + 1) * rowsAtOnce, parts.rows) {
                for head in 0..<heads.count {
                    let from = parts.row(row) + head * dim, to = sums.row(row) + head / heads.group * dim
                    if head % heads.group == 0 { to.update(from: from, count: dim) } else { add(from, dim, to) }
                }
            }
        }
        return sums
    }
}
