import ModelFiles

/// M2-BERT: no attention, but long convolutions, and texts filled up with a padding token to the whole window, as it was trained.
/// (Saad-Falcon et al., Benchmarking and Building Long-Context Retrieval Models with LoCo and M2-BERT, 2024.)
package enum M2BERT: EncoderFamily {
    package static let architectures = ["m2-bert"]
    package static let isPublished = false

    private static let mixer = "encoder.layer.#.attention."
    /// A filter's name in folders, and in files.
    private static let filters = [("filter_fn", "mix_filter"), ("filter_fn2", "mix_skip")]
    /// A filter's networks have so many layers, numbered from 0 by twos.
    private static let filterLayers = 4

    package static let huggingFace = HuggingFaceDialect(
        modelTypes: ["m2_bert": "m2-bert"],
        defaults: [
            "layer_norm_eps": 1e-12, "monarch_mlp_nblocks": 4, "hyena_filter_order": 64, "hyena_emb_dim": 5, "hyena_w_mod": 1,
            "num_attention_heads": 1, "pad_token_id": 0,
        ],
        tensors: BERT.tensorNames.merging([
            "pooler.dense": "pooler",
            mixer + "in_linear": "blk.#.mix_in",
            mixer + "short_filter": "blk.#.mix_short",
            mixer + "out_linear": "blk.#.mix_out",
            mixer + "filter_fn": "blk.#.mix_filter",
            mixer + "filter_fn2": "blk.#.mix_skip",
            "encoder.layer.#.mlp.gated_layers": "blk.#.ffn_up",
            "encoder.layer.#.mlp.wo": "blk.#.ffn_down",
            "encoder.layer.#.mlp.layernorm": "blk.#.layer_output_norm",
        ]) { $1 }, adjust: adjust)

    private static func adjust(_ model: inout HuggingFaceTranslation) throws {
        let needed = ["monarch_mixer_sequence_mixing", "use_monarch_mlp", "residual_long_conv", "use_positional_encodings"]
        for setting in needed where try model.config.flag(setting) != true {
            try model.config.refuse(setting, "only models with it are supported")
        }
        for setting in ["bidirectional", "use_glu_mlp"] where try model.config.flag(setting) == false {
            try model.config.refuse(setting, "only models with it are supported")
        }
        for setting in ["hyena_training_additions", "attention_pooling", "expand_positional_embeddings"]
        where try model.config.flag(setting) == true {
            try model.config.refuse(setting, "this variant of M2-BERT is not supported")
        }
        guard try model.config.number("hyena_w_mod") == 1 else { try model.config.refuse("hyena_w_mod", "only 1 is supported") }
        let window = try model.config.require(try model.config.size("max_position_embeddings"), "max_position_embeddings")
        guard try model.config.size("long_conv_l_max") ?? window == window else {
            try model.config.refuse("long_conv_l_max", "it must be the number of positions, \(window)")
        }
        model.set("convolution.feature_count", try model.config.size("hyena_emb_dim"))
        model.set("convolution.filter_length", try model.config.size("hyena_filter_order"))
        model.set("feed_forward_block_count", try model.config.size("monarch_mlp_nblocks"))
        model.set("padding_token_id", try model.config.size("pad_token_id"))
        // The numbers are those that GGUF files have for means and for the first token.
        model.set("pooling_type", try model.config.flag("pool_all") == true ? 1 : 2)
        for (own, name) in filters { try nameFilter(own, name, &model) }
    }

    /// What has two numbers in its name, or does not end as weights do.
    private static func nameFilter(_ own: String, _ name: String, _ model: inout HuggingFaceTranslation) throws {
        func add(_ tensor: FolderTensor, _ target: String) {
            guard let type = tensor.weightType else { return }
            model.add(TensorRecipe(target, viewing: tensor, as: type))
        }
        for (part, target) in [("pos_emb.z", "features"), ("pos_emb.t", "times"), ("modulation.deltas", "decays")] {
            for (layer, tensor) in model.tensors(mixer + own + "." + part) { add(tensor, "blk.\(layer).\(name).\(target)") }
        }
        for (network, target) in [("implicit_filter", "forward"), ("implicit_filter_rev", "backward")] {
            // The same frequencies stand under several names.
            for (layer, tensor) in model.tensors(mixer + own + "." + network + ".#.freq") {
                add(tensor, "blk.\(layer).\(name).frequency")
            }
            for (layer, tensor) in model.tensors(mixer + own + "." + network + ".#") {
                let parsed = TensorNames.parse(tensor.name)
                add(tensor, "blk.\(layer).\(name).\(target).\((parsed.numbers.last ?? 0) / 2)\(parsed.suffix)")
            }
        }
    }

    package static func ends(_ model: inout EncoderEndsBuilder) throws(ModelError) -> EncoderEnds {
        var ends = try BERT.ends(&model)
        let width = model.configuration.width, keys = ModelKeys(model.source)
        let last = Double(model.configuration.vocabulary - 1)
        ends.padding = Int32(clamping: Int(try keys.number("padding_token_id", default: 0, in: 0...last)))
        if model.weights.has("pooler.weight") { ends.pooler = model.weights.projection("pooler", outputs: width, inputs: width) }
        return ends
    }

    package static func layer(_ layer: inout LayerBuilder) throws(ModelError) -> EncoderLayer {
        let width = layer.configuration.width, hidden = layer.configuration.feedForwardWidth, prefix = layer.prefix
        let blocks = try layer.keys.size("feed_forward_block_count", limit: 1 << 12)
        for (name, size) in [("embedding_length", width), ("feed_forward_length", hidden)] {
            try layer.keys.require(size.isMultiple(of: blocks), name, "the network's \(blocks) blocks must divide it")
        }
        return EncoderLayer(
            ConvolutionLayer(
                input: layer.weights.projection(prefix + "mix_in", outputs: 3 * width, inputs: width),
                shortTaps: layer.weights.numbers(prefix + "mix_short.weight", [3 * width, 1, 3]),
                shortBias: layer.weights.numbers(prefix + "mix_short.bias", [3 * width]), filter: try filter("mix_filter", &layer),
                skipFilter: try filter("mix_skip", &layer),
                output: layer.weights.projection(prefix + "mix_out", outputs: width, inputs: width),
                gateUp: layer.weights.experts(
                    prefix + "ffn_up.weight", count: blocks, rows: 2 * hidden / blocks, columns: width / blocks),
                down: layer.weights.experts(prefix + "ffn_down.weight", count: blocks, rows: width / blocks, columns: hidden / blocks),
                downBias: layer.weights.optionalNumbers(prefix + "ffn_down.bias", [width]), norm: layer.layerNorm("layer_output_norm")))
    }

    private static func filter(_ name: String, _ layer: inout LayerBuilder) throws(ModelError) -> ImplicitFilter {
        let width = layer.configuration.width, taps = layer.configuration.contextLength, prefix = layer.prefix + name
        let features = try layer.keys.size("convolution.feature_count"), hidden = try layer.keys.size("convolution.filter_length")
        let sizes = [features] + Array(repeating: hidden, count: filterLayers - 1) + [width]
        func network(_ direction: String) -> [Projection] {
            (0..<filterLayers).map { index in
                layer.weights.projection("\(prefix).\(direction).\(index)", outputs: sizes[index + 1], inputs: sizes[index])
            }
        }
        return ImplicitFilter(
            features: layer.weights.numbers(prefix + ".features", [1, taps, features]),
            times: layer.weights.numbers(prefix + ".times", [1, taps, 1]),
            decays: layer.weights.numbers(prefix + ".decays", [1, 1, width]),
            frequency: layer.weights.numbers(prefix + ".frequency", [1, hidden]),
            direct: layer.weights.numbers(prefix + ".bias", [width]), forward: network("forward"), backward: network("backward"))
    }
}
