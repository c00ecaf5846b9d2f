"""Records the vectors that Python makes of texts with the tiny embedding model of the tests, as test vectors.

Run with a Python that has torch, sentence-transformers, tokenizers and onnxruntime:
python test/vectors/embeddings/record.py > test/vectors/embeddings/vectors.json

Texts are cut and filled up by the tokenizers library, computed by onnxruntime, and pooled by the Pooling and Normalize modules
of sentence-transformers.
"""

import json
import os

import numpy as np
import onnxruntime
import sentence_transformers
import torch
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
from tokenizers import Tokenizer

FOLDER = os.path.join(os.path.dirname(__file__), "../../inference/tiny-embedder")
LONGEST = 64
MODES = {"mean": "mean", "cls": "cls", "last_token": "lasttoken"}
TEXTS = [
    "",
    "Seoul is the capital of Korea.",
    "the capital of korea",
    "Où est PARIS?  Ünïcödé, 42!",
    "서울 is in korea 漢字",
    "a [SEP] b [CLS]",
    "capital " * 500,
    "x" * 70,
    "seoul " * 61 + "paris",
    "seoul " * 62 + "paris",
]


def vectors(mode, normal, longest):
    tokenizer = Tokenizer.from_file(os.path.join(FOLDER, "tokenizer.json"))
    tokenizer.enable_truncation(longest)
    tokenizer.enable_padding(pad_id=0, pad_token="[PAD]")
    session = onnxruntime.InferenceSession(os.path.join(FOLDER, "onnx/model.onnx"))
    encoded = tokenizer.encode_batch(TEXTS)
    rows = lambda name: np.array([getattr(one, name) for one in encoded], dtype=np.int64)
    given = {"input_ids": rows("ids"), "attention_mask": rows("attention_mask"), "token_type_ids": rows("type_ids")}
    names = {one.name for one in session.get_inputs()}
    (states,) = session.run(["last_hidden_state"], {name: rows for name, rows in given.items() if name in names})
    features = {"token_embeddings": torch.tensor(states), "attention_mask": torch.tensor(given["attention_mask"])}
    features = Pooling(states.shape[-1], MODES[mode])(features)
    if normal:
        features = Normalize()(features)
    return [[round(float(value), 7) for value in row] for row in features["sentence_embedding"]]


if __name__ == "__main__":
    cases = [
        {"pooling": mode, "normalize": normal, "longest": longest, "vectors": vectors(mode, normal, longest)}
        for mode in MODES
        for normal, longest in ((True, LONGEST), (False, LONGEST), (True, 5))
    ]
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    print(f'{{"source":"sentence-transformers {sentence_transformers.__version__}",\n"texts":{json.dumps(TEXTS)},\n"cases":[\n{lines}\n]}}')
