"""Weights in bytes beside floats on the dev set, through onnxruntime. Usage: compare_quantized.py FOLDER REPOSITORY

FOLDER has dev.jsonl of make-corpus.ts. As in evaluate.py, an answer counts when along it every next token is the likeliest
one. Printed for each dtype: the table, how often it differs from floats in a whole answer, and in single tokens: the share of
places of the right answers where its likeliest token is the one of the floats.
"""
import json
import sys

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

folder, repository = sys.argv[1:]
tokenizer = Tokenizer.from_file(f"{repository}/tokenizer.json")
with open(f"{repository}/config.json") as file:
    config = json.load(file)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
names = {"fp32": "model", "q8": "model_quantized"}
sessions = {dtype: onnxruntime.InferenceSession(f"{repository}/onnx/{name}.onnx", options) for dtype, name in names.items()}
empty = np.zeros((1, config["num_key_value_heads"], 0, config["head_dim"]), np.float32)
past = {f"past_key_values.{layer}.{kind}": empty for layer in range(config["num_hidden_layers"]) for kind in ("key", "value")}


def likeliest(session, ids, count):
    """At each of the last `count` places, the token that is likeliest to come next."""
    feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "position_ids": np.arange(ids.shape[1])[None], "num_logits_to_keep": np.array(count)}
    return session.run(["logits"], feed | past)[0][0].argmax(-1)


hits, tokens, differing = {dtype: {} for dtype in names}, {dtype: [] for dtype in names}, dict.fromkeys(names, 0)
with open(f"{folder}/dev.jsonl") as file:
    for line in file:
        item = json.loads(line)
        prompt, answer = tokenizer.encode(item["prompt"]).ids, tokenizer.encode(item["answer"] + "<|im_end|>").ids
        ids = np.array([prompt + answer[:-1]])
        found = {dtype: likeliest(session, ids, len(answer)) for dtype, session in sessions.items()}
        for dtype, next_tokens in found.items():
            key = item["about"]["condition"], item["about"]["task"]
            hits[dtype].setdefault(key, []).append(bool((next_tokens == answer).all()))
            tokens[dtype].append((next_tokens == found["fp32"]).mean())
            differing[dtype] += hits[dtype][key][-1] != hits["fp32"][key][-1]

for dtype, cells in hits.items():
    tasks = list(dict.fromkeys(task for _, task in cells))
    print(f"{dtype:24s}" + "".join(f"{task:>10s}" for task in tasks))
    for condition in dict.fromkeys(condition for condition, _ in cells):
        print(f"{condition:24s}" + "".join(f"{100 * np.mean(cells[condition, task]):10.1f}" for task in tasks))
    count = sum(len(some) for some in cells.values())
    print(f"answers right in one of the two only: {differing[dtype]} of {count}; likeliest tokens as in fp32: {100 * np.mean(tokens[dtype]):.2f} %", flush=True)
