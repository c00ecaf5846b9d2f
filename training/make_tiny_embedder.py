"""Writes a tiny embedding model with random weights as a transformers.js repository, for tests of the loading code.

Usage: make_tiny_embedder.py FOLDER. Needs numpy and onnx; the same versions write the same bytes.

It has the inputs, the output and the files of an exported BERT (`input_ids`, `attention_mask`, `last_hidden_state`,
WordPiece), and it knows nothing: vectors of texts with the same pieces are near, that is all.
"""
import json
import os
import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

WIDTH, POSITIONS = 16, 64
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
WORDS = ["the", "capital", "of", "is", "in", "korea", "france", "seoul", "paris", "what", "where"]


def tokenizer(vocabulary):
    special = [
        {"id": index, "content": token, "single_word": False, "lstrip": False, "rstrip": False,
         "normalized": False, "special": True}
        for index, token in enumerate(SPECIAL)
    ]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": special,
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                       "strip_accents": None, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                       {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
            "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                     {"SpecialToken": {"id": "[SEP]", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}},
                     {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
            "special_tokens": {token: {"id": token, "ids": [SPECIAL.index(token)], "tokens": [token]}
                               for token in ("[CLS]", "[SEP]")},
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100, "vocab": vocabulary},
    }


def network(size):
    random = np.random.default_rng(20261121)

    def weights(name, *shape):
        values = random.standard_normal(shape).astype(np.float32)
        return numpy_helper.from_array(values, name)

    constants = [
        weights("tokens", size, WIDTH),
        numpy_helper.from_array(0.1 * random.standard_normal((POSITIONS, WIDTH)).astype(np.float32), "positions"),
        weights("mixing", WIDTH, WIDTH),
        numpy_helper.from_array(np.array([0], np.int64), "zero"),
        numpy_helper.from_array(np.array([1], np.int64), "one"),
        numpy_helper.from_array(np.array([2], np.int64), "two"),
    ]
    nodes = [
        helper.make_node("Gather", ["tokens", "input_ids"], ["looked_up"]),
        helper.make_node("Shape", ["input_ids"], ["shape"]),
        helper.make_node("Slice", ["shape", "one", "two", "zero"], ["length"]),
        helper.make_node("Slice", ["positions", "zero", "length", "zero"], ["placed"]),
        helper.make_node("Add", ["looked_up", "placed"], ["embedded"]),
        helper.make_node("MatMul", ["embedded", "mixing"], ["mixed"]),
        helper.make_node("Tanh", ["mixed"], ["bent"]),
        helper.make_node("Unsqueeze", ["attention_mask", "two"], ["mask"]),
        helper.make_node("Cast", ["mask"], ["mask_float"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["bent", "mask_float"], ["last_hidden_state"]),
    ]
    ids = ["batch_size", "sequence_length"]
    graph = helper.make_graph(
        nodes,
        "tiny_embedder",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ids) for name in ("input_ids", "attention_mask")],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*ids, WIDTH])],
        constants,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def main(folder):
    pieces = SPECIAL + list(LETTERS) + [f"##{letter}" for letter in LETTERS] + WORDS
    vocabulary = {piece: index for index, piece in enumerate(pieces)}
    os.makedirs(os.path.join(folder, "onnx"), exist_ok=True)
    files = {
        "config.json": {
            "architectures": ["BertModel"], "model_type": "bert", "hidden_size": WIDTH, "num_attention_heads": 1,
            "num_hidden_layers": 1, "intermediate_size": WIDTH, "max_position_embeddings": POSITIONS,
            "type_vocab_size": 2, "vocab_size": len(pieces), "pad_token_id": 0,
        },
        "tokenizer.json": tokenizer(vocabulary),
        "tokenizer_config.json": {
            "tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": POSITIONS,
            "pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]",
        },
    }
    for name, content in files.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            json.dump(content, file, indent=2, ensure_ascii=False)
            file.write("\n")
    save(network(len(pieces)), os.path.join(folder, "onnx", "model.onnx"))


if __name__ == "__main__":
    main(sys.argv[1])
