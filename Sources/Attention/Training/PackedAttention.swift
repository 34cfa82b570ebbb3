import Tensors

/// Attention within sequences that are packed one behind the other, as training computes it: without a cache, and with a gradient.
package struct PackedAttention: Sendable {
    /// The rows of each sequence, in ascending order; rows of none give and get 0.
    package var sequences: [Range<Int>]
    /// Which keys of its sequence a query sees.
    package var pattern: PackedPattern
    package var rule: ScoreRule
    package var keyValueHeads: Int
    /// What products are computed in: float32, or bfloat16 where the processor has tiles for it. Sums are always float32.
    package var precision: StorageType

    package init(
        sequences: [Range<Int>], pattern: PackedPattern = .causal(window: nil), rule: ScoreRule, keyValueHeads: Int,
        precision: StorageType = .f32
    ) {
        precondition(precision == .f32 || precision == .bf16, "attention computed in \(precision)")
        if case .causal(let window?) = pattern { precondition(window > 0, "a window of \(window) tokens") }
        if case .window(let side, let globals) = pattern { precondition(side >= 0 && globals >= 0, "a window of \(side) tokens on a side") }
        precondition(zip(sequences, sequences.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound }, "sequences that overlap")
        self.sequences = sequences
        self.pattern = pattern
        self.rule = rule
        self.keyValueHeads = keyValueHeads
        self.precision = precision
    }

    /// The rows below `rows` that belong to no sequence.
    func gaps(rows: Int) -> [Range<Int>] {
        let starts = [0] + sequences.map(\.upperBound), ends = sequences.map(\.lowerBound) + [rows]
        return zip(starts, ends).filter { $0 < $1 }.map { $0..<$1 }
    }
}

/// The gradients of attention.
package struct PackedAttentionGradient {
    /// `[tokens, queryHeads · keyDim]`.
    package let queries: Tensor
    /// `[tokens, keyValueHeads · keyDim]`, summed over the query heads that share a head.
    package let keys: Tensor
    /// `[tokens, keyValueHeads · valueDim]`, likewise.
    package let values: Tensor
    /// Of the rule's `distanceBiases`: a list per query head.
    package var distanceBiases: [[Float]]?
}
