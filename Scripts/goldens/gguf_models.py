"""GGUF models: tiny ones with random weights, any Llama-family file as a reference model, and float32 copies of it."""

from dataclasses import dataclass

import gguf
import numpy as np

from . import reference

QUANTIZATION = {"F32": gguf.GGMLQuantizationType.F32, "F16": gguf.GGMLQuantizationType.F16, "Q8_0": gguf.GGMLQuantizationType.Q8_0}


@dataclass(frozen=True)
class Shape:
    """What a tiny model looks like. `frequency_factors` asks for Llama 3.1's rope_freqs.weight."""

    architecture: str
    weight_type: str
    layers: int
    width: int
    heads: int
    key_value_heads: int
    head_dimension: int
    feed_forward: int
    rope_base: float
    epsilon: float
    biases: bool
    tied: bool
    frequency_factors: bool
    pretokenizer: str
    special_tokens: tuple[str, ...]  # the first stands before a text (if `adds_bos`), the last ends a turn
    adds_bos: bool
    seed: int


SHAPES = {
    "qwen2-tiny": Shape(
        architecture="qwen2", weight_type="Q8_0", layers=2, width=128, heads=4, key_value_heads=2, head_dimension=32,
        feed_forward=96, rope_base=1e6, epsilon=1e-6, biases=True, tied=True, frequency_factors=False,
        pretokenizer="qwen2", special_tokens=("<|endoftext|>", "<|im_start|>", "<|im_end|>"), adds_bos=False, seed=4),
    "llama3-tiny": Shape(
        architecture="llama", weight_type="F16", layers=2, width=64, heads=4, key_value_heads=2, head_dimension=32,
        feed_forward=64, rope_base=5e5, epsilon=1e-5, biases=False, tied=False, frequency_factors=True,
        pretokenizer="llama-bpe", special_tokens=("<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>"), adds_bos=True, seed=58),
}
CONTEXT_LENGTH = 512
# Llama 3.1 has 8192 here; a short one lets the factors matter within a few dozen tokens.
ORIGINAL_CONTEXT_LENGTH = 64


def byte_characters():
    """The visible character that byte-level BPE writes for each byte, in byte order."""
    visible = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = (byte for byte in range(256) if byte not in visible)
    table = {byte: chr(byte) for byte in visible} | {byte: chr(256 + rank) for rank, byte in enumerate(hidden)}
    return [table[byte] for byte in range(256)]


def vocabulary(shape):
    """256 byte pieces, a few merged ones and the special tokens; with the merges."""
    space = byte_characters()[0x20]
    merges = [(space, "t"), ("h", "e"), (space + "t", "he"), ("i", "n"), (space, "a")]
    pieces = byte_characters() + [left + right for left, right in merges] + list(shape.special_tokens)
    return pieces, [" ".join(pair) for pair in merges]


def vocabulary_count(shape):
    return len(vocabulary(shape)[0])


def write_metadata(writer, name, shape):
    writer.add_name(name)
    writer.add_description("Random weights, for tests of the forward pass; its text means nothing.")
    writer.add_context_length(CONTEXT_LENGTH)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.key_value_heads)
    writer.add_key_length(shape.head_dimension)
    writer.add_value_length(shape.head_dimension)
    writer.add_rope_dimension_count(shape.head_dimension)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_vocab_size(vocabulary_count(shape))


def write_vocabulary(writer, shape):
    pieces, merges = vocabulary(shape)
    first_special = len(pieces) - len(shape.special_tokens)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(shape.pretokenizer)
    writer.add_token_list(pieces)
    writer.add_token_types([gguf.TokenType.NORMAL] * first_special + [gguf.TokenType.CONTROL] * len(shape.special_tokens))
    writer.add_token_merges(merges)
    writer.add_bos_token_id(first_special)
    writer.add_eos_token_id(len(pieces) - 1)
    writer.add_add_bos_token(shape.adds_bos)


def interleave(rows, heads):
    """Reorders the rows of a query or key projection from halves to interleaved pairs, as GGUF's Llama files have them."""
    dimension = len(rows) // heads
    return rows.reshape(heads, 2, dimension // 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


def llama3_factors(shape, factor=8.0, low=1.0, high=4.0):
    """By what Llama 3.1 divides each frequency: 1 for short waves, `factor` for long ones, a blend between."""
    waves = 2 * np.pi / reference.inverse_frequencies(shape.rope_base, shape.head_dimension)
    blend = (ORIGINAL_CONTEXT_LENGTH / waves - low) / (high - low)
    middle = 1 / ((1 - blend) / factor + blend)
    return np.where(waves < ORIGINAL_CONTEXT_LENGTH / high, 1.0, np.where(waves > ORIGINAL_CONTEXT_LENGTH / low, factor, middle))


def random_tensors(shape):
    """(name, values, is a matrix) of every tensor.

    The spreads keep attention between flat and one-hot, and let the layers outweigh the embedding in the residual stream:
    with tied embeddings a model would else say each token again.
    """
    random = np.random.Generator(np.random.PCG64(shape.seed))

    def matrix(rows, columns, gain):
        return (random.standard_normal((rows, columns)) * gain / np.sqrt(columns)).astype(np.float32)

    def vector(count, mean, spread):
        return (mean + spread * random.standard_normal(count)).astype(np.float32)

    yield "token_embd.weight", matrix(vocabulary_count(shape), shape.width, 2.0), True
    for index in range(shape.layers):
        prefix = f"blk.{index}."
        yield prefix + "attn_norm.weight", vector(shape.width, 1.0, 0.1), False
        for kind, heads in (("q", shape.heads), ("k", shape.key_value_heads), ("v", shape.key_value_heads)):
            permuted = shape.architecture == "llama" and kind != "v"
            weight = matrix(heads * shape.head_dimension, shape.width, 1.0 if kind == "v" else 1.3)
            yield prefix + f"attn_{kind}.weight", interleave(weight, heads) if permuted else weight, True
            if shape.biases:
                spread = 0.1 if kind == "v" else 0.5
                yield prefix + f"attn_{kind}.bias", vector(heads * shape.head_dimension, 0.0, spread), False
        yield prefix + "attn_output.weight", matrix(shape.width, shape.heads * shape.head_dimension, 3.0), True
        yield prefix + "ffn_norm.weight", vector(shape.width, 1.0, 0.1), False
        yield prefix + "ffn_gate.weight", matrix(shape.feed_forward, shape.width, 1.0), True
        yield prefix + "ffn_up.weight", matrix(shape.feed_forward, shape.width, 1.0), True
        yield prefix + "ffn_down.weight", matrix(shape.width, shape.feed_forward, 3.0), True
    yield "output_norm.weight", vector(shape.width, 1.0, 0.1), False
    if not shape.tied:
        yield "output.weight", matrix(vocabulary_count(shape), shape.width, 2.0), True
    if shape.frequency_factors:
        yield "rope_freqs.weight", llama3_factors(shape).astype(np.float32), False


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_tiny_model(path, name, shape):
    writer = gguf.GGUFWriter(path, shape.architecture)
    write_metadata(writer, name, shape)
    write_vocabulary(writer, shape)
    for tensor, values, is_matrix in random_tensors(shape):
        kind = QUANTIZATION[shape.weight_type if is_matrix else "F32"]
        writer.add_tensor(tensor, gguf.quants.quantize(values, kind), raw_dtype=kind)
    finish(writer)


def tensors(reader):
    """Every tensor of a file as float32, exactly as stored."""
    return {t.name: gguf.quants.dequantize(t.data, t.tensor_type).astype(np.float32) for t in reader.tensors}


def write_float32_copy(source, path):
    """The same model with every tensor as float32: the same numbers, so a peer calculates without rounding activations."""
    reader = gguf.GGUFReader(source)
    writer = gguf.GGUFWriter(path, reader.get_field("general.architecture").contents())
    for key, field in reader.fields.items():
        if key.startswith("GGUF.") or key in ("general.architecture", "general.file_type"):
            continue
        writer.add_key_value(key, field.contents(), field.types[0], sub_type=field.types[1] if len(field.types) > 1 else None)
    for name, values in tensors(reader).items():
        writer.add_tensor(name, values)
    finish(writer)


def load(path):
    """The reference model of a GGUF file."""
    reader = gguf.GGUFReader(path)
    architecture = reader.get_field("general.architecture").contents()
    stored = {name: values.astype(np.float64) for name, values in tensors(reader).items()}

    def number(key):
        return reader.get_field(f"{architecture}.{key}").contents()

    def layer(index):
        def part(name):
            return stored.get(f"blk.{index}.{name}")

        return reference.Layer(
            part("attn_norm.weight"), part("attn_q.weight"), part("attn_k.weight"), part("attn_v.weight"),
            part("attn_q.bias"), part("attn_k.bias"), part("attn_v.bias"), part("attn_output.weight"),
            part("ffn_norm.weight"), part("ffn_gate.weight"), part("ffn_up.weight"), part("ffn_down.weight"))

    dimension = number("attention.key_length")
    return reference.Model(
        heads=number("attention.head_count"), key_value_heads=number("attention.head_count_kv"), head_dimension=dimension,
        epsilon=number("attention.layer_norm_rms_epsilon"),
        layout=reference.INTERLEAVED if architecture == "llama" else reference.HALVES,
        inverse_frequencies=reference.inverse_frequencies(number("rope.freq_base"), dimension, stored.get("rope_freqs.weight")),
        embedding=stored["token_embd.weight"], output=stored.get("output.weight", stored["token_embd.weight"]),
        output_norm=stored["output_norm.weight"], layers=[layer(index) for index in range(number("block_count"))])
