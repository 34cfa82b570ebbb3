#!/usr/bin/env python3
"""Makes the folders of Tests/Fixtures/encoders: a tiny model of every kind of encoder, and the states that `transformers` finds.

Needs gguf, numpy, torch, safetensors and transformers (PyPI).

  make-encoder-goldens.py [NAME ...]

Without names all are made. A folder holds the configuration as published checkpoints have it (config.json), the names and shapes of the
tensors with the numbers of the formula that their elements follow and their names in GGUF files (golden.json, see goldens/weights.py),
and the final states of two texts, all of the tokens and the first few of them (states.bin: float32, little-endian, [tokens of both,
width]).
"""

import argparse
import tempfile
from pathlib import Path

import gguf
import numpy as np
import torch
from transformers import AutoModel

from goldens.encoders import VARIANTS
from goldens.tiny_encoders import make_model, some_tokens, write_folder

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "Tests/Fixtures/encoders"
LENGTHS = (80, 21)


def states(model, tokens, global_tokens=0):
    options = {}
    if global_tokens:
        options["global_attention_mask"] = (torch.arange(len(tokens)) < global_tokens).long()[None]
    if hasattr(model, "set_attention_type"):
        # A short text would leave BigBird seeing all later texts whole.
        model.set_attention_type(model.config.attention_type)
    with torch.no_grad():
        return model(torch.tensor([tokens]), **options).last_hidden_state[0].float().numpy()


def file_names(names, architecture):
    """What llama.cpp's converter calls tensors; nothing where it does not know the architecture."""
    if architecture is None:
        return []
    table = gguf.get_tensor_name_map(gguf.MODEL_ARCH[architecture], 64)
    found = [table.get_name(name, try_suffixes=(".weight", ".bias")) for name in names]
    if None in found:
        raise SystemExit(f"{architecture}: no name for {names[found.index(None)]}")
    return found


def make(name, variant):
    with tempfile.TemporaryDirectory() as folder:
        # Poolers are trained for other ends.
        model, tensors = make_model(variant.own or variant.config, AutoModel, Path(folder), left_out="pooler.")
        tokens = some_tokens(variant.own or variant.config, b"tokens", max(LENGTHS))
        parts = [states(model, tokens[:length], variant.global_tokens) for length in LENGTHS]
        wide = states(model.double(), tokens, variant.global_tokens)
    write_folder(FIXTURES / name, variant.config, tensors, "states.bin", np.concatenate(parts), {
        "tokens": tokens, "lengths": list(LENGTHS), "width": parts[0].shape[1],
        **({"global_tokens": variant.global_tokens} if variant.global_tokens else {}),
        "file_names": file_names([tensor.name for tensor in tensors], variant.architecture),
    })
    print(f"{name}: states within ±{np.abs(parts[0]).max():.2f}, float64 differs by {np.abs(wide - parts[0]).max():.2g}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(VARIANTS)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known are {', '.join(VARIANTS)}")
    for name in arguments.names or VARIANTS:
        make(name, VARIANTS[name])


if __name__ == "__main__":
    main()
