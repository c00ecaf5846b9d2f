"""Qwen3's forward pass (RMS norms, q/k norms, rotary positions, grouped queries, SwiGLU, tied embedding) on arrays.

Works with numpy and jax.numpy alike, so that one function trains the model and checks its export.
"""
from dataclasses import asdict, dataclass

import numpy as np


@dataclass(frozen=True)
class Shape:
    vocab: int
    hidden: int = 128
    layers: int = 4
    heads: int = 4
    kv_heads: int = 2
    head: int = 32
    mlp: int = 256
    positions: int = 2048
    theta: float = 10000.0
    eps: float = 1e-6

    def save(self):
        return asdict(self)


def initial_weights(shape: Shape, seed: int):
    rng = np.random.default_rng(seed)

    def matrix(rows, columns, gain=1.0):
        return (rng.standard_normal((rows, columns)) * gain / np.sqrt(rows)).astype(np.float32)

    ones = lambda size: np.ones(size, np.float32)
    weights = {"embed": (rng.standard_normal((shape.vocab, shape.hidden)) * 0.05).astype(np.float32), "norm": ones(shape.hidden)}
    queries, keys = shape.heads * shape.head, shape.kv_heads * shape.head
    for layer in range(shape.layers):
        weights |= {
            f"{layer}.norm1": ones(shape.hidden),
            f"{layer}.q": matrix(shape.hidden, queries),
            f"{layer}.k": matrix(shape.hidden, keys),
            f"{layer}.v": matrix(shape.hidden, keys),
            f"{layer}.o": matrix(queries, shape.hidden, 0.3),
            f"{layer}.q_norm": ones(shape.head),
            f"{layer}.k_norm": ones(shape.head),
            f"{layer}.norm2": ones(shape.hidden),
            f"{layer}.gate": matrix(shape.hidden, shape.mlp),
            f"{layer}.up": matrix(shape.hidden, shape.mlp),
            f"{layer}.down": matrix(shape.mlp, shape.hidden, 0.3),
        }
    return weights


def rotary_tables(shape: Shape, length: int):
    frequencies = 1.0 / (shape.theta ** (np.arange(0, shape.head, 2) / shape.head))
    angles = np.outer(np.arange(length), frequencies)
    return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)


def plain_attention(q, k, v):
    length, group = q.shape[2:4]
    scores = np.einsum("bhqgd,bhsd->bhqgs", q, k) + np.triu(np.full((length, length), -1e9, np.float32), 1)[:, None]
    shares = np.exp(scores - scores.max(-1, keepdims=True))
    return np.einsum("bhqgs,bhsd->bhqgd", shares / shares.sum(-1, keepdims=True), v)


def hidden_states(weights, ids, shape: Shape, xp=np, attention=plain_attention, embed=lambda table, ids: table[ids]):
    """The normed last states for rows of token ids that start at position 0; right padding does no harm."""
    rows, length = ids.shape
    cos, sin = (xp.asarray(table)[None, :, None, :] for table in rotary_tables(shape, length))

    def norm(x, gain):
        return x * (1.0 / xp.sqrt((x * x).mean(-1, keepdims=True) + shape.eps)) * gain

    def rotate(x):
        first, second = x[..., : shape.head // 2], x[..., shape.head // 2 :]
        return xp.concatenate([first * cos - second * sin, second * cos + first * sin], -1)

    group = shape.heads // shape.kv_heads
    # rows and positions are one axis in every product: XLA's CPU backend is twice as fast on plain matrices
    x = embed(weights["embed"], ids).reshape(rows * length, shape.hidden)
    for layer in range(shape.layers):
        w = lambda name: weights[f"{layer}.{name}"]
        h = norm(x, w("norm1"))
        q = rotate(norm((h @ w("q")).reshape(rows, length, shape.heads, shape.head), w("q_norm"))) * shape.head**-0.5
        k = rotate(norm((h @ w("k")).reshape(rows, length, shape.kv_heads, shape.head), w("k_norm")))
        v = (h @ w("v")).reshape(rows, length, shape.kv_heads, shape.head)
        q = q.reshape(rows, length, shape.kv_heads, group, shape.head).transpose(0, 2, 1, 3, 4)
        mixed = attention(q, k.transpose(0, 2, 1, 3), v.transpose(0, 2, 1, 3))
        x = x + mixed.transpose(0, 2, 1, 3, 4).reshape(rows * length, -1) @ w("o")
        h = norm(x, w("norm2"))
        gate = h @ w("gate")
        x = x + (gate / (1 + xp.exp(-gate)) * (h @ w("up"))) @ w("down")
    return norm(x, weights["norm"]).reshape(rows, length, shape.hidden)
