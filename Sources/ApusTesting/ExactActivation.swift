import Foundation
import Tensors

extension Activation {
    /// The function in double precision.
    package func exact(_ x: Double) -> Double {
        switch self {
        case .silu: x / (1 + exp(-x))
        case .gelu: 0.5 * x * erfc(-x / 2.0.squareRoot())
        case .geluTanh: 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
        case .geluQuick: x / (1 + exp(-1.702 * x))
        case .relu: max(x, 0)
        }
    }
}
