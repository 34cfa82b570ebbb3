import CKernels

extension Compute {
    /// The loss of predictions, and its gradient in place of them.
    ///
    /// Rows of logits become `scale · weight · (softmax - onehot)`; a row whose weight is 0 becomes 0. Logits of a long text need never be
    /// held whole: the caller goes over its rows in chunks.
    /// - Parameters:
    ///   - logits: `[targets, vocabulary]`.
    ///   - scale: a factor of the gradient, not of the loss.
    /// - Returns: the sum of `weight · loss` in nats.
    package func crossEntropy(logits: Tensor, targets: ArraySlice<Int32>, weights: ArraySlice<Float>, scale: Float) -> Double {
        precondition(
            targets.count == logits.rows && weights.count == logits.rows,
            "\(targets.count) targets and \(weights.count) weights for \(logits.rows) rows of logits")
        return sum(over: logits.rows, length: 1) { run in
            let row = run.lowerBound, weight = weights[weights.startIndex + row], target = Int(targets[targets.startIndex + row])
            let values = logits.row(row)
            guard weight != 0 else {
                values.update(repeating: 0, count: logits.columns)
                return 0
            }
            precondition(target >= 0 && target < logits.columns, "a target \(target) among \(logits.columns) logits")
            return Double(weight) * kernels.gradients.cross_entropy(values, logits.columns, target, scale * weight)
        }
    }

    /// The gradient of `embed`: row i of `outputGradient` is added to the row of token i.
    package func embedGradient(tokens: [Int32], outputGradient: Tensor, addingTo tableGradient: Tensor) {
        precondition(
            outputGradient.rows == tokens.count && outputGradient.columns == tableGradient.columns,
            "\(tokens.count) gradients of embeddings in [\(outputGradient.rows), \(outputGradient.columns)]")
        // Every thread goes over all tokens, for columns of its own: each sum has one order.
        forEachRun(of: tableGradient.columns, length: 64) { columns in
            for (index, token) in tokens.enumerated() {
                let from = outputGradient.row(index) + columns.lowerBound
                kernels.elementwise.add(from, columns.count, tableGradient.row(Int(token)) + columns.lowerBound)
            }
        }
    }
}
