"""Weights that need not be stored: every element follows from its tensor's name and its place.

Element i of a tensor is offset + m * 2^-exponent, where m in -span...span comes from output i of SplitMix64 seeded with FNV-1a of the
name. With |m| <= 127 (and a coarser step beside an offset) every value is the same in float32, float16 and bfloat16.
TinyCheckpoint.swift computes the same.
"""

import math
from dataclasses import dataclass

import numpy as np

GOLDEN_GAMMA = 0x9E3779B97F4A7C15
LARGEST_SPAN = 127
MASK = (1 << 64) - 1


@dataclass(frozen=True)
class Spread:
    """The numbers of the formula for one tensor."""

    offset: int
    span: int
    exponent: int

    @classmethod
    def around(cls, offset, deviation):
        """Uniform around `offset` with about the standard deviation given, in steps as fine as the storage types allow."""
        reach = deviation * math.sqrt(3)
        finest = math.floor(math.log2(LARGEST_SPAN / reach))
        exponent = min(finest, 8 - offset.bit_length()) if offset else min(finest, 16)
        return cls(offset, round(reach * 2**exponent), exponent)


def fnv1a(data, state=0xCBF29CE484222325):
    for byte in data:
        state = (state ^ byte) * 0x100000001B3 & MASK
    return state


def split_mix(seed, count):
    """The first `count` outputs of SplitMix64 (Steele, Lea, Flood 2014)."""
    with np.errstate(over="ignore"):
        state = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(GOLDEN_GAMMA)
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))


def values(name, shape, spread):
    """The tensor as float32."""
    random = split_mix(fnv1a(name.encode()), math.prod(shape))
    steps = (random >> np.uint64(33)) % np.uint64(2 * spread.span + 1)
    steps = steps.astype(np.int64) - spread.span
    return (spread.offset + steps * 2.0**-spread.exponent).astype(np.float32).reshape(shape)
