import ModelFiles
import Positions

/// A family of encoders, described in one small file: what its layers are made of, under GGUF's names, and what stands around them.
package protocol EncoderFamily: Sendable {
    /// The architectures that GGUF files name so.
    static var architectures: [String] { get }

    /// Whether llama.cpp and its converter know them too, so that folders become such files.
    static var isPublished: Bool { get }

    /// How Hugging Face folders of the family say what its GGUF files say.
    static var huggingFace: HuggingFaceDialect { get }

    /// How its models for classifying texts end; nil: they are not known.
    static var head: EncoderHead? { get }

    /// Declares the weights of one layer and says how they are put together.
    static func layer(_ layer: inout LayerBuilder) throws(ModelError) -> EncoderLayer

    /// The same for what stands before and behind the layers.
    static func ends(_ model: inout EncoderEndsBuilder) throws(ModelError) -> EncoderEnds
}

extension EncoderFamily {
    package static var isPublished: Bool { true }
    package static var head: EncoderHead? { nil }

    /// The whole description, and what it asks of the model's tensors.
    package static func describe(
        _ configuration: DecoderConfiguration, source: any ModelSource
    ) throws(ModelError) -> (description: EncoderDescription, weights: WeightDeclarations) {
        let keys = ModelKeys(source)
        var model = EncoderEndsBuilder(
            configuration: configuration, source: source, weights: WeightDeclarations { source.tensor($0) != nil })
        let ends = try ends(&model)
        var layers: [EncoderLayer] = [], weights = model.weights
        for index in 0..<configuration.layers {
            var builder = LayerBuilder(index: index, configuration: configuration, keys: keys, weights: weights)
            layers.append(try layer(&builder))
            weights = builder.weights
        }
        return (EncoderDescription(ends: ends, layers: layers), weights)
    }
}

/// Declares what stands before and behind an encoder's layers.
package struct EncoderEndsBuilder {
    package let configuration: DecoderConfiguration
    let source: any ModelSource
    package var weights: WeightDeclarations

    /// The embedding, the vector of a first text's tokens and the norm of their sum, each of the latter if the model has it.
    package mutating func ends() throws(ModelError) -> EncoderEnds {
        EncoderEnds(
            embedding: weights.matrix("token_embd.weight", rows: configuration.vocabulary, columns: configuration.width),
            tokenTypes: try tokenType(0), secondTokenTypes: try tokenType(1), embeddingNorm: optionalNorm("token_embd_norm"))
    }

    /// A learned vector for each position of the window.
    package mutating func positions() -> Weight {
        weights.matrix("position_embd.weight", rows: configuration.contextLength, columns: configuration.width)
    }

    /// The same, if the model has them.
    package mutating func optionalPositions() -> Weight? { weights.has("position_embd.weight") ? positions() : nil }

    /// A layer norm, if the model has it.
    package mutating func optionalNorm(_ name: String) -> Norm? {
        weights.has(name + ".weight") ? weights.norm(.layer, name, [configuration.width], epsilon: configuration.normEpsilon) : nil
    }

    /// A row of the table of token types, if it is there: a text that is read by itself is a first text always.
    private mutating func tokenType(_ type: Int) throws(ModelError) -> Weight? {
        let name = "token_types.weight", width = configuration.width
        guard let table = source.tensor(name) else { return nil }
        guard table.rows >= 1, table.columns == width, table.shape.count <= 2 else {
            throw .wrongShape(tensor: name, shape: table.shape, expected: [2, width], file: source.path)
        }
        return table.rows > type ? weights.numbers(name, table.shape, part: type * width..<(type + 1) * width) : nil
    }
}
