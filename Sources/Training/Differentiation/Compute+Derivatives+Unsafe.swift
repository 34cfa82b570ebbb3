import Tensors

extension Compute {
    /// The gradient of `clamp`, given x as it was before: values beyond the bounds have none.
    func clampGradient(_ x: Tensor, limit: Float, outputGradient: Tensor, into: Tensor) {
        let length = 1 << 14
        pool.forEach((x.count + length - 1) / length) { piece, _ in
            for index in piece * length..<min((piece + 1) * length, x.count) {
                into.values[index] = abs(x.values[index]) < limit ? outputGradient.values[index] : 0
            }
        }
    }
}
