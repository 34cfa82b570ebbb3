import Attention
import Positions

/// The sizes of an encoder that is trained from nothing to tell texts apart, and of the head on it.
package struct ClassifierShape: Hashable, Sendable {
    /// How the states of a text become one.
    package enum Pooling: String, Sendable, CaseIterable {
        /// That of its first token, which the caller puts before the text.
        case first
        case mean
        /// They do not: each token whose target counts has a class of its own.
        case each
    }

    /// How a token knows where it stands.
    package enum Positions: String, Sendable, CaseIterable {
        /// Sines of many wavelengths, which stay as they are. (Vaswani et al., Attention Is All You Need, 2017.)
        case sines
        /// They begin as sines and are trained.
        case learned
        /// It does not, but for what its attention tells it. (Kazemnejad et al., The Impact of Positional Encoding on Length Generalization in
        /// Transformers, 2023.)
        case none
        /// A quarter of each head's dimensions turn. (Su et al., RoFormer, 2021.)
        case rotary
        /// Scores fall with distance. (Press et al., Train Short, Test Long, 2021.)
        case alibi
        /// Scores change by what was learned for the bucket of a distance, the same in all layers. (Raffel et al., 2020.)
        case t5

        /// Whether there is a vector for each position.
        var isTable: Bool { self == .sines || self == .learned }
    }

    /// Token ids, the one before a text included.
    package var vocabulary: Int
    package var classes: Int
    package var layers: Int
    package var width: Int
    package var heads: Int
    /// Of a head.
    package var headDim: Int
    /// Of the feed-forward networks, and of the layer between the pooled state and the classes.
    package var feedForward: Int
    /// Tokens of the longest text.
    package var context: Int
    package var pooling: Pooling
    package var positions: Positions
    /// Texts that are told apart together; the head sees the states of all.
    package var textsPerExample: Int
    /// Whether scores are divided by the root of `headDim`; T5's are not.
    package var scalesScores = true

    package init(
        vocabulary: Int, classes: Int, layers: Int, width: Int, heads: Int, headDim: Int, feedForward: Int, context: Int,
        pooling: Pooling = .first, positions: Positions = .sines, textsPerExample: Int = 1
    ) {
        self.vocabulary = vocabulary
        self.classes = classes
        self.layers = layers
        self.width = width
        self.heads = heads
        self.headDim = headDim
        self.feedForward = feedForward
        self.context = context
        self.pooling = pooling
        self.positions = positions
        self.textsPerExample = textsPerExample
    }
}

/// What the tokens of a classifier's encoder see of their text, in all layers.
package enum ClassifierAttention: Hashable, Sendable, CustomStringConvertible {
    case full
    /// So many tokens on either side.
    case local(side: Int)
    /// The same, and the first token, which sees all. (Beltagy et al., Longformer, 2020.)
    case longformer(side: Int)
    /// Blocks of 64: the own one, its neighbours, the first, the last and some by chance. (Zaheer et al., Big Bird, 2020.)
    case bigBird(random: Int)
    /// All, without a softmax. (Katharopoulos et al., Transformers are RNNs, 2020.)
    case linear
    /// All up to its own: a decoder, which is none of `forms`, since whole texts are not told apart so.
    case causal

    /// The forms in which they are named.
    package static let forms = "full, local:SIDE, longformer:SIDE, bigbird:RANDOM, linear"

    /// Nil for a name that is none of `forms`.
    package init?(_ name: String) {
        let parts = name.split(separator: ":", omittingEmptySubsequences: false), number = parts.count == 2 ? Int(parts[1]) : nil
        switch (parts[0], parts.count, number) {
        case ("full", 1, _): self = .full
        case ("linear", 1, _): self = .linear
        case ("local", 2, let side?) where (0...1 << 24).contains(side): self = .local(side: side)
        case ("longformer", 2, let side?) where (0...1 << 24).contains(side): self = .longformer(side: side)
        case ("bigbird", 2, let random?) where (0...1 << 16).contains(random): self = .bigBird(random: random)
        default: return nil
        }
    }

    package var description: String {
        switch self {
        case .full: "full"
        case .local(let side): "local:\(side)"
        case .longformer(let side): "longformer:\(side)"
        case .bigBird(let random): "bigbird:\(random)"
        case .linear: "linear"
        case .causal: "causal"
        }
    }

    var reach: TrainingContext.Reach {
        switch self {
        case .full: .pattern(.whole)
        case .local(let side): .pattern(.window(side: side, globals: 0))
        case .longformer(let side): .pattern(.window(side: side, globals: 1))
        case .bigBird(let random): .pattern(.blocks(random: random, seed: Self.blockSeed))
        case .linear: .linear
        case .causal: .causal
        }
    }

    /// Of the blocks that are drawn by chance, which are the same in training and when the model is used.
    private static let blockSeed: UInt64 = 0xB16_B12D
}

extension ClassifierShape {
    var rotary: Rotary {
        guard positions == .rotary else { return .none(headDim: headDim) }
        let geometry = RotaryGeometry(
            headDim: headDim, rotaryDim: headDim / 8 * 2, layout: .interleaved, base: 10_000, trainedLength: context)
        return ModelPositions().rotary(for: geometry, length: context)
    }

    /// What happens to scores besides what learned numbers add.
    func rule(_ rule: ScoreRule) -> ScoreRule {
        var rule = rule
        if !scalesScores { rule.scale = 1 }
        if positions == .alibi { rule.slopes = ALiBi.slopes(heads: heads) }
        return rule
    }
}
