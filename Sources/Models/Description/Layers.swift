import Attention
import Tensors

/// A linear layer: a matrix `[outputs, inputs]` and, in some models, a bias `[outputs]`.
package struct Projection: Sendable {
    package let weight: Weight
    package let bias: Weight?
}

/// A normalisation of rows, or of the heads within them.
package struct Norm: Sendable {
    package enum Kind: Sendable {
        /// `x / rms(x) · weight`.
        case rootMeanSquare
        /// `(x - mean) / deviation · weight + bias`.
        case layer
    }

    package let kind: Kind
    /// `[width]` of a row or a head, or a row of its own for each head: `[heads, headDim]`.
    package let weight: Weight
    package let bias: Weight?
    package let epsilon: Float
}

/// Attention of one layer.
package struct AttentionLayer: Sendable {
    /// Queries, keys and values, in this order.
    package var projections: [Projection]
    package var output: Projection
    /// What queries and keys go through before they are rotated.
    package var queryNorm: Norm?
    package var keyNorm: Norm?
    /// What queries, keys and values are kept within, where the model says so.
    package var limit: Float?
    /// How queries and keys turn; `nil` where positions come by other ways, or not at all.
    package var rotation: LayerRotation?
    /// How many keys a query sees, its own included; `nil` for all.
    package var window: Int?
    /// All but the sink logits, which are a weight.
    package var rule: ScoreRule
    /// A logit for each head that takes part in the softmax without a value: `[heads]`.
    package var sinks: Weight?
    /// What is added to scores by the bucket that a distance falls into: `[buckets, heads]`, for keys on either side a half of the buckets.
    package var distanceBiases: Weight?
}

/// What each position goes through by itself.
package enum FeedForward: Sendable {
    /// `down(f(gate(x), up(x)))`.
    case gated(gate: Projection, up: Projection, down: Projection, GatedActivation)
    /// `down(f(up(x)))`.
    case plain(up: Projection, down: Projection, Activation)
    /// A few of many gated networks, chosen for each position.
    case experts(ExpertLayer)
}

/// Gated feed-forward networks of which a router picks some for each position.
package struct ExpertLayer: Sendable {
    /// How the router's logits become the weights of the chosen experts.
    package enum Routing: Sendable {
        /// A softmax over all experts; the weights of the chosen ones are divided by their sum, or left.
        case softmaxOverAll(normalised: Bool)
        /// A softmax over the chosen ones.
        case softmaxOverChosen
    }

    /// The matrices of all experts, and their biases `[experts, outputs]`.
    package struct Stack: Sendable {
        package let weights: Weight
        package let biases: Weight?
    }

    package let router: Projection
    package let gate: Stack
    package let up: Stack
    package let down: Stack
    /// How many experts a position uses.
    package let used: Int
    package let routing: Routing
    package let activation: GatedActivation
}
