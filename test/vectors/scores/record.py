"""Records how likely the network nano holds given answers, computed by numpy from its logits, as test vectors.

Run with a Python that has transformers, tokenizers and onnxruntime, again whenever nano is trained anew:
python test/vectors/scores/record.py > test/vectors/scores/scores.json

Each prompt is written by the template of nano, each answer is encoded by itself and read behind it in one pass of its own, and
the logarithms of the softmax are summed over its tokens and its end (any of the tokens that end an answer), all in double
precision from single precision logits.
"""

import hashlib
import json
import os

import numpy as np
import onnxruntime
from tokenizers import Tokenizer
from transformers.utils.chat_template_utils import render_jinja_template

NANO = os.path.join(os.path.dirname(__file__), "../../../models/nano")
ASKED = [
    {
        "messages": [
            {"role": "system", "content": "Decide whether the message is spam or ham."},
            {"role": "user", "content": "Claim your prize today!"},
        ],
        # Beginnings of each other, shared tokens, the same twice, nothing, space at the border, a special token as text.
        "answers": ["spam", "ham", "spa", "spam and ham", "spam and eggs", "spam", "", " spam", "\nspam", "SPAM!", "<think>", "스팸 é 😀"],
    },
    {
        "messages": [{"role": "user", "content": "Which team: billing, support or sales?\n\nMy invoice is wrong."}],
        "answers": ["billing", "support", "sales", "billing support", "b", "bi", "[[ ## team ## ]]\nbilling\n\n[[ ## completed ## ]]"],
    },
    {"messages": [{"role": "user", "content": "yes or no?"}], "answers": ["yes"]},
]


def logits_after(session, tokens):
    past = {
        one.name: np.zeros((1, one.shape[1], 0, one.shape[3]), dtype=np.float32)
        for one in session.get_inputs()
        if one.name.startswith("past_key_values")
    }
    count = len(tokens)
    given = {
        "input_ids": np.array([tokens], dtype=np.int64),
        "attention_mask": np.ones((1, count), dtype=np.int64),
        "position_ids": np.arange(count, dtype=np.int64)[None],
        "num_logits_to_keep": np.array(count, dtype=np.int64),
    }
    return session.run(["logits"], {**given, **past})[0][0].astype(np.float64)


def score(session, prompt, answer, ends):
    logits = logits_after(session, [*prompt, *answer])[len(prompt) - 1 :]
    most = logits.max(axis=-1, keepdims=True)
    logs = logits - most - np.log(np.exp(logits - most).sum(axis=-1, keepdims=True))
    said = sum(logs[place, token] for place, token in enumerate(answer))
    return float(said + np.log(np.exp(logs[len(answer), ends]).sum()))


if __name__ == "__main__":
    read = lambda name: open(os.path.join(NANO, name), encoding="utf8")
    with read("tokenizer_config.json") as config, read("generation_config.json") as generation:
        template, ends = json.load(config)["chat_template"], json.load(generation)["eos_token_id"]
    tokenizer = Tokenizer.from_file(os.path.join(NANO, "tokenizer.json"))
    encode = lambda text: tokenizer.encode(text, add_special_tokens=False).ids
    network = os.path.join(NANO, "onnx/model.onnx")
    session = onnxruntime.InferenceSession(network)
    cases = []
    for asked in ASKED:
        (text,), _ = render_jinja_template(
            conversations=[asked["messages"]], chat_template=template, add_generation_prompt=True, enable_thinking=False
        )
        prompt = encode(text)
        answers = [
            {"text": answer, "tokens": len(encode(answer)) + 1, "logprob": round(score(session, prompt, encode(answer), ends), 6)}
            for answer in asked["answers"]
        ]
        cases.append({"messages": asked["messages"], "prompt": len(prompt), "answers": answers})
    with open(network, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    print(f'{{"network":"{digest}","cases":[\n{lines}\n]}}')
