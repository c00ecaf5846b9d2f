"""Learns the tokenizer and encodes the corpus: FOLDER/tokenizer.json, FOLDER/encoded.npz. Usage: prepare.py FOLDER [VOCABULARY]"""
import json
import sys

import numpy as np

from tokenizer import TAGS, train_tokenizer

FOR_TOKENIZER = 6000


def encode(tokenizer, episodes):
    """Token ids, each with the weight of the piece it starts in."""
    encoded = tokenizer.encode_batch(["".join(text for text, _ in e["pieces"]) for e in episodes])
    for episode, coded in zip(episodes, encoded):
        ends = np.cumsum([len(text) for text, _ in episode["pieces"]])
        starts = np.array([start for start, _ in coded.offsets])
        weights = np.array([weight for _, weight in episode["pieces"]], np.float32)
        yield np.array(coded.ids, np.int32), weights[np.searchsorted(ends, starts, "right")]


def main(folder, vocabulary=2560):
    with open(f"{folder}/corpus.jsonl") as file:
        episodes = [json.loads(line) for line in file]
    plain = ("".join(text for text, _ in e["pieces"]) for e in episodes[:FOR_TOKENIZER])
    tokenizer = train_tokenizer(plain, int(vocabulary), TAGS)
    tokenizer.save(f"{folder}/tokenizer.json")
    rows = list(encode(tokenizer, episodes))
    ids, weights = (np.concatenate([row[part] for row in rows]) for part in range(2))
    np.savez(f"{folder}/encoded.npz", ids=ids, weights=weights, ends=np.cumsum([len(x) for x, _ in rows]), vocabulary=tokenizer.get_vocab_size())
    print("vocabulary", tokenizer.get_vocab_size(), "episodes", len(rows), "tokens", len(ids))


if __name__ == "__main__":
    main(*sys.argv[1:])
