import CKernels

/// The function between two layers of a feed-forward network.
package enum Activation: String, CaseIterable, Sendable {
    /// `x · sigmoid(x)`.
    case silu
    /// `x · (1 + erf(x / √2)) / 2`.
    case gelu
    /// The same by a hyperbolic tangent.
    case geluTanh
    /// `x · sigmoid(1.702 x)`.
    case geluQuick
    /// `max(x, 0)`.
    case relu

    var function: ActivationFunction {
        switch self {
        case .silu: ACTIVATION_SILU
        case .gelu: ACTIVATION_GELU
        case .geluTanh: ACTIVATION_GELU_TANH
        case .geluQuick: ACTIVATION_GELU_QUICK
        case .relu: ACTIVATION_RELU
        }
    }
}

/// How one projection opens and closes another, element by element. (Shazeer, GLU Variants Improve Transformer, 2020.)
package enum GatedActivation: Hashable, Sendable {
    /// `f(gate) · up`.
    case plain(Activation)
    /// `g · sigmoid(slope · g) · (u + 1)`, where `g` is the gate, at most `limit`, and `u` is `up`, kept within ±`limit` (gpt-oss).
    case clamped(limit: Float, slope: Float)
}
