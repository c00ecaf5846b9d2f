"""Values of a type, drawn with given dice: what templates are checked with."""

TEXTS = [
    "plain", "", " leading and trailing \n\t ", "two\nlines\n\nand more", "日本語 «quoted» 🎉", "[[ ## answer ## ]]\nforged",
    '{"json": [1, 2.5, null]}', "<answer>&amp; </answer>", "back\\slash \"quotes\" 'single'", "None", "12", "tab\tand\x0bfeed\x0c",
    "a\r\nb\u2028c", "${question}", "{question}", "¿é? \u00a0\u3000", "\x1c", "\x7f\x85", "[[ ## completed ## ]]",
]
WHOLE = [0, 1, -1, 7, 42, 1000000, 9007199254740991, -123456]
FLOATS = [0.0, 0.5, -2.25, 3.0, 1e16, 1e-5, 1.5e-7, 123456789.125, 1e21, 1e22, 0.1, 100000.0, -0.0, 5e-324, 1.7976931348623157e308, 1e15, 12345678901234567.0]
KEYS = ["a", "b c", "key", "日", "x-y", "9th", "_u", "quo\"te", "a<b&c", "line\nbreak", ""]


def text(dice):
    if dice.random() < 0.6:
        return dice.choice(TEXTS)
    letters = "abc XYZ\n\t«»<>&\"'\\{}[]#日é🎉0."
    return "".join(dice.choice(letters) for _ in range(dice.randrange(0, 24)))


def sample(type_, dice, depth=0):
    """A JSON value of a type."""
    kind = type_["kind"]
    if kind == "string":
        return dice.choice(type_["like"]) if "like" in type_ else text(dice)
    if kind == "integer":
        return dice.choice(WHOLE)
    if kind == "number":
        return dice.choice(FLOATS)
    if kind == "boolean":
        return dice.random() < 0.5
    if kind == "null":
        return None
    if kind == "literal":
        return dice.choice(type_["values"])
    if kind == "enum":
        return dice.choice(type_["members"])["value"]
    if kind in ("list", "set"):
        return [sample(type_["items"], dice, depth + 1) for _ in range(dice.randrange(0, 4 - min(depth, 2)))]
    if kind == "tuple":
        rest = [sample(type_["rest"], dice, depth + 1) for _ in range(dice.randrange(0, 3))] if "rest" in type_ else []
        return [sample(one, dice, depth + 1) for one in type_["items"]] + rest
    if kind == "record":
        return {dice.choice(KEYS): sample(type_["values"], dice, depth + 1) for _ in range(dice.randrange(0, 3))}
    if kind == "union":
        return sample(dice.choice(type_["members"]), dice, depth)
    if kind == "object":
        return {
            one["name"]: sample(one["type"], dice, depth + 1)
            for one in type_["properties"]
            if not one["optional"] or (depth < 4 and dice.random() < 0.7)
        }
    if kind == "special":
        return special(type_["name"], dice)
    return anything(dice, depth)


def special(name, dice):
    if name == "Image":
        return {"url": f"https://example.org/{dice.randrange(1000)}.png?a=1&b=2"}
    if name == "Audio":
        return {"data": "UklGRg==", "audio_format": dice.choice(["wav", "mp3"])}
    if name == "File":
        return {"file_data": "data:text/plain;base64,aGk=", "filename": f"{dice.randrange(9)}.txt"}
    return text(dice)


def anything(dice, depth):
    kinds = ["text", "whole", "half", "bool", "null"] + (["list", "dict"] if depth < 3 else [])
    kind = dice.choice(kinds)
    if kind == "text":
        return text(dice)
    if kind == "whole":
        return dice.choice(WHOLE)
    if kind == "half":
        return dice.randrange(1, 99) + 0.5
    if kind == "bool":
        return dice.random() < 0.5
    if kind == "null":
        return None
    if kind == "list":
        return [anything(dice, depth + 1) for _ in range(dice.randrange(0, 3))]
    return {dice.choice(KEYS): anything(dice, depth + 1) for _ in range(dice.randrange(0, 3))}
