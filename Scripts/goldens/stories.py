"""The story model stories260K (llama2.c's first checkpoint form) and its 512-piece tokenizer."""

import struct

import gguf
import numpy as np

from . import reference
from .gguf_models import finish

BOS = 1
FIRST_BYTE_PIECE = 3
PROMPTS = [
    "Tom had a small red boat. He put it in the water and",
    "The sun was hot and the old dog wanted to sleep. He looked for a tree.",
    "\"Can we go to the park?\" asked Mia. Her dad said yes, and they took the big blue ball with them.",
    "One night, a bird could not find its nest. It flew over the river and saw a light in the house.",
    "Zoë & Max found 3 keys.\nThey tried each one, but the door",
]


def read_model(path):
    """The reference model of a version-0 .bin file, whose tensors lie kind by kind, each for all layers."""
    data = path.read_bytes()
    width, hidden, layers, heads, key_value_heads, vocabulary, context = struct.unpack_from("<7i", data)
    dimension, offset = width // heads, 28

    def take(*shape):
        nonlocal offset
        count = int(np.prod(shape))
        values = np.frombuffer(data, "<f4", count, offset).reshape(shape).astype(np.float64)
        offset += 4 * count
        return values

    embedding = take(abs(vocabulary), width)
    attention_norm, query = take(layers, width), take(layers, width, width)
    key, value = take(layers, key_value_heads * dimension, width), take(layers, key_value_heads * dimension, width)
    attention_output, feed_forward_norm = take(layers, width, width), take(layers, width)
    gate, down, up = take(layers, hidden, width), take(layers, width, hidden), take(layers, hidden, width)
    output_norm = take(width)
    take(context, dimension)  # cosines and sines, which the reference calculates itself
    output = embedding if vocabulary > 0 else take(abs(vocabulary), width)
    if offset != len(data):
        raise ValueError(f"{path}: {len(data) - offset} bytes left over")
    return reference.Model(
        heads=heads, key_value_heads=key_value_heads, head_dimension=dimension, epsilon=1e-5, layout=reference.INTERLEAVED,
        inverse_frequencies=reference.inverse_frequencies(10000, dimension), embedding=embedding, output=output,
        output_norm=output_norm,
        layers=[
            reference.Layer(
                attention_norm[i], query[i], key[i], value[i], None, None, None, attention_output[i], feed_forward_norm[i],
                gate[i], up[i], down[i])
            for i in range(layers)
        ])


def read_vocabulary(path):
    """(piece, score) of every id."""
    data, offset, pieces = path.read_bytes(), 4, []
    while offset < len(data):
        score, length = struct.unpack_from("<fi", data, offset)
        pieces.append((data[offset + 8 : offset + 8 + length], score))
        offset += 8 + length
    return pieces


def encode(text, vocabulary):
    """BOS and the ids of the text: a leading space, characters (or bytes), then the best-scored merge until none is left."""
    ids_by_piece = {piece: index for index, (piece, _) in reversed(list(enumerate(vocabulary)))}
    ids = []
    for character in " " + text:
        piece = character.encode()
        ids += [ids_by_piece[piece]] if piece in ids_by_piece else [FIRST_BYTE_PIECE + byte for byte in piece]
    while True:
        merges = [
            (vocabulary[merged][1], -place, merged)
            for place, pair in enumerate(zip(ids, ids[1:]))
            if (merged := ids_by_piece.get(vocabulary[pair[0]][0] + vocabulary[pair[1]][0])) is not None
        ]
        if not merges:
            return [BOS] + ids
        _, place, merged = max(merges)
        ids[-place : -place + 2] = [merged]


def write_gguf(model, vocabulary, path):
    """The story model as a GGUF file of version 3. Its rows are interleaved already, as Llama files want them."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(512)
    writer.add_embedding_length(model.embedding.shape[1])
    writer.add_block_count(len(model.layers))
    writer.add_feed_forward_length(len(model.layers[0].gate))
    writer.add_head_count(model.heads)
    writer.add_head_count_kv(model.key_value_heads)
    writer.add_rope_dimension_count(model.head_dimension)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(model.epsilon)
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([piece.decode("utf-8", "replace").replace(" ", "\u2581") for piece, _ in vocabulary])
    writer.add_token_scores([score for _, score in vocabulary])
    writer.add_token_types([2, 3, 3] + [6] * 256 + [1] * (len(vocabulary) - 259))
    writer.add_bos_token_id(BOS)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)

    def add(name, values):
        writer.add_tensor(name, values.astype(np.float32))

    add("token_embd.weight", model.embedding)
    for index, layer in enumerate(model.layers):
        names = {
            "attn_norm": layer.attention_norm, "attn_q": layer.query, "attn_k": layer.key, "attn_v": layer.value,
            "attn_output": layer.attention_output, "ffn_norm": layer.feed_forward_norm, "ffn_gate": layer.gate,
            "ffn_up": layer.up, "ffn_down": layer.down,
        }
        for name, values in names.items():
            add(f"blk.{index}.{name}.weight", values)
    add("output_norm.weight", model.output_norm)
    finish(writer)
