"""The architectures that decoders are held to: a tiny configuration each, with the keys that published checkpoints have.

`knobs` are settings whose removal or change must change the logits: they prove that a golden would notice if they were ignored.
"""

from dataclasses import dataclass, field

VOCABULARY = 128


@dataclass(frozen=True)
class Variant:
    config: dict
    knobs: tuple[dict, ...] = ()
    embedding_deviation: float = 0.5
    head_deviation: float = 0.25
    norms_add_one: bool = False  # norm weights are stored as their difference from 1 (Gemma)
    inputs_first: bool = False  # matrices are stored as [inputs, outputs] (GPT-2)
    renames: tuple[tuple[str, str], ...] = ()  # (pattern, replacement): from the names transformers saves to published ones
    buffers: dict = field(default_factory=dict)  # tensors that old checkpoints hold and nobody reads: name -> shape
    notes: str = ""


def decoder(model_type, architecture, **settings):
    """What nearly all configurations share; None removes a key."""
    shared = {
        "architectures": [architecture], "model_type": model_type, "vocab_size": VOCABULARY, "hidden_size": 64, "intermediate_size": 96,
        "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 2048,
        "hidden_act": "silu", "bos_token_id": 0, "eos_token_id": 2, "attention_dropout": 0.0, "initializer_range": 0.02,
        "use_cache": True, "torch_dtype": "bfloat16",
    }
    return {key: value for key, value in (shared | settings).items() if value is not ABSENT}


ABSENT = object()

LLAMA = decoder(
    "llama", "LlamaForCausalLM", rms_norm_eps=1e-5, rope_theta=10000.0, rope_scaling=None, tie_word_embeddings=False,
    attention_bias=False, pretraining_tp=1, transformers_version="4.31.0")

VARIANTS = {
    "llama": Variant(LLAMA, knobs=({"rope_theta": 1e6}, {"rms_norm_eps": 0.1})),
}
