import Foundation
import Tensors

/// The constants of AdamW.
package struct AdamWOptions: Hashable, Sendable {
    /// How much of the mean gradient stays from step to step.
    package var firstDecay = 0.9
    /// The same of the mean squared gradient.
    package var secondDecay = 0.95
    package var epsilon = 1e-8
    /// How much matrices shrink in a step, times the learning rate; norms and biases do not.
    package var weightDecay = 0.1

    package init() {}
}

/// Adam with a decay of the weights that does not pass through its moments. (Loshchilov and Hutter, Decoupled Weight Decay
/// Regularization, 2019.)
package final class AdamW: Optimizer {
    /// A parameter and the running means of its gradient and of the gradient's square.
    private struct Trained {
        let parameter: Parameter
        let first: Tensor
        let second: Tensor

        init(_ parameter: Parameter) {
            self.parameter = parameter
            first = Tensor(rows: parameter.value.rows, columns: parameter.value.columns)
            second = Tensor(rows: parameter.value.rows, columns: parameter.value.columns)
        }
    }

    private let options: AdamWOptions
    private let compute: Compute
    private let trained: [Trained]

    package init(_ parameters: [Parameter], options: AdamWOptions = AdamWOptions(), compute: Compute) {
        self.options = options
        self.compute = compute
        trained = parameters.map(Trained.init)
    }

    package var memory: [NamedTensor] {
        trained.flatMap { [($0.parameter.name + ".first", $0.first), ($0.parameter.name + ".second", $0.second)] }
    }

    package func step(_ number: Int, rate: Double, gradientScale: Double) {
        for trained in trained {
            let parameter = trained.parameter
            let step = AdamWStep(
                rate: Float(rate), beta1: Float(options.firstDecay), beta2: Float(options.secondDecay), epsilon: Float(options.epsilon),
                decay: parameter.decays ? Float(options.weightDecay) : 0,
                correction1: Float(1 - pow(options.firstDecay, Double(number))),
                correction2: Float(1 - pow(options.secondDecay, Double(number))), gradientScale: Float(gradientScale))
            compute.adamW(value: parameter.value, gradient: parameter.gradient, first: trained.first, second: trained.second, step)
        }
    }
}
