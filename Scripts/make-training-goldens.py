#!/usr/bin/env python3
"""Makes Tests/Fixtures/training/curves.json: the losses of tiny models over 20 steps of AdamW, as PyTorch finds them.

Needs numpy, torch, safetensors and transformers (PyPI).

The models are those of Tests/Fixtures/decoders, whose weights both sides compute. Each batch has two sequences, which do not see each
other; the loss is the mean over all of their targets. Arithmetic is in double precision wherever transformers leaves it so.
"""

import json
import tempfile
from pathlib import Path

import numpy as np
import torch

from goldens import checkpoints, weights
from goldens.architectures import VARIANTS
from goldens.text import on_few_lines

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "Tests/Fixtures/training/curves.json"
NAMES = ["llama", "gpt2", "gemma2"]
STEPS = 20
BATCHES = 5  # taken in turn
LENGTHS = [21, 14]
RATE = 1e-3
BETAS = (0.9, 0.95)
EPSILON = 1e-8
DECAY = 0.1  # of matrices


def batches(vocabulary):
    """Tokens with a rule that can be learnt: each sequence goes round in a few of them."""
    drawn = weights.split_mix(weights.fnv1a(b"training"), BATCHES * len(LENGTHS) * 7) % np.uint64(vocabulary)
    rounds = drawn.astype(int).reshape(BATCHES, len(LENGTHS), 7)
    return [[[int(rounds[batch, place, index % 7]) for index in range(length)] for place, length in enumerate(LENGTHS)]
            for batch in range(BATCHES)]


def loss_of(model, sequences):
    total, count = 0, 0
    for sequence in sequences:
        tokens = torch.tensor([sequence])
        logits = model(tokens[:, :-1], use_cache=False).logits[0]
        total = total + torch.nn.functional.cross_entropy(logits.double(), tokens[0, 1:], reduction="sum")
        count += len(sequence) - 1
    return total / count


def curve(name, folder):
    variant = VARIANTS[name]
    _, stored = checkpoints.plan(variant, folder)
    model = checkpoints.load(variant.config, stored, folder / "whole", "eager").double()
    model.get_input_embeddings().padding_idx = None  # else the row of that token would learn nothing as an input
    matrices = [parameter for parameter in model.parameters() if parameter.dim() > 1]
    others = [parameter for parameter in model.parameters() if parameter.dim() == 1]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": DECAY}, {"params": others, "weight_decay": 0.0}], lr=RATE, betas=BETAS, eps=EPSILON)
    sequences, losses = batches(variant.config["vocab_size"]), []
    for step in range(STEPS):
        loss = loss_of(model, sequences[step % BATCHES])
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{name}: {losses[0]:.4f} to {losses[-1]:.4f}", flush=True)
    return {"name": name, "losses": losses, "batches": sequences}


def main():
    curves = []
    for name in NAMES:
        with tempfile.TemporaryDirectory() as folder:
            curves.append(curve(name, Path(folder)))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(on_few_lines({
        "transformers": checkpoints.VERSION, "torch": torch.__version__, "rate": RATE, "betas": BETAS, "epsilon": EPSILON, "decay": DECAY,
        "curves": curves,
    }))


if __name__ == "__main__":
    main()
