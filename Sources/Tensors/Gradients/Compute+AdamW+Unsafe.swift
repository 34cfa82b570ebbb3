import CKernels

/// One step of AdamW. (Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019.)
package struct AdamWStep: Hashable, Sendable {
    /// How far values move, about.
    package var rate: Float
    /// How much of the mean gradient, and of the mean squared gradient, is kept.
    package var beta1: Float
    package var beta2: Float
    package var epsilon: Float
    /// What values lose of themselves, times the rate.
    package var decay: Float
    /// What the means are divided by because they began at 0: `1 - beta^step`.
    package var correction1: Float
    package var correction2: Float
    /// What gradients are multiplied by first: below 1 where they are clipped.
    package var gradientScale: Float

    package init(
        rate: Float, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, decay: Float = 0, correction1: Float = 1,
        correction2: Float = 1, gradientScale: Float = 1
    ) {
        self.rate = rate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.decay = decay
        self.correction1 = correction1
        self.correction2 = correction2
        self.gradientScale = gradientScale
    }

    /// The step as the kernels see it.
    var factors: AdamWFactors {
        AdamWFactors(
            rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, decay: decay, correction1: correction1, correction2: correction2,
            gradient_scale: gradientScale)
    }
}

extension Compute {
    /// Moves values against their gradients, in one pass over everything.
    /// - Parameters:
    ///   - first: the running mean of gradients.
    ///   - second: the running mean of their squares.
    package func adamW(value: Tensor, gradient: Tensor, first: Tensor, second: Tensor, _ step: AdamWStep) {
        for other in [gradient, first, second] { requireSameShape(value, other) }
        let factors = step.factors
        forEachRun(of: value.count) { run in
            withUnsafePointer(to: factors) { step in
                let start = run.lowerBound
                kernels.gradients.adam_w(
                    step, gradient.values + start, run.count, value.values + start, first.values + start, second.values + start)
            }
        }
    }

    /// The sum of the squares of all values.
    package func sumOfSquares(_ x: Tensor) -> Double {
        sum(over: x.count, length: 1 << 16) { run in kernels.gradients.sum_of_squares(x.values + run.lowerBound, run.count) }
    }
}
