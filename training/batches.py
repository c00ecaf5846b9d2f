"""Batches of padded conversations, and the order they are trained in."""
import numpy as np

# Padded lengths and how many scored positions fit; few, since each pair is compiled.
SLOTS = {192: 64, 256: 64, 384: 64, 512: 96, 704: 128, 1024: 192, 1536: 192}


def padded_length(length):
    return next((size for size in SLOTS if size >= length), None)


def batch(rows, length):
    """Ids, positions to score (the token before each target), targets and weights."""
    slots = SLOTS[length]
    if max(int((w[1:] > 0).sum()) for _, w in rows) > slots:
        slots *= 4
    ids = np.zeros((len(rows), length), np.int32)
    where, targets = (np.zeros((len(rows), slots), np.int32) for _ in range(2))
    weight = np.zeros((len(rows), slots), np.float32)
    for i, (x, w) in enumerate(rows):
        ids[i, : len(x)] = x
        at = np.flatnonzero(w[1:] > 0)
        where[i, : len(at)], targets[i, : len(at)], weight[i, : len(at)] = at, x[at + 1], w[at + 1]
    return ids, where, targets, weight


def plan(rows, tokens, seed):
    """Batches in order: short conversations first, longer ones join in as training goes on."""
    order, waiting, result = np.random.default_rng(seed).permutation(len(rows)), {}, []
    for position, i in enumerate(order):
        done = position / len(order)
        if len(rows[i][0]) > (256 if done < 0.25 else 512 if done < 0.6 else 1024):
            continue
        length = padded_length(len(rows[i][0]))
        waiting.setdefault(length, []).append(rows[i])
        if len(waiting[length]) == max(2, tokens // length // 2 * 2):
            result.append((waiting.pop(length), length))
    return result
