"""Writes nano as a transformers.js repository and checks the graph against the numpy forward pass.

Usage: export_onnx.py FOLDER REPOSITORY. FOLDER has weights.npz, tokenizer.json and training.json.

The graph has the operators and names that hub exports of Qwen3 have: GroupQueryAttention with a key-value cache,
rotary positions from `position_ids`, and `num_logits_to_keep`.
"""
import json
import os
import shutil
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from model import Shape, hidden_states, rotary_tables
from qwen3_template import CHAT_TEMPLATE
from tokenizer import SPECIAL

MICROSOFT = "com.microsoft"


class Graph:
    """Collects nodes and constants; every method gives the name of what it made."""

    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, name, value):
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind, inputs, name, outputs=None, domain="", **attributes):
        self.nodes.append(helper.make_node(kind, inputs, outputs or [name], name=f"{name}/{kind}", domain=domain, **attributes))
        return name

    def product(self, x, name, matrix):
        return self.node("MatMul", [x, self.constant(f"{name}.weight", matrix)], f"{name}/out")

    def norm(self, x, name, gain, eps):
        return self.node("SimplifiedLayerNormalization", [x, self.constant(f"{name}.weight", gain)], f"{name}/out", axis=-1, epsilon=eps, stash_type=1)

    def add_norm(self, x, addend, name, gain, eps):
        """The norm of a sum, and the sum."""
        outputs = [f"{name}/out", "", "", f"{name}/sum"]
        self.node("SkipSimplifiedLayerNormalization", [x, addend, self.constant(f"{name}.weight", gain)], name, outputs, MICROSOFT, epsilon=eps)
        return outputs[0], outputs[3]


def build(weights, shape: Shape):
    graph = Graph()
    value = helper.make_tensor_value_info
    rows = ["batch_size", "sequence_length"]
    inputs = [
        value("input_ids", TensorProto.INT64, rows),
        value("attention_mask", TensorProto.INT64, ["batch_size", "total_sequence_length"]),
        value("position_ids", TensorProto.INT64, rows),
    ]
    outputs = [value("logits", TensorProto.FLOAT, ["batch_size", "logits_length", shape.vocab])]

    cos, sin = rotary_tables(shape, shape.positions)
    graph.constant("cos_cache", cos)
    graph.constant("sin_cache", sin)
    for name, number in {"zero": [0], "one": [1], "end": [2**62]}.items():
        graph.constant(name, np.array(number, np.int64))
    graph.constant("one32", np.array([1], np.int32))
    graph.constant("axis", np.array(1, np.int64))
    graph.node("ReduceSum", ["attention_mask", "one"], "present_tokens", keepdims=0)
    graph.node("Cast", ["present_tokens"], "present_tokens32", to=TensorProto.INT32)
    graph.node("Sub", ["present_tokens32", "one32"], "seqlens_k")
    graph.node("Shape", ["attention_mask"], "mask_shape")
    graph.node("Gather", ["mask_shape", "axis"], "mask_length", axis=0)
    graph.node("Cast", ["mask_length"], "total_sequence_length32", to=TensorProto.INT32)

    def per_head(size):
        return graph.constant(f"per_head_{size}", np.array([0, -1, size, shape.head], np.int64)), graph.constant(f"flat_{size}", np.array([0, -1, size * shape.head], np.int64))

    shapes = {shape.heads: per_head(shape.heads), shape.kv_heads: per_head(shape.kv_heads)}

    def head_norm_and_rotate(x, name, gain, heads):
        split, flat = shapes[heads]
        x = graph.node("Reshape", [x, split], f"{name}/split")
        x = graph.node("Reshape", [graph.norm(x, name, gain, shape.eps), flat], f"{name}/flat")
        return graph.node("RotaryEmbedding", [x, "position_ids", "cos_cache", "sin_cache"], f"{name}/rotated", domain=MICROSOFT, interleaved=0, num_heads=heads, rotary_embedding_dim=0)

    graph.constant("model.embed_tokens.weight", weights["embed"])
    x = graph.node("Gather", ["model.embed_tokens.weight", "input_ids"], "embedded")
    addend = None
    for layer in range(shape.layers):
        at, w = f"model.layers.{layer}", lambda name: weights[f"{layer}.{name}"]
        if addend is None:
            h = graph.norm(x, f"{at}.input_layernorm", w("norm1"), shape.eps)
        else:
            h, x = graph.add_norm(x, addend, f"{at}.input_layernorm", w("norm1"), shape.eps)
        q = head_norm_and_rotate(graph.product(h, f"{at}.attn.q_proj", w("q")), f"{at}.attn.q_norm", w("q_norm"), shape.heads)
        k = head_norm_and_rotate(graph.product(h, f"{at}.attn.k_proj", w("k")), f"{at}.attn.k_norm", w("k_norm"), shape.kv_heads)
        v = graph.product(h, f"{at}.attn.v_proj", w("v"))
        past, present = [f"past_key_values.{layer}.{kind}" for kind in ("key", "value")], [f"present.{layer}.{kind}" for kind in ("key", "value")]
        inputs += [value(name, TensorProto.FLOAT, ["batch_size", shape.kv_heads, "past_sequence_length", shape.head]) for name in past]
        outputs += [value(name, TensorProto.FLOAT, ["batch_size", shape.kv_heads, "total_sequence_length", shape.head]) for name in present]
        graph.node(
            "GroupQueryAttention", [q, k, v, *past, "seqlens_k", "total_sequence_length32"], f"{at}.attn", [f"{at}.attn/out", *present], MICROSOFT,
            num_heads=shape.heads, kv_num_heads=shape.kv_heads, scale=float(shape.head**-0.5), do_rotary=0, rotary_interleaved=0, local_window_size=-1,
        )
        addend = graph.product(f"{at}.attn/out", f"{at}.attn.o_proj", w("o"))
        h, x = graph.add_norm(x, addend, f"{at}.post_attention_layernorm", w("norm2"), shape.eps)
        gate, up = graph.product(h, f"{at}.mlp.gate_proj", w("gate")), graph.product(h, f"{at}.mlp.up_proj", w("up"))
        graph.node("Sigmoid", [gate], f"{at}.mlp/sigmoid")
        graph.node("Mul", [gate, f"{at}.mlp/sigmoid"], f"{at}.mlp/silu")
        graph.node("Mul", [f"{at}.mlp/silu", up], f"{at}.mlp/gated")
        addend = graph.product(f"{at}.mlp/gated", f"{at}.mlp.down_proj", w("down"))
    h, _ = graph.add_norm(x, addend, "model.norm", weights["norm"], shape.eps)
    # 0 keeps all: minus 0 is the beginning
    inputs.append(value("num_logits_to_keep", TensorProto.INT64, []))
    graph.node("Unsqueeze", ["num_logits_to_keep", "zero"], "kept")
    graph.node("Neg", ["kept"], "first_kept")
    graph.node("Slice", [h, "first_kept", "end", "one"], "last_states")
    # tied: the embedding table is stored once and turned by the graph
    graph.node("Transpose", ["model.embed_tokens.weight"], "lm_head", perm=[1, 0])
    graph.node("MatMul", ["last_states", "lm_head"], "logits")
    whole = helper.make_graph(graph.nodes, "nano", inputs, outputs, graph.constants)
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(whole, opset_imports=opsets, ir_version=10, producer_name="kkachi")


def write_json(path, content):
    with open(path, "w") as file:
        file.write(json.dumps(content, indent=2) + "\n")


def write_repository(folder, repository, weights, shape):
    os.makedirs(f"{repository}/onnx", exist_ok=True)
    shutil.copyfile(f"{folder}/tokenizer.json", f"{repository}/tokenizer.json")
    with open(f"{folder}/tokenizer.json") as file:
        ids = {token["content"]: token["id"] for token in json.load(file)["added_tokens"]}
    end, start = ids["<|im_end|>"], ids["<|endoftext|>"]
    write_json(f"{repository}/config.json", {
        "architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "attention_bias": False, "attention_dropout": 0.0, "bos_token_id": start, "eos_token_id": end,
        "head_dim": shape.head, "hidden_act": "silu", "hidden_size": shape.hidden, "initializer_range": 0.02, "intermediate_size": shape.mlp, "max_position_embeddings": shape.positions,
        "max_window_layers": shape.layers, "num_attention_heads": shape.heads, "num_hidden_layers": shape.layers, "num_key_value_heads": shape.kv_heads, "rms_norm_eps": shape.eps,
        "rope_scaling": None, "rope_theta": shape.theta, "sliding_window": None, "tie_word_embeddings": True, "torch_dtype": "float32", "use_cache": True, "use_sliding_window": False,
        "vocab_size": shape.vocab, "transformers.js_config": {"dtype": "fp32"},
    })
    write_json(f"{repository}/generation_config.json", {"bos_token_id": start, "do_sample": False, "eos_token_id": [end, start], "pad_token_id": start})
    write_json(f"{repository}/tokenizer_config.json", {
        "add_bos_token": False, "add_prefix_space": False, "tokenizer_class": "Qwen2Tokenizer", "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>", "model_max_length": shape.positions,
        "clean_up_tokenization_spaces": False, "chat_template": CHAT_TEMPLATE,
        "added_tokens_decoder": {str(ids[name]): {"content": name, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": True} for name in SPECIAL},
    })
    onnx.save(build(weights, shape), f"{repository}/onnx/model.onnx")


def check(repository, weights, shape):
    """Largest difference to numpy: at once, and in chunks through the cache."""
    session = onnxruntime.InferenceSession(f"{repository}/onnx/model.onnx", providers=["CPUExecutionProvider"])
    ids = np.random.default_rng(1).integers(0, shape.vocab, (1, 200))
    expected = hidden_states(weights, ids, shape) @ weights["embed"].T

    def run(low, high, past, keep):
        feed = {"input_ids": ids[:, low:high], "attention_mask": np.ones((1, high), np.int64), "position_ids": np.arange(low, high)[None], "num_logits_to_keep": np.array(keep, np.int64)}
        feed |= {f"past_key_values.{i // 2}.{('key', 'value')[i % 2]}": array for i, array in enumerate(past)}
        logits, *present = session.run(None, feed)
        return logits, present

    empty = [np.zeros((1, shape.kv_heads, 0, shape.head), np.float32)] * (2 * shape.layers)
    errors = [np.abs(run(0, 200, empty, 0)[0] - expected).max(), np.abs(run(0, 200, empty, 1)[0] - expected[:, -1:]).max()]
    past = empty
    for low, high in [(0, 120), (120, 190)] + [(t, t + 1) for t in range(190, 200)]:
        logits, past = run(low, high, past, 0)
        errors.append(np.abs(logits - expected[:, low:high]).max())
    return float(max(errors))


if __name__ == "__main__":
    folder, repository = sys.argv[1:]
    with open(f"{folder}/training.json") as file:
        shape = Shape(**json.load(file)["shape"])
    weights = dict(np.load(f"{folder}/weights.npz"))
    write_repository(folder, repository, weights, shape)
    error = check(repository, weights, shape)
    print("bytes", os.path.getsize(f"{repository}/onnx/model.onnx"), "largest difference to numpy", error)
    assert error < 1e-4, error
