"""A Llama-family forward pass in float64 numpy, independent of the Swift sources.

Shapes are written as [rows, columns]; n tokens, w width, h query heads, g key/value heads, d head dimension.
"""

from dataclasses import dataclass

import numpy as np

HALVES, INTERLEAVED = "halves", "interleaved"


@dataclass
class Layer:
    attention_norm: np.ndarray  # [w]
    query: np.ndarray  # [h*d, w]
    key: np.ndarray  # [g*d, w]
    value: np.ndarray  # [g*d, w]
    query_bias: np.ndarray | None  # [h*d]
    key_bias: np.ndarray | None  # [g*d]
    value_bias: np.ndarray | None  # [g*d]
    attention_output: np.ndarray  # [w, h*d]
    feed_forward_norm: np.ndarray  # [w]
    gate: np.ndarray  # [f, w]
    up: np.ndarray  # [f, w]
    down: np.ndarray  # [w, f]


@dataclass
class Model:
    heads: int
    key_value_heads: int
    head_dimension: int
    epsilon: float
    layout: str  # which dimensions a rotation pairs: HALVES (e, e + d/2) or INTERLEAVED (2e, 2e + 1)
    inverse_frequencies: np.ndarray  # [d/2]
    embedding: np.ndarray  # [vocabulary, w]
    output: np.ndarray  # [vocabulary, w]; the embedding itself where the two are tied
    output_norm: np.ndarray  # [w]
    layers: list[Layer]


def inverse_frequencies(base, dimension, factors=None):
    """base^(-2e/d) for each pair e, divided by the model's own factor where it has them."""
    frequencies = float(base) ** (-np.arange(0, dimension, 2, dtype=np.float64) / dimension)
    return frequencies if factors is None else frequencies / np.asarray(factors, dtype=np.float64)


def rms_norm(x, weight, epsilon):
    return x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + epsilon) * weight


def rotate(x, model):
    """Rotary embedding of x [n, heads, d]; row i stands at position i."""
    angles = np.arange(x.shape[0], dtype=np.float64)[:, None, None] * model.inverse_frequencies  # [n, 1, d/2]
    cosine, sine = np.cos(angles), np.sin(angles)
    half = model.head_dimension // 2
    first, second = (
        (slice(0, half), slice(half, None)) if model.layout == HALVES else (slice(0, None, 2), slice(1, None, 2))
    )
    rotated = np.empty_like(x)
    rotated[..., first] = x[..., first] * cosine - x[..., second] * sine
    rotated[..., second] = x[..., first] * sine + x[..., second] * cosine
    return rotated


def project(x, weight, bias, heads):
    y = x @ weight.T
    return (y if bias is None else y + bias).reshape(len(x), heads, -1)


def attention(x, layer, model):
    """Causal attention of x [n, w] (already normed); gives [n, w]."""
    count, group = len(x), model.heads // model.key_value_heads
    query = rotate(project(x, layer.query, layer.query_bias, model.heads), model)
    key = rotate(project(x, layer.key, layer.key_bias, model.key_value_heads), model)
    value = project(x, layer.value, layer.value_bias, model.key_value_heads)
    key, value = np.repeat(key, group, axis=1), np.repeat(value, group, axis=1)
    scores = np.einsum("ihd,jhd->hij", query, key) / np.sqrt(model.head_dimension)
    scores[:, np.triu(np.ones((count, count), dtype=bool), 1)] = -np.inf
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    mixed = np.einsum("hij,jhd->ihd", weights, value)
    return mixed.reshape(count, -1) @ layer.attention_output.T


def feed_forward(x, layer):
    gate = x @ layer.gate.T
    return (gate / (1 + np.exp(-gate)) * (x @ layer.up.T)) @ layer.down.T


def forward(model, tokens):
    """The logits [n, vocabulary] after each of the tokens."""
    x = model.embedding[np.asarray(tokens)]
    for layer in model.layers:
        x = x + attention(rms_norm(x, layer.attention_norm, model.epsilon), layer, model)
        x = x + feed_forward(rms_norm(x, layer.feed_forward_norm, model.epsilon), layer)
    return rms_norm(x, model.output_norm, model.epsilon) @ model.output.T


def greedy(model, tokens, count):
    """The next `count` tokens, each the likeliest, and the smallest lead that one of them had over the second."""
    tokens, chosen, lead = list(tokens), [], np.inf
    for _ in range(count):
        logits = forward(model, tokens)[-1]
        second, first = np.sort(logits)[-2:]
        lead = min(lead, first - second)
        chosen.append(int(np.argmax(logits)))
        tokens.append(chosen[-1])
    return chosen, float(lead)
