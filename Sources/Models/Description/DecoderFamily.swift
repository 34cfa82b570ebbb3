import Positions

/// A family of decoders, described in one small file: what its layers are made of, under GGUF's names, and what stands around them.
package protocol DecoderFamily: Sendable {
    /// The architectures that GGUF files name so.
    static var architectures: [String] { get }

    /// How query and key rows lie in GGUF files: most have rotation pairs half a head apart, those of the Llama family side by side.
    static var rotaryLayout: Rotary.Layout { get }

    /// How Hugging Face folders of the family say what its GGUF files say.
    static var huggingFace: HuggingFaceDialect { get }

    /// Declares the weights of one layer and says how they are put together.
    static func block(_ layer: inout LayerBuilder) throws(ModelError) -> DecoderBlock

    /// The same for embedding, output norm and head.
    static func ends(_ model: inout EndsBuilder) throws(ModelError) -> DecoderEnds
}

extension DecoderFamily {
    package static var rotaryLayout: Rotary.Layout { .halves }

    package static func ends(_ model: inout EndsBuilder) throws(ModelError) -> DecoderEnds { model.ends() }

    /// The whole description.
    static func describe(
        _ configuration: DecoderConfiguration, keys: ModelKeys, weights: inout WeightDeclarations
    ) throws(ModelError) -> DecoderDescription {
        var model = EndsBuilder(configuration: configuration, keys: keys, weights: weights)
        let ends = try ends(&model)
        weights = model.weights
        var blocks: [DecoderBlock] = []
        for index in 0..<configuration.layers {
            var layer = LayerBuilder(index: index, configuration: configuration, keys: keys, weights: weights)
            blocks.append(try block(&layer))
            weights = layer.weights
        }
        return DecoderDescription(ends: ends, blocks: blocks)
    }
}

/// Declares what stands before and behind the layers.
package struct EndsBuilder {
    package let configuration: DecoderConfiguration
    package let keys: ModelKeys
    package var weights: WeightDeclarations

    /// Embedding, a root mean square norm and a head, which may be the embedding again.
    package mutating func ends(norm kind: Norm.Kind = .rootMeanSquare) -> DecoderEnds {
        let vocabulary = configuration.vocabulary, width = configuration.width
        let embedding = weights.matrix("token_embd.weight", rows: vocabulary, columns: width)
        return DecoderEnds(
            embedding: embedding, outputNorm: weights.norm(kind, "output_norm", [width], epsilon: configuration.normEpsilon),
            head: weights.has("output.weight") ? weights.matrix("output.weight", rows: vocabulary, columns: width) : embedding)
    }
}

extension WeightDeclarations {
    /// Declares a norm: `NAME.weight` and, of a layer norm that has one, `NAME.bias`.
    mutating func norm(_ kind: Norm.Kind, _ name: String, _ shape: [Int], epsilon: Float) -> Norm {
        Norm(
            kind: kind, weight: numbers(name + ".weight", shape),
            bias: kind == .layer ? optionalNumbers(name + ".bias", shape) : nil, epsilon: epsilon)
    }
}
