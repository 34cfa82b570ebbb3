"""What a tiny model of an architecture is made from."""

from dataclasses import dataclass, field

VOCABULARY = 128
ABSENT = object()


@dataclass(frozen=True)
class Variant:
    """A configuration, with the keys that published checkpoints have.

    `knobs` are settings whose change must change the logits: they prove that a golden would notice if they were ignored.
    """

    config: dict
    knobs: tuple[dict, ...] = ()
    embedding_deviation: float = 0.5
    head_deviation: float = 0.25
    norms_add_one: bool = False  # norm weights are stored as their difference from 1 (Gemma)
    inputs_first: bool = False  # matrices are stored as [inputs, outputs] (GPT-2)
    renames: tuple[tuple[str, str], ...] = ()  # (pattern, replacement): from the names transformers saves to published ones
    unread: dict = field(default_factory=dict)  # tensors of published checkpoints that no decoder reads: name -> shape
    published: dict | None = None  # the configuration as published, where transformers is given another one
    attention: str = "eager"  # the implementation that transformers uses
    packed_experts: bool = False  # the experts are stored as MXFP4 blocks and scales


def settings(model_type, architecture, **own):
    """What the configurations of nearly all families share; ABSENT removes a key."""
    shared = {
        "architectures": [architecture], "model_type": model_type, "vocab_size": VOCABULARY, "hidden_size": 64, "intermediate_size": 96,
        "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 2048,
        "hidden_act": "silu", "bos_token_id": 0, "eos_token_id": 2, "attention_dropout": 0.0, "initializer_range": 0.02,
        "use_cache": True, "torch_dtype": "bfloat16", "transformers_version": "4.40.0",
    }
    return {key: value for key, value in (shared | own).items() if value is not ABSENT}
