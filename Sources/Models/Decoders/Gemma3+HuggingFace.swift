extension Gemma3 {
    package static let huggingFace = HuggingFaceDialect(
        modelTypes: ["gemma3": "gemma3", "gemma3_text": "gemma3"],
        defaults: [
            "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 256, "query_pre_attn_scalar": 256, "sliding_window": 4096,
            "max_position_embeddings": 131_072, "rms_norm_eps": 1e-6, "rope_theta": 1_000_000.0, "rope_local_base_freq": 10_000.0,
            "hidden_activation": "gelu_pytorch_tanh", "tie_word_embeddings": true,
        ],
        tensors: Gemma2.normNames, adjust: Gemma2.adjust)
}
