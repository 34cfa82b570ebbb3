#!/usr/bin/env python3
"""Train a tiny model twice on the same texts, with dataset decomposition and with documents joined and cut into chunks.

usage: sequence-packing.py APUS FOLDER-OF-TEXTS [STEPS]

Both runs make as many steps of as many tokens, at a constant learning rate, and look at the same held-out text. The table says how fast each
went, where it ended, and when decomposition had come to where the chunks ended.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

LENGTH = 1024
RECIPE = """
output: {name}
tokenizer: tokenizer.gguf
model: {{layers: 4, width: 128, heads: 4, key_value_heads: 2, feed_forward: 352, context: {length}, rope_base: 100000}}
data: {{texts: {texts}, join_lines: true, length: {length}, {packing}}}
steps: {steps}
batch_tokens: 8192
optimizer: {{kind: muon, rate: 3e-3}}
schedule: {{kind: constant, warmup: 20}}
checkpoint: {{every: {steps}}}
evaluation: {{every: {every}, tokens: 65536}}
"""
PACKINGS = {
    "chunks": "packing: concatenate",
    "decomposition": "packing: decomposition, shortest: 64, curriculum: grow-p2, cycles: {cycles}",
}


def run(apus, *arguments):
    result = subprocess.run([apus, *arguments, "--quiet"], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(result.stderr)


def metrics(apus, folder, texts, name, steps):
    # An epoch is far longer than the run, which should go through all lengths several times nevertheless.
    packing = PACKINGS[name].format(cycles=64)
    recipe = RECIPE.format(name=name, texts=texts, packing=packing, length=LENGTH, steps=steps, every=max(1, steps // 20))
    path = folder / f"{name}.yaml"
    path.write_text(recipe)
    run(apus, "train", str(path))
    return [json.loads(line) for line in (folder / name / "metrics.jsonl").read_text().splitlines()]


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    apus, texts, steps = sys.argv[1], str(Path(sys.argv[2]).resolve()), int(sys.argv[3]) if len(sys.argv) > 3 else 200
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(apus, "data", "tokenizer", texts, "-o", str(folder / "tokenizer.gguf"), "--size", "4096")
        runs = {packing: metrics(apus, folder, texts, packing, steps) for packing in PACKINGS}
    goal = runs["chunks"][-1]["held_out_loss"]
    print("| packing | tokens/s | seconds | held-out loss | seconds to the chunks' loss |\n|---|---|---|---|---|")
    for packing, lines in runs.items():
        reached = next((line["seconds"] for line in lines if line.get("held_out_loss", goal + 1) <= goal), None)
        print(
            f"| {packing} | {median(line['tokens_per_second'] for line in lines):,.0f} | {lines[-1]['seconds']:.0f} "
            f"| {lines[-1]['held_out_loss']:.3f} | {f'{reached:.0f}' if reached else 'not reached'} |")


if __name__ == "__main__":
    main()
