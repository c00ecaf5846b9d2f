"""Writes a language model of Qwen3's architecture with random weights, for measurements of speed and tests of the loading code.

Usage: make_random_qwen3.py FOLDER [--layers 8 --hidden 384 ... --dtypes fp32,q8,q4,q4f16]. Needs numpy, onnx and tokenizers;
the same versions write the same bytes.

It has the operators, names and files of a hub export: GroupQueryAttention with a key-value cache, rotary positions from
`position_ids` (or inside attention, --rotary gqa), and `num_logits_to_keep`. Its tokenizer is a byte-level BPE of Qwen's
form, trained on the texts of this repository. It knows nothing: what it says is noise, and costs what sense would.
"""
import argparse
import json
import os
import subprocess

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

MICROSOFT = "com.microsoft"
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
TAGS = ["<think>", "</think>"]
SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
CHAT_TEMPLATE = (
    "{%- for message in messages %}"
    "{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}"
    "{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}"
    "{%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}"
    "{%- endif %}"
)
FILES = {"fp32": "model", "fp16": "model_fp16", "q8": "model_quantized", "q4": "model_q4", "q4f16": "model_q4f16"}
BITS = {"q8": 8, "q4": 4, "q4f16": 4}
BLOCK = 32
EPSILON = 1e-6


def random_weights(shape):
    """Matrices as products take them: rows are what comes in."""
    random = np.random.default_rng(shape.seed)

    def matrix(rows, columns, spread=None):
        spread = spread or 1 / np.sqrt(rows)
        return random.standard_normal((rows, columns), dtype=np.float32) * np.float32(spread)

    def gain(size):
        return (1 + 0.1 * random.standard_normal(size)).astype(np.float32)

    queries, keys = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    layers = [
        {
            "ln1": gain(shape.hidden), "ln2": gain(shape.hidden),
            "q_norm": gain(shape.head_dim), "k_norm": gain(shape.head_dim),
            "q": matrix(shape.hidden, queries), "k": matrix(shape.hidden, keys), "v": matrix(shape.hidden, keys),
            "o": matrix(queries, shape.hidden),
            "gate": matrix(shape.hidden, shape.inner), "up": matrix(shape.hidden, shape.inner),
            "down": matrix(shape.inner, shape.hidden),
        }
        for _ in range(shape.layers)
    ]
    return {"embed": matrix(shape.vocabulary, shape.hidden, 0.3), "layers": layers, "norm": np.ones(shape.hidden, np.float32)}


def quantized(matrix, bits):
    """Symmetric in blocks of 32 rows, as MatMulNBits reads it: bytes [columns, blocks, bytes of a block], scales."""
    rows, columns = matrix.shape
    blocks = -(-rows // BLOCK)
    padded = np.zeros((blocks * BLOCK, columns), np.float32)
    padded[:rows] = matrix
    values = np.ascontiguousarray(padded.T).reshape(columns, blocks, BLOCK)
    middle = 1 << (bits - 1)
    extreme = np.take_along_axis(values, np.abs(values).argmax(-1)[..., None], -1)
    scale = extreme / -middle
    steps = np.divide(values, scale, out=np.zeros_like(values), where=scale != 0)
    codes = np.clip(np.round(steps) + middle, 0, 2 * middle - 1).astype(np.uint8)
    packed = codes if bits == 8 else codes[..., 0::2] | (codes[..., 1::2] << 4)
    return packed, scale.reshape(-1)


class Graph:
    """Collects nodes and constants in one precision; every method gives the name of what it made."""

    def __init__(self, dtype):
        self.nodes, self.constants = [], []
        self.bits = BITS.get(dtype)
        self.float, self.kind = (np.float16, TensorProto.FLOAT16) if "f16" in dtype or dtype == "fp16" else (np.float32, TensorProto.FLOAT)

    def constant(self, name, value):
        value = value.astype(self.float) if value.dtype == np.float32 else value
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind, inputs, name, outputs=None, domain="", **attributes):
        self.nodes.append(helper.make_node(kind, inputs, outputs or [name], name=f"{name}/{kind}", domain=domain, **attributes))
        return name

    def product(self, x, name, matrix):
        if self.bits is None:
            return self.node("MatMul", [x, self.constant(f"{name}.weight", matrix)], f"{name}/out")
        codes, scales = quantized(matrix, self.bits)
        inputs = [x, self.constant(f"{name}.codes", codes), self.constant(f"{name}.scales", scales)]
        rows, columns = matrix.shape
        return self.node("MatMulNBits", inputs, f"{name}/out", domain=MICROSOFT, K=rows, N=columns, bits=self.bits, block_size=BLOCK)

    def norm(self, x, name, gain):
        inputs = [x, self.constant(f"{name}.weight", gain)]
        return self.node("SimplifiedLayerNormalization", inputs, f"{name}/out", axis=-1, epsilon=EPSILON, stash_type=1)

    def add_norm(self, x, addend, name, gain):
        """The norm of a sum, and the sum."""
        outputs = [f"{name}/out", "", "", f"{name}/sum"]
        inputs = [x, addend, self.constant(f"{name}.weight", gain)]
        self.node("SkipSimplifiedLayerNormalization", inputs, name, outputs, MICROSOFT, epsilon=EPSILON)
        return outputs[0], outputs[3]


def rotary_tables(shape):
    turns = 1 / shape.theta ** (np.arange(0, shape.head_dim, 2) / shape.head_dim)
    angles = np.outer(np.arange(shape.window), turns)
    return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)


def attention(graph, shape, layer, name, x):
    inside = shape.rotary == "gqa"

    def heads(kind, normed):
        out = graph.product(x, f"{name}.{kind}", layer[kind])
        if not normed:
            return out
        split = graph.node("Reshape", [out, f"split_{kind}"], f"{name}.{kind}/split")
        joined = graph.node("Reshape", [graph.norm(split, f"{name}.{kind}_norm", layer[f"{kind}_norm"]), f"join_{kind}"], f"{name}.{kind}/joined")
        if inside:
            return joined
        count = shape.heads if kind == "q" else shape.kv_heads
        inputs = [joined, "position_ids", "cosines", "sines"]
        return graph.node("RotaryEmbedding", inputs, f"{name}.{kind}/turned", domain=MICROSOFT, interleaved=0, num_heads=count, rotary_embedding_dim=0)

    index = name.split(".")[1]
    past = [f"past_key_values.{index}.key", f"past_key_values.{index}.value"]
    inputs = [heads("q", True), heads("k", True), heads("v", False), *past, "lengths", "total"]
    inputs += ["cosines", "sines"] if inside else []
    if shape.attention_bias:
        inputs += [""] * (9 - len(inputs)) + ["position_ids" if inside else "", "attention_bias"]
    outputs = [f"{name}/attended", f"present.{index}.key", f"present.{index}.value"]
    graph.node("GroupQueryAttention", inputs, outputs[0], outputs, MICROSOFT, num_heads=shape.heads, kv_num_heads=shape.kv_heads,
               scale=float(1 / np.sqrt(shape.head_dim)), do_rotary=int(inside), rotary_interleaved=0, local_window_size=-1)
    return graph.product(outputs[0], f"{name}.o", layer["o"])


def build(weights, shape, dtype, graph=None):
    graph = graph or Graph(dtype)
    for name, table in zip(("cosines", "sines"), rotary_tables(shape)):
        graph.constant(name, table)
    graph.constant("axis", np.array([1], np.int64))
    graph.constant("first", np.array([0], np.int64))
    graph.constant("one", np.array(1, np.int64))
    graph.constant("one_short", np.array([1], np.int32))
    graph.constant("end", np.array([2**62], np.int64))
    for kind, count in (("q", shape.heads), ("k", shape.kv_heads)):
        graph.constant(f"split_{kind}", np.array([0, -1, count, shape.head_dim], np.int64))
        graph.constant(f"join_{kind}", np.array([0, -1, count * shape.head_dim], np.int64))
    graph.node("ReduceSum", ["attention_mask", "axis"], "seen", keepdims=0)
    graph.node("Cast", ["seen"], "seen_short", to=TensorProto.INT32)
    graph.node("Sub", ["seen_short", "one_short"], "lengths")
    graph.node("Shape", ["attention_mask"], "mask_shape")
    graph.node("Gather", ["mask_shape", "one"], "width", axis=0)
    graph.node("Cast", ["width"], "total", to=TensorProto.INT32)

    sum_ = graph.node("Gather", [graph.constant("embed.weight", weights["embed"]), "input_ids"], "embedded")
    addend = None
    for index, layer in enumerate(weights["layers"]):
        name = f"layers.{index}"
        if addend is None:
            x = graph.norm(sum_, f"{name}.ln1", layer["ln1"])
        else:
            x, sum_ = graph.add_norm(sum_, addend, f"{name}.ln1", layer["ln1"])
        attended = attention(graph, shape, layer, name, x)
        x, sum_ = graph.add_norm(sum_, attended, f"{name}.ln2", layer["ln2"])
        gate = graph.product(x, f"{name}.gate", layer["gate"])
        up = graph.product(x, f"{name}.up", layer["up"])
        opened = graph.node("Mul", [gate, graph.node("Sigmoid", [gate], f"{name}/opened")], f"{name}/silu")
        addend = graph.product(graph.node("Mul", [opened, up], f"{name}/gated"), f"{name}.down", layer["down"])
    x, _ = graph.add_norm(sum_, addend, "norm", weights["norm"])
    if shape.keep:
        graph.node("Unsqueeze", ["num_logits_to_keep", "first"], "kept")
        graph.node("Neg", ["kept"], "from")
        x = graph.node("Slice", [x, "from", "end", "axis"], "last")
    graph.node("Identity", [graph.product(x, "head", weights["embed"].T)], "logits")

    value = helper.make_tensor_value_info
    rows = ["batch_size", "sequence_length"]
    inputs = [value("input_ids", TensorProto.INT64, rows), value("attention_mask", TensorProto.INT64, ["batch_size", "total_sequence_length"])]
    if shape.rotary == "op" or shape.attention_bias:
        inputs.append(value("position_ids", TensorProto.INT64, rows))
    outputs = [value("logits", graph.kind, ["batch_size", "logits_length", shape.vocabulary])]
    for index in range(shape.layers):
        for half in ("key", "value"):
            state = ["batch_size", shape.kv_heads, None, shape.head_dim]
            inputs.append(value(f"past_key_values.{index}.{half}", graph.kind, ["past_sequence_length" if size is None else size for size in state]))
            outputs.append(value(f"present.{index}.{half}", graph.kind, ["total_sequence_length" if size is None else size for size in state]))
    if shape.keep:
        inputs.append(value("num_logits_to_keep", TensorProto.INT64, []))
    if shape.attention_bias:
        inputs.append(value("attention_bias", graph.kind, ["bias_batch", "bias_heads", "sequence_length", "total_sequence_length"]))
    made = helper.make_graph(graph.nodes, "random_qwen3", inputs, outputs, graph.constants)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1)], ir_version=10)


def repository_texts():
    """The texts that version control keeps, in the order of their names."""
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    listed = subprocess.run(["git", "ls-files", "docs", "src", "examples", "*.md"], cwd=root, check=True, capture_output=True, text=True)
    for name in sorted(set(listed.stdout.splitlines())):
        if name.endswith((".md", ".ts", ".jsonl", ".csv")):
            with open(os.path.join(root, name), encoding="utf-8") as file:
                yield file.read()


def train_tokenizer(size):
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    split = pre_tokenizers.Split(Regex(SPLIT), "isolated")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    added = len(SPECIAL) + len(TAGS)
    trainer = trainers.BpeTrainer(vocab_size=size - added, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(repository_texts(), trainer)
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    tokenizer.add_tokens([AddedToken(token, special=False, normalized=False) for token in TAGS])
    return tokenizer


def write_settings(folder, shape, tokenizer, dtypes):
    def write(name, content):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            json.dump(content, file, indent=2)
            file.write("\n")

    end, start = tokenizer.token_to_id("<|im_end|>"), tokenizer.token_to_id("<|endoftext|>")
    loading = {"dtype": dtypes[0], "kv_cache_dtype": {"q4f16": "float16", "fp16": "float16"}}
    if shape.external:
        loading["use_external_data_format"] = {f"{FILES[dtype]}.onnx": 1 for dtype in dtypes}
    write("config.json", {
        "architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "attention_bias": False, "bos_token_id": start, "eos_token_id": end,
        "head_dim": shape.head_dim, "hidden_act": "silu", "hidden_size": shape.hidden, "intermediate_size": shape.inner,
        "max_position_embeddings": shape.window, "num_attention_heads": shape.heads, "num_hidden_layers": shape.layers,
        "num_key_value_heads": shape.kv_heads, "rms_norm_eps": EPSILON, "rope_theta": shape.theta, "tie_word_embeddings": True,
        "use_cache": True, "vocab_size": shape.vocabulary, "transformers.js_config": loading,
    })
    write("generation_config.json", {"bos_token_id": start, "do_sample": False, "eos_token_id": [end, start], "pad_token_id": start})
    described = {
        str(tokenizer.token_to_id(token)): {"content": token, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": token in SPECIAL}
        for token in SPECIAL + TAGS
    }
    write("tokenizer_config.json", {
        "tokenizer_class": "Qwen2Tokenizer", "add_bos_token": False, "add_prefix_space": False, "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>",
        "model_max_length": shape.window, "clean_up_tokenization_spaces": False, "chat_template": CHAT_TEMPLATE, "added_tokens_decoder": described,
    })
    tokenizer.save(os.path.join(folder, "tokenizer.json"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    sizes = {"layers": 8, "hidden": 384, "heads": 8, "kv_heads": 2, "head_dim": 64, "inner": 1152, "vocabulary": 8192, "window": 4096, "seed": 0}
    for name, default in sizes.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=default)
    parser.add_argument("--theta", type=float, default=1e6)
    parser.add_argument("--dtypes", default="fp32", help="of fp32, fp16, q8, q4, q4f16; with commas")
    parser.add_argument("--rotary", choices=["op", "gqa"], default="op", help="positions turned by a node of their own, or inside attention")
    parser.add_argument("--no-keep", dest="keep", action="store_false", help="without num_logits_to_keep")
    parser.add_argument("--attention-bias", action="store_true", help="with the input that a block-causal mask needs")
    parser.add_argument("--external", action="store_true", help="weights in a file beside the graph")
    parser.add_argument("--tokenizer", help="a tokenizer.json to take instead of training one")
    shape = parser.parse_args()
    dtypes = shape.dtypes.split(",")
    os.makedirs(os.path.join(shape.folder, "onnx"), exist_ok=True)
    if shape.tokenizer:
        from tokenizers import Tokenizer
        tokenizer = Tokenizer.from_file(shape.tokenizer)
    else:
        tokenizer = train_tokenizer(shape.vocabulary)
    write_settings(shape.folder, shape, tokenizer, dtypes)
    weights = random_weights(shape)
    for dtype in dtypes:
        file = os.path.join(shape.folder, "onnx", f"{FILES[dtype]}.onnx")
        data = f"{FILES[dtype]}.onnx_data"
        if shape.external and os.path.exists(os.path.join(shape.folder, "onnx", data)):
            os.remove(os.path.join(shape.folder, "onnx", data))
        onnx.save(build(weights, shape, dtype), file, save_as_external_data=shape.external, location=data if shape.external else None, size_threshold=1024)
        print(f"{file}: {os.path.getsize(file)} bytes")
    count = weights["embed"].size + sum(matrix.size for layer in weights["layers"] for matrix in layer.values())
    print(f"{count / 1e6:.1f} million parameters, {tokenizer.get_vocab_size()} tokens")


if __name__ == "__main__":
    main()
