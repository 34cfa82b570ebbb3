import Positions

/// The Llama family: Llama 1 to 3.3, Mistral, SmolLM, and Mixtral with its experts.
///
/// Pre-normalised blocks of grouped-query attention with rotary positions and a SwiGLU feed-forward network. The members differ in
/// what the file says: a tied or separate output head, frequency factors (Llama 3.1 and later), a sliding window (Mistral), biases.
package enum Llama: DecoderFamily {
    package static let architectures = ["llama"]
    package static let rotaryLayout = Rotary.Layout.interleaved

    package static func block(_ layer: inout LayerBuilder) throws(ModelError) -> DecoderBlock {
        var attention = layer.attention()
        attention.window = try layer.window()
        return DecoderBlock(
            attentionNorm: layer.rmsNorm("attn_norm"), attention: attention, feedForwardNorm: layer.rmsNorm("ffn_norm"),
            feedForward: layer.has("ffn_gate_inp.weight")
                ? try layer.experts(.softmaxOverAll(normalised: true)) : try layer.gatedFeedForward())
    }
}
