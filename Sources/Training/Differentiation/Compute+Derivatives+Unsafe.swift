import Tensors

extension Compute {
    /// The gradient of `clamp`, from its result: that of values within the bounds; values that were brought there have none.
    func clampGradient(clamped: Tensor, limit: Float, outputGradient: Tensor, into: Tensor) {
        let length = 1 << 14
        pool.forEach((clamped.count + length - 1) / length) { piece, _ in
            for index in piece * length..<min((piece + 1) * length, clamped.count) {
                into.values[index] = abs(clamped.values[index]) < limit ? outputGradient.values[index] : 0
            }
        }
    }
}
