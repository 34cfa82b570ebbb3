/// What tensors are called in Hugging Face folders, and what in GGUF files.
enum TensorNames {
    /// The names that most families share.
    static let usual: [String: String] = [
        "embed_tokens": "token_embd",
        "norm": "output_norm",
        "lm_head": "output",
        "layers.#.input_layernorm": "blk.#.attn_norm",
        "layers.#.self_attn.q_proj": "blk.#.attn_q",
        "layers.#.self_attn.k_proj": "blk.#.attn_k",
        "layers.#.self_attn.v_proj": "blk.#.attn_v",
        "layers.#.self_attn.qkv_proj": "blk.#.attn_qkv",
        "layers.#.self_attn.o_proj": "blk.#.attn_output",
        "layers.#.self_attn.q_norm": "blk.#.attn_q_norm",
        "layers.#.self_attn.k_norm": "blk.#.attn_k_norm",
        "layers.#.post_attention_layernorm": "blk.#.ffn_norm",
        "layers.#.mlp.gate_proj": "blk.#.ffn_gate",
        "layers.#.mlp.up_proj": "blk.#.ffn_up",
        "layers.#.mlp.gate_up_proj": "blk.#.ffn_up",
        "layers.#.mlp.down_proj": "blk.#.ffn_down",
        "layers.#.mlp.gate": "blk.#.ffn_gate_inp",
        "layers.#.mlp.experts.#.gate_proj": "blk.#.ffn_gate_exps",
        "layers.#.mlp.experts.#.up_proj": "blk.#.ffn_up_exps",
        "layers.#.mlp.experts.#.down_proj": "blk.#.ffn_down_exps",
    ]

    /// What may stand before the names proper, depending on the class that a folder was saved from.
    private static let prefixes: Set<Substring> = [
        "language_model", "model", "transformer", "gpt_neox", "bert", "roberta", "distilbert", "longformer", "mpnet",
    ]

    /// What may end a name. BERT's first checkpoints call the numbers of norms as TensorFlow did.
    private static let suffixes: [Substring: String] = ["weight": ".weight", "bias": ".bias", "gamma": ".weight", "beta": ".bias"]

    /// A tensor's name taken apart.
    struct Parsed {
        /// Without prefixes and suffix, numbers as "#".
        let pattern: String
        let numbers: [Int]
        /// ".weight", ".bias" or nothing.
        let suffix: String
    }

    static func parse(_ name: String) -> Parsed {
        var parts = Array(name.split(separator: ".", omittingEmptySubsequences: false).drop { prefixes.contains($0) })
        let suffix = parts.last.flatMap { suffixes[$0] } ?? ""
        if !suffix.isEmpty { parts.removeLast() }
        let numbers = parts.compactMap { Int($0) }
        return Parsed(pattern: parts.map { Int($0) == nil ? $0 : "#" }.joined(separator: "."), numbers: numbers, suffix: suffix)
    }

    /// GGUF's name by one of a table's values: the layer's number in place of "#".
    static func fill(_ name: String, layer: Int?) -> String {
        guard let layer else { return name }
        return name.split(separator: "#", omittingEmptySubsequences: false).joined(separator: String(layer))
    }
}
