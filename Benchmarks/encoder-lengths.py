#!/usr/bin/env python3
"""How the time for a text grows with its length: with M2-BERT's long convolutions, and with BERT's attention.

usage: encoder-lengths.py APUS [--lengths 1024,2048,4096,8192] [--width N] [--layers N] [--rounds N] [--threads N]

Needs numpy (PyPI), and a release build of Apus. For each length it makes a model of each kind with random weights and a window of just that length:
M2-BERT as published (networks of 4 blocks, 128 hidden numbers in a filter) and BERT, both with feed-forward networks four times as wide. Time for a text is
what one run of `apus embed` with four more texts takes longer than a run with one, the median of the rounds.
"""

import argparse
import json
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "c", "d"]
MORE = 4


def tokenizer():
    special = [{"id": number, "content": word, "special": True, "normalized": False} for number, word in enumerate(WORDS[:4])]
    return {
        "added_tokens": special, "normalizer": {"type": "BertNormalizer", "lowercase": True}, "pre_tokenizer": {"type": "BertPreTokenizer"},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {word: number for number, word in enumerate(WORDS)}},
    }


def shapes(kind, width, layers, length):
    yield "embeddings.word_embeddings.weight", (len(WORDS), width)
    yield "embeddings.position_embeddings.weight", (length, width)
    yield "embeddings.token_type_embeddings.weight", (2, width)
    yield from norm("embeddings.LayerNorm", width)
    for layer in range(layers):
        yield from (bert_layer if kind == "bert" else m2_layer)(f"encoder.layer.{layer}.", width, length)


def linear(name, rows, columns):
    yield name + ".weight", (rows, columns)
    yield name + ".bias", (rows,)


def norm(name, width):
    yield name + ".weight", (width,)
    yield name + ".bias", (width,)


def bert_layer(prefix, width, length):
    for part in ("query", "key", "value"):
        yield from linear(prefix + "attention.self." + part, width, width)
    yield from linear(prefix + "attention.output.dense", width, width)
    yield from norm(prefix + "attention.output.LayerNorm", width)
    yield from linear(prefix + "intermediate.dense", 4 * width, width)
    yield from linear(prefix + "output.dense", width, 4 * width)
    yield from norm(prefix + "output.LayerNorm", width)


def m2_layer(prefix, width, length, order=128, features=5, blocks=4):
    yield from linear(prefix + "attention.in_linear", 3 * width, width)
    yield from linear(prefix + "attention.out_linear", width, width)
    yield prefix + "attention.short_filter.weight", (3 * width, 1, 3)
    yield prefix + "attention.short_filter.bias", (3 * width,)
    for name in ("filter_fn", "filter_fn2"):
        own = prefix + f"attention.{name}."
        yield own + "bias", (width,)
        yield own + "implicit_filter.1.freq", (1, order)
        for network in ("implicit_filter", "implicit_filter_rev"):
            for number, columns in ((0, features), (2, order), (4, order)):
                yield from linear(f"{own}{network}.{number}", order, columns)
            yield f"{own}{network}.6.weight", (width, order)
        yield own + "pos_emb.z", (1, length, features)
        yield own + "pos_emb.t", (1, length, 1)
        yield own + "modulation.deltas", (1, 1, width)
    yield prefix + "mlp.gated_layers.weight", (blocks, 8 * width // blocks, width // blocks)
    yield prefix + "mlp.wo.weight", (blocks, width // blocks, 4 * width // blocks)
    yield prefix + "mlp.wo.bias", (width,)
    yield from norm(prefix + "mlp.layernorm", width)


def write_model(folder, kind, width, layers, length):
    config = {
        "model_type": "bert" if kind == "bert" else "m2_bert", "vocab_size": len(WORDS), "hidden_size": width, "num_hidden_layers": layers,
        "num_attention_heads": width // 64, "intermediate_size": 4 * width, "max_position_embeddings": length, "long_conv_l_max": length,
        "type_vocab_size": 2, "monarch_mixer_sequence_mixing": True, "use_monarch_mlp": True, "residual_long_conv": True,
        "use_positional_encodings": True, "bidirectional": True, "use_glu_mlp": True, "hyena_filter_order": 128, "hyena_emb_dim": 5,
    }
    for name, document in (("config", config), ("tokenizer", tokenizer()), ("tokenizer_config", {"cls_token": "[CLS]", "sep_token": "[SEP]"})):
        (folder / f"{name}.json").write_text(json.dumps(document))
    generator, header, parts, offset = np.random.default_rng(1), {}, [], 0
    for name, shape in shapes(kind, width, layers, length):
        values = (generator.standard_normal(shape) * 0.02 + (name.endswith(("Norm.weight", "norm.weight")))).astype("<f4")
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [offset, offset + values.nbytes]}
        parts.append(values.tobytes())
        offset += values.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(folder / "model.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for part in parts:
            file.write(part)


def run(apus, folder, count, length, threads):
    texts = [" ".join(WORDS[4 + (place + number) % 4] for place in range(length)) for number in range(count)]
    began = time.perf_counter()
    result = subprocess.run(
        [apus, "embed", "--quiet", "--pooling", "mean", "--model", str(folder), "--threads", str(threads)], input="\n".join(texts),
        capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(result.stderr)
    return time.perf_counter() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("apus")
    parser.add_argument("--lengths", default="1024,2048,4096,8192")
    parser.add_argument("--width", type=int, default=768)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    before = {}
    for length in map(int, arguments.lengths.split(",")):
        for kind in ("m2-bert", "bert"):
            with tempfile.TemporaryDirectory() as folder:
                write_model(Path(folder), kind, arguments.width, arguments.layers, length)
                seconds = median(
                    (run(arguments.apus, folder, 1 + MORE, length, arguments.threads)
                     - run(arguments.apus, folder, 1, length, arguments.threads)) / MORE for _ in range(arguments.rounds))
            ratio = f", {seconds / before[kind]:.2f} times the length before" if kind in before else ""
            print(f"{length:6} {kind:8} {seconds:7.3f} s a text{ratio}", flush=True)
            before[kind] = seconds


if __name__ == "__main__":
    main()
