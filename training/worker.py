"""One of the training processes: half of every batch, gradients added up through shared memory, the same update everywhere."""
import time

import jax
import jax.numpy as jnp
import numpy as np

from batches import batch
from fast_gradients import attention, embed
from model import hidden_states, initial_weights

WARM_UP, COOL_DOWN = 40, 0.45


def orthogonal(matrix):
    """Five Newton-Schulz steps toward the nearest orthogonal matrix."""
    x = matrix / (jnp.linalg.norm(matrix) + 1e-7)
    wide = x.shape[0] > x.shape[1]
    x = x.T if wide else x
    for _ in range(5):
        square = x @ x.T
        x = 3.4445 * x + (-4.775 * square + 2.0315 * square @ square) @ x
    return x.T if wide else x


def work(rank, workers, barrier, memory, batches, shape, seed, muon, adam, folder):
    jax.config.update("jax_compilation_cache_dir", f"{folder}/compiled")
    weights = {name: jnp.asarray(w) for name, w in initial_weights(shape, seed).items()}
    names = list(weights)
    size = sum(w.size for w in weights.values()) + 4
    # two sets of buffers: one barrier a step is enough
    shared = np.ndarray((2, workers, size), np.float32, memory.buf)

    def loss(weights, ids, where, targets, weight):
        states = hidden_states(weights, ids, shape, jnp, attention, embed)
        logits = jnp.take_along_axis(states, where[:, :, None], 1) @ weights["embed"].T
        # a sum over one-hot rows: scattering gradients is slow on CPU
        surprise = jax.nn.logsumexp(logits, -1) - (logits * jax.nn.one_hot(targets, shape.vocab)).sum(-1)
        full = weight == 1
        right = ((logits.argmax(-1) == targets) & full).sum()
        return (surprise * weight).sum(), (weight.sum(), full.sum(), right)

    @jax.jit
    def part(weights, *data):
        (value, counts), gradient = jax.value_and_grad(loss, has_aux=True)(weights, *data)
        return jnp.concatenate([jnp.stack([value, *counts]), *(gradient[name].ravel() for name in names)])

    @jax.jit
    def update(weights, first, second, count, rate, flat):
        new, at = {}, 4
        for name in names:
            w = weights[name]
            g = flat[at : at + w.size].reshape(w.shape) / flat[1]
            at += w.size
            if w.ndim == 2 and name != "embed":
                first[name] = 0.95 * first[name] + g
                push = orthogonal(g + 0.95 * first[name]) * max(1.0, w.shape[1] / w.shape[0]) ** 0.5
                new[name] = w * (1 - rate * muon * 0.05) - rate * muon * push
            else:
                first[name] = 0.9 * first[name] + 0.1 * g
                second[name] = 0.98 * second[name] + 0.02 * g * g
                push = first[name] / (1 - 0.9**count) / (jnp.sqrt(second[name] / (1 - 0.98**count)) + 1e-8)
                new[name] = w - rate * adam * push
        return new, first, second

    first, second = ({name: jnp.zeros_like(w) for name, w in weights.items()} for _ in range(2))
    began, seen, log, total = time.time(), 0, [], len(batches)
    for count, (rows, length) in enumerate(batches, 1):
        half = len(rows) // workers
        shared[count % 2, rank] = part(weights, *batch(rows[rank * half : (rank + 1) * half], length))
        barrier.wait()
        flat = shared[count % 2].sum(0)
        rate = min(1.0, count / WARM_UP) * min(1.0, max(0.01, (total - count) / (COOL_DOWN * total)))
        weights, first, second = update(weights, first, second, float(count), rate, flat)
        seen += sum(len(x) for x, _ in rows)
        log.append((flat[0] / flat[1], flat[3] / max(flat[2], 1)))
        if rank == 0 and (count % 100 == 0 or count in (10, 50)):
            spent, (value, right) = time.time() - began, np.mean(log[-100:], 0)
            print(f"{count}/{total} loss {value:.3f} label tokens {right:.3f} {spent:.0f} s {seen / spent:.0f} tokens/s", flush=True)
        if rank == 0 and (count % 500 == 0 or count == total):
            np.savez(f"{folder}/weights.npz", **{name: np.asarray(w) for name, w in weights.items()})
    return {"seconds": round(time.time() - began), "steps": total, "tokens": seen}
