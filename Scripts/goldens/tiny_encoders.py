"""What the goldens of encoders share: models whose weights follow from the names of their tensors, and the folders that describe them."""

import json

import numpy as np
import torch
import transformers
from safetensors import safe_open
from safetensors.numpy import save_file
from transformers import AutoConfig

from . import weights
from .checkpoints import Tensor, natural, values_hash, write_config
from .encoders import spread
from .text import on_few_lines


def make_model(config, kind, folder, left_out="\0"):
    """A model in float32 and its tensors in the order of their names.

    `kind` is the class of transformers that makes it. Nothing of it may be missing or left over but tensors whose names begin with `left_out`.
    """
    write_config(config, folder / "plan")
    kind.from_config(AutoConfig.from_pretrained(folder / "plan")).save_pretrained(folder / "saved")
    with safe_open(folder / "saved/model.safetensors", "numpy") as file:
        shapes = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys() if not name.startswith(left_out)}
    tensors = sorted((Tensor(name, shape, spread(name, shape)) for name, shape in shapes.items()), key=lambda tensor: natural(tensor.name))
    write_config(config, folder / "whole")
    save_file({tensor.name: tensor.values for tensor in tensors}, folder / "whole/model.safetensors", metadata={"format": "pt"})
    model, report = kind.from_pretrained(folder / "whole", dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
    problems = {key: [name for name in found if not str(name).startswith(left_out)] for key, found in report.items()}
    if any(problems.values()):
        raise SystemExit(f"{config['model_type']}: {problems}")
    return model.eval(), tensors


def some_tokens(config, seed, count):
    """The first four tokens have no place in a text."""
    return (weights.split_mix(weights.fnv1a(seed), count) % np.uint64(config["vocab_size"] - 4) + np.uint64(4)).astype(int).tolist()


def write_folder(folder, config, tensors, rows_file, rows, description):
    """config.json, the rows of numbers, and golden.json."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / rows_file).write_bytes(rows.astype("<f4").tobytes())
    entries = [
        {"name": tensor.name, "shape": list(tensor.shape), "offset": tensor.spread.offset, "span": tensor.spread.span,
         "exponent": tensor.spread.exponent} for tensor in tensors]
    (folder / "golden.json").write_text(on_few_lines(
        {"transformers": transformers.__version__} | description
        | {"values_hash": f"{values_hash(tensors):016x}", "tensors": entries}))
