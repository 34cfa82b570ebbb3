/// Phi-3, Phi-3.5 and Phi-4 (text): Llama's layers with fused projections, partial rotation in some members, and LongRoPE.
/// (Abdin et al., Phi-3 Technical Report, 2024.)
package enum Phi3: DecoderFamily {
    package static let architectures = ["phi3"]
    package static let huggingFace = HuggingFaceDialect(modelTypes: ["phi3": "phi3"])

    package static func block(_ layer: inout LayerBuilder) throws(ModelError) -> DecoderBlock { try Llama.block(&layer) }
}
