import CKernels

extension Compute {
    /// The gradient of `rmsNorm`: with respect to x, into `inputGradient`, which may be `outputGradient`; and with respect to the
    /// weights, added to `weightGradient`, which has their shape.
    package func rmsNormGradient(
        _ x: Tensor, weight: Tensor, epsilon: Float, outputGradient: Tensor, into inputGradient: Tensor,
        addingTo weightGradient: Tensor?
    ) {
        normGradient(x, weight, epsilon, outputGradient, into: inputGradient, addingTo: weightGradient, kernels.gradients.rms_norm)
    }

    /// The gradient of `layerNorm`, likewise; that of the bias is added to `biasGradient`.
    package func layerNormGradient(
        _ x: Tensor, weight: Tensor, epsilon: Float, outputGradient: Tensor, into inputGradient: Tensor,
        addingTo weightGradient: Tensor?, biasGradient: Tensor?
    ) {
        if let biasGradient { self.biasGradient(outputGradient, addingTo: biasGradient) }
        normGradient(x, weight, epsilon, outputGradient, into: inputGradient, addingTo: weightGradient, kernels.gradients.layer_norm)
    }

    /// The gradient of a bias: the sums over all rows are added to it. Where it is shorter than a row, it was added to every run of so
    /// many values.
    package func biasGradient(_ outputGradient: Tensor, addingTo bias: Tensor) {
        requireWhole(bias, in: outputGradient)
        addOverRows(outputGradient.rows, width: bias.count, to: bias.values) { row, share in
            for column in stride(from: 0, to: outputGradient.columns, by: bias.count) {
                kernels.elementwise.add(outputGradient.row(row) + column, bias.count, share)
            }
        }
    }

    private typealias NormGradient =
        @convention(c) (
            UnsafePointer<Float>?, UnsafePointer<Float>?, Int, Float, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?,
            UnsafeMutablePointer<Float>?
        ) -> Void

    private func normGradient(
        _ x: Tensor, _ weight: Tensor, _ epsilon: Float, _ outputGradient: Tensor, into inputGradient: Tensor,
        addingTo weightGradient: Tensor?, _ gradient: NormGradient
    ) {
        requireSameShape(x, outputGradient)
        requireSameShape(x, inputGradient)
        requireWhole(weight, in: x)
        func run(_ row: Int, _ share: UnsafeMutablePointer<Float>?) {
            for column in stride(from: 0, to: x.columns, by: weight.columns) {
                let start = row * x.columns + column, place = column % weight.count
                gradient(
                    x.values + start, weight.values + place, weight.columns, epsilon, outputGradient.values + start,
                    inputGradient.values + start, share.map { $0 + place })
            }
        }
        guard let weightGradient else { return forEachRow(of: x) { run($0, nil) } }
        requireSameShape(weight, weightGradient)
        addOverRows(x.rows, width: weight.count, to: weightGradient.values, run)
    }

    private func requireWhole(_ weights: Tensor, in x: Tensor) {
        precondition(weights.count > 0 && x.columns.isMultiple(of: weights.count), "\(weights.count) weights for rows of \(x.columns)")
    }
}
