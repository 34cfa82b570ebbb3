"""Experts as published gpt-oss checkpoints pack them: blocks of 32 four-bit floats that share a power of two.

`NAME_blocks` holds two numbers per byte (the low half first), `NAME_scales` the exponents plus 127; both have the outputs as rows, while
the plain tensor NAME is [experts, inputs, outputs] (OCP Microscaling Formats, version 1.0).
"""

import numpy as np

from .weights import Spread

BLOCK = 32
FLOATS = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6], dtype=np.float32)
SPREADS = {"blocks": Spread(128, 127, 0), "scales": Spread(122, 1, 0)}


def shapes(shape):
    """Of the two tensors that stand for a plain one [experts, inputs, outputs]."""
    experts, inputs, outputs = shape
    return {"blocks": (experts, outputs, inputs // BLOCK, BLOCK // 2), "scales": (experts, outputs, inputs // BLOCK)}


def unpacked(blocks, scales):
    """The plain tensor [experts, inputs, outputs]."""
    packed = blocks.astype(np.uint8)
    halves = np.stack([FLOATS[packed & 15], FLOATS[packed >> 4]], axis=-1)  # [experts, outputs, blocks, 16, 2]
    scaled = halves.reshape(*scales.shape, BLOCK) * np.exp2(scales - 127)[..., None]
    return np.ascontiguousarray(scaled.reshape(*scales.shape[:2], -1).swapaxes(1, 2).astype(np.float32))
