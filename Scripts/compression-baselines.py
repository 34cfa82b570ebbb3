#!/usr/bin/env python3
"""Bits per byte of held-out texts by gzip -9 and by a byte n-gram model trained on other texts.

  compression-baselines.py TRAINING_FOLDER HELD_OUT_FILE ... [--order 7]

The n-gram model predicts each byte from up to ORDER bytes before it, with interpolated Kneser-Ney smoothing (Chen and Goodman 1999): the
counts of lower orders are those of different contexts, and the discount of each order is estimated from how many n-grams occur once and
twice. Books of Project Gutenberg are taken without header and licence. Needs numpy; some minutes and 4 GB for 10 MB of training text.
"""

import argparse
import gzip
import math
from pathlib import Path

import numpy as np

PRODUCERS = (b"Produced by", b"E-text prepared by", b"Etext prepared by", b"This eBook was produced by", b"Transcribed from", b"Special thanks")


def cleaned(data):
    """The book alone, as `BookText` has it."""
    lines = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").split(b"\n")

    def is_mark(line, words):
        return line.startswith(b"***") and words in line.upper() and b"PROJECT GUTENBERG" in line.upper()

    start = next((number + 1 for number, line in enumerate(lines) if is_mark(line, b"START OF")), 0)
    lines = lines[start:]
    end = next((number for number, line in enumerate(lines)
                if is_mark(line, b"END OF") or (line.startswith(b"End of") and b"Project Gutenberg" in line)), len(lines))
    text = b"\n".join(lines[:end]).strip(b"\n")
    while text.startswith(PRODUCERS):
        text = text.partition(b"\n\n")[2].lstrip(b"\n")
    return text + b"\n"


def grams(text, length):
    """Every stretch of `length` bytes, at most 8, as one number."""
    codes = np.zeros(len(text) - length + 1, np.uint64)
    for place in range(length):
        codes = codes << np.uint64(8) | text[place:len(text) - length + 1 + place].astype(np.uint64)
    return codes


class Order:
    """One order of the model: n-grams with their counts, and of each context how much is counted and how many bytes follow."""

    def __init__(self, codes, counts):
        self.codes, self.counts = codes, counts.astype(np.float64)
        once, twice = np.sum(counts == 1), np.sum(counts == 2)
        self.discount = once / (once + 2 * twice) if once else 0.5
        contexts = codes >> np.uint64(8)
        self.contexts, first = np.unique(contexts, return_index=True)
        self.totals = np.add.reduceat(self.counts, first)
        self.followers = np.diff(np.append(first, len(codes))).astype(np.float64)

    def mix(self, codes, lower):
        """The probability of each n-gram's last byte, given that of the order below."""
        place = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        counts = np.where(self.codes[place] == codes, self.counts[place], 0)
        contexts = codes >> np.uint64(8)
        where = np.minimum(np.searchsorted(self.contexts, contexts), len(self.contexts) - 1)
        known = self.contexts[where] == contexts
        totals, followers = np.where(known, self.totals[where], 1), self.followers[where]
        return np.where(known, (np.maximum(counts - self.discount, 0) + self.discount * followers * lower) / totals, lower)


def train(text, order):
    """Orders from 1 byte to `order` bytes and the one that they predict."""
    orders, codes = [], None
    for length in range(order + 1, 0, -1):
        if codes is None:
            codes, counts = np.unique(grams(text, length), return_counts=True)
        else:
            # A lower order counts in how many different contexts a stretch stands.
            codes, counts = np.unique(codes & np.uint64((1 << 8 * length) - 1), return_counts=True)
        orders.insert(0, Order(codes, counts))
    return orders


def bits_per_byte(orders, text):
    probability = np.full(len(text), 1 / 256)
    for length, order in enumerate(orders, start=1):
        mixed = order.mix(grams(text, length), probability[length - 1:])
        probability = np.concatenate([probability[:length - 1], mixed])
    return float(-np.log2(probability).mean())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("training", type=Path)
    parser.add_argument("held_out", type=Path, nargs="+")
    parser.add_argument("--order", type=int, default=7, choices=range(1, 8))
    arguments = parser.parse_args()
    books = b"".join(cleaned(path.read_bytes()) for path in sorted(arguments.training.rglob("*.txt")))
    orders = train(np.frombuffer(books, np.uint8), arguments.order)
    print(f"{'text':<16}{'bytes':>12}{'gzip -9':>10}{'n-gram':>10}   bits per byte")
    for path in arguments.held_out:
        text = cleaned(path.read_bytes())
        zipped = 8 * len(gzip.compress(text, 9)) / len(text)
        model = bits_per_byte(orders, np.frombuffer(text, np.uint8))
        assert math.isfinite(model)
        print(f"{path.name:<16}{len(text):>12,}{zipped:>10.3f}{model:>10.3f}")


if __name__ == "__main__":
    main()
