"""Every architecture that encoders are held to: tiny configurations as published checkpoints write them."""

import math
import re
from dataclasses import dataclass

from .weights import Spread

EMBEDDING_DEVIATION = 0.5

BERT = {
    "model_type": "bert", "architectures": ["BertModel"], "vocab_size": 128, "hidden_size": 32, "num_hidden_layers": 2,
    "num_attention_heads": 4, "intermediate_size": 64, "hidden_act": "gelu", "max_position_embeddings": 96, "type_vocab_size": 2,
    "layer_norm_eps": 1e-12, "pad_token_id": 0, "position_embedding_type": "absolute",
}
ROBERTA = BERT | {
    "model_type": "roberta", "architectures": ["RobertaModel"], "max_position_embeddings": 98, "type_vocab_size": 1,
    "layer_norm_eps": 1e-5, "pad_token_id": 1,
}
MODERN = {
    "model_type": "modernbert", "architectures": ["ModernBertModel"], "vocab_size": 128, "hidden_size": 32, "num_hidden_layers": 4,
    "num_attention_heads": 4, "intermediate_size": 48, "hidden_activation": "gelu", "max_position_embeddings": 128, "norm_eps": 1e-5,
    "norm_bias": False, "attention_bias": False, "mlp_bias": False, "global_attn_every_n_layers": 3, "global_rope_theta": 160000.0,
    "local_attention": 16, "local_rope_theta": 10000.0, "pad_token_id": 0, "cls_token_id": 2, "sep_token_id": 3, "bos_token_id": 2,
    "eos_token_id": 3,
}
NOMIC = {
    "model_type": "nomic_bert", "architectures": ["NomicBertModel"], "vocab_size": 128, "n_embd": 32, "n_layer": 2, "n_head": 4,
    "n_inner": 48, "n_positions": 128, "activation_function": "swiglu", "layer_norm_epsilon": 1e-12, "rotary_emb_base": 1000,
    "rotary_emb_fraction": 1.0, "rotary_emb_interleaved": False, "rotary_scaling_factor": None, "qkv_proj_bias": False,
    "mlp_fc1_bias": False, "mlp_fc2_bias": False, "prenorm": False, "use_rms_norm": False, "parallel_block": False,
    "type_vocab_size": 2, "causal": False,
}
LONGFORMER = ROBERTA | {
    "model_type": "longformer", "architectures": ["LongformerModel"], "attention_window": [16, 8], "sep_token_id": 2,
}
BIG_BIRD = BERT | {
    "model_type": "big_bird", "architectures": ["BigBirdModel"], "hidden_act": "gelu_new", "attention_type": "block_sparse",
    # 80 tokens are more than the 42 that are seen whole, and end within a block.
    "block_size": 6, "num_random_blocks": 1, "use_bias": True, "rescale_embeddings": False,
}
DISTILBERT = {
    "model_type": "distilbert", "architectures": ["DistilBertModel"], "vocab_size": 128, "dim": 32, "n_layers": 2, "n_heads": 4,
    "hidden_dim": 64, "activation": "gelu", "max_position_embeddings": 96, "pad_token_id": 0, "sinusoidal_pos_embds": False,
}
MPNET = ROBERTA | {
    "model_type": "mpnet", "architectures": ["MPNetModel"], "relative_attention_num_buckets": 32,
}
for absent in ("type_vocab_size", "position_embedding_type"):
    del MPNET[absent]
NOMIC_OWN = {
    "model_type": "nomic_bert", "architectures": ["NomicBertModel"], "vocab_size": 128, "hidden_size": 32, "num_hidden_layers": 2,
    "num_attention_heads": 4, "intermediate_size": 48, "max_position_embeddings": 128, "hidden_act": "silu", "layer_norm_eps": 1e-12,
    "rope_parameters": {"rope_type": "default", "rope_theta": 1000.0}, "type_vocab_size": 2, "pad_token_id": 0,
}


@dataclass
class Variant:
    # As published.
    config: dict
    # The name of the architecture in the package gguf; none where that does not know it.
    architecture: str | None = "BERT"
    # What transformers is given, where its own names are others.
    own: dict | None = None
    # How many tokens, the first ones, are global.
    global_tokens: int = 0


VARIANTS = {
    "bert": Variant(BERT),
    "roberta": Variant(ROBERTA),
    "xlm-roberta": Variant(ROBERTA | {"model_type": "xlm-roberta", "architectures": ["XLMRobertaModel"]}),
    "modernbert": Variant(MODERN, "MODERN_BERT"),
    "longformer": Variant(LONGFORMER, None),
    "longformer-global": Variant(LONGFORMER, None, global_tokens=3),
    "bigbird": Variant(BIG_BIRD),
    "bigbird-rescaled": Variant(BIG_BIRD | {"rescale_embeddings": True, "num_random_blocks": 2}),
    "distilbert": Variant(DISTILBERT),
    "mpnet": Variant(MPNET, None),
    "nomic-bert": Variant(NOMIC, "NOMIC_BERT", own=NOMIC_OWN),
}

NORM = re.compile(r"(norm\w*|LayerNorm|emb_ln)\.(weight|bias)$")
EMBEDDING = re.compile(r"embeddings\.(word_embeddings|tok_embeddings)\.weight$")
TABLE = re.compile(r"(position_embeddings|token_type_embeddings)\.weight$")


def spread(name, shape):
    """Attention neither flat nor one-hot, norm weights around 1, no bias zero."""
    if NORM.search(name):
        return Spread.around(0 if name.endswith("bias") else 1, 0.15)
    if EMBEDDING.search(name):
        return Spread.around(0, EMBEDDING_DEVIATION)
    if TABLE.search(name):
        return Spread.around(0, 0.5 * EMBEDDING_DEVIATION)
    if name.endswith("bias"):
        return Spread.around(0, 0.3)
    return Spread.around(0, 1.5 / math.sqrt(shape[-1]))
