#!/usr/bin/env python3
"""Train one Llama by `apus train` and by PyTorch on this processor, in turn, and compare tokens a second.

Both train the same sizes on batches of as many tokens in sequences of the same lengths, with AdamW and float32 masters: Apus with
bfloat16 products, PyTorch with float32 and under bfloat16 autocast, of which the faster counts. Utilisation is the share that the
training's floating-point operations have (6 for each parameter and token, and attention's) of the machine's rate of bfloat16 products:
the highest that `machine-limits` finds, or without it what PyTorch's own product of 2048 x 2048 matrices reaches.

    swift build -c release
    python3 Benchmarks/training-beside-pytorch.py [--steps 8] [--rounds 2] [--threads N] [--limits PROGRAM]

Needs torch. Everything is written into a temporary folder.
"""

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

ROOT = Path(__file__).resolve().parent.parent
APUS = ROOT / ".build" / "release" / "apus"

LAYERS, WIDTH, HEADS, KEY_VALUE_HEADS, HEAD_DIM, FEED_FORWARD = 6, 256, 4, 2, 64, 704
VOCABULARY, CONTEXT, BATCH_TOKENS = 4096, 1024, 16384


# ---------------------------------------------------------------- PyTorch's side

class RootMeanSquareNorm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(WIDTH))

    def forward(self, x):
        return functional.rms_norm(x, (WIDTH,), self.weight, 1e-5)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention_norm, self.feed_norm = RootMeanSquareNorm(), RootMeanSquareNorm()
        self.query = nn.Linear(WIDTH, HEADS * HEAD_DIM, bias=False)
        self.key = nn.Linear(WIDTH, KEY_VALUE_HEADS * HEAD_DIM, bias=False)
        self.value = nn.Linear(WIDTH, KEY_VALUE_HEADS * HEAD_DIM, bias=False)
        self.output = nn.Linear(HEADS * HEAD_DIM, WIDTH, bias=False)
        self.gate = nn.Linear(WIDTH, FEED_FORWARD, bias=False)
        self.up = nn.Linear(WIDTH, FEED_FORWARD, bias=False)
        self.down = nn.Linear(FEED_FORWARD, WIDTH, bias=False)

    def forward(self, x, cosine, sine):
        batch, length, _ = x.shape
        normed = self.attention_norm(x)
        query = turned(self.query(normed).view(batch, length, HEADS, HEAD_DIM).transpose(1, 2), cosine, sine)
        key = turned(self.key(normed).view(batch, length, KEY_VALUE_HEADS, HEAD_DIM).transpose(1, 2), cosine, sine)
        value = self.value(normed).view(batch, length, KEY_VALUE_HEADS, HEAD_DIM).transpose(1, 2)
        key, value = (y.repeat_interleave(HEADS // KEY_VALUE_HEADS, dim=1) for y in (key, value))
        attended = functional.scaled_dot_product_attention(query, key.to(query.dtype), value.to(query.dtype), is_causal=True)
        x = x + self.output(attended.transpose(1, 2).reshape(batch, length, HEADS * HEAD_DIM))
        normed = self.feed_norm(x)
        return x + self.down(functional.silu(self.gate(normed)) * self.up(normed))


def turned(x, cosine, sine):
    half = HEAD_DIM // 2
    first, second = x[..., :half], x[..., half:]
    return torch.cat([first * cosine - second * sine, second * cosine + first * sine], dim=-1)


class Llama(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, WIDTH)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.norm = RootMeanSquareNorm()
        angles = torch.arange(CONTEXT)[:, None] / 10_000 ** (torch.arange(0, HEAD_DIM, 2) / HEAD_DIM)
        self.register_buffer("cosine", angles.cos())
        self.register_buffer("sine", angles.sin())

    def forward(self, tokens, targets):
        x = self.embedding(tokens)
        for block in self.blocks:
            x = block(x, self.cosine[:tokens.shape[1]], self.sine[:tokens.shape[1]])
        logits = functional.linear(self.norm(x), self.embedding.weight)
        return functional.cross_entropy(logits.float().view(-1, VOCABULARY), targets.reshape(-1))


def torch_rate(length, precision, steps):
    """The median tokens a second of PyTorch's steps. A step is taken in parts of at most 8,192 tokens, as Apus takes it."""
    torch.manual_seed(1)
    model = Llama()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.95), weight_decay=0.1, fused=True)
    rates = []
    for _ in range(steps + 1):
        tokens = torch.randint(VOCABULARY, (BATCH_TOKENS // length, length + 1))
        began = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        parts = tokens.split(max(1, 8192 // length))
        for part in parts:
            with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
                loss = model(part[:, :-1], part[:, 1:])
            (loss * part.shape[0] / tokens.shape[0]).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1)
        optimizer.step()
        rates.append(BATCH_TOKENS / (time.perf_counter() - began))
    return statistics.median(rates[1:])


def product_rate(limits, threads):
    """Floating-point operations a second of bfloat16 products at best, and where they were measured."""
    if limits:
        output = subprocess.run([limits, str(threads)], capture_output=True, text=True, check=True).stdout
        medians = [float(rate) for name, count, rate in re.findall(r"^(bf16 .*?)\s+(\d+) threads.*?median\s+([\d.]+)", output, re.M)
                   if int(count) == threads]
        if medians:
            return max(medians) * 1e9, "registers and first-level cache"
    x, y = (torch.randn(2048, 2048).bfloat16() for _ in range(2))
    rates = []
    for _ in range(10):
        began = time.perf_counter()
        x @ y
        rates.append(2 * 2048 ** 3 / (time.perf_counter() - began))
    return max(rates), "PyTorch's product of 2048 x 2048"


# ---------------------------------------------------------------- Apus's side

RECIPE = """
output: run-{length}
tokenizer: tokenizer.gguf
model: {{layers: {LAYERS}, width: {WIDTH}, heads: {HEADS}, key_value_heads: {KEY_VALUE_HEADS}, head_dim: {HEAD_DIM},
  feed_forward: {FEED_FORWARD}, context: {CONTEXT}}}
data: {{texts: text.txt, packing: concatenate, length: {length}, held_out: 0}}
steps: {steps}
batch_tokens: {BATCH_TOKENS}
checkpoint: {{every: 100000}}
export: {{types: [f16]}}
"""


def prepare(folder):
    """A text of made-up words and a tokenizer for it, large enough for the vocabulary."""
    generator = random.Random(1)
    syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "el", "ir", "os")]
    words = ["".join(generator.choices(syllables, k=generator.randint(1, 4))) for _ in range(20_000)]
    (folder / "text.txt").write_text(" ".join(generator.choices(words, k=200_000)) + "\n")
    run(["data", "tokenizer", folder / "text.txt", "-o", folder / "tokenizer.gguf", "--size", str(VOCABULARY)])


def run(arguments):
    result = subprocess.run([APUS, *map(str, arguments), "--json", "--quiet"], capture_output=True, text=True)
    if result.returncode != 0:
        raise SystemExit(f"apus {arguments[0]}: {result.stderr}")
    return json.loads(result.stdout)


def apus_rate(folder, length, steps, threads):
    recipe = folder / "recipe.yaml"
    recipe.write_text(RECIPE.format(length=length, steps=steps + 1, **globals()))
    run(["train", recipe, "--restart", "--threads", threads])
    lines = [json.loads(line) for line in (folder / f"run-{length}" / "metrics.jsonl").read_text().splitlines()]
    return statistics.median(line["tokens_per_second"] for line in lines[1:])


# ---------------------------------------------------------------- the comparison

def operations_per_token(length):
    """6 for each parameter of a matrix product, forwards and backwards, and attention's 12 for each key's number that is seen."""
    layer = WIDTH * HEAD_DIM * (2 * HEADS + 2 * KEY_VALUE_HEADS) + 3 * WIDTH * FEED_FORWARD
    return 6 * (LAYERS * layer + VOCABULARY * WIDTH) + 12 * LAYERS * HEADS * HEAD_DIM * (length + 1) / 2


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=8, help="steps that count, behind one that does not")
    parser.add_argument("--rounds", type=int, default=2, help="how often all take turns")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--limits", type=Path, help="the program built from machine-limits.c")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    peak, place = product_rate(arguments.limits, arguments.threads)
    print(f"bfloat16 products: {peak / 1e9:.0f} GFLOP/s on {arguments.threads} threads ({place})")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        for length in (512, 1024):
            rates = {"apus": [], "torch float32": [], "torch bfloat16": []}
            for _ in range(arguments.rounds):
                rates["apus"].append(apus_rate(folder, length, arguments.steps, arguments.threads))
                for precision in ("float32", "bfloat16"):
                    rates[f"torch {precision}"].append(torch_rate(length, precision, arguments.steps))
            best = {side: max(values) for side, values in rates.items()}
            faster = max(best["torch float32"], best["torch bfloat16"])
            print(f"sequences of {length}: " + ", ".join(f"{side} {rate:,.0f} tokens/s" for side, rate in best.items()))
            share = best["apus"] * operations_per_token(length) / peak
            print(f"  ratio {best['apus'] / faster:.2f} beside PyTorch's faster, utilisation {100 * share:.0f}%"
                  f" (PyTorch {100 * faster * operations_per_token(length) / peak:.0f}%)")


if __name__ == "__main__":
    main()
