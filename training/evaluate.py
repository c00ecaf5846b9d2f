"""Exact match of greedy answers on dev and on held-out episodes: FOLDER/result.json and a table. Usage: evaluate.py FOLDER

Greedy decoding gives exactly the wanted answer when, along that answer, every next token is the likeliest one: one
forward pass an example says so. training/check.ts decodes for real.
"""
import json
import sys

import jax
import jax.numpy as jnp
import numpy as np
from tokenizers import Tokenizer

from batches import batch, padded_length
from fast_gradients import attention, embed
from model import Shape, hidden_states

ROWS = 16
folder = sys.argv[1]
with open(f"{folder}/training.json") as file:
    training = json.load(file)
shape = Shape(**training["shape"])
jax.config.update("jax_compilation_cache_dir", f"{folder}/compiled")
tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
weights = {name: jnp.asarray(w) for name, w in np.load(f"{folder}/weights.npz").items()}


@jax.jit
def likeliest(weights, ids, where):
    states = jnp.take_along_axis(hidden_states(weights, ids, shape, jnp, attention, embed), where[:, :, None], 1)
    return (states @ weights["embed"].T).argmax(-1)


def read(name):
    """Prompts with their answers, and what is known about them."""
    with open(f"{folder}/{name}") as file:
        for line in file:
            item = json.loads(line)
            if "pieces" in item:
                texts = [text for text, _ in item["pieces"]]
                item |= {"prompt": "".join(texts[: item["answer"]]), "answer": "".join(texts[item["answer"] : -1]).removesuffix("<|im_end|>")}
            yield item["prompt"], item["answer"], item["about"]


def exact(items):
    prepared = []
    for prompt, answer, _ in items:
        x, y = tokenizer.encode(prompt).ids, tokenizer.encode(answer + "<|im_end|>").ids
        prepared.append((np.array(x + y, np.int32), np.array([0.0] * len(x) + [1.0] * len(y), np.float32)))
    order, result = sorted(range(len(items)), key=lambda i: len(prepared[i][0])), np.zeros(len(items), bool)
    for start in range(0, len(order), ROWS):
        some = order[start : start + ROWS]
        rows = [prepared[i] for i in some] + [prepared[some[0]]] * (ROWS - len(some))
        ids, where, targets, weight = batch(rows, padded_length(max(len(x) for x, _ in rows)))
        agree = (np.asarray(likeliest(weights, ids, where)) == targets) | (weight == 0)
        result[some] = agree.all(1)[: len(some)]
    return result


def table(name, key):
    items, cells = list(read(name)), {}
    for (_, _, about), hit in zip(items, exact(items)):
        cells.setdefault(key(about), []).append(bool(hit))
    return {name: [round(100 * float(np.mean(hits)), 1), len(hits)] for name, hits in cells.items()}


dev = table("dev.jsonl", lambda about: f"{about['condition']} | {about['task']}")
tasks = ("sentiment", "spam", "routing", "qa")
print(f"{'dev':24s}" + "".join(f"{task:>10s}" for task in tasks))
for condition in dict.fromkeys(name.split(" | ")[0] for name in dev):
    print(f"{condition:24s}" + "".join(f"{dev[f'{condition} | {task}'][0]:10.1f}" for task in tasks), flush=True)


def episode_name(about):
    labels = "usual" if about["usual"] else "other"
    telling = about["telling"].replace("+literal", "")
    return f"{about['task']} | {labels} labels | {telling} | {about['group']}"


held_out = table("validation.jsonl", episode_name)


def summary(kept):
    """Held-out episodes by what the instruction tells and how many demos there are."""
    groups = ("0", "1-2", "3-6", "8-16")
    for telling in ("default", "vague", "aspect", "labels", "rule"):
        line = []
        for group in groups:
            cells = [cell for name, cell in held_out.items() if kept(name) and name.endswith(f" | {telling} | {group}")]
            count = sum(n for _, n in cells)
            line.append(f"{sum(hit * n for hit, n in cells) / count:.0f} ({count})" if count else "-")
        print(f"{telling:10s}" + "".join(f"{cell:>12s}" for cell in line))


for title, kept in {
    "held-out episodes, usual labels: telling x demos": lambda name: "usual" in name and not name.startswith("qa"),
    "held-out episodes, other labels: telling x demos": lambda name: "other" in name,
    "held-out episodes, qa": lambda name: name.startswith("qa"),
}.items():
    print(title)
    summary(kept)
others = [(name, cell) for name, cell in held_out.items() if " | own | " in name]
for task in dict.fromkeys(name.split(" | ")[0] for name, _ in others):
    cells = [cell for name, cell in others if name.startswith(f"{task} |")]
    count = sum(n for _, n in cells)
    print(f"held-out episodes, {task}: {sum(hit * n for hit, n in cells) / count:.0f} ({count})")
with open(f"{folder}/result.json", "w") as file:
    json.dump({**training, "dev": dev, "held_out": held_out}, file, indent=1)
