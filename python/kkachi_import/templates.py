"""Messages from frozen templates: what src/adapters/frozen-format.ts does, for checking here."""

import inspect
import json
import textwrap

import rendering


class Values:
    """What the holes of a template are filled with."""

    def __init__(self, frozen, values, instructions="", descriptions=None, typed=False, exact=False):
        self.types = {field["name"]: field["type"] for field in frozen["fields"]}
        self.lists = frozen.get("lists")
        self.texts = {} if typed else {(e["field"], repr(e["value"])): e["text"] for e in frozen.get("exact", [])}
        self.values, self.instructions, self.descriptions = values, instructions, descriptions or {}
        self.typed, self.exact = typed, exact


def fill(parts, given):
    """Parts with their holes filled; a list where there are pieces that are no text."""
    out = []
    for part in parts:
        for piece in filled(part, given):
            if isinstance(piece, str) and out and isinstance(out[-1], str):
                out[-1] += piece
            else:
                out.append(piece)
    return [piece for piece in out if piece != ""]


def filled(part, given):
    if isinstance(part, str):
        return [part]
    if "value" in part:
        return hole(part, given)
    if "description" in part:
        description = given.descriptions[part["description"]]
        return ["" if description == part.get("unless") else description]
    if "instructions" in part:
        return [instructions(part["instructions"], given.instructions)]
    if "trim" in part:
        return trimmed(fill(part["of"], given), part["trim"])
    if "join" in part:
        pieces = []
        for block in part["of"]:
            if isinstance(block, dict) and "field" in block and block["field"] not in given.values:
                continue
            filled_block = fill(block["of"] if isinstance(block, dict) and "of" in block else [block], given)
            pieces += [part["join"], *filled_block] if pieces else filled_block
        return pieces
    if "field" in part:
        return fill(part["of"] if part["field"] in given.values else part["absent"], given)
    raise ValueError(f"unknown part {part}")


def instructions(how, text):
    text = inspect.cleandoc(text)  # What DSPy's signatures do whenever they tell their instructions.
    if how["dedent"]:
        text = textwrap.dedent(text)
    if how.get("trim"):
        text = text.strip()
    before = how.get("before")
    return text if before is None else "".join(before + line for line in text.splitlines())


def trimmed(pieces, how):
    pieces = list(pieces)
    if pieces and isinstance(pieces[-1], str):
        pieces[-1] = pieces[-1].rstrip()
    if how == "both" and pieces and isinstance(pieces[0], str):
        pieces[0] = pieces[0].lstrip()
    return pieces


def hole(part, given):
    name = part["value"]
    type_, value = given.types[name], given.values[name]
    known = given.texts.get((name, repr(value)))
    if given.typed:
        value = rendering.normalized(value, type_)
    if part["as"] == "media":
        quote = ['"'] if given.typed and part.get("quoted") else []
        return [*quote, *media(value, part, given), *quote]
    if known is not None:
        text = known
    elif part["as"] == "json":
        text = rendering.dumps(value, type_, given.exact, part.get("indent"), part.get("depth", 0))
    elif part["as"] == "xml" and isinstance(value, (list, dict)):
        return [rendering.element(value, part["tag"], type_, given.exact)]
    else:
        text = rendering.text(value, type_, part, given.lists, given.exact)
    text = rendering.escaped(text, part.get("escape", []))
    return [part["open"] + text + part["close"]] if part["as"] == "xml" else [text]


def media(value, part, given):
    """A part that is no text: as the adapter sends it; in a demo it is kept as text between marks."""
    start, end = part["marks"]
    if isinstance(value, str) and value.startswith(start) and value.endswith(end):
        return list(json.loads(value[len(start) : -len(end)]))
    kind = part["media"]
    if not given.typed:
        return [rendering.text(value, {"kind": "json"}, {}, None)]
    if kind == "image":
        return [{"type": "image_url", "image_url": {"url": value if isinstance(value, str) else value["url"]}}]
    if kind == "audio":
        return [{"type": "input_audio", "input_audio": {"data": value["data"], "format": value["audio_format"]}}]
    kept = {key: value[key] for key in ("file_data", "file_id", "filename") if value.get(key)}
    return [{"type": "file", "file": kept}]


def content(pieces):
    """The content of a message: a text, or a list of parts."""
    if all(isinstance(piece, str) for piece in pieces):
        return "".join(pieces)
    return [{"type": "text", "text": piece} if isinstance(piece, str) else piece for piece in pieces]


def messages(frozen, instructions_, descriptions, demos, inputs, exact=False):
    """The messages of a request."""
    def message(role, parts, values, typed=False):
        given = Values(frozen, values, instructions_, descriptions, typed, exact)
        return {"role": role, "content": content(fill(parts, given))}

    names = {field["name"] for field in frozen["fields"]}
    ins = {field["name"] for field in frozen["fields"] if field["role"] == "input"}
    complete = [demo for demo in demos if all(demo.get(name) is not None for name in names)]
    others = [
        demo for demo in demos
        if not all(demo.get(name) is not None for name in names) and ins & set(demo) and (names - ins) & set(demo)
    ]
    out = [message("system", frozen["system"], {})]
    for kind, group in (("incomplete", others), ("complete", complete)):
        for demo in group:
            out.append(message("user", frozen["demos"][kind]["user"], demo))
            out.append(message("assistant", frozen["demos"][kind]["assistant"], demo))
    history = frozen.get("history")
    if history is not None:
        for turn in (inputs.get(history["field"]) or {"messages": []})["messages"]:
            if ins & set(turn) - {history["field"]}:
                out.append(message("user", history["user"], turn))
            out.append(message("assistant", history["assistant"], turn))
    defaults = {f["name"]: f["default"] for f in frozen["fields"] if f["role"] == "input" and "default" in f}
    out.append(message("user", frozen["request"], {**defaults, **inputs}, typed=True))
    return out
