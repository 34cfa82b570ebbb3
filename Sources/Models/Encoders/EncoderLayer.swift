import Attention

/// One layer of an encoder: the parts of a decoder's, and which of its text each token sees; or convolutions.
package struct EncoderLayer: Sendable {
    package enum Body: Sendable {
        case attention(DecoderBlock)
        case convolution(ConvolutionLayer)
    }

    package let body: Body
    package var pattern: AttentionPattern
    /// Queries, keys and values of global tokens, in this order, in models where these have projections of their own: for a global token's own
    /// attention to all of the text.
    package var globalProjections: [Projection]?

    init(_ block: DecoderBlock, pattern: AttentionPattern = .whole, globalProjections: [Projection]? = nil) {
        body = .attention(block)
        self.pattern = pattern
        self.globalProjections = globalProjections
    }

    init(_ convolution: ConvolutionLayer) {
        body = .convolution(convolution)
        pattern = .whole
    }

    /// How tokens attend to one another; nil where they do not.
    package var attention: AttentionLayer? {
        if case .attention(let block) = body { block.attention } else { nil }
    }

    /// Runs the layer on the states `x`, `[tokens, width]`.
    func run<Operations: TextOperations>(
        _ x: inout Operations.Activations, layer: Int, isLast: Bool, _ operations: inout Operations
    ) throws {
        switch body {
        case .attention(let block): try block.run(&x, layer: layer, isLast: isLast, &operations)
        case .convolution(let convolution): try operations.convolve(&x, convolution, isLast: isLast)
        }
    }
}

/// Which of its text each token of a layer sees.
package enum AttentionPattern: Hashable, Sendable {
    /// All of it.
    case whole
    /// So many tokens on either side of its own, and those that are global.
    /// (Beltagy et al., Longformer: The Long-Document Transformer, 2020.)
    case window(side: Int)
    /// Blocks: the own one and its neighbours, the first and the last, and some for chance.
    case blocks(BlockPattern)

    /// Most queries that share a plan, which begin at multiples of it; nil: all.
    var queriesPerPlan: Int? {
        guard case .blocks(let pattern) = self else { return nil }
        return pattern.block
    }

    /// What some queries of a text see.
    /// - Parameter globals: how many tokens, the first ones, all see.
    func plan(queries: Range<Int>, tokens: Int, globals: Int) -> AttentionPlan {
        switch self {
        case .whole: return AttentionPlan([KeySpan(0..<tokens, band: .everything)])
        case .window(let side):
            let near = KeySpan(globals..<tokens, band: Band(lowest: -side, highest: side))
            return AttentionPlan(globals > 0 ? [KeySpan(0..<globals, band: .everything), near] : [near])
        case .blocks(let pattern): return pattern.plan(queries: queries, tokens: tokens)
        }
    }
}

/// BigBird's pattern, as published checkpoints are run: a token sees its own block and both neighbours, and the first and the last block, which see
/// everything. The random blocks of training are the first block when the model is used, which so counts once more for each of them. Short texts
/// are seen whole. (Zaheer et al., Big Bird: Transformers for Longer Sequences, 2020.)
package struct BlockPattern: Hashable, Sendable {
    /// Tokens of a block.
    package let block: Int
    /// Random blocks in training.
    package let random: Int

    /// The longest text that is seen whole.
    var longestWhole: Int { (5 + 2 * random) * block }

    func plan(queries: Range<Int>, tokens: Int) -> AttentionPlan {
        let last = (tokens - 1) / block, own = queries.lowerBound / block
        func span(_ blocks: ClosedRange<Int>) -> KeySpan {
            KeySpan(blocks.lowerBound * block..<min(tokens, (blocks.upperBound + 1) * block), band: .everything)
        }
        guard tokens > longestWhole, own > 0, own < last else { return AttentionPlan([span(0...last)]) }
        // What several spans show counts several times.
        let first = Array(repeating: span(0...0), count: 1 + random)
        return AttentionPlan(first + [span(max(1, own - 1)...min(last - 1, own + 1)), span(last...last)])
    }
}
