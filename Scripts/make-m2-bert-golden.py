#!/usr/bin/env python3
"""Makes Tests/Fixtures/encoders/m2-bert: a tiny M2-BERT, and the states and vectors that the reference finds.

usage: make-m2-bert-golden.py FOLDER

FOLDER holds the reference, github.com/HazyResearch/m2 (Apache-2.0) at commit 7d359e8; its program runs, none of it is copied. Needs einops,
numpy, opt_einsum, torch and transformers (PyPI). The files are those of make-encoder-goldens.py; golden.json also has the `pooled`
vector of each text. Texts are padded with token 0 to all positions, as the reference does, and the states are those of their own tokens.
"""

import argparse
import math
import sys
import types
from pathlib import Path

import numpy as np
import torch

from goldens import weights
from goldens.checkpoints import Tensor, natural
from goldens.encoders import spread
from goldens.tiny_encoders import some_tokens, write_folder

OUT = Path(__file__).resolve().parent.parent / "Tests/Fixtures/encoders/m2-bert"
LENGTHS = (80, 21)
WINDOW = 96
CONFIG = {
    "model_type": "m2_bert", "architectures": ["BertForSequenceClassification"], "vocab_size": 128, "hidden_size": 32,
    "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64, "hidden_act": "gelu", "max_position_embeddings": WINDOW,
    "type_vocab_size": 2, "layer_norm_eps": 1e-12, "pad_token_id": 0, "monarch_mixer_sequence_mixing": True, "long_conv_l_max": WINDOW,
    "hyena_w": 10, "hyena_w_mod": 1, "hyena_wd": 0.1, "hyena_emb_dim": 5, "hyena_filter_dropout": 0.2, "hyena_filter_order": 16,
    "hyena_training_additions": False, "bidirectional": True, "residual_long_conv": True, "use_glu_mlp": True, "use_monarch_mlp": True,
    "monarch_mlp_nblocks": 4, "use_positional_encodings": True, "pool_all": False,
}
# What training is told and the configuration as saved is not.
TRAINING = {"long_conv_kernel_learning_rate": 1e-3, "hyena_lr_pos_emb": 1e-5, "use_flash_fft": False, "use_flash_mm": False,
            "expand_positional_embeddings": False, "sequence_token_planting": False, "use_cls_token": False}


def numbers(name, shape):
    """Filters that neither vanish nor drown the rest, times and decays that are not negative by much."""
    if name.endswith(".t"):
        return weights.Spread.around(1, 0.25)
    if name.endswith(".deltas"):
        return weights.Spread.around(2, 0.8)
    if name.endswith(".freq"):
        return weights.Spread.around(1, 0.3)
    if name.endswith(".z"):
        return weights.Spread.around(0, 0.6)
    if name.endswith("short_filter.weight"):
        return weights.Spread.around(0, 0.5)
    if ".implicit_filter" in name and name.endswith(".6.weight"):
        return weights.Spread.around(0, 0.6 / math.sqrt(shape[-1]))
    return spread(name, shape)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    # The package's own beginning imports the whole of training.
    package = sys.modules["src"] = types.ModuleType("src")
    package.__path__ = [str(arguments.folder / "bert/src")]
    sys.path.insert(0, str(arguments.folder / "bert/src"))
    from src.bert_layers import BertModel
    from src.configuration_bert import BertConfig

    model = BertModel(BertConfig(**{key: value for key, value in (CONFIG | TRAINING).items() if key != "model_type"})).eval()
    state = model.state_dict()
    # One tensor of frequencies serves a filter's networks in both directions, under several names.
    shared = {name: name.split(".implicit_filter")[0] + ".implicit_filter.1.freq" for name in state if name.endswith(".freq")}
    names = [name for name in state if shared.get(name, name) == name and not name.endswith(("position_ids", "token_type_ids"))]
    tensors = [Tensor("bert." + name, tuple(state[name].shape), numbers(name, tuple(state[name].shape))) for name in names]
    values = {tensor.name.removeprefix("bert."): torch.from_numpy(tensor.values.copy()) for tensor in tensors}
    model.load_state_dict({name: values.get(shared.get(name, name), old) for name, old in state.items()})

    tokens = some_tokens(CONFIG, b"tokens", max(LENGTHS))
    parts, pooled = [], []
    with torch.no_grad():
        for wide in (False, True):
            model = model.double() if wide else model
            for length in LENGTHS:
                padded = torch.tensor([tokens[:length] + [0] * (WINDOW - length)])
                states, vector = model(padded)
                parts.append(states[0, :length].numpy())
                pooled.append(vector[0].numpy())
    half = len(LENGTHS)
    difference = max(np.abs(one - other).max() for one, other in zip(parts[:half], parts[half:]))
    tensors.sort(key=lambda tensor: natural(tensor.name))
    write_folder(OUT, CONFIG, tensors, "states.bin", np.concatenate(parts[:half]), {
        "reference": "HazyResearch/m2 7d359e8", "tokens": tokens, "lengths": list(LENGTHS), "width": CONFIG["hidden_size"],
        "file_names": [], "pooled": [[round(float(number), 7) for number in vector] for vector in pooled[:half]],
    })
    print(f"m2-bert: states within ±{np.abs(parts[0]).max():.2f}, float64 differs by {difference:.2g}")


if __name__ == "__main__":
    main()
