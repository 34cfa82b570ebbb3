/// Qwen2 and Qwen2.5: Llama's layers with biases on queries, keys and values, which the file holds.
package enum Qwen2: DecoderFamily {
    package static let architectures = ["qwen2"]
    package static let huggingFace = HuggingFaceDialect(modelTypes: ["qwen2": "qwen2"])

    package static func block(_ layer: inout LayerBuilder) throws(ModelError) -> DecoderBlock { try Llama.block(&layer) }
}
