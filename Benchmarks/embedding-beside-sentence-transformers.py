#!/usr/bin/env python3
"""Embeds the same texts of mixed lengths with Apus, sentence-transformers (PyTorch) and ONNX Runtime, in turn, and compares rates and vectors.

usage: embedding-beside-sentence-transformers.py APUS MODEL-FOLDER [GGUF-FILE ...] [--texts N] [--rounds N] [--threads N]

Needs sentence-transformers, onnx and onnxruntime (PyPI); Scripts/fetch-minilm.sh makes a model's folder. Apus must be a release
build. Rates are those of the embedding alone, without opening the model and turning texts into tokens: the time of tokenising is taken off that of
sentence-transformers, and ONNX Runtime gets tokens. Both peers get batches of 32 texts that are sorted by length, so that they pad little. The
model goes to ONNX Runtime by PyTorch's exporter. GGUF files are further forms of the same model, for Apus, which take part in every round. Texts have 2 to about 250 tokens, most of them few, as questions and passages have.
"""

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

WORDS = "time year people way day man thing woman life child world school state family student group country problem hand part".split()


# sentence-transformers' own default.
BATCH = 32


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
    vectors = model.encode(texts, batch_size=BATCH, show_progress_bar=False)
    return time.perf_counter() - start, tokenizing, vectors


class OnnxModel:
    """The transformer of a model's folder in ONNX Runtime, and mean pooling."""

    def __init__(self, model, model_folder, folder, threads):
        import onnxruntime
        import torch
        from transformers import AutoModel

        inner = AutoModel.from_pretrained(model_folder, attn_implementation="eager").eval()

        class States(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.inner = inner

            def forward(self, input_ids, attention_mask):
                return self.inner(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

        path = str(Path(folder) / "model.onnx")
        example, sizes = torch.ones(2, 8, dtype=torch.long), {0: "batch", 1: "tokens"}
        # The exporter by torch.export gives a model whose states are others (torch 2.15, onnxruntime 1.32).
        torch.onnx.export(
            States(), (example, example), path, input_names=["input_ids", "attention_mask"], output_names=["states"],
            dynamic_axes={"input_ids": sizes, "attention_mask": sizes, "states": sizes}, opset_version=17, dynamo=False)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.tokenizer = model.tokenizer
        self.window = model.max_seq_length

    def encode(self, texts):
        """Seconds of the embedding, and the vectors."""
        import numpy as np

        encoded = self.tokenizer(texts, truncation=True, padding=False, max_length=self.window)["input_ids"]
        order = sorted(range(len(texts)), key=lambda index: -len(encoded[index]))
        vectors = [None] * len(texts)
        start = time.perf_counter()
        for first in range(0, len(order), BATCH):
            members = order[first:first + BATCH]
            ids = np.zeros((len(members), len(encoded[members[0]])), dtype=np.int64)
            mask = np.zeros_like(ids)
            for row, index in enumerate(members):
                ids[row, :len(encoded[index])] = encoded[index]
                mask[row, :len(encoded[index])] = 1
            states, = self.session.run(None, {"input_ids": ids, "attention_mask": mask})
            means = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
            for row, index in enumerate(members):
                vectors[index] = means[row] / np.linalg.norm(means[row])
        return time.perf_counter() - start, vectors


def cosines(ours, theirs):
    return [float(sum(a * b for a, b in zip(one, other))) for one, other in zip(ours, theirs)]


def least_cosine(ours, theirs):
    return min(cosines(ours, theirs))


def mean_cosine(ours, theirs):
    return sum(cosines(ours, theirs)) / len(ours)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("apus")
    parser.add_argument("folder")
    parser.add_argument("files", nargs="*")
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()

    import sentence_transformers
    import torch

    torch.set_num_threads(arguments.threads)
    model = sentence_transformers.SentenceTransformer(arguments.folder, device="cpu")
    with tempfile.TemporaryDirectory() as folder:
        onnx = OnnxModel(model, arguments.folder, folder, arguments.threads)
    texts = make_texts(arguments.texts)
    tokens = sum(len(ids) for ids in model.tokenizer(texts, truncation=True, padding=False, max_length=model.max_seq_length)["input_ids"])
    forms = {"apus": arguments.folder} | {f"apus {Path(file).stem}": file for file in arguments.files}
    seconds = {name: [] for name in [*forms, "sentence-transformers", "onnxruntime"]}
    vectors = {}
    for _ in range(arguments.rounds):
        for name, form in forms.items():
            own, vectors[name] = run_apus(arguments.apus, form, texts, arguments.threads)
            seconds[name].append(own)
        whole, tokenizing, torch_vectors = run_peer(model, texts)
        seconds["sentence-transformers"].append(whole - tokenizing)
        own, onnx_vectors = onnx.encode(texts)
        seconds["onnxruntime"].append(own)
    print(f"{len(texts)} texts of {tokens} tokens, {arguments.threads} threads, medians of {arguments.rounds} rounds; rates of each round in brackets")
    for name, own in seconds.items():
        ratios = [theirs / ours for ours, theirs in zip(own, seconds["sentence-transformers"])]
        rates = " ".join(f"{tokens / second:.0f}" for second in own)
        print(f"{name:22} {len(texts) / median(own):7.0f} texts/s {tokens / median(own):8.0f} tokens/s ({rates}), {median(ratios):.2f} times PyTorch")
    ratios = [theirs / ours for ours, theirs in zip(seconds["apus"], seconds["onnxruntime"])]
    print(f"apus beside ONNX Runtime {median(ratios):.2f} times")
    for name in forms:
        print(
            f"{name:22} cosine to sentence-transformers: least {least_cosine(vectors[name], torch_vectors):.7f}, "
            f"mean {mean_cosine(vectors[name], torch_vectors):.7f}")
    print(f"{'apus':22} cosine to ONNX Runtime: least {least_cosine(vectors['apus'], onnx_vectors):.7f}")


if __name__ == "__main__":
    main()
