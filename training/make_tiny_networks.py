"""Writes the tiny networks of test/vectors/networks: the architecture of Qwen3 with random weights, and beside each what it
computes by a reference in numpy, in doubles and without a cache.

  python training/make_tiny_networks.py test/vectors/networks      (needs numpy and onnx)

The graphs have the form of exports for transformers.js: GroupQueryAttention, RotaryEmbedding, SkipSimplifiedLayerNormalization
and MatMulNBits of com.microsoft; inputs `input_ids`, `attention_mask`, `position_ids`, `past_key_values.N.{key,value}`.
"""

import json
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

MICROSOFT = "com.microsoft"
WINDOW = 128


def make_weights(shape, seed):
    """Weights small enough that logits stay within a few units."""
    random = np.random.default_rng(seed)
    hidden, heads, groups, width = shape["hidden"], shape["heads"], shape["groups"], shape["width"]

    def matrix(*size):
        return (random.standard_normal(size) / np.sqrt(size[0])).astype(np.float32)

    def norm(size):
        return (1 + 0.1 * random.standard_normal(size)).astype(np.float32)

    layers = []
    for _ in range(shape["layers"]):
        layers.append(
            dict(
                ln1=norm(hidden),
                ln2=norm(hidden),
                q=matrix(hidden, heads * width),
                k=matrix(hidden, groups * width),
                v=matrix(hidden, groups * width),
                o=matrix(heads * width, hidden),
                qn=norm(width),
                kn=norm(width),
                gate=matrix(hidden, shape["inner"]),
                up=matrix(hidden, shape["inner"]),
                down=matrix(shape["inner"], hidden),
            )
        )
    embedding = (0.3 * random.standard_normal((shape["vocabulary"], hidden))).astype(np.float32)
    return dict(embedding=embedding, norm=norm(hidden), head=np.ascontiguousarray(embedding.T), layers=layers)


def rotations(shape):
    frequencies = 1.0 / (10_000 ** (np.arange(0, shape["width"], 2) / shape["width"]))
    angles = np.outer(np.arange(WINDOW), frequencies)
    return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)


# ------------------------------------------------------------------------------------------------------------ reference
def reference(shape, weights, tokens, softcap=0.0, window=None, times=None, kept=0):
    """
    Logits of every token of one causal sequence, in doubles; with a window, a token sees that many, itself among them. `times`
    multiplies rows with a matrix of weights, `kept` takes so many of the last rows to the head.
    """
    times = times or (lambda x, matrix: x @ matrix.astype(np.float64))
    w64 = lambda value: value.astype(np.float64)  # noqa: E731
    rms = lambda x, g: x / np.sqrt(np.mean(x * x, -1, keepdims=True) + 1e-6) * w64(g)  # noqa: E731
    count, width = len(tokens), shape["width"]
    cosines, sines = (w64(table)[:count][None] for table in rotations(shape))

    def rotated(x):
        a, b = np.split(x, 2, -1)
        return np.concatenate([a * cosines - b * sines, b * cosines + a * sines], -1)

    def by_head(x, heads):
        return x.reshape(count, heads, width).transpose(1, 0, 2)

    x = w64(weights["embedding"])[np.array(tokens)]
    hidden_from = np.triu(np.full((count, count), -np.inf), 1)
    if window is not None:
        hidden_from += np.tril(np.full((count, count), -np.inf), -window)
    for layer in weights["layers"]:
        h = rms(x, layer["ln1"])
        q = rotated(rms(by_head(times(h, layer["q"]), shape["heads"]), layer["qn"]))
        k = rotated(rms(by_head(times(h, layer["k"]), shape["groups"]), layer["kn"]))
        v = by_head(times(h, layer["v"]), shape["groups"])
        share = shape["heads"] // shape["groups"]
        k, v = np.repeat(k, share, 0), np.repeat(v, share, 0)
        scores = q @ k.transpose(0, 2, 1) / np.sqrt(width)
        if softcap:
            scores = softcap * np.tanh(scores / softcap)
        scores = scores + hidden_from
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        attended = (scores / scores.sum(-1, keepdims=True)) @ v
        x = x + times(attended.transpose(1, 0, 2).reshape(count, -1), layer["o"])
        h = rms(x, layer["ln2"])
        gate = times(h, layer["gate"])
        x = x + times(gate / (1 + np.exp(-gate)) * times(h, layer["up"]), layer["down"])
    return times(rms(x, weights["norm"])[-kept:], weights["head"])


# ------------------------------------------------------------------------------------------------------- quantized weights
def quantize(matrix, bits, block=32):
    """Blocks of a column, symmetric: the packed weights, their scales, and what they stand for."""
    rows, columns = matrix.shape
    blocks = -(-rows // block)
    padded = np.zeros((blocks * block, columns), np.float32)
    padded[:rows] = matrix
    parts = padded.T.reshape(columns, blocks, block)
    half = 1 << (bits - 1)
    largest = np.take_along_axis(parts, np.abs(parts).argmax(-1)[..., None], -1)
    scales = np.where(largest == 0, 1, largest / -half).astype(np.float16).astype(np.float32)
    numbers = np.clip(np.round(parts / scales) + half, 0, 2 * half - 1).astype(np.uint8)
    packed = numbers if bits == 8 else (numbers[..., 0::2] | (numbers[..., 1::2] << 4)).astype(np.uint8)
    meant = ((numbers.astype(np.float32) - half) * scales).reshape(columns, -1)[:, :rows].T
    return packed, scales[..., 0], np.ascontiguousarray(meant)


def dequantized(weights, bits):
    meant = lambda matrix: quantize(matrix, bits)[2]  # noqa: E731
    kinds = ("q", "k", "v", "o", "gate", "up", "down")
    layers = [{**layer, **{kind: meant(layer[kind]) for kind in kinds}} for layer in weights["layers"]]
    return {**weights, "head": meant(weights["head"]), "layers": layers}


def in_bytes(matrix):
    """A scale for each column, symmetric: the bytes, and the scales."""
    scales = (np.abs(matrix).max(0) / 127).astype(np.float32)
    return np.clip(np.round(matrix / scales), -127, 127).astype(np.int8), scales


def dynamic_steps(x):
    """Rows in steps of one scale for all of them, before they are rounded; zero lies on a step."""
    low, high = min(0.0, x.min()), max(0.0, x.max())
    scale = (high - low) / 255
    return x / scale, np.clip(np.round(-low / scale), 0, 255), scale


def dynamic_times(x, matrix):
    """DynamicQuantizeLinear and MatMulInteger."""
    codes, scales = in_bytes(matrix)
    steps, zero, scale = dynamic_steps(x)
    rounded = np.clip(np.round(steps) + zero, 0, 255) - zero
    return (rounded @ codes.astype(np.float64)) * scale * scales.astype(np.float64)


def least_margin(shape, weights, tokens):
    """How near, in steps, a number comes to where it would be rounded the other way."""
    margins = []

    def times(x, matrix):
        steps = dynamic_steps(x)[0]
        margins.append(np.abs(steps - np.floor(steps) - 0.5).min())
        return dynamic_times(x, matrix)

    for kept in (0, 1):
        reference(shape, weights, tokens, times=times, kept=kept)
    return min(margins)


def halved(weights):
    half = lambda value: value.astype(np.float16).astype(np.float32)  # noqa: E731
    layers = [{kind: half(value) for kind, value in layer.items()} for layer in weights["layers"]]
    return {**{kind: half(weights[kind]) for kind in ("embedding", "norm", "head")}, "layers": layers}


# ------------------------------------------------------------------------------------------------------------------- graph
def make_graph(shape, weights, dtype="fp32", rotates=False, limits=True, **attention):
    """`rotates`: attention rotates by itself, without `position_ids`; `limits`: the graph has `num_logits_to_keep`."""
    half = dtype in ("fp16", "q4f16")
    bits = {"q4": 4, "q4f16": 4, "q8": 8}.get(dtype)
    numbers, kind = (np.float16, TensorProto.FLOAT16) if half else (np.float32, TensorProto.FLOAT)
    nodes, initializers = [], []
    heads, groups, width = shape["heads"], shape["groups"], shape["width"]

    def constant(name, value):
        initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(operator, inputs, output, domain="", **attributes):
        outputs = output if isinstance(output, list) else [output]
        nodes.append(helper.make_node(operator, inputs, outputs, name=outputs[0], domain=domain, **attributes))
        return outputs[0]

    def product(x, name, matrix, output):
        if dtype == "dynamic":
            codes, scales = in_bytes(matrix)
            steps = [f"{x}.steps", f"{x}.scale", f"{x}.zero"]
            if not any(steps[0] in one.output for one in nodes):
                node("DynamicQuantizeLinear", [x], steps)
            zero = constant(f"{name}.zero", np.zeros(matrix.shape[1], np.int8))
            node("MatMulInteger", [steps[0], constant(f"{name}.bytes", codes), steps[2], zero], f"{output}.integers")
            node("Cast", [f"{output}.integers"], f"{output}.cast", to=TensorProto.FLOAT)
            node("Mul", [steps[1], constant(f"{name}.scales", scales)], f"{output}.scales")
            return node("Mul", [f"{output}.cast", f"{output}.scales"], output)
        if bits is None:
            return node("MatMul", [x, constant(name, matrix.astype(numbers))], output)
        packed, scales, _ = quantize(matrix, bits)
        inputs = [x, constant(f"{name}.packed", packed), constant(f"{name}.scales", scales.astype(numbers))]
        sizes = dict(K=matrix.shape[0], N=matrix.shape[1])
        return node("MatMulNBits", inputs, output, MICROSOFT, bits=bits, block_size=32, **sizes)

    def normed(x, name, weight, output):
        inputs = [x, constant(name, weight.astype(numbers))]
        return node("SimplifiedLayerNormalization", inputs, output, axis=-1, epsilon=1e-6, stash_type=1)

    def added(x, skip, name, weight, output):
        inputs = [x, skip, constant(name, weight.astype(numbers))]
        node("SkipSimplifiedLayerNormalization", inputs, [output, "", "", f"{output}.sum"], MICROSOFT, epsilon=1e-6)
        return output, f"{output}.sum"

    cosines, sines = rotations(shape)
    tables = [constant("cosines", cosines.astype(numbers)), constant("sines", sines.astype(numbers))]
    constant("axis", np.array([1], np.int64))
    constant("one", np.array([1], np.int32))
    constant("second", np.array(1, np.int64))
    node("ReduceSum", ["attention_mask", "axis"], "mask.sum", keepdims=0)
    node("Cast", ["mask.sum"], "mask.count", to=TensorProto.INT32)
    node("Sub", ["mask.count", "one"], "last")
    node("Shape", ["attention_mask"], "mask.shape")
    node("Gather", ["mask.shape", "second"], "mask.width", axis=0)
    node("Cast", ["mask.width"], "total", to=TensorProto.INT32)

    integers = lambda name, sizes: helper.make_tensor_value_info(name, TensorProto.INT64, sizes)  # noqa: E731
    inputs = [
        integers("input_ids", ["batch_size", "sequence_length"]),
        integers("attention_mask", ["batch_size", "total_sequence_length"]),
    ]
    if not rotates:
        inputs.append(integers("position_ids", ["batch_size", "sequence_length"]))
    outputs = [helper.make_tensor_value_info("logits", kind, ["batch_size", "logits_length", shape["vocabulary"]])]

    x = node("Gather", [constant("embedding", weights["embedding"].astype(numbers)), "input_ids"], "embedded")
    skip = None
    for index, layer in enumerate(weights["layers"]):
        name = f"layer.{index}."
        if skip is None:
            h, residual = normed(x, name + "ln1", layer["ln1"], name + "first"), x
        else:
            h, residual = added(x, skip, name + "ln1", layer["ln1"], name + "first")

        def of_heads(part, count, norm):
            flat = product(h, name + part, layer[part], name + part + ".flat")
            if norm is None:
                return flat
            sizes = constant(f"{name}{part}.heads", np.array([0, -1, count, width], np.int64))
            each = normed(node("Reshape", [flat, sizes], f"{name}{part}.each"), name + norm, layer[norm], f"{name}{part}.normed")
            back = constant(f"{name}{part}.back", np.array([0, -1, count * width], np.int64))
            flat = node("Reshape", [each, back], f"{name}{part}.joined")
            if rotates:
                return flat
            rotation = dict(interleaved=0, num_heads=count, rotary_embedding_dim=0)
            return node("RotaryEmbedding", [flat, "position_ids", *tables], f"{name}{part}.rotated", MICROSOFT, **rotation)

        q, k, v = of_heads("q", heads, "qn"), of_heads("k", groups, "kn"), of_heads("v", groups, None)
        past = [f"past_key_values.{index}.{part}" for part in ("key", "value")]
        present = [f"present.{index}.{part}" for part in ("key", "value")]
        for part in past:
            sizes = ["batch_size", groups, "past_sequence_length", width]
            inputs.append(helper.make_tensor_value_info(part, kind, sizes))
        for part in present:
            sizes = ["batch_size", groups, "total_sequence_length", width]
            outputs.append(helper.make_tensor_value_info(part, kind, sizes))
        numbers_of = dict(num_heads=heads, kv_num_heads=groups, scale=float(width**-0.5), do_rotary=int(rotates))
        slots = [q, k, v, *past, "last", "total", *(tables if rotates else [])]
        node("GroupQueryAttention", slots, [name + "attended", *present], MICROSOFT, **numbers_of, **attention)
        o = product(name + "attended", name + "o", layer["o"], name + "mixed")
        h, x = added(residual, o, name + "ln2", layer["ln2"], name + "second")
        gate = product(h, name + "gate", layer["gate"], name + "gated")
        up = product(h, name + "up", layer["up"], name + "upped")
        swish = node("Mul", [gate, node("Sigmoid", [gate], name + "sigmoid")], name + "swish")
        skip = product(node("Mul", [swish, up], name + "inner"), name + "down", layer["down"], name + "downed")
    last, _ = added(x, skip, "norm", weights["norm"], "normed")
    if limits:
        inputs.append(integers("num_logits_to_keep", []))
        constant("first", np.array([0], np.int64))
        constant("end", np.array([2**62], np.int64))
        node("Unsqueeze", ["num_logits_to_keep", "first"], "kept")
        node("Neg", ["kept"], "from")
        last = node("Slice", ["normed", "from", "end", "axis"], "kept.rows")
    product(last, "head", weights["head"], "logits")
    graph = helper.make_graph(nodes, "main_graph", inputs, outputs, initializers)
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="make_tiny_networks")


# ------------------------------------------------------------------------------------------------------------------- files
TOKENS = [5, 17, 3, 60, 42, 9, 77, 1, 23, 88, 31, 64]
BEGINNING = 5
BRANCHES = [[11, 50, 7], [90, 2]]


def expectations(shape, weights, **options):
    """What the tests compare with: all rows of one sequence, and the last row of each branch after its beginning."""
    whole = reference(shape, weights, TOKENS, **options)
    ends = [reference(shape, weights, TOKENS[:BEGINNING] + branch, **options)[-1] for branch in BRANCHES]
    rounded = lambda rows: [[float(f"{value:.7g}") for value in row] for row in rows]  # noqa: E731
    return dict(logits=rounded(whole), branches=rounded(ends))


def write(folder, shape, variants, external=False):
    os.makedirs(os.path.join(folder, "onnx"), exist_ok=True)
    with open(os.path.join(folder, "config.json"), "w") as file:
        config = dict(
            model_type="qwen3",
            head_dim=shape["width"],
            hidden_size=shape["hidden"],
            max_position_embeddings=WINDOW,
            num_attention_heads=shape["heads"],
            num_hidden_layers=shape["layers"],
            num_key_value_heads=shape["groups"],
            vocab_size=shape["vocabulary"],
        )
        json.dump(config, file, indent=2)
        file.write("\n")
    expected = dict(tokens=TOKENS, beginning=BEGINNING, branches=BRANCHES, weights={})
    for name, (graph, reference_of) in variants.items():
        suffix = {"fp32": "", "q8": "_quantized"}.get(name, f"_{name}")
        path = os.path.join(folder, "onnx", f"model{suffix}.onnx")
        if external:
            beside = f"model{suffix}.onnx_data"
            if os.path.exists(os.path.join(folder, "onnx", beside)):
                os.remove(os.path.join(folder, "onnx", beside))
            onnx.save(graph, path, save_as_external_data=True, location=beside, size_threshold=1024)
        else:
            onnx.save(graph, path)
        expected["weights"][name] = reference_of
    with open(os.path.join(folder, "expected.json"), "w") as file:
        file.write(json.dumps(expected) + "\n")


def main(out):
    shape = dict(hidden=32, heads=4, groups=2, width=16, inner=48, layers=2, vocabulary=96)
    weights = make_weights(shape, 7)
    four, eight, half = dequantized(weights, 4), dequantized(weights, 8), halved(weights)
    variants = {
        "fp32": (make_graph(shape, weights), expectations(shape, weights)),
        "q4": (make_graph(shape, weights, "q4"), expectations(shape, four)),
        "q8": (make_graph(shape, weights, "q8"), expectations(shape, eight)),
        "fp16": (make_graph(shape, weights, "fp16"), expectations(shape, half)),
        "q4f16": (make_graph(shape, weights, "q4f16"), expectations(shape, {**halved(four), "head": four["head"]})),
    }
    write(os.path.join(out, "plain"), shape, variants)

    rotating = {
        "fp32": (make_graph(shape, weights, rotates=True, limits=False), expectations(shape, weights)),
        "q4": (make_graph(shape, weights, "q4", rotates=True, limits=False), expectations(shape, four)),
    }
    write(os.path.join(out, "rotating"), shape, rotating, external=True)

    small = dict(shape, layers=1)
    weights = make_weights(small, 11)
    capped = make_graph(small, weights, softcap=2.0)
    write(os.path.join(out, "capped"), small, {"fp32": (capped, expectations(small, weights, softcap=2.0))})
    sliding = make_graph(small, weights, local_window_size=3)
    write(os.path.join(out, "sliding"), small, {"fp32": (sliding, expectations(small, weights, window=3))})

    # Where a number lies on the edge of two steps, runtimes may round it either way: a draw where none does.
    seed, weights = max(
        ((seed, make_weights(small, seed)) for seed in range(100)), key=lambda one: least_margin(small, one[1], TOKENS)
    )
    print(f"dynamic: seed {seed}, margin {least_margin(small, weights, TOKENS):.1e}")
    dynamic = make_graph(small, weights, "dynamic")
    logits = {
        name: [[float(f"{value:.7g}") for value in row] for row in rows]
        for name, rows in dict(
            logits=reference(small, weights, TOKENS, times=dynamic_times),
            last=reference(small, weights, TOKENS, times=dynamic_times, kept=1),
        ).items()
    }
    write(os.path.join(out, "dynamic"), small, {"q8": (dynamic, logits)})


if __name__ == "__main__":
    main(sys.argv[1])
