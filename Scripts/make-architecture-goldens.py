#!/usr/bin/env python3
"""Makes the folders of Tests/Fixtures/decoders: a tiny model of every architecture, and the logits that `transformers` finds.

Needs numpy, torch, safetensors and transformers (PyPI).

  make-architecture-goldens.py [NAME ...]

Without names all are made. A folder holds the configuration as published checkpoints have it (config.json) and as this version of
transformers writes it (config-rewritten.json), the names and shapes of the tensors with the numbers of the formula that their elements
follow (golden.json, see goldens/weights.py), and the logits after each of 64 tokens (logits.bin: float32, little-endian,
[tokens, vocabulary]).
"""

import argparse
import json
import tempfile
from pathlib import Path

from goldens import checkpoints
from goldens.architectures import VARIANTS
from goldens.text import on_few_lines

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "Tests/Fixtures/decoders"


def tensor_entry(tensor):
    spread = tensor.spread
    entry = {"name": tensor.name, "shape": list(tensor.shape), "offset": spread.offset, "span": spread.span, "exponent": spread.exponent}
    return entry | ({"type": tensor.type} if tensor.type else {})


def make(name, variant):
    with tempfile.TemporaryDirectory() as folder:
        golden = checkpoints.golden(variant, Path(folder))
    out = FIXTURES / name
    out.mkdir(parents=True, exist_ok=True)
    (out / "config.json").write_text(json.dumps(variant.published or variant.config, indent=2) + "\n")
    if variant.published is None:
        (out / "config-rewritten.json").write_text(json.dumps(golden.rewritten, indent=2) + "\n")
    (out / "logits.bin").write_bytes(golden.logits.astype("<f4").tobytes())
    (out / "golden.json").write_text(on_few_lines({
        "transformers": checkpoints.VERSION,
        "tokens": golden.tokens,
        "vocabulary": golden.logits.shape[1],
        "values_hash": f"{checkpoints.values_hash(golden.tensors):016x}",
        "tensors": [tensor_entry(tensor) for tensor in golden.tensors],
    }))
    size = sum(file.stat().st_size for file in out.iterdir())
    print(f"{name}: {size} bytes; {golden.summary}", flush=True)


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
