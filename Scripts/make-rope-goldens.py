#!/usr/bin/env python3
"""Makes Tests/Fixtures/positions/rope.json: inverse frequencies and attention factors that `transformers` computes.

Needs torch and transformers (PyPI). Every case states the settings as config.json has them. `length` is how many tokens are read:
"dynamic" and "longrope" depend on it. Frequencies come from float32 arithmetic.
"""

import json
from pathlib import Path

import numpy as np
import transformers
from transformers import LlamaConfig
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

from goldens.text import on_few_lines

FIXTURE = Path(__file__).resolve().parent.parent / "Tests/Fixtures/positions/rope.json"


def case(name, rope_scaling, head_dim=128, rope_theta=10000.0, max_position_embeddings=4096, length=64):
    return {
        "name": name, "head_dim": head_dim, "rope_theta": rope_theta, "max_position_embeddings": max_position_embeddings,
        "length": length, "rope_scaling": rope_scaling,
    }


def llama3(factor, **changes):
    return {
        "factor": factor, "high_freq_factor": 4.0, "low_freq_factor": 1.0, "original_max_position_embeddings": 8192, "rope_type": "llama3",
    } | changes


def yarn(factor, original, **changes):
    return {"rope_type": "yarn", "factor": factor, "original_max_position_embeddings": original} | changes


def longrope(pairs, **changes):
    """Factors that grow as those of published models do: slowly at first, then to dozens."""
    steps = np.linspace(0, 1, pairs)
    return {
        "rope_type": "longrope", "original_max_position_embeddings": 4096, "short_factor": (1 + 1.5 * steps).round(4).tolist(),
        "long_factor": (1 + 60 * steps**2).round(4).tolist(),
    } | changes


CASES = [
    case("plain", None),
    case("plain, another base and an odd number of pairs", None, head_dim=10, rope_theta=5e5),
    case("linear", {"rope_type": "linear", "factor": 8.0}, head_dim=64, rope_theta=1e6),
    case("linear in the older spelling", {"type": "linear", "factor": 2.5}, head_dim=64),
    case("dynamic, within the trained length", {"rope_type": "dynamic", "factor": 2.0}, length=4096),
    case("dynamic, beyond the trained length", {"rope_type": "dynamic", "factor": 2.0}, length=10000),
    case("Llama 3.1", llama3(8.0), rope_theta=5e5, max_position_embeddings=131072),
    case("Llama 3.2", llama3(32.0), head_dim=64, rope_theta=5e5, max_position_embeddings=131072),
    case("llama3 with other bounds", llama3(4.0, low_freq_factor=2.0, high_freq_factor=8.0), head_dim=32, rope_theta=1e5),
    case("Qwen 2.5 with YaRN", yarn(4.0, 32768), rope_theta=1e6, max_position_embeddings=32768),
    case("YaRN with an attention factor", yarn(16.0, 4096, attention_factor=1.25), head_dim=64),
    case("YaRN with other bounds", yarn(8.0, 2048, beta_fast=16.0, beta_slow=2.0), head_dim=64),
    case("YaRN with two scales", yarn(40.0, 4096, mscale=1.0, mscale_all_dim=0.707), head_dim=64, max_position_embeddings=163840),
    case("gpt-oss", yarn(32.0, 4096, beta_fast=32.0, beta_slow=1.0, truncate=False), head_dim=64, rope_theta=150000.0,
         max_position_embeddings=131072),
    case("proportional", {"rope_type": "proportional", "partial_rotary_factor": 0.3}, head_dim=64, rope_theta=1e6),
    case("longrope, short", longrope(48), head_dim=96, max_position_embeddings=131072, length=4096),
    case("longrope, long", longrope(48), head_dim=96, max_position_embeddings=131072, length=4097),
    case("longrope with an attention factor", longrope(16, attention_factor=1.5), head_dim=32, max_position_embeddings=131072),
]


def computed(settings):
    config = LlamaConfig(
        hidden_size=settings["head_dim"] * 2, num_attention_heads=2, head_dim=settings["head_dim"],
        max_position_embeddings=settings["max_position_embeddings"], rope_theta=settings["rope_theta"],
        rope_scaling=dict(settings["rope_scaling"]) if settings["rope_scaling"] else None)
    kind = config.rope_parameters["rope_type"]
    compute = LlamaRotaryEmbedding.compute_default_rope_parameters if kind == "default" else ROPE_INIT_FUNCTIONS[kind]
    frequencies, factor = compute(config, device="cpu", seq_len=settings["length"])
    return settings | {
        "attention_factor": round(float(factor), 9),
        "inverse_frequencies": [float(f"{value:.8g}") for value in frequencies.tolist()],
    }


def main():
    FIXTURE.parent.mkdir(parents=True, exist_ok=True)
    FIXTURE.write_text(on_few_lines({"transformers": transformers.__version__, "cases": [computed(settings) for settings in CASES]}))
    print(f"{FIXTURE.name}: {FIXTURE.stat().st_size} bytes, {len(CASES)} cases")


if __name__ == "__main__":
    main()
