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
import json
import tempfile
from pathlib import Path

import gguf
import numpy as np
import torch
import transformers
from safetensors import safe_open
from safetensors.numpy import save_file
from transformers import AutoConfig, AutoModel

from goldens import weights
from goldens.checkpoints import Tensor, natural, values_hash, write_config
from goldens.encoders import VARIANTS, spread
from goldens.text import on_few_lines

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "Tests/Fixtures/encoders"
LENGTHS = (80, 21)


def saved_shapes(config, folder):
    """Names and shapes of the tensors that transformers saves for a configuration; poolers are trained for other ends."""
    write_config(config, folder / "plan")
    AutoModel.from_config(AutoConfig.from_pretrained(folder / "plan")).save_pretrained(folder / "saved")
    with safe_open(folder / "saved/model.safetensors", "numpy") as file:
        return {name: tuple(file.get_slice(name).get_shape()) for name in file.keys() if not name.startswith("pooler.")}


def load(config, stored, folder):
    """The model of a folder with `stored` as its weights; nothing but the pooler may be missing."""
    write_config(config, folder)
    save_file(stored, folder / "model.safetensors", metadata={"format": "pt"})
    model, report = AutoModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
    problems = {key: [name for name in found if not str(name).startswith("pooler.")] for key, found in report.items()}
    if any(problems.values()):
        raise SystemExit(f"{config['model_type']}: {problems}")
    return model.eval()


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
    config = variant.own or variant.config
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        tensors, stored = [], {}
        for saved, shape in saved_shapes(config, folder).items():
            tensor = Tensor(saved, shape, spread(saved, shape))
            stored[saved] = tensor.values
            tensors.append(tensor)
        model = load(config, stored, folder / "whole")
        # Padding tokens have no place in a text.
        tokens = (weights.split_mix(weights.fnv1a(b"tokens"), max(LENGTHS)) % np.uint64(config["vocab_size"] - 4) + np.uint64(4))
        tokens = tokens.astype(int).tolist()
        parts = [states(model, tokens[:length], variant.global_tokens) for length in LENGTHS]
        wide = states(model.double(), tokens, variant.global_tokens)
    tensors.sort(key=lambda tensor: natural(tensor.name))
    out = FIXTURES / name
    out.mkdir(parents=True, exist_ok=True)
    (out / "config.json").write_text(json.dumps(variant.config, indent=2) + "\n")
    (out / "states.bin").write_bytes(np.concatenate(parts).astype("<f4").tobytes())
    entries = [
        {"name": tensor.name, "shape": list(tensor.shape), "offset": tensor.spread.offset, "span": tensor.spread.span,
         "exponent": tensor.spread.exponent} for tensor in tensors]
    (out / "golden.json").write_text(on_few_lines({
        "transformers": transformers.__version__, "tokens": tokens, "lengths": list(LENGTHS), "width": parts[0].shape[1],
        **({"global_tokens": variant.global_tokens} if variant.global_tokens else {}),
        "file_names": file_names([tensor.name for tensor in tensors], variant.architecture),
        "values_hash": f"{values_hash(tensors):016x}", "tensors": entries,
    }))
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
