#!/usr/bin/env python3
"""Makes a GGUF model of random weights in the shape of a real one, for measurements of speed, memory and loading.

Needs numpy and gguf (PyPI). Its text means nothing, so it says nothing about quality.

  make-random-gguf.py --shape qwen2.5-0.5b --vocabulary ggml-vocab-qwen2.gguf     --type q8_0 --out qwen-q8.gguf
  make-random-gguf.py --shape llama-3.2-1b --vocabulary ggml-vocab-llama-bpe.gguf --out llama-f16.gguf
  make-random-gguf.py --shape tiny-llama --out tiny.gguf        (no --vocabulary: 259 tokens, one for each byte)

The vocabulary (pieces, merges, special ids, chat template) is copied from --vocabulary, any GGUF with tokenizer.* keys
and as many tokens as the shape has: for example models/ggml-vocab-*.gguf among llama.cpp's sources. Mixtures of types
(Q4_K_M, …): run llama-quantize on the f16 file. The same seed, shape and type give the same tensors.
"""

import argparse
import sys
from dataclasses import dataclass

import gguf
import numpy as np


@dataclass(frozen=True)
class Shape:
    architecture: str
    layers: int
    width: int
    heads: int
    key_value_heads: int
    head_dimension: int
    feed_forward: int
    vocabulary: int
    rope_base: float
    epsilon: float


SHAPES = {  # all tie their embeddings; Qwen2 has biases on queries, keys and values
    "qwen2.5-0.5b": Shape("qwen2", 24, 896, 14, 2, 64, 4864, 151936, 1e6, 1e-6),
    "qwen2.5-1.5b": Shape("qwen2", 28, 1536, 12, 2, 128, 8960, 151936, 1e6, 1e-6),
    "llama-3.2-1b": Shape("llama", 16, 2048, 32, 8, 64, 8192, 128256, 5e5, 1e-5),
    "llama-3.2-3b": Shape("llama", 28, 3072, 24, 8, 128, 8192, 128256, 5e5, 1e-5),
    "tiny-llama": Shape("llama", 2, 256, 4, 2, 64, 512, 259, 1e4, 1e-5),
    "tiny-qwen2": Shape("qwen2", 2, 256, 4, 2, 64, 512, 259, 1e6, 1e-6),
}
BYTE_VOCABULARY_COUNT = 259
TYPES = {  # the files' types: those of a mixture are named after its chief type
    "f32": "ALL_F32", "f16": "MOSTLY_F16", "bf16": "MOSTLY_BF16", "q4_0": "MOSTLY_Q4_0", "q4_1": "MOSTLY_Q4_1", "q5_0": "MOSTLY_Q5_0",
    "q5_1": "MOSTLY_Q5_1", "q8_0": "MOSTLY_Q8_0", "q2_k": "MOSTLY_Q2_K", "q3_k": "MOSTLY_Q3_K_M", "q4_k": "MOSTLY_Q4_K_M",
    "q5_k": "MOSTLY_Q5_K_M", "q6_k": "MOSTLY_Q6_K", "iq4_nl": "MOSTLY_IQ4_NL", "iq4_xs": "MOSTLY_IQ4_XS", "mxfp4": "MOSTLY_MXFP4_MOE",
}
# Types that gguf decodes but does not encode are made of random bytes. For each of their half-precision numbers: its place in the
# block, and what it is for weights of deviation 1 and mean 0, given what random bytes amount to.
RANDOM_BYTES = {
    "q2_k": [(80, 1 / 12), (82, 1.5 / 12)], "q3_k": [(108, 1 / 43)], "q4_k": [(0, 1 / 258), (2, 7.5 / 258)],
    "q5_k": [(0, 1 / 530), (2, 15.5 / 530)], "q6_k": [(208, 1 / 1369)], "iq4_nl": [(0, 1 / 68)], "iq4_xs": [(0, 1 / 1258)],
}
# Llama 3.1's stretch of its slow rotations, with the factor of the 3.2 models.
STRETCH, LOW, HIGH, ORIGINAL_CONTEXT_LENGTH = 32.0, 1.0, 4.0, 8192


def write_metadata(writer, options, shape):
    writer.add_name(f"random-{options.shape}-seed{options.seed}")
    writer.add_context_length(options.context_length)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(options.layers or shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.key_value_heads)
    writer.add_key_length(shape.head_dimension)
    writer.add_value_length(shape.head_dimension)
    writer.add_rope_dimension_count(shape.head_dimension)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_file_type(gguf.LlamaFileType[TYPES[options.type]])


def copy_vocabulary(writer, path, expected):
    for key, field in gguf.GGUFReader(path).fields.items():
        if not key.startswith("tokenizer."):
            continue
        value = field.contents()
        if key == "tokenizer.ggml.tokens" and len(value) != expected:
            sys.exit(f"{path} has {len(value)} tokens, but the shape wants {expected}")
        writer.add_key_value(key, value, field.types[0], sub_type=field.types[1] if len(field.types) > 1 else None)


def write_byte_vocabulary(writer):
    pieces = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(pieces)
    writer.add_token_scores([0.0] * len(pieces))
    writer.add_token_types([gguf.TokenType.UNKNOWN] + [gguf.TokenType.CONTROL] * 2 + [gguf.TokenType.BYTE] * 256)
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)


def write_tensors(writer, options, shape):
    random = np.random.Generator(np.random.PCG64(options.seed))

    def matrix(name, rows, columns):
        chosen = type_for(options.type, columns)
        kind = gguf.GGMLQuantizationType[chosen.upper()]
        if chosen in RANDOM_BYTES:
            encoded = random_blocks(random, chosen, rows, columns, options.spread)
        else:
            values = random.standard_normal((rows, columns), dtype=np.float32) * np.float32(options.spread)
            encoded = gguf.quants.quantize(values, kind)
        writer.add_tensor(name, encoded, raw_dtype=kind)

    def vector(name, count, mean, spread):
        writer.add_tensor(name, (mean + spread * random.standard_normal(count)).astype(np.float32))

    matrix("token_embd.weight", shape.vocabulary, shape.width)
    for index in range(options.layers or shape.layers):
        prefix = f"blk.{index}."
        vector(prefix + "attn_norm.weight", shape.width, 1.0, 0.1)
        for name, heads in (("q", shape.heads), ("k", shape.key_value_heads), ("v", shape.key_value_heads)):
            matrix(prefix + f"attn_{name}.weight", heads * shape.head_dimension, shape.width)
            if shape.architecture == "qwen2":
                vector(prefix + f"attn_{name}.bias", heads * shape.head_dimension, 0.0, 0.1)
        matrix(prefix + "attn_output.weight", shape.width, shape.heads * shape.head_dimension)
        vector(prefix + "ffn_norm.weight", shape.width, 1.0, 0.1)
        matrix(prefix + "ffn_gate.weight", shape.feed_forward, shape.width)
        matrix(prefix + "ffn_up.weight", shape.feed_forward, shape.width)
        matrix(prefix + "ffn_down.weight", shape.width, shape.feed_forward)
    vector("output_norm.weight", shape.width, 1.0, 0.1)
    if options.frequency_factors:
        writer.add_tensor("rope_freqs.weight", frequency_factors(shape))


def type_for(name, columns):
    """The type of a matrix: Q8_0 where rows do not divide into the blocks of the one that is wanted."""
    return name if columns % gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[name.upper()]][0] == 0 else "q8_0"


def random_blocks(random, name, rows, columns, spread):
    """[rows][bytes] of random blocks whose weights have about the deviation `spread`."""
    length, size = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[name.upper()]]
    blocks = random.integers(0, 256, (rows * columns // length, size), dtype=np.uint8)
    for place, unit in RANDOM_BYTES[name]:
        blocks[:, place:place + 2] = np.array([unit * spread], dtype="<f2").view(np.uint8)
    return blocks.reshape(rows, -1)


def frequency_factors(shape):
    """By what each rotary frequency is divided [head dimension / 2]: 1 for short waves, STRETCH for long ones."""
    frequencies = shape.rope_base ** (-np.arange(0, shape.head_dimension, 2) / shape.head_dimension)
    turns = ORIGINAL_CONTEXT_LENGTH * frequencies / (2 * np.pi)
    blend = np.clip((turns - LOW) / (HIGH - LOW), 0, 1)
    return (1 / ((1 - blend) / STRETCH + blend)).astype(np.float32)


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", required=True, choices=sorted(SHAPES))
    parser.add_argument("--vocabulary", help="a GGUF whose tokenizer is copied")
    parser.add_argument("--out", required=True)
    parser.add_argument("--type", default="f16", choices=sorted(TYPES), help="of the matrices; norms and biases are f32")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--context-length", type=int, default=131072)
    parser.add_argument("--layers", type=int, help="fewer or more layers than the shape has")
    parser.add_argument("--spread", type=float, default=0.02, help="standard deviation of the matrices")
    parser.add_argument("--frequency-factors", action="store_true", help="llama shapes: write Llama 3.1's rope_freqs.weight")
    options = parser.parse_args()
    shape = SHAPES[options.shape]
    if not options.vocabulary and shape.vocabulary != BYTE_VOCABULARY_COUNT:
        parser.error(f"the shape {options.shape} needs --vocabulary")
    if options.frequency_factors and shape.architecture != "llama":
        parser.error("--frequency-factors is for llama shapes")
    return options, shape


def main():
    options, shape = parse()
    writer = gguf.GGUFWriter(options.out, shape.architecture)
    write_metadata(writer, options, shape)
    if options.vocabulary:
        copy_vocabulary(writer, options.vocabulary, shape.vocabulary)
    else:
        write_byte_vocabulary(writer)
    write_tensors(writer, options, shape)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
