"""Trains nano on the corpus. Usage: train.py FOLDER [--share 1.0] [--seed 0]; reads and writes FOLDER.

Fixed seeds, fixed order, CPU. Only the tokens with a weight are scored, so the vocabulary projection is small.
Hidden matrices learn with Muon (orthogonalized momentum), the rest with Adam.
"""
import argparse
import json
import os
import time
from functools import partial

os.environ.setdefault("XLA_FLAGS", "--xla_force_host_platform_device_count=2")

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec
from tokenizers import Tokenizer

from fast_gradients import attention, embed
from model import Shape, hidden_states, initial_weights
from tokenizer import train_tokenizer

options = argparse.ArgumentParser()
options.add_argument("folder")
options.add_argument("--share", type=float, default=1.0, help="part of the corpus to train on")
options.add_argument("--seed", type=int, default=0)
options.add_argument("--vocab", type=int, default=1792)
options.add_argument("--tokens", type=int, default=4096, help="tokens a step, about")
options.add_argument("--muon", type=float, default=0.02)
options.add_argument("--adam", type=float, default=0.004)
options.add_argument("--out", default=None)
a = options.parse_args()
out = a.out or a.folder
os.makedirs(out, exist_ok=True)
# Padded lengths and how many scored positions fit; few, since each pair is compiled.
SLOTS = {192: 64, 256: 64, 384: 64, 512: 96, 704: 128, 1024: 192, 1536: 192}
BUCKETS = list(SLOTS)
jax.config.update("jax_compilation_cache_dir", f"{a.folder}/compiled")
jax.config.update("jax_persistent_cache_min_compile_time_secs", 1)
rng = np.random.default_rng(a.seed)


def read(name):
    with open(f"{a.folder}/{name}") as file:
        return [json.loads(line) for line in file]


def encode(tokenizer, episodes):
    """Token ids with the weight of the piece each token starts in."""
    encoded = tokenizer.encode_batch(["".join(text for text, _ in e["pieces"]) for e in episodes])
    rows = []
    for episode, coded in zip(episodes, encoded):
        ends = np.cumsum([len(text) for text, _ in episode["pieces"]])
        starts = np.array([start for start, _ in coded.offsets])
        weights = np.array([weight for _, weight in episode["pieces"]], np.float32)[np.searchsorted(ends, starts, "right")]
        rows.append((np.array(coded.ids, np.int32), weights))
    return rows


def batch(rows, length, size):
    """Ids, positions to score (the token before each target), targets, weights, padded to common sizes."""
    slots = max(SLOTS[length], *(int((w[1:] > 0).sum()) for _, w in rows))
    slots = slots if slots == SLOTS[length] else 4 * SLOTS[length]
    ids, where, targets = np.zeros((size, length), np.int32), np.zeros((size, slots), np.int32), np.zeros((size, slots), np.int32)
    weight = np.zeros((size, slots), np.float32)
    for i, (x, w) in enumerate(rows):
        ids[i, : len(x)] = x
        at = np.flatnonzero(w[1:] > 0)
        where[i, : len(at)], targets[i, : len(at)], weight[i, : len(at)] = at, x[at + 1], w[at + 1]
    return ids, where, targets, weight


def bucket(length):
    return next((b for b in BUCKETS if b >= length), None)


def plan(rows):
    """Batches in order: short conversations first, longer ones join in as training goes on."""
    order, waiting, batches, late = rng.permutation(len(rows)), {}, [], []
    for position, i in enumerate(order):
        limit = 256 if position < 0.2 * len(order) else 512 if position < 0.55 * len(order) else 1024
        for j in [i] if len(rows[i][0]) <= limit else []:
            size = bucket(len(rows[j][0]))
            waiting.setdefault(size, []).append(rows[j])
            count = max(2, a.tokens // size // 2 * 2)
            if len(waiting[size]) == count:
                batches.append((waiting.pop(size), size, count))
    return batches


texts = read("corpus.jsonl")
texts = texts[: int(a.share * len(texts))]
plain = ["".join(text for text, _ in e["pieces"]) for e in texts[:12000]]
for name in ("<|im_start|>", "<|im_end|>"):
    plain = [text.replace(name, "") for text in plain]
tokenizer = train_tokenizer(plain, a.vocab)
tokenizer.save(f"{out}/tokenizer.json")
shape = Shape(vocab=tokenizer.get_vocab_size())
rows = encode(tokenizer, texts)
batches = plan(rows)
total = len(batches)
print("vocabulary", shape.vocab, "episodes", len(rows), "tokens each", round(np.mean([len(x) for x, _ in rows])), "steps", total, flush=True)

mesh = Mesh(np.array(jax.devices()), ("rows",))
everywhere, split = NamedSharding(mesh, PartitionSpec()), NamedSharding(mesh, PartitionSpec("rows"))
weights = {name: jnp.asarray(w) for name, w in initial_weights(shape, a.seed).items()}
hidden = [name for name, w in weights.items() if w.ndim == 2 and name != "embed"]
print("parameters", sum(w.size for w in weights.values()), flush=True)


def logits_at(weights, ids, where):
    states = hidden_states(weights, ids, shape, jnp, attention, embed)
    chosen = jnp.take_along_axis(states, where[:, :, None], 1)
    return chosen @ weights["embed"].T


def loss(weights, ids, where, targets, weight):
    """Sums over this device's rows: weighted surprise; weight, label tokens and how many of them are right."""
    logits = logits_at(weights, ids, where)
    # a sum over one-hot rows: scattering gradients is slow on CPU
    surprise = jax.nn.logsumexp(logits, -1) - (logits * jax.nn.one_hot(targets, shape.vocab)).sum(-1)
    full = weight == 1
    right = ((logits.argmax(-1) == targets) & full).sum()
    return (surprise * weight).sum(), (weight.sum(), full.sum(), right)


@partial(jax.shard_map, mesh=mesh, in_specs=(PartitionSpec(),) + (PartitionSpec("rows"),) * 4, out_specs=PartitionSpec(), check_vma=False)
def slopes(weights, *data):
    (value, counts), gradient = jax.value_and_grad(loss, has_aux=True)(weights, *data)
    value, (weight, full, right), gradient = jax.lax.psum((value, counts, gradient), "rows")
    return value / weight, right / full, {name: g / weight for name, g in gradient.items()}


def orthogonal(matrix):
    """Five Newton-Schulz steps toward the nearest orthogonal matrix."""
    x = matrix / (jnp.linalg.norm(matrix) + 1e-7)
    wide = x.shape[0] > x.shape[1]
    x = x.T if wide else x
    for _ in range(5):
        square = x @ x.T
        x = 3.4445 * x + (-4.775 * square + 2.0315 * square @ square) @ x
    return x.T if wide else x


@jax.jit
def step(weights, first, second, count, rate, ids, where, targets, weight):
    value, right, gradient = slopes(weights, ids, where, targets, weight)
    new = {}
    for name, w in weights.items():
        g = gradient[name]
        if name in hidden:
            first[name] = 0.95 * first[name] + g
            push = orthogonal(g + 0.95 * first[name]) * max(1.0, w.shape[1] / w.shape[0]) ** 0.5
            new[name] = w * (1 - rate * a.muon * 0.05) - rate * a.muon * push
        else:
            first[name] = 0.9 * first[name] + 0.1 * g
            second[name] = 0.98 * second[name] + 0.02 * g * g
            push = first[name] / (1 - 0.9**count) / (jnp.sqrt(second[name] / (1 - 0.98**count)) + 1e-8)
            new[name] = w - rate * a.adam * push
    return new, first, second, value, right


score = jax.jit(lambda weights, ids, where: logits_at(weights, ids, where).argmax(-1))


def exact(weights, pairs):
    """Whether greedy decoding gives exactly the answer: every argmax along it is the next token."""
    prepared = []
    for prompt, answer in pairs:
        x, y = tokenizer.encode(prompt).ids, tokenizer.encode(answer + "<|im_end|>").ids
        prepared.append((np.array(x + y, np.int32), np.array([0.0] * len(x) + [1.0] * len(y), np.float32)))
    order, result = sorted(range(len(pairs)), key=lambda i: len(prepared[i][0])), np.zeros(len(pairs), bool)
    for start in range(0, len(order), 16):
        some = order[start : start + 16]
        length = bucket(max(len(prepared[i][0]) for i in some)) or 1536
        ids, where, targets, weight = batch([prepared[i] for i in some], length, 16)
        agree = (np.asarray(score(weights, ids, where)) == targets) | (weight == 0)
        result[some] = agree.all(1)[: len(some)]
    return result


def table(weights, name, key):
    cells = {}
    items = read(name)
    pairs = [
        (e["prompt"], e["answer"]) if "prompt" in e else ("".join(t for t, _ in e["pieces"][: e["answer"]]), "".join(t for t, _ in e["pieces"][e["answer"] : -1]).removesuffix("<|im_end|>"))
        for e in items
    ]
    for item, hit in zip(items, exact(weights, pairs)):
        cells.setdefault(key(item["about"]), []).append(bool(hit))
    return {k: [round(100 * float(np.mean(v)), 1), len(v)] for k, v in sorted(cells.items())}


def report(weights):
    dev = table(weights, "dev.jsonl", lambda about: f"{about['condition']} | {about['task']}")
    names = list(dict.fromkeys(k.split(" | ")[0] for k in (f"{e['about']['condition']} | " for e in read("dev.jsonl"))))
    print(f"{'dev, exact match %':24s} sentiment  spam  routing  qa", flush=True)
    for name in names:
        print(f"{name:24s} " + "  ".join(f"{dev[f'{name} | {task}'][0]:6.1f}" for task in ("sentiment", "spam", "routing", "qa")), flush=True)
    return dev


state = jax.device_put((weights, {n: jnp.zeros_like(w) for n, w in weights.items()}, {n: jnp.zeros_like(w) for n, w in weights.items()}), everywhere)
weights, first, second = state
began, seen, values, rights = time.time(), 0, [], []
for count, (some, length, size) in enumerate(batches, 1):
    rate = min(1.0, count / 40) * min(1.0, max(0.01, (total - count) / (0.45 * total)))
    data = jax.device_put(batch(some, length, size), split)
    weights, first, second, value, right = step(weights, first, second, float(count), rate, *data)
    seen += sum(len(x) for x, _ in some)
    values.append(value)
    rights.append(right)
    if count % 100 == 0:
        spent = time.time() - began
        print(f"{count}/{total} loss {float(np.mean(values[-100:])):.3f} label tokens {float(np.mean(rights[-100:])):.3f} {spent:.0f} s {seen / spent:.0f} tokens/s", flush=True)
    if count % 1000 == 0 or count == total:
        weights_now = {n: np.asarray(w) for n, w in weights.items()}
        np.savez(f"{out}/weights.npz", **weights_now)
        print("saved", flush=True)

spent = time.time() - began
weights = {n: jnp.asarray(np.asarray(w)) for n, w in weights.items()}
dev = report(weights)
validation = table(weights, "validation.jsonl", lambda about: f"{about['task']} | {about['telling'].replace('+literal', '')} | {about['group']}")
usual = table(weights, "validation.jsonl", lambda about: f"{'usual' if about['usual'] else 'other'} labels | {about['telling'].replace('+literal', '')} | {about['group']}")
for name, cell in usual.items():
    print(name, cell)
with open(f"{out}/result.json", "w") as file:
    json.dump({"shape": shape.save(), "parameters": int(sum(w.size for w in weights.values())), "seconds": round(spent), "steps": total, "tokens": seen, "dev": dev, "validation": validation, "usual": usual}, file, indent=1)
