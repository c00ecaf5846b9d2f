"""Writes a model of the shape of Qwen3-0.6B with random weights, for measurements of speed on machines with room for it.

Usage: make_full_size.py FOLDER [--dtypes q4f16,q4,q8] [--layers 28]. Needs numpy, onnx and tokenizers, about 2 GB of memory,
and on disk 0.7 GB for q4f16, 1.1 GB for q4, 1.4 GB for q8.

Shape, operators, names and files are those of a hub export (see make_random_qwen3.py, which this extends): 28 layers, 1,024
wide, 16 heads over 8 of keys and values, 151,936 tokens, a tied table. Layers are drawn and written one at a time, to a file
beside the graph. The tokenizer has the full number of tokens: those learned from the texts of this repository, and pairs of
them up to the number. The template knows thinking and tools, as Qwen3's does.
"""
import argparse
import json
import os
import resource
import types

import numpy as np
import onnx
from onnx import TensorProto
from tokenizers import AddedToken, Tokenizer

from make_random_qwen3 import BITS, FILES, SPECIAL, TAGS, Graph, build, quantized, train_tokenizer, write_settings
from qwen3_template import CHAT_TEMPLATE

SHAPE = {
    "layers": 28, "hidden": 1024, "heads": 16, "kv_heads": 8, "head_dim": 128, "inner": 3072, "vocabulary": 151936,
    "window": 40960, "theta": 1e6, "seed": 0, "rotary": "op", "keep": True, "attention_bias": False, "external": True,
}
TOKENS = 151643  # the rest of the vocabulary is for added tokens and stays empty behind them
LEARNED = 24000
TOOL_TAGS = ["<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"]
PAGE = 4096


class StoredGraph(Graph):
    """Puts what is large into a file at once, and keeps where it stands."""

    def __init__(self, dtype, folder, name):
        super().__init__(dtype)
        self.location = f"{name}.onnx_data"
        self.file = open(os.path.join(folder, self.location), "wb")

    def constant(self, name, value):
        value = np.ascontiguousarray(value.astype(self.float) if value.dtype == np.float32 else value)
        if value.nbytes < 1024:
            return super().constant(name, value)
        self.file.write(b"\0" * (-self.file.tell() % PAGE))  # a whole page, so that it can be mapped
        tensor = TensorProto(name=name, data_type=onnx.helper.np_dtype_to_tensor_dtype(value.dtype), dims=value.shape)
        tensor.data_location = TensorProto.EXTERNAL
        for key, number in {"location": self.location, "offset": self.file.tell(), "length": value.nbytes}.items():
            tensor.external_data.add(key=key, value=str(number))
        self.file.write(value.data)
        self.constants.append(tensor)
        return name

    def product(self, x, name, matrix):
        """Quantized a few thousand columns at a time: the table of the logits has 151,936."""
        if self.bits is None or matrix.shape[1] <= 8192:
            return super().product(x, name, matrix)
        parts = [quantized(matrix[:, start : start + 8192], self.bits) for start in range(0, matrix.shape[1], 8192)]
        inputs = [x, self.constant(f"{name}.codes", np.concatenate([codes for codes, _ in parts])), self.constant(f"{name}.scales", np.concatenate([scales for _, scales in parts]))]
        rows, columns = matrix.shape
        return self.node("MatMulNBits", inputs, f"{name}/out", domain="com.microsoft", K=rows, N=columns, bits=self.bits, block_size=32)


def layers(shape):
    """Drawn when they are asked for, each from a seed of its own."""
    queries, keys = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    for index in range(shape.layers):
        random = np.random.default_rng([shape.seed, index])

        def matrix(rows, columns):
            return random.standard_normal((rows, columns), dtype=np.float32) / np.float32(np.sqrt(rows))

        def gain(size):
            return (1 + 0.1 * random.standard_normal(size)).astype(np.float32)

        yield {
            "ln1": gain(shape.hidden), "ln2": gain(shape.hidden), "q_norm": gain(shape.head_dim), "k_norm": gain(shape.head_dim),
            "q": matrix(shape.hidden, queries), "k": matrix(shape.hidden, keys), "v": matrix(shape.hidden, keys), "o": matrix(queries, shape.hidden),
            "gate": matrix(shape.hidden, shape.inner), "up": matrix(shape.hidden, shape.inner), "down": matrix(shape.inner, shape.hidden),
        }


def write_graph(folder, shape, dtype):
    table = np.random.default_rng([shape.seed, shape.layers]).standard_normal((shape.vocabulary, shape.hidden), dtype=np.float32) * np.float32(0.3)
    graph = StoredGraph(dtype, folder, FILES[dtype])
    model = build({"embed": table, "layers": layers(shape), "norm": np.ones(shape.hidden, np.float32)}, shape, dtype, graph)
    graph.file.close()
    path = os.path.join(folder, f"{FILES[dtype]}.onnx")
    with open(path, "wb") as file:
        file.write(model.SerializeToString())
    sizes = [os.path.getsize(path), os.path.getsize(os.path.join(folder, graph.location))]
    print(f"{path}: {sizes[0]} bytes, {sizes[1]} beside it", flush=True)


def full_tokenizer():
    """The learned tokens, and pairs of them until there are as many as Qwen3 has."""
    made = json.loads(train_tokenizer(LEARNED).to_str())
    vocabulary, merges = made["model"]["vocab"], made["model"]["merges"]
    made["added_tokens"] = []
    for token in [*SPECIAL, *TAGS]:
        vocabulary.pop(token, None)
    tokens = sorted(vocabulary, key=vocabulary.get)
    vocabulary = {token: index for index, token in enumerate(tokens)}
    random = np.random.default_rng(0)
    while len(vocabulary) < TOKENS:
        left, right = (tokens[i] for i in random.integers(0, len(tokens), 2))
        if len(left) + len(right) > 24 or left + right in vocabulary:
            continue
        vocabulary[left + right] = len(vocabulary)
        merges.append([left, right])
    made["model"] |= {"vocab": vocabulary, "merges": merges}
    tokenizer = Tokenizer.from_str(json.dumps(made))
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    tokenizer.add_tokens([AddedToken(token, special=False, normalized=False) for token in TAGS + TOOL_TAGS])
    return tokenizer


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--dtypes", default="q4f16,q4,q8", help="of fp16, q8, q4, q4f16; with commas")
    parser.add_argument("--layers", type=int, default=SHAPE["layers"], help="fewer for a quick try")
    given = parser.parse_args()
    dtypes = given.dtypes.split(",")
    assert all(dtype in BITS or dtype == "fp16" for dtype in dtypes), dtypes
    shape = types.SimpleNamespace(**{**SHAPE, "layers": given.layers})
    os.makedirs(os.path.join(given.folder, "onnx"), exist_ok=True)
    tokenizer = full_tokenizer()
    write_settings(given.folder, shape, tokenizer, dtypes)
    path = os.path.join(given.folder, "tokenizer_config.json")
    with open(path, encoding="utf-8") as file:
        settings = json.load(file)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(settings | {"chat_template": CHAT_TEMPLATE}, file, indent=2)
    for dtype in dtypes:
        write_graph(os.path.join(given.folder, "onnx"), shape, dtype)
    print(f"{tokenizer.get_vocab_size()} tokens, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB of memory at most")


if __name__ == "__main__":
    main()
