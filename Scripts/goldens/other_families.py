"""The other families: layer norms, learned, partial or biased positions, parallel blocks, attention sinks."""

from .variants import ABSENT, VOCABULARY, Variant, settings

GPT2 = {
    "activation_function": "gelu_new", "architectures": ["GPT2LMHeadModel"], "attn_pdrop": 0.1, "bos_token_id": 0, "embd_pdrop": 0.1,
    "eos_token_id": 0, "initializer_range": 0.02, "layer_norm_epsilon": 1e-5, "model_type": "gpt2", "n_ctx": 96, "n_embd": 64,
    "n_head": 4, "n_layer": 3, "n_positions": 96, "resid_pdrop": 0.1, "summary_activation": None, "summary_first_dropout": 0.1,
    "summary_proj_to_labels": True, "summary_type": "cls_index", "summary_use_proj": True, "vocab_size": VOCABULARY,
    "task_specific_params": {"text-generation": {"do_sample": True, "max_length": 50}},
}
NEOX = settings(
    "gpt_neox", "GPTNeoXForCausalLM", num_key_value_heads=ABSENT, attention_dropout=ABSENT, hidden_act="gelu", layer_norm_eps=1e-5,
    num_attention_heads=2, rotary_emb_base=10000, rotary_pct=0.25, tie_word_embeddings=False, use_parallel_residual=True,
    torch_dtype="float16", transformers_version="4.24.0")
FALCON = settings(
    "falcon", "FalconForCausalLM", num_key_value_heads=ABSENT, intermediate_size=ABSENT, hidden_act=ABSENT,
    max_position_embeddings=ABSENT, alibi=False, apply_residual_connection_post_layernorm=False, bias=False, hidden_dropout=0.0,
    layer_norm_epsilon=1e-5, multi_query=True, new_decoder_architecture=False, parallel_attn=True, bos_token_id=11, eos_token_id=11,
    transformers_version="4.27.4")
FALCON_WIDE = FALCON | {
    "new_decoder_architecture": True, "num_kv_heads": 2, "num_attention_heads": 4, "rope_theta": 20000.0, "max_position_embeddings": 2048}
MPT_ATTENTION = {
    "alibi": True, "alibi_bias_max": 8, "attn_impl": "torch", "attn_pdrop": 0, "attn_type": "multihead_attention",
    "attn_uses_sequence_id": False, "clip_qkv": None, "prefix_lm": False, "qk_ln": False, "softmax_scale": None,
}
MPT = {
    "architectures": ["MPTForCausalLM"], "attn_config": MPT_ATTENTION, "d_model": 48, "emb_pdrop": 0, "embedding_fraction": 1.0,
    "expansion_ratio": 4, "init_device": "cpu", "learned_pos_emb": True, "logit_scale": None, "max_seq_len": 2048, "model_type": "mpt",
    "n_heads": 6, "n_layers": 3, "no_bias": True, "norm_type": "low_precision_layernorm", "resid_pdrop": 0,
    "tokenizer_name": "EleutherAI/gpt-neox-20b", "torch_dtype": "bfloat16", "transformers_version": "4.28.1", "use_cache": False,
    "verbose": 0, "vocab_size": VOCABULARY,
}
CLIPPED_ATTENTION = MPT_ATTENTION | {"alibi_bias_max": 16, "clip_qkv": 1.5}
STABLELM = settings(
    "stablelm", "StableLmForCausalLM", hidden_size=128, num_key_value_heads=4, layer_norm_eps=1e-5, partial_rotary_factor=0.25,
    rope_theta=10000, tie_word_embeddings=False, use_qkv_bias=False, num_hidden_layers=2)
COHERE = settings(
    "cohere", "CohereForCausalLM", layer_norm_eps=1e-5, logit_scale=0.5, rope_theta=10000.0, attention_bias=False, use_qk_norm=False,
    bos_token_id=5, pad_token_id=0)
COHERE2 = settings(
    "cohere2", "Cohere2ForCausalLM", num_hidden_layers=5, head_dim=16, layer_norm_eps=1e-5, logit_scale=0.5, rope_theta=50000.0,
    rope_scaling=None, attention_bias=False, bos_token_id=5, pad_token_id=0, sliding_window=16, sliding_window_pattern=4,
    cache_implementation="hybrid", order_of_interleaved_layers="local_attn_first", position_embedding_type="rope_gptj", rotary_pct=1.0,
    use_embedding_sharing=True, use_gated_activation=True, use_parallel_block=True, use_parallel_embedding=True)
OSS_YARN = {
    "beta_fast": 32.0, "beta_slow": 1.0, "factor": 16.0, "original_max_position_embeddings": 32, "rope_type": "yarn", "truncate": False}
OSS = settings(
    "gpt_oss", "GptOssForCausalLM", num_hidden_layers=4, intermediate_size=32, head_dim=32, rms_norm_eps=1e-5, rope_theta=150000,
    rope_scaling=OSS_YARN, sliding_window=16, layer_types=["sliding_attention", "full_attention"] * 2, attention_bias=True,
    num_local_experts=6, num_experts_per_tok=3, experts_per_token=3, swiglu_limit=1.5, initial_context_length=32,
    max_position_embeddings=512, output_router_logits=False, router_aux_loss_coef=0.9, tie_word_embeddings=False, torch_dtype=ABSENT)
OSS_PACKED = OSS | {
    "quantization_config": {
        "modules_to_not_convert": ["model.layers.*.self_attn", "model.layers.*.mlp.router", "model.embed_tokens", "lm_head"],
        "quant_method": "mxfp4",
    },
}

VARIANTS = {
    "gpt2": Variant(
        GPT2, knobs=({"activation_function": "gelu"}, {"layer_norm_epsilon": 1e-2}), embedding_deviation=0.25, inputs_first=True,
        renames=((r"^transformer\.", ""),), unread={f"h.{layer}.attn.bias": (1, 1, 96, 96) for layer in range(3)}),
    "gpt2-tuned": Variant(
        GPT2 | {"scale_attn_by_inverse_layer_idx": False, "reorder_and_upcast_attn": False, "n_inner": 96},
        embedding_deviation=0.25, inputs_first=True),
    "gpt_neox": Variant(
        NEOX, knobs=({"rotary_pct": 0.5}, {"use_parallel_residual": False}, {"hidden_act": "gelu_new"}),
        unread={f"gpt_neox.layers.{layer}.attention.rotary_emb.inv_freq": (4,) for layer in range(3)}),
    "gpt_neox-sequential": Variant(
        NEOX | {"use_parallel_residual": False, "hidden_act": "gelu_fast", "rotary_pct": 1.0, "num_attention_heads": 4},
        knobs=({"use_parallel_residual": True}, {"hidden_act": "gelu"})),
    "falcon": Variant(FALCON | {"hidden_size": 80, "num_attention_heads": 5, "num_hidden_layers": 2}, knobs=({"alibi": True},),
        embedding_deviation=0.25),
    "falcon-new": Variant(FALCON_WIDE, knobs=({"rope_theta": 1e4},), embedding_deviation=0.25),
    "falcon-11b": Variant(
        FALCON_WIDE | {"num_ln_in_parallel_attn": 1, "ffn_hidden_size": 96, "tie_word_embeddings": False, "activation": "gelu"}),
    "falcon-rw": Variant(
        FALCON | {"alibi": True, "bias": True, "multi_query": False, "parallel_attn": False, "num_hidden_layers": 2},
        knobs=({"alibi": False},), attention="sdpa",  # "eager" adds the biases twice
        embedding_deviation=0.25),
    "mpt": Variant(MPT, knobs=({"attn_config": MPT_ATTENTION | {"alibi_bias_max": 4}},), embedding_deviation=0.25),
    "mpt-clipped": Variant(
        MPT | {"attn_config": CLIPPED_ATTENTION},
        knobs=({"attn_config": CLIPPED_ATTENTION | {"clip_qkv": None}}, {"attn_config": MPT_ATTENTION | {"clip_qkv": 1.5}}),
        embedding_deviation=0.25),
    "stablelm": Variant(STABLELM, knobs=({"partial_rotary_factor": 0.5},)),
    "stablelm-2": Variant(STABLELM | {"use_qkv_bias": True, "num_key_value_heads": 2}),
    "stablelm-2-12b": Variant(
        STABLELM | {"use_parallel_residual": True, "qk_layernorm": True, "num_key_value_heads": 2, "hidden_size": 64}),
    "cohere": Variant(COHERE, knobs=({"logit_scale": 0.25}, {"rope_theta": 1e5}), embedding_deviation=0.5),
    "cohere-plus": Variant(COHERE | {"use_qk_norm": True}, embedding_deviation=0.5),
    "cohere2": Variant(
        COHERE2, knobs=({"sliding_window_pattern": 3}, {"sliding_window": 17}, {"logit_scale": 0.25}), embedding_deviation=0.5),
    "gpt_oss": Variant(
        OSS,
        knobs=(
            {"sliding_window": 17}, {"swiglu_limit": 7.0}, {"num_experts_per_tok": 2}, {"rope_scaling": OSS_YARN | {"truncate": True}},
            {"rope_scaling": OSS_YARN | {"attention_factor": 1.0}}, {"layer_types": ["full_attention", "sliding_attention"] * 2},
        )),
    "gpt_oss-mxfp4": Variant(OSS, published=OSS_PACKED, packed_experts=True),
}
