"""Records what the logits processors of transformers' generate() leave of rows of logits, as test vectors.

Run with a Python that has torch and transformers: python test/vectors/sampling/record.py > test/vectors/sampling/draws.json
The same versions write the same bytes. `--cases 5000 --size 1000` writes more for a look by hand.

The processors run in the order in which generate() applies them: repetition penalty, temperature, top-k, top-p, min-p.
Logits are single precision, as networks give them; the rest is computed in double precision, so that what is recorded is
the rule and not the rounding. Left out are rows in which the edge of the nucleus is nearer to a token than rounding can tell.
"""

import argparse
import json
import random

import numpy as np
import torch
import transformers
from transformers.generation.logits_process import (
    LogitsProcessorList,
    MinPLogitsWarper,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

KINDS = ["normal", "peaked", "flat", "ties", "forbidden", "one", "negative", "wide"]


def row(kind, size, dice):
    if kind == "peaked":
        values = [dice.gauss(0, 1) for _ in range(size)]
        values[dice.randrange(size)] += 12
    elif kind == "flat":
        values = [dice.gauss(0, 0.01) for _ in range(size)]
    elif kind == "ties":
        values = [float(dice.randrange(-3, 4)) for _ in range(size)]
    elif kind == "negative":
        values = [dice.gauss(-30, 3) for _ in range(size)]
    elif kind == "wide":
        values = [dice.gauss(0, 40) for _ in range(size)]
    else:
        values = [dice.gauss(0, 3) for _ in range(size)]
    values = [round(value, 3) for value in values]
    if kind == "forbidden":
        values = [value if index == 0 or dice.random() < 0.4 else None for index, value in enumerate(values)]
    if kind == "one":
        alone = dice.randrange(size)
        values = [value if index == alone else None for index, value in enumerate(values)]
    return values


def settings(size, dice):
    penalty = dice.choice([1, 1, 1.2, 2, 0.5])
    # A penalty that is no power of two is rounded; a low temperature would show it.
    low = [0.001, 0.02] if penalty in (1, 2, 0.5) else []
    return {
        "temperature": dice.choice([*low, 0.3, 0.7, 1, 1, 1.5, 2, 100]),
        "topK": dice.choice([0, 0, 1, 3, 7, size, size + 5]),
        "topP": dice.choice([1, 1, 0.999, 0.95, 0.9, 0.5, 0.1, 0.0001]),
        "minP": dice.choice([0, 0, 0.001, 0.05, 0.3, 0.9]),
        "repetitionPenalty": penalty,
        "prompt": [dice.randrange(size) for _ in range(dice.choice([1, 4, 9]))],
    }


def processed(values, told):
    scores = torch.tensor([[float("-inf") if value is None else value for value in values]], dtype=torch.float32)
    prompt = torch.tensor([told["prompt"]])
    if told["repetitionPenalty"] != 1:
        scores = RepetitionPenaltyLogitsProcessor(penalty=float(told["repetitionPenalty"]))(prompt, scores)
    warpers = LogitsProcessorList([TemperatureLogitsWarper(float(told["temperature"]))])
    if told["topK"] > 0:
        warpers.append(TopKLogitsWarper(top_k=told["topK"]))
    if told["topP"] < 1:
        warpers.append(TopPLogitsWarper(top_p=told["topP"]))
    if told["minP"] > 0:
        warpers.append(MinPLogitsWarper(min_p=told["minP"]))
    return scores[0].numpy(), torch.softmax(warpers(prompt, scores.double()), dim=-1)[0].numpy()


def is_near_an_edge(scores, told):
    """Whether rounding decides what stays: in the nucleus, or beside the likeliest."""
    weights = np.sort(scores.astype(np.float64) / told["temperature"])[::-1]
    if 0 < told["topK"] < len(weights):
        weights = np.where(weights >= weights[told["topK"] - 1], weights, -np.inf)
    shares = np.exp(weights - weights[0])
    shares /= shares.sum()
    near = lambda values, edge: bool((np.abs(values - edge) < 1e-6).any())
    return (told["topP"] < 1 and near(np.cumsum(shares), told["topP"])) or (
        told["minP"] > 0 and near(shares / shares[0], told["minP"])
    )


def record(cases, size, seed):
    dice = random.Random(seed)
    recorded = []
    while len(recorded) < cases:
        kind = KINDS[len(recorded) % len(KINDS)]
        values = row(kind, size or dice.randrange(2, 24), dice)
        told = settings(len(values), dice)
        scores, shares = processed(values, told)
        if is_near_an_edge(scores, told):
            continue
        kept = {str(token): float(f"{share:.7g}") for token, share in enumerate(shares) if share > 0}
        recorded.append({"kind": kind, "logits": values, **told, "shares": kept})
    return recorded


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=320)
    parser.add_argument("--size", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in record(asked.cases, asked.size, asked.seed))
    print(f'{{"source":"transformers {transformers.__version__}","cases":[\n{lines}\n]}}')
