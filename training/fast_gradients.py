"""Causal attention and embedding with hand-written gradients: several times faster than the derived ones on CPU.

Queries come in blocks that look only at the keys up to the block's end. Queries and keys are RMS-normed, so scores are
small and the softmax needs no maximum.
"""
import jax
import jax.numpy as jnp
import numpy as np


def _blocks(length):
    size = 64 if length <= 256 else 128 if length <= 768 else 256
    return [(low, min(length, low + size)) for low in range(0, length, size)]


def _forward(q, k, v):
    rows, heads, length, group, width = q.shape
    outputs, saved = [], []
    for low, high in _blocks(length):
        some = q[:, :, low:high].reshape(rows, heads, (high - low) * group, width)
        mask = np.repeat(np.tril(np.ones((high, high), np.float32))[low:high], group, 0)
        shares = jnp.exp(some @ k[:, :, :high].transpose(0, 1, 3, 2)) * mask
        shares = shares * (1 / shares.sum(-1, keepdims=True))
        saved.append(shares)
        outputs.append((shares @ v[:, :, :high]).reshape(rows, heads, high - low, group, width))
    output = jnp.concatenate(outputs, 2)
    return output, (q, k, v, output, tuple(saved))


def _backward(kept, slope):
    q, k, v, output, saved = kept
    rows, heads, length, group, width = q.shape
    mean = (slope * output).sum(-1)
    dq, dk, dv = [], jnp.zeros_like(k), jnp.zeros_like(v)
    for shares, (low, high) in zip(saved, _blocks(length)):
        flat = lambda x: x[:, :, low:high].reshape(rows, heads, (high - low) * group, -1)
        dshares = flat(slope) @ v[:, :, :high].transpose(0, 1, 3, 2)
        dscores = shares * (dshares - flat(mean[..., None]))
        dq.append((dscores @ k[:, :, :high]).reshape(rows, heads, high - low, group, width))
        widen = lambda x: jnp.pad(x, ((0, 0), (0, 0), (0, length - high), (0, 0)))
        dk += widen(jnp.einsum("bhqs,bhqd->bhsd", dscores, flat(q)))
        dv += widen(jnp.einsum("bhqs,bhqd->bhsd", shares, flat(slope)))
    return jnp.concatenate(dq, 2), dk, dv


@jax.custom_vjp
def attention(q, k, v):
    """q: [rows, key heads, length, group, width], already scaled; k, v: [rows, key heads, length, width]."""
    return _forward(q, k, v)[0]


attention.defvjp(_forward, _backward)


@jax.custom_vjp
def embed(table, ids):
    """Rows of the table; the gradient is a product with one-hot rows, since scattering is slow on CPU."""
    return table[ids]


def _embed_forward(table, ids):
    return table[ids], (ids, table.shape[0])


def _embed_backward(kept, slope):
    ids, size = kept
    hot = (jnp.arange(size)[:, None] == ids.reshape(1, -1)).astype(slope.dtype)
    return hot @ slope.reshape(-1, slope.shape[-1]), None


embed.defvjp(_embed_forward, _embed_backward)
