import Tensors

/// Changes parameters by their gradients.
package protocol Optimizer: AnyObject {
    /// What it remembers from step to step, by name: with these and the number of the step it goes on exactly where it was.
    var memory: [NamedTensor] { get }

    /// Changes the values of its parameters.
    /// - Parameters:
    ///   - number: of the step; the first is 1.
    ///   - rate: the learning rate.
    ///   - gradientScale: what gradients are multiplied by first.
    func step(_ number: Int, rate: Double, gradientScale: Double)
}

/// A tensor and what it is called in files.
package typealias NamedTensor = (name: String, tensor: Tensor)

/// The gradient of all parameters together.
package enum WholeGradient {
    /// Its Euclidean norm; the order of the sum is fixed.
    package static func norm(of parameters: ParameterSet, compute: Compute) -> Double {
        parameters.reduce(0) { $0 + compute.sumOfSquares($1.gradient) }.squareRoot()
    }

    /// What a gradient is multiplied by so that it is not longer than `limit`; nil: it may have any length. (Pascanu, Mikolov and Bengio,
    /// On the Difficulty of Training Recurrent Neural Networks, 2013.)
    package static func scale(norm: Double, limit: Double?) -> Double {
        guard let limit, norm > limit else { return 1 }
        return limit / norm
    }
}
