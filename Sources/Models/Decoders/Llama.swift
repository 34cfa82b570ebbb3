/// The Llama family: Llama 1 to 3.2, Mistral, Qwen2 and Qwen2.5.
///
/// Pre-normalised blocks of grouped-query attention with rotary positions and a SwiGLU feed-forward network. The members
/// differ in what the file says: biases on the query, key and value projections (Qwen2), a tied or separate output head,
/// frequency factors (Llama 3.1 and later), a sliding window (Mistral).
package struct Llama: DecoderDescription {
    private struct Block: Sendable {
        let attentionNorm: Weight
        let queryKeyValue: [Projection]
        let attentionOutput: Projection
        let feedForwardNorm: Weight
        let gateUp: [Projection]
        let down: Projection
    }

    private let embedding: Weight
    private let blocks: [Block]
    private let outputNorm: Weight
    package let outputHead: Weight
    private let epsilon: Float

    package init(configuration: DecoderConfiguration, weights: inout WeightDeclarations) {
        epsilon = configuration.normEpsilon
        embedding = weights.require("token_embd.weight", configuration.vocabulary, configuration.width)
        blocks = (0..<configuration.layers).map { Self.block("blk.\($0).", configuration, &weights) }
        outputNorm = weights.require("output_norm.weight", configuration.width)
        outputHead = weights.optional("output.weight", configuration.vocabulary, configuration.width) ?? embedding
    }

    private static func block(_ name: String, _ configuration: DecoderConfiguration, _ weights: inout WeightDeclarations) -> Block {
        let width = configuration.width, hidden = configuration.feedForwardWidth
        let queries = configuration.heads * configuration.keyDim
        let keys = configuration.keyValueHeads * configuration.keyDim
        let values = configuration.keyValueHeads * configuration.valueDim
        return Block(
            attentionNorm: weights.require(name + "attn_norm.weight", width),
            queryKeyValue: [
                weights.projection(name + "attn_q", outputs: queries, inputs: width),
                weights.projection(name + "attn_k", outputs: keys, inputs: width),
                weights.projection(name + "attn_v", outputs: values, inputs: width),
            ],
            attentionOutput: weights.projection(
                name + "attn_output", outputs: width, inputs: configuration.heads * configuration.valueDim),
            feedForwardNorm: weights.require(name + "ffn_norm.weight", width),
            gateUp: [
                weights.projection(name + "ffn_gate", outputs: hidden, inputs: width),
                weights.projection(name + "ffn_up", outputs: hidden, inputs: width),
            ],
            down: weights.projection(name + "ffn_down", outputs: width, inputs: hidden))
    }

    package func states<Operations: DecoderOperations>(_ operations: inout Operations) throws -> Operations.Activations {
        var x = try operations.embed(embedding)
        for (layer, block) in blocks.enumerated() {
            let attentionInput = try operations.rmsNorm(x, block.attentionNorm, epsilon: epsilon)
            let projected = try operations.project(attentionInput, block.queryKeyValue)
            var attended = try operations.attend(query: projected[0], key: projected[1], value: projected[2], layer: layer)
            if layer == blocks.count - 1 {
                attended = try operations.keepWantedRows(attended)
                x = try operations.keepWantedRows(x)
            }
            try operations.add(operations.project(attended, block.attentionOutput), to: &x)

            let feedForwardInput = try operations.rmsNorm(x, block.feedForwardNorm, epsilon: epsilon)
            let gateUp = try operations.project(feedForwardInput, block.gateUp)
            let hidden = try operations.swiGLU(gate: gateUp[0], up: gateUp[1])
            try operations.add(operations.project(hidden, block.down), to: &x)
        }
        return try operations.rmsNorm(x, outputNorm, epsilon: epsilon)
    }
}
