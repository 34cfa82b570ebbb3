#!/usr/bin/env python3
"""Makes Tests/Fixtures/quantised/: blocks of every quantised GGUF type and the numbers that they stand for.

Needs numpy and gguf (PyPI), whose decoding is the reference. For each type NAME there are
  NAME.blocks   random blocks, and some of equal bytes (0x00, 0x0f, 0x55, 0xaa, 0xf0, 0xff); scales are finite
  NAME.f32      their weights, float32, little-endian
"""

from pathlib import Path

import gguf
import numpy as np

FOLDER = Path(__file__).resolve().parent.parent / "Tests" / "Fixtures" / "quantised"
RANDOM_BLOCKS = {32: 16, 256: 6}
EQUAL_BYTES = [0x00, 0x0F, 0x55, 0xAA, 0xF0, 0xFF]
# Where blocks hold numbers in half precision.
HALVES = {
    "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2],
    "Q5_K": [0, 2], "Q6_K": [208], "IQ4_NL": [0], "IQ4_XS": [0], "MXFP4": [],
}


def blocks_of(name, random):
    """[blocks][bytes] with sound scales: halves of either sign, subnormal ones too; exponents from the smallest up."""
    length, size = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[name]]
    blocks = random.integers(0, 256, (RANDOM_BLOCKS[length] + len(EQUAL_BYTES), size), dtype=np.uint8)
    for index, byte in enumerate(EQUAL_BYTES):
        blocks[index] = byte
    for place in HALVES[name]:
        halves = random.integers(0, 0x7800, len(blocks), dtype=np.uint16) | random.integers(0, 2, len(blocks), dtype=np.uint16) << 15
        halves[len(EQUAL_BYTES)] = 0x0001
        blocks[:, place:place + 2] = halves.astype("<u2").view(np.uint8).reshape(-1, 2)
    if name == "MXFP4":
        blocks[:, 0] = np.arange(len(blocks)) * 11
    return blocks


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    random = np.random.Generator(np.random.PCG64(16))
    for name in HALVES:
        blocks = blocks_of(name, random)
        weights = gguf.quants.dequantize(blocks.reshape(-1), gguf.GGMLQuantizationType[name])
        assert np.isfinite(weights).all(), name
        blocks.tofile(FOLDER / f"{name}.blocks")
        weights.astype("<f4").tofile(FOLDER / f"{name}.f32")


if __name__ == "__main__":
    main()
