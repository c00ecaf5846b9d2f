"""Text of values as the frozen templates write it: what src/adapters/frozen-value.ts does, for checking here.

Values are what JSON carries. JSON in JavaScript has one kind of number, so a number is written by the type of its field:
`3` in a float is `3.0`. `exact=True` keeps Python's own kind; the difference is what a file has to tell apart.
"""

import json
from xml.sax.saxutils import quoteattr


def number(value, type_, exact):
    if exact:
        return repr(value)
    wants_float = type_["kind"] == "number"
    if isinstance(value, float) and not wants_float and value.is_integer():
        return repr(int(value))
    return repr(float(value)) if wants_float else repr(value)


def member(type_, value):
    """The member of a union that a value belongs to, by its JSON kind."""
    if type_["kind"] != "union":
        return type_
    kinds = (
        {"boolean"} if isinstance(value, bool)
        else {"integer", "number"} if isinstance(value, (int, float))
        else {"string"} if isinstance(value, str)
        else {"list", "set", "tuple"} if isinstance(value, list)
        else {"object", "record"} if isinstance(value, dict)
        else {"null"}
    )
    fitting = [one for one in type_["members"] if one["kind"] in kinds]
    if len(fitting) > 1 and isinstance(value, (int, float)) and not isinstance(value, bool):
        whole = float(value).is_integer()
        return next((one for one in fitting if (one["kind"] == "integer") == whole), fitting[0])
    return fitting[0] if fitting else {"kind": "json"}


def certain(value, type_):
    """Whether Python's kind of every number in a value can be told from its type."""
    return dumps(value, type_) == dumps(value, type_, exact=True)


def item_type(type_, index):
    if type_["kind"] in ("list", "set"):
        return type_["items"]
    if type_["kind"] == "tuple":
        return type_["items"][index] if index < len(type_["items"]) else type_.get("rest", {"kind": "json"})
    return {"kind": "json"}


def property_type(type_, key):
    if type_["kind"] == "record":
        return type_["values"]
    if type_["kind"] == "object":
        return next((one["type"] for one in type_["properties"] if one["name"] == key), {"kind": "json"})
    return {"kind": "json"}


def normalized(value, type_):
    """A value given at the edge as the typed value DSPy would have: properties in declared order, defaults filled in."""
    type_ = member(type_, value)
    if isinstance(value, list):
        return [normalized(one, item_type(type_, index)) for index, one in enumerate(value)]
    if not isinstance(value, dict):
        return value
    if type_["kind"] != "object":
        return {key: normalized(one, property_type(type_, key)) for key, one in value.items()}
    made = {}
    for one in type_["properties"]:
        if one["name"] in value:
            made[one["name"]] = normalized(value[one["name"]], one["type"])
        elif one["optional"]:
            made[one["name"]] = one.get("default")
    return made


def short(text):
    """A number with the exponent that pydantic's own JSON has: without zeros, and from six places on."""
    digits, found, exponent = text.partition("e-0")
    if not found:
        return text
    if exponent != "5":
        return f"{digits}e-{exponent}"
    sign = "-" if digits.startswith("-") else ""
    return f"{sign}0.0000{digits.lstrip('-').replace('.', '')}"


def dumps(value, type_, exact=False, indent=None, depth=0, floats=None):
    type_ = member(type_, value)
    if isinstance(value, (list, dict)) and value:
        inner = "" if indent is None else "\n" + " " * indent * (depth + 1)
        outer = "" if indent is None else "\n" + " " * indent * depth
        comma = ", " if indent is None else "," + inner
        if isinstance(value, list):
            texts = [dumps(one, item_type(type_, i), exact, indent, depth + 1, floats) for i, one in enumerate(value)]
            return "[" + inner + comma.join(texts) + outer + "]"
        texts = [
            json.dumps(key, ensure_ascii=False) + ": " + dumps(one, property_type(type_, key), exact, indent, depth + 1, floats)
            for key, one in value.items()
        ]
        return "{" + inner + comma.join(texts) + outer + "}"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        text = number(value, type_, exact)
        text = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(text, text)
        return short(text) if floats == "short" else text
    return json.dumps(value, ensure_ascii=False)


def scalar(value, type_, exact):
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(value, type_, exact)
    return str(value)


def text(value, type_, hole, lists, exact=False):
    type_ = member(type_, value)
    if isinstance(value, list) and hole.get("lists"):
        return numbered(value, lists)
    if isinstance(value, (list, dict)):
        return dumps(value, type_, exact, hole.get("indent"), floats=hole.get("floats"))
    return scalar(value, type_, exact)


def numbered(values, lists):
    """A list in a field of text: every item between marks, numbered where there are several."""
    if not values:
        return lists["empty"]
    if not all(isinstance(one, str) for one in values):
        raise ValueError("a list in a field of text has an item that is no text")

    def item(one):
        if not any(mark in one for mark in lists["special"]):
            return lists["short"][0] + one + lists["short"][1]
        return lists["long"][0] + one.replace("\n", lists["indent"]) + lists["long"][1]

    if len(values) == 1:
        return item(values[0])
    open_, close = lists["number"]
    return lists["between"].join(f"{open_}{index + 1}{close}{item(one)}" for index, one in enumerate(values))


def element(value, tag, type_, exact=False, key=None):
    """A value as nested XML elements."""
    type_ = member(type_, value)
    attributes = "" if key is None else f" key={quoteattr(key)}"
    if value is None:
        return f"<{tag}{attributes} />"
    if isinstance(value, list):
        children = "".join(element(one, "item", item_type(type_, i), exact) for i, one in enumerate(value))
        return f"<{tag}{attributes}>{children}</{tag}>" if children else f"<{tag}{attributes} />"
    if isinstance(value, dict):
        children = ""
        for name, child in value.items():
            is_name = (name[:1] + name[1:].replace("-", "_").replace(".", "_")).isidentifier()
            inner = property_type(type_, name)
            children += element(child, name, inner, exact) if is_name else element(child, "entry", inner, exact, name)
        return f"<{tag}{attributes}>{children}</{tag}>"
    return f"<{tag}{attributes}>{escaped(scalar(value, type_, exact), [['&', '&amp;'], ['<', '&lt;']])}</{tag}>"


def escaped(value, pairs):
    for old, new in pairs:
        value = value.replace(old, new)
    return value
