import Tensors

/// How a decoder is trained, apart from what the optimizer does.
package struct TrainingOptions: Sendable, Hashable {
    /// In which numbers products are computed. Masters, norms, rotation and sums are float32 in any case.
    package enum Precision: String, Sendable, CaseIterable, Codable {
        case float32, bfloat16

        /// How the numbers are stored.
        var type: StorageType { self == .bfloat16 ? .bf16 : .f32 }
    }

    package var precision: Precision
    /// Keeps only the input of each layer and runs the layer again on the way back: a third more work for much less memory, and the
    /// same bits.
    package var recomputesActivations: Bool
    /// Trains small additions to linear layers and leaves the model's own weights as they are.
    package var adapters: LoRAOptions?
    /// The names of tensors that stay as they are.
    package var frozen: Set<String>

    package init(
        precision: Precision = .bfloat16, recomputesActivations: Bool = false, adapters: LoRAOptions? = nil, frozen: Set<String> = []
    ) {
        self.precision = precision
        self.recomputesActivations = recomputesActivations
        self.adapters = adapters
        self.frozen = frozen
    }
}

/// Low-rank adapters: a linear layer `W` becomes `W + alpha / rank · B · A`, of which only `A` and `B` are trained.
/// (Hu et al., LoRA: Low-Rank Adaptation of Large Language Models, 2021.)
package struct LoRAOptions: Sendable, Hashable {
    /// Rows of A and columns of B.
    package var rank: Int
    package var alpha: Float
    /// The linear layers of blocks that get adapters, by pieces of GGUF's names such as "attn_q" or "ffn_up"; `nil` for all.
    package var targets: [String]?
    /// Of the generator that draws A; B begins at zero, so that nothing changes at first.
    package var seed: UInt64

    package init(rank: Int = 8, alpha: Float = 16, targets: [String]? = nil, seed: UInt64 = 1) {
        self.rank = rank
        self.alpha = alpha
        self.targets = targets
        self.seed = seed
    }

    /// The factor of the product of B and A.
    package var scale: Float { alpha / Float(rank) }
}
