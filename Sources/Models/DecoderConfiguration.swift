import ModelFiles
import Positions

/// The sizes and constants that all decoders have, as a model's files state them. What only some families have they read themselves.
package struct DecoderConfiguration: Sendable {
    package let architecture: String
    package let layers: Int
    /// Length of the residual stream.
    package let width: Int
    package let heads: Int
    package let keyValueHeads: Int
    package let keyDim: Int
    package let valueDim: Int
    package let feedForwardWidth: Int
    package let vocabulary: Int
    /// The window that the model was trained for, in tokens.
    package let contextLength: Int
    package let normEpsilon: Float
    /// How queries and keys turn, where they do.
    package let rotation: LayerRotation
    /// Distance that a layer with a window lets a query look back, its own token included; `nil` for all.
    package let slidingWindow: Int?

    private static let largestHead = 256

    /// Query heads that share one key/value head.
    package var group: Int { heads / keyValueHeads }

    /// - Throws: `ModelError` for a missing key or sizes that do not fit together.
    package init(_ source: any ModelSource, rotaryLayout: Rotary.Layout) throws {
        let keys = ModelKeys(source)
        architecture = keys.architecture
        vocabulary = try Self.vocabulary(of: source)
        layers = try keys.size("block_count")
        width = try keys.size("embedding_length")
        heads = try keys.size("attention.head_count")
        keyValueHeads = try keys.size("attention.head_count_kv", default: heads)
        keyDim = try keys.size("attention.key_length", default: max(1, width / heads))
        valueDim = try keys.size("attention.value_length", default: keyDim)
        feedForwardWidth = try keys.size("feed_forward_length")
        contextLength = try keys.size("context_length", limit: 1 << 30)
        normEpsilon = try Self.normEpsilon(keys)
        slidingWindow = try keys.optionalSize("attention.sliding_window")
        try keys.require(layers <= source.tensors.count, "block_count", "there are only \(source.tensors.count) tensors")
        try keys.require(heads.isMultiple(of: keyValueHeads), "attention.head_count_kv", "it must divide the head count \(heads)")
        for (name, dimensions) in [("attention.key_length", keyDim), ("attention.value_length", valueDim)] {
            try keys.require(
                dimensions <= Self.largestHead, name, "heads of \(dimensions) dimensions, more than \(Self.largestHead), are not supported")
        }
        rotation = try LayerRotation(keys, source: source, headDim: keyDim, trainedLength: contextLength, layout: rotaryLayout)
    }

    /// Root mean square norms and layer norms have keys of their own; no decoder mixes them.
    private static func normEpsilon(_ keys: ModelKeys) throws(ModelError) -> Float {
        let layerNorm = try keys.number("attention.layer_norm_epsilon", default: 1e-5, in: 0...1)
        return Float(try keys.number("attention.layer_norm_rms_epsilon", default: layerNorm, in: 0...1))
    }

    /// Rows of the embedding table.
    private static func vocabulary(of source: any ModelSource) throws(ModelError) -> Int {
        guard let table = source.tensor("token_embd.weight") else { throw .missingTensor("token_embd.weight", file: source.path) }
        guard table.shape.count == 2 else {
            throw .badValues(tensor: table.name, file: source.path, reason: "it has \(table.shape.count) dimensions instead of 2")
        }
        return table.shape[0]
    }
}
