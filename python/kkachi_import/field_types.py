"""Annotations as the types of Kkachi's signatures: plain data, and text where its grammar has a word."""

import dataclasses
import enum
import functools
import json
import types
import typing
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import dspy
import pydantic
from pydantic_core import PydanticUndefined
from typing_extensions import is_typeddict

ANY = {"kind": "json"}
SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null", None: "null", Any: "json"}
MEDIA = {"Image": "image", "Audio": "audio", "File": "file"}


class Unsupported(Exception):
    """What a frozen template cannot express, in a sentence."""


def field_type(annotation, notes, depth=0):
    if depth > 24:
        return ANY
    try:
        if annotation in SCALARS:
            return {"kind": SCALARS[annotation]}
    except TypeError:
        pass
    origin, args = get_origin(annotation), get_args(annotation)
    inner = [field_type(one, notes, depth + 1) for one in args if one is not Ellipsis] if origin not in (Literal, Annotated) else []
    if origin is Annotated:
        return field_type(args[0], notes, depth)
    if origin is Literal:
        values = [one.value if isinstance(one, enum.Enum) else one for one in args]
        return {"kind": "literal", "values": values}
    if origin in (Union, types.UnionType):
        return {"kind": "union", "members": inner}
    if origin is tuple or annotation is tuple:
        if len(args) == 2 and args[1] is Ellipsis:
            return {"kind": "tuple", "items": [], "rest": inner[0]}
        return {"kind": "tuple", "items": inner} if args else {"kind": "list", "items": ANY}
    if origin in (set, frozenset) or annotation in (set, frozenset):
        return {"kind": "set", "items": inner[0] if inner else ANY}
    if annotation is dict or (isinstance(origin, type) and issubclass(origin, typing.Mapping)):
        return {"kind": "record", "values": inner[1] if len(inner) == 2 else ANY}
    if annotation is list or (isinstance(origin, type) and issubclass(origin, typing.Collection)):
        return {"kind": "list", "items": inner[0] if inner else ANY}
    if isinstance(annotation, type):
        return class_type(annotation, notes, depth)
    notes.append(f"The type {annotation} is kept as any JSON value.")
    return ANY


def class_type(kind, notes, depth):
    if issubclass(kind, enum.Enum):
        members = [{"name": one.name, "value": one.value} for one in kind]
        if all(one["value"] is None or isinstance(one["value"], (str, int, float, bool)) for one in members):
            return {"kind": "enum", "name": kind.__name__, "members": members}
        return ANY
    if issubclass(kind, dspy.Type) or kind is dspy.History:
        return {"kind": "special", "name": kind.__name__.split("[")[0].split("_")[0]}
    if issubclass(kind, pydantic.BaseModel):
        properties = [
            object_property(name, field.annotation, field.is_required(), field.get_default(call_default_factory=True), field.description, notes, depth)
            for name, field in kind.model_fields.items()
        ]
        return {"kind": "object", "name": kind.__name__, "properties": properties}
    if is_typeddict(kind):
        properties = [
            object_property(name, one, name in kind.__required_keys__, PydanticUndefined, None, notes, depth)
            for name, one in typing.get_type_hints(kind).items()
        ]
        return {"kind": "object", "name": kind.__name__, "properties": properties}
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        properties = [
            object_property(
                one.name, hints[one.name],
                one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING,
                one.default if one.default is not dataclasses.MISSING else PydanticUndefined, None, notes, depth,
            )
            for one in dataclasses.fields(kind)
        ]
        return {"kind": "object", "name": kind.__name__, "properties": properties}
    try:
        schema = pydantic.TypeAdapter(kind).json_schema(mode="serialization")
    except Exception:
        schema = {}
    if schema.get("type") == "string":
        notes.append(f"Values of {kind.__name__} are given as text, the way JSON has them.")
        return {"kind": "string", "like": [one for one in WRITTEN if fits(kind, one)]}
    notes.append(f"The type {kind.__name__} is kept as any JSON value.")
    return ANY


WRITTEN = [
    "2024-05-06", "2024-05-06T07:08:09Z", "07:08:09", "P1DT2H", "12.50", "-3", "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    "https://example.org/a?b=c", "a/b.txt", "1.2.3.4", "aGk=",
]


def fits(kind, text):
    try:
        return as_json(adapter_of(kind).validate_python(text)) == text
    except Exception:
        return False


def adapter_of(annotation):
    """A validator, made once: making one is slow."""
    try:
        return cached_adapter(annotation)
    except TypeError:
        return pydantic.TypeAdapter(annotation)


@functools.lru_cache(maxsize=1000)
def cached_adapter(annotation):
    return pydantic.TypeAdapter(annotation)


def object_property(name, annotation, required, default, description, notes, depth):
    made = {"name": name, "type": field_type(annotation, notes, depth + 1), "optional": not required}
    if not required and default is not PydanticUndefined:
        plain = as_json(default)
        if plain is not None:
            made["default"] = plain
    if description:
        made["description"] = description
    return made


def as_json(value):
    """A value as JSON has it: the same as what a saved program holds."""
    made = adapter_of(type(value)).dump_python(value, mode="json", fallback=str)
    json.dumps(made)
    return made


LIMITS = {
    "ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf", "min_length": "minLength", "max_length": "maxLength",
}


def field_of(name, info, role, notes):
    """One field of a signature as data."""
    type_ = field_type(info.annotation, notes)
    made = {"name": name, "role": role, "type": type_}
    members = type_["members"] if type_["kind"] == "union" else [type_]
    allows_none = any(one["kind"] == "null" for one in members)
    # A conversation may just begin: DSPy goes on without a history.
    if allows_none or type_ == {"kind": "special", "name": "History"} or info.default is not PydanticUndefined or info.default_factory is not None:
        made["optional"] = True
    if info.default is not PydanticUndefined:
        made["default"] = as_json(info.default)
    limits = {
        ours: getattr(one, theirs)
        for one in info.metadata for theirs, ours in LIMITS.items() if getattr(one, theirs, None) is not None
    }
    if limits:
        made["constraints"] = limits
    return made


def type_text(type_):
    """The type as the grammar of signatures spells it; None where it has no word for it."""
    kind = type_["kind"]
    if kind in ("string", "number", "boolean", "null", "json"):
        return kind
    if kind == "integer":
        return "int"
    if kind == "literal":
        texts = [literal_text(one) for one in type_["values"]]
        return None if None in texts else f"Literal[{', '.join(texts)}]"
    if kind in ("list", "set"):
        inner = type_text(type_["items"])
        return inner and f"{kind}[{inner}]"
    if kind == "record":
        inner = type_text(type_["values"])
        return inner and f"dict[string, {inner}]"
    if kind == "union":
        texts = [type_text(one) for one in type_["members"]]
        return None if None in texts else " | ".join(texts)
    if kind == "special" and type_["name"] in ("Image", "Audio", "File", "History"):
        return f"dspy.{type_['name']}"
    return None


def literal_text(value):
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False) if value.isprintable() and '"' not in value and "\\" not in value else None
    if value is None or isinstance(value, bool):
        return {None: "None", True: "True", False: "False"}[value]
    return str(value) if isinstance(value, int) else None


def signature_text(fields):
    """The signature as a string; None where a type or limit has no word in it."""
    sides = {"input": [], "output": []}
    for field in fields:
        text = type_text(field["type"])
        if text is None or "default" in field or "constraints" in field:
            return None
        mark = "?" if field.get("optional") else ""
        sides[field["role"]].append(f"{field['name']}{mark}" + ("" if text == "string" else f": {text}"))
    return " -> ".join(", ".join(side) for side in sides.values())
