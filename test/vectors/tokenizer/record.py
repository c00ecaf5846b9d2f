"""Records what the tokenizers library of Python makes of difficult texts and of random tokens, as test vectors.

Run with a Python that has tokenizers: python test/vectors/tokenizer/record.py > test/vectors/tokenizer/byte-level.json

A small byte-level BPE in the configuration of Qwen2 and Qwen3 is trained on the texts below and written beside its tokens.
Random characters are of Unicode 3.2: of later ones the libraries know different versions of the tables (the ccc of marks).
`--texts 5000` writes more for a look by hand.
"""

import argparse
import json
import random
from unicodedata import ucd_3_2_0 as unicode

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
TEXTS = [
    "The magpie is a clever bird; it's known that it can't be fooled twice. I'll say we've seen it, they're sure.",
    "Selection of the programs: 12 of 345 labels, 6,789 tokens.\n\nfunction add(a, b) {\n    return a + b\n}\n",
    "안녕하세요 세계, 까치는 영리한 새입니다.",
    "你好，世界。喜鹊是聪明的鸟。",
    "こんにちは世界、カササギは賢い鳥です",
    "مرحبا بالعالم",
    "שלום עולם",
    "Привет, мир! Сорока умная птица",
    "नमस्ते दुनिया",
    "😀👨‍👩‍👧‍👦🏳️‍🌈 é è ü ñ",
]
SPACES = [chr(code) for code in (9, 10, 11, 12, 13, 28, 31, 32, 0x85, 0xA0, 0x1680, 0x2003, 0x200B, 0x2028, 0x2029, 0x202F, 0x3000, 0xFEFF)]
WORDS = ["The magpie", " is", "안녕하세요", "世界", "don't", "I'LL", "we'Re", "'S", "'Dx", "ı'm", "can’t", "function", "  return"]
TOKENS = ["<|im_end|>", "<|im_start|>user\n", "<think>", "</think>", "<|im_", "end|>", "<think", "<|<|im_end|>", "<tool_call>"]
COMPOSED = ["\u0344", "\u212b", "\u2126", "\u0958", "\ufb1d", "\u1e9b\u0323", "ﬁ", "\u0f73", "\ufffd", "e\u0301", "\u1100\u1161\u11a8"]


def trained():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        TEXTS * 3, trainers.BpeTrainer(vocab_size=420, initial_alphabet=alphabet, show_progress=False)
    )
    tokenizer.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    tokenizer.add_tokens([AddedToken(tag, normalized=False) for tag in ("<think>", "</think>", "<tool_call>")])
    return tokenizer


def piece(dice, kinds):
    several = lambda choose, most: "".join(choose() for _ in range(dice.randrange(1, most)))
    return dice.choice(
        [
            lambda: several(lambda: dice.choice(kinds[dice.choice(list(kinds))]), 8),
            lambda: dice.choice("aeioungAEs") + several(lambda: dice.choice(kinds["Mn"]), 4),
            lambda: several(lambda: dice.choice("👨👩👧❤🏳🌈🤦🏽👍🇩🇪") + dice.choice(["\u200d", "\ufe0f", "", "🏿", "\u200d♂️"]), 6),
            lambda: several(lambda: chr(dice.randrange(0x4E00, 0x9FA6)), 8),
            lambda: several(lambda: chr(dice.choice([dice.randrange(0xAC00, 0xD7A4), dice.randrange(0x1100, 0x115A)])), 8),
            lambda: several(lambda: chr(dice.choice([dice.randrange(0x5D0, 0x5EB), dice.randrange(0x621, 0x64B), 0x200F, 0x202E])), 9),
            lambda: several(lambda: chr(dice.randrange(0, 160)), 8),
            lambda: several(lambda: dice.choice(SPACES), 7),
            lambda: several(lambda: dice.choice("0123456789٠١३③½Ⅷ"), 12),
            lambda: several(lambda: dice.choice("!?.,;:#*-_=+()[]{}|\\/~`^$%&@\"'…—«»"), 8),
            lambda: dice.choice(WORDS),
            lambda: dice.choice(TOKENS),
            lambda: dice.choice(COMPOSED),
            lambda: dice.choice("aZé漢 \n") * dice.choice([3, 30]),
            # What a lone surrogate becomes where text is UTF-8.
            lambda: "\ufffd",
        ]
    )()


def record(texts):
    dice = random.Random(5)
    tokenizer = trained()
    kinds = {}
    for code in range(0x20000):
        kind = unicode.category(chr(code))
        if kind not in ("Cs", "Cn"):
            kinds.setdefault(kind, []).append(chr(code))
    given = ["", "a" * 400, " " * 300, "漢" * 100, "\n" * 50, *SPACES]
    given += ["".join(piece(dice, kinds) for _ in range(dice.randrange(1, 6))) for _ in range(texts)]
    encoded = [tokenizer.encode(text, add_special_tokens=False).ids for text in given]
    size = tokenizer.get_vocab_size()
    drawn = [[dice.choice([dice.randrange(size), dice.randrange(256)]) for _ in range(dice.randrange(1, 12))] for _ in range(texts // 4)]
    bare = Tokenizer.from_str(json.dumps({**json.loads(tokenizer.to_str()), "added_tokens": []}))
    plain = [bare.encode(text, add_special_tokens=False).ids for text in given]
    say = lambda tokens: tokenizer.decode(tokens, skip_special_tokens=True)
    return {
        "source": f"tokenizers {tokenizers.__version__} of Python",
        "tokenizer": json.loads(tokenizer.to_str()),
        "texts": [
            {"text": text, "tokens": tokens, "said": say(tokens), "plain": words}
            for text, tokens, words in zip(given, encoded, plain)
        ],
        "drawn": [{"tokens": tokens, "said": say(tokens)} for tokens in drawn],
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--texts", type=int, default=300)
    told = record(parser.parse_args().texts)
    for row in told["texts"]:
        if row["said"] == row["text"]:
            del row["said"]
        # Those of a tokenizer without added tokens, where that is another answer.
        if row["plain"] == row["tokens"]:
            del row["plain"]
    brief = lambda value: json.dumps(value, separators=(",", ":"))
    rows = lambda name: ",\n".join(brief(row) for row in told[name])
    print(f'{{"source":{brief(told["source"])},\n"tokenizer":{brief(told["tokenizer"])},')
    print(f'"texts":[\n{rows("texts")}\n],\n"drawn":[\n{rows("drawn")}\n]}}')
