"""Tiny checkpoints as folders, and what transformers says to them."""

import copy
import functools
import json
import re
from dataclasses import dataclass

import numpy as np
import torch
import transformers
from safetensors import safe_open
from safetensors.numpy import save_file
from transformers import AutoConfig, AutoModelForCausalLM

from . import mxfp4, weights
from .spreads import spread

VERSION = transformers.__version__
TOKEN_COUNT = 64
SMALLEST_EFFECT = 5e-4  # by how much a setting must move some logit to count as tested; two kinds of GELU differ by little more

transformers.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()


@dataclass
class Tensor:
    name: str
    shape: tuple[int, ...]
    spread: weights.Spread
    type: str | None = None  # "U8" for packed bytes; else whatever the checkpoint is written in

    @property
    def values(self):
        return weights.values(self.name, self.shape, self.spread)


@dataclass
class Golden:
    tokens: list[int]
    tensors: list[Tensor]
    logits: np.ndarray  # [tokens, vocabulary]
    rewritten: dict  # the configuration as this version of transformers writes it
    summary: str


def values_hash(tensors):
    """FNV-1a over the float32 bytes of all elements, for whoever computes them again."""
    state = weights.fnv1a(b"")
    for tensor in tensors:
        state = weights.fnv1a(tensor.values.tobytes(), state)
    return state


def saved_shapes(config, folder):
    """Names and shapes of the tensors that transformers saves for a configuration."""
    write_config(config, folder / "plan")
    model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder / "plan"))
    model.save_pretrained(folder / "saved")
    with safe_open(folder / "saved/model.safetensors", "numpy") as file:
        return {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}


def write_config(config, folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config))


def published_name(name, variant):
    for pattern, replacement in variant.renames:
        name = re.sub(pattern, replacement, name)
    return name


def natural(name):
    """Orders numbers in names by size."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def load(config, stored, folder, attention):
    """The model of a folder with `stored` as its weights; nothing may be missing or left over."""
    write_config(config, folder)
    save_file(stored, folder / "model.safetensors", metadata={"format": "pt"})
    model, report = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation=attention, experts_implementation="eager", output_loading_info=True)
    problems = {key: found for key, found in report.items() if found}
    if problems:
        raise SystemExit(f"{config['model_type']}: {problems}")
    honour_largest_bias(model)
    return model.eval()


def honour_largest_bias(model):
    """MPT's `alibi_bias_max`, which transformers reads but does not pass on; the models were trained with it."""
    if model.config.model_type == "mpt":
        inner = model.transformer
        inner.build_mpt_alibi_tensor = functools.partial(
            inner.build_mpt_alibi_tensor, alibi_bias_max=model.config.attn_config.alibi_bias_max)


def run(model, tokens):
    """Logits [tokens, vocabulary] and, where the implementation shows them, the attention weights of each layer [heads, tokens, tokens]."""
    shows_attention = model.config._attn_implementation == "eager"
    with torch.no_grad():
        result = model(torch.tensor([tokens]), output_attentions=shows_attention, use_cache=False)
    return result.logits[0].float().numpy(), [layer[0].float().numpy() for layer in result.attentions or () if layer is not None]


def plan(variant, folder):
    """The tensors of the checkpoint, and what transformers is given: its own names and unpacked values."""
    tensors, stored = [], {}
    for name, shape in saved_shapes(variant.config, folder).items():
        own_name = published_name(name, variant)
        if variant.packed_experts and name.endswith("_proj") and len(shape) == 3:
            parts = [Tensor(f"{own_name}_{kind}", part, mxfp4.SPREADS[kind], "U8") for kind, part in mxfp4.shapes(shape).items()]
            stored[name] = mxfp4.unpacked(*(part.values for part in parts))
        else:
            parts = [Tensor(own_name, shape, spread(name, shape, variant))]
            stored[name] = parts[0].values
        tensors += parts
    tensors += [Tensor(name, shape, weights.Spread(0, 1, 0)) for name, shape in variant.unread.items()]
    return sorted(tensors, key=lambda tensor: natural(tensor.name)), stored


def golden(variant, folder):
    tensors, stored = plan(variant, folder)
    vocabulary = variant.config["vocab_size"]
    tokens = (weights.split_mix(weights.fnv1a(b"tokens"), TOKEN_COUNT) % np.uint64(vocabulary)).astype(int).tolist()
    model = load(variant.config, stored, folder / "whole", variant.attention)
    logits, attention = run(model, tokens)
    effects = [effect(variant, knob, stored, tokens, logits, folder / f"knob{index}") for index, knob in enumerate(variant.knobs)]
    rewritten = json.loads((folder / "saved/config.json").read_text())
    return Golden(tokens, tensors, logits, rewritten, summary(model, tokens, logits, attention, effects))


def effect(variant, knob, stored, tokens, logits, folder):
    """The largest change of a logit under changed settings."""
    config = copy.deepcopy(variant.config) | knob
    other, _ = run(load(config, stored, folder, variant.attention), tokens)
    difference = float(np.abs(other - logits).max())
    if difference < SMALLEST_EFFECT:
        raise SystemExit(f"{config['model_type']}: {knob} moves the logits by {difference:.3g} only, so the golden would not notice it")
    return difference


def summary(model, tokens, logits, attention, effects):
    """Whether the model is well-conditioned: spread of logits, sharpness of attention, and what float64 changes."""
    wide, _ = run(model.double(), tokens)
    sharpness = " ".join(f"{layer[:, 32:].max(axis=-1).mean():.2f}" for layer in attention)
    return (
        f"logits deviate by {logits.std():.2f}, float64 moves them by {np.abs(wide - logits).max():.1g}, "
        f"largest attention per layer {sharpness}, effects {' '.join(f'{size:.2g}' for size in effects)}")
