import Foundation
import Models

/// How much memory a training takes, about, so that one that cannot fit is refused before it begins.
struct TrainingMemory: Hashable {
    /// Masters, gradients, moments, averages and copies in the numbers that products are computed with.
    let weightBytes: Int
    /// What the way back needs of the way there, for one part of a batch.
    let activationBytes: Int
    /// Tokens of that part.
    let tokens: Int

    var byteCount: Int { Self.sum(weightBytes, activationBytes) }

    /// - Parameters:
    ///   - numbers: of all weights that are trained.
    ///   - copies: of each number in float32: master, gradient, moments, average.
    ///   - tokens: the most that are gone through at once.
    ///   - network: numbers of each token in the feed-forward network of a layer, or in the experts that it is sent to.
    init(numbers: Int, copies: Int, tokens: Int, _ configuration: DecoderConfiguration, network: Int, recomputes: Bool) {
        // Beside the copies in float32 there are two in bfloat16, one of them with rows as columns.
        weightBytes = Self.product(numbers, (copies + 1) * MemoryLayout<Float>.size)
        self.tokens = tokens
        let ofLayer = Self.sum(Self.numbersOfAttention(configuration), network)
        // Recomputing keeps the input of each layer and, while it is gone back through, all of one.
        let kept = recomputes ? configuration.layers * configuration.width + ofLayer : Self.product(configuration.layers, ofLayer)
        activationBytes = Self.product(Self.product(tokens, kept), MemoryLayout<Float>.size)
    }

    /// Of each token: states before and behind both norms and both additions, queries, what attention found, keys and values.
    private static func numbersOfAttention(_ configuration: DecoderConfiguration) -> Int {
        let queries = configuration.heads * (configuration.keyDim + configuration.valueDim)
        let keysAndValues = configuration.keyValueHeads * (configuration.keyDim + configuration.valueDim)
        return 6 * configuration.width + queries + keysAndValues
    }

    /// Of each token, in the widest layer: the inner numbers of the feed-forward network before and behind its gate; of experts those of
    /// each that is used, and what went into it and came out.
    static func numbersOfNetwork(_ description: DecoderDescription, _ weights: WeightDeclarations, _ configuration: DecoderConfiguration)
        -> Int
    {
        description.blocks.map { block in
            guard case .experts(let layer) = block.feedForward else { return product(3, configuration.feedForwardWidth) }
            let inner = weights.declarations[layer.up.weights.index].shape[1]
            return product(layer.used, sum(product(3, inner), product(2, configuration.width)))
        }.max() ?? 0
    }

    // Sizes come from files and recipes: what is beyond all numbers is beyond all memory, too.
    private static func product(_ one: Int, _ other: Int) -> Int {
        let (product, isTooLarge) = one.multipliedReportingOverflow(by: other)
        return isTooLarge ? .max : product
    }

    private static func sum(_ one: Int, _ other: Int) -> Int {
        let (sum, isTooLarge) = one.addingReportingOverflow(other)
        return isTooLarge ? .max : sum
    }
}
