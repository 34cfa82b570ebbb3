#!/usr/bin/env python3
"""Embeds the same texts of mixed lengths with Apus and with sentence-transformers, in turn, and compares rates and vectors.

usage: embedding-beside-sentence-transformers.py APUS MODEL-FOLDER [--texts N] [--rounds N] [--threads N]

Needs sentence-transformers (PyPI); Scripts/fetch-minilm.sh makes a model's folder. Apus must be a release build. Rates are those of the
embedding alone, without opening the model and turning texts into tokens for Apus, and with tokenising for sentence-transformers, whose share is
told apart; texts have 2 to about 250 tokens, most of them few, as questions and passages have.
"""

import argparse
import json
import random
import re
import subprocess
import sys
import time
from statistics import median

WORDS = "time year people way day man thing woman life child world school state family student group country problem hand part".split()


def make_texts(count):
    """Lengths in words spread evenly by their logarithm."""
    generator = random.Random(7)
    return [" ".join(generator.choices(WORDS, k=round(2 ** generator.uniform(0, 7.8)))) for _ in range(count)]


def run_apus(apus, folder, texts, threads):
    """Seconds of the embedding, and the vectors."""
    result = subprocess.run(
        [apus, "embed", "--json", "--model", folder, "--threads", str(threads)], input="\n".join(texts), capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(result.stderr)
    summary = re.findall(r"Embedding: ([\d,.]+k?) tokens in ([\d.]+) s", result.stderr)
    if not summary:
        sys.exit(f"no time was told; give more texts: {result.stderr}")
    return float(summary[-1][1]), [json.loads(line)["embedding"] for line in result.stdout.splitlines()]


def run_peer(model, texts):
    """Seconds in all, and those of tokenising."""
    start = time.perf_counter()
    model.tokenize(texts)
    tokenizing = time.perf_counter() - start
    start = time.perf_counter()
    vectors = model.encode(texts, batch_size=32, show_progress_bar=False)
    return time.perf_counter() - start, tokenizing, vectors


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("apus")
    parser.add_argument("folder")
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()

    import sentence_transformers
    import torch

    torch.set_num_threads(arguments.threads)
    model = sentence_transformers.SentenceTransformer(arguments.folder, device="cpu")
    texts = make_texts(arguments.texts)
    ours, theirs, tokenizings = [], [], []
    for _ in range(arguments.rounds):
        seconds, vectors = run_apus(arguments.apus, arguments.folder, texts, arguments.threads)
        ours.append(seconds)
        seconds, tokenizing, peers = run_peer(model, texts)
        theirs.append(seconds)
        tokenizings.append(tokenizing)
    cosine = min(float((torch.tensor(a) * torch.tensor(b)).sum()) for a, b in zip(vectors, peers))
    without = median(theirs) - median(tokenizings)
    print(f"{len(texts)} texts, {arguments.threads} threads, medians of {arguments.rounds} rounds")
    print(f"apus                  {len(texts) / median(ours):8.0f} texts/s")
    print(f"sentence-transformers {len(texts) / median(theirs):8.0f} texts/s, {len(texts) / without:.0f} without tokenising")
    print(f"ratio {median(theirs) / median(ours):.2f}, {without / median(ours):.2f} without tokenising; least cosine {cosine:.7f}")


if __name__ == "__main__":
    main()
