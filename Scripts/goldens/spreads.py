"""How far the weights of a tiny model spread, by the names that checkpoints give to tensors.

Queries and keys are large enough that attention is neither flat nor one-hot, norm weights lie around 1, no bias is zero, routers tell
experts apart, and the layers outweigh the embedding in the residual stream: with a tied head a model would else say each token again.
"""

import math
import re

from .weights import Spread

EMBEDDING = re.compile(r"(embed_tokens|word_embeddings|wte|embed_in|embed_out|lm_head)\.weight$")
POSITIONS = re.compile(r"wpe\.weight$")
NORM = re.compile(r"(norm\w*|ln_\w+|norms\.\d+)\.(weight|bias)$")
# (what a matrix is for, its gain: deviation = gain / sqrt(inputs))
GAINS = [
    (r"(q_proj|k_proj)\.weight$", 1.4),
    (r"(query_key_value|qkv_proj|c_attn|Wqkv)\.weight$", 1.3),
    (r"(gate|router)\.weight$", 2.0),
    (r"(gate_up_proj|gate_proj|up_proj|w1|w3|c_fc|dense_h_to_4h|v_proj)(\.weight)?$", 1.0),
    (r"(o_proj|down_proj|w2|c_proj|dense|dense_4h_to_h|out_proj)(\.weight)?$", 2.0),
]
BIASES = [
    (r"(q_proj|k_proj|query_key_value|qkv_proj|c_attn)\.bias$", 0.5),
    (r"sinks$", 1.0),
    (r"(bias|_bias)$", 0.2),
]


def spread(name, shape, variant):
    """The formula's numbers for a tensor of a variant."""
    if NORM.search(name):
        return Spread.around(norm_offset(name, variant), 0.15)
    if EMBEDDING.search(name):
        is_head = re.search(r"lm_head|embed_out", name)
        return Spread.around(0, variant.head_deviation if is_head else variant.embedding_deviation)
    if POSITIONS.search(name):
        return Spread.around(0, 0.5 * variant.embedding_deviation)
    for pattern, deviation in BIASES:
        if re.search(pattern, name):
            return Spread.around(0, deviation)
    for pattern, gain in GAINS:
        if re.search(pattern, name):
            return Spread.around(0, gain / math.sqrt(inputs(shape, variant)))
    raise SystemExit(f"no spread is known for {name} {shape}")


def norm_offset(name, variant):
    """Where the weights of a norm lie. Normalised queries are doubled, since attention would else be nearly flat."""
    if variant.norms_add_one or name.endswith("bias"):
        return 0
    return 2 if re.search(r"\bq_(layer)?norm", name) else 1


def inputs(shape, variant):
    """How many inputs a matrix has: its columns, or its rows where a family stores [inputs, outputs]."""
    return shape[-2] if variant.inputs_first or len(shape) == 3 else shape[-1]
