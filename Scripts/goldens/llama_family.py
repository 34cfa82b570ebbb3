"""Llama and its nearest relatives: RMS norms, rotary positions, gated feed-forward networks."""

from .variants import ABSENT, Variant, settings

LLAMA = settings(
    "llama", "LlamaForCausalLM", rms_norm_eps=1e-5, rope_theta=10000.0, rope_scaling=None, tie_word_embeddings=False,
    attention_bias=False, pretraining_tp=1, transformers_version="4.31.0")
LLAMA3_SCALING = {
    "factor": 8.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0, "original_max_position_embeddings": 64, "rope_type": "llama3"}
MISTRAL = settings(
    "mistral", "MistralForCausalLM", head_dim=32, rms_norm_eps=1e-5, rope_theta=1e6, sliding_window=24, tie_word_embeddings=False)
MIXTRAL = settings(
    "mixtral", "MixtralForCausalLM", rms_norm_eps=1e-5, rope_theta=1e6, sliding_window=None, tie_word_embeddings=False,
    num_local_experts=6, num_experts_per_tok=2, output_router_logits=False, router_aux_loss_coef=0.02)
QWEN2 = settings(
    "qwen2", "Qwen2ForCausalLM", rms_norm_eps=1e-6, rope_theta=1e6, sliding_window=32768, max_window_layers=3,
    use_sliding_window=False, tie_word_embeddings=True)
YARN = {"factor": 4.0, "original_max_position_embeddings": 32, "type": "yarn"}
QWEN3 = settings(
    "qwen3", "Qwen3ForCausalLM", head_dim=32, rms_norm_eps=1e-6, rope_theta=1e6, rope_scaling=None, sliding_window=None,
    max_window_layers=3, use_sliding_window=False, attention_bias=False, tie_word_embeddings=True)
QWEN3_MOE = settings(
    "qwen3_moe", "Qwen3MoeForCausalLM", head_dim=32, rms_norm_eps=1e-6, rope_theta=1e6, rope_scaling=None, sliding_window=None,
    use_sliding_window=False, attention_bias=False, tie_word_embeddings=False, num_experts=8, num_experts_per_tok=3,
    moe_intermediate_size=32, norm_topk_prob=True, decoder_sparse_step=1, mlp_only_layers=[], router_aux_loss_coef=0.001,
    output_router_logits=False, max_window_layers=3)
PHI3 = settings(
    "phi3", "Phi3ForCausalLM", rms_norm_eps=1e-5, rope_theta=10000.0, rope_scaling=None, sliding_window=24, tie_word_embeddings=False,
    num_key_value_heads=4, original_max_position_embeddings=2048, pad_token_id=2, embd_pdrop=0.0, resid_pdrop=0.0, attention_bias=False)
LONGROPE = {
    "type": "longrope",
    "short_factor": [1.0, 1.05, 1.1, 1.2, 1.35, 1.5],
    "long_factor": [1.1, 1.4, 2.0, 3.5, 6.0, 9.0],
}
PHI3_LONGROPE = PHI3 | {
    "rope_scaling": LONGROPE, "partial_rotary_factor": 0.75, "num_key_value_heads": 2, "sliding_window": 262144,
    "tie_word_embeddings": True, "max_position_embeddings": 256}
SMOLLM3 = settings(
    "smollm3", "SmolLM3ForCausalLM", num_hidden_layers=5, rms_norm_eps=1e-6, rope_theta=2e6, rope_scaling=None,
    no_rope_layers=[1, 1, 1, 0, 1], no_rope_layer_interval=4, layer_types=["full_attention"] * 5, max_window_layers=5,
    sliding_window=None, use_sliding_window=False, attention_bias=False, mlp_bias=False, pretraining_tp=2, pad_token_id=2,
    tie_word_embeddings=True)
OLMO2 = settings(
    "olmo2", "Olmo2ForCausalLM", rms_norm_eps=1e-6, rope_theta=500000.0, rope_scaling=None, attention_bias=False,
    tie_word_embeddings=False)
OLMO3 = settings(
    "olmo3", "Olmo3ForCausalLM", num_hidden_layers=5, rms_norm_eps=1e-6, rope_theta=500000.0, attention_bias=False, tie_word_embeddings=False,
    sliding_window=16,
    rope_scaling={"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32, "beta_fast": 32.0, "beta_slow": 1.0},
    layer_types=["sliding_attention", "sliding_attention", "sliding_attention", "full_attention", "sliding_attention"])
GRANITE = settings(
    "granite", "GraniteForCausalLM", rms_norm_eps=1e-5, rope_theta=10000.0, rope_scaling=None, attention_bias=False, mlp_bias=False,
    tie_word_embeddings=True, embedding_multiplier=6.0, attention_multiplier=0.15625, residual_multiplier=0.5, logits_scaling=1.5)
GEMMA2 = settings(
    "gemma2", "Gemma2ForCausalLM", num_hidden_layers=4, head_dim=32, rms_norm_eps=1e-6, rope_theta=10000.0, attention_bias=False,
    hidden_act="gelu_pytorch_tanh", hidden_activation="gelu_pytorch_tanh", query_pre_attn_scalar=24, attn_logit_softcapping=3.0,
    final_logit_softcapping=4.0, sliding_window=16, sliding_window_size=16, cache_implementation="hybrid", tie_word_embeddings=ABSENT)
GEMMA3 = settings(
    "gemma3_text", "Gemma3ForCausalLM", num_hidden_layers=7, head_dim=32, intermediate_size=64, rms_norm_eps=1e-6, rope_theta=1e6,
    rope_local_base_freq=10000.0, rope_scaling={"factor": 8.0, "rope_type": "linear"}, attention_bias=False, hidden_act=ABSENT,
    hidden_activation="gelu_pytorch_tanh", query_pre_attn_scalar=24, attn_logit_softcapping=None, final_logit_softcapping=None,
    sliding_window=16, sliding_window_pattern=6, num_key_value_heads=1, cache_implementation="hybrid")
GEMMA3_NESTED = {
    "architectures": ["Gemma3ForConditionalGeneration"], "model_type": "gemma3", "torch_dtype": "bfloat16",
    "transformers_version": "4.50.0", "initializer_range": 0.02, "image_token_index": 127, "boi_token_index": 125,
    "eoi_token_index": 126, "mm_tokens_per_image": 4, "eos_token_id": [1, 106],
    "text_config": {key: value for key, value in GEMMA3.items() if key not in ("architectures", "torch_dtype")},
    "vision_config": {"hidden_size": 32, "image_size": 28, "model_type": "siglip_vision_model", "num_hidden_layers": 1, "patch_size": 14},
}

GEMMA2_KNOBS = (
    {"attn_logit_softcapping": None}, {"final_logit_softcapping": None}, {"sliding_window": 17}, {"query_pre_attn_scalar": 32},
    {"layer_types": ["full_attention", "sliding_attention"] * 2})
GEMMA3_KNOBS = (
    {"rope_scaling": None}, {"rope_local_base_freq": 20000.0}, {"rope_theta": 2e6}, {"sliding_window": 17},
    {"sliding_window_pattern": 5}, {"query_pre_attn_scalar": 32})

VARIANTS = {
    "llama": Variant(LLAMA, knobs=({"rope_theta": 1e6}, {"rms_norm_eps": 1e-2})),
    "llama-linear": Variant(
        LLAMA | {"rope_scaling": {"type": "linear", "factor": 4.0}, "attention_bias": True, "mlp_bias": True, "num_key_value_heads": 4},
        knobs=({"rope_scaling": None},)),
    "llama3-scaling": Variant(
        LLAMA | {"rope_scaling": LLAMA3_SCALING, "rope_theta": 500000.0, "head_dim": 32, "tie_word_embeddings": True},
        knobs=({"rope_scaling": None}, {"rope_scaling": LLAMA3_SCALING | {"original_max_position_embeddings": 32}}),
        embedding_deviation=0.25),
    "mistral": Variant(MISTRAL, knobs=({"sliding_window": None}, {"sliding_window": 25})),
    "mixtral": Variant(MIXTRAL, knobs=({"num_experts_per_tok": 3},)),
    "qwen2": Variant(QWEN2, knobs=({"rope_theta": 1e5},), embedding_deviation=0.25),
    "qwen2-window": Variant(
        QWEN2 | {"use_sliding_window": True, "sliding_window": 24, "max_window_layers": 1},
        knobs=({"max_window_layers": 2}, {"sliding_window": 25}, {"use_sliding_window": False}), embedding_deviation=0.25),
    "qwen2-yarn": Variant(
        QWEN2 | {"rope_scaling": YARN, "tie_word_embeddings": False, "rope_theta": 10000.0},
        knobs=({"rope_scaling": None}, {"rope_scaling": YARN | {"attention_factor": 1.0}}, {"rope_scaling": YARN | {"factor": 2.0}})),
    "qwen3": Variant(QWEN3, knobs=({"rope_theta": 1e5},), embedding_deviation=0.25),
    "qwen3_moe": Variant(QWEN3_MOE, knobs=({"norm_topk_prob": False}, {"num_experts_per_tok": 2})),
    "phi3": Variant(PHI3, knobs=({"sliding_window": None}, {"sliding_window": 25})),
    "phi3-longrope-long": Variant(
        PHI3_LONGROPE | {"original_max_position_embeddings": 32},
        knobs=({"rope_scaling": LONGROPE | {"long_factor": LONGROPE["short_factor"]}}, {"max_position_embeddings": 512}),
        embedding_deviation=0.25),
    "phi3-longrope-short": Variant(
        PHI3_LONGROPE | {"original_max_position_embeddings": 64},
        knobs=({"rope_scaling": LONGROPE | {"short_factor": LONGROPE["long_factor"]}}, {"max_position_embeddings": 512}),
        embedding_deviation=0.25),
    "smollm3": Variant(SMOLLM3, knobs=({"no_rope_layers": [1] * 5}, {"rope_theta": 1e4}), embedding_deviation=0.25),
    "olmo2": Variant(OLMO2, knobs=({"rope_theta": 1e4},)),
    "olmo3": Variant(OLMO3, knobs=({"rope_theta": 1e4}, {"sliding_window": 64}, {"rope_scaling": None})),
    "granite": Variant(
        GRANITE,
        knobs=({"embedding_multiplier": 5.0}, {"attention_multiplier": 0.25}, {"residual_multiplier": 1.0}, {"logits_scaling": 1.0}),
        embedding_deviation=0.25),
    "gemma2": Variant(GEMMA2, knobs=GEMMA2_KNOBS, embedding_deviation=0.25, norms_add_one=True),
    "gemma3_text": Variant(GEMMA3, knobs=GEMMA3_KNOBS, embedding_deviation=0.25, norms_add_one=True),
    "gemma3": Variant(
        GEMMA3, published=GEMMA3_NESTED, embedding_deviation=0.25, norms_add_one=True, renames=((r"^model\.", "language_model.model."),),
        unread={
            "multi_modal_projector.mm_input_projection_weight": (32, 64),
            "vision_tower.vision_model.embeddings.patch_embedding.weight": (32, 3, 14, 14),
            "vision_tower.vision_model.post_layernorm.weight": (32,),
        }),
}
