"""A program's predictors with their prompts frozen: probed, checked against the adapter itself, and written down."""

import inspect
import json
import platform
import random

import dspy
from dspy.adapters.chat_adapter import ChatAdapter
from dspy.adapters.json_adapter import JSONAdapter
from dspy.adapters.xml_adapter import XMLAdapter

import rendering
import samples
import templates
from field_types import MEDIA, Unsupported, as_json, field_of, signature_text
from probe import Prober, reworded, shorten, typed_value

CHECKS = 24


class Recorded(Exception):
    """Ends a call of the recorder: what was to be sent is known."""


class Recorder(dspy.BaseLM):
    """A model that keeps what it is asked and never answers."""

    def __init__(self):
        super().__init__(model="kkachi/recorder", model_type="chat", cache=False)
        self.asked = None

    supports_function_calling = property(lambda self: False)
    supports_reasoning = property(lambda self: False)
    supports_response_schema = property(lambda self: True)
    supported_params = property(lambda self: {"response_format"})

    def __call__(self, *args, messages=None, **options):
        self.asked = (messages, options)
        raise Recorded


def predictors_of(program):
    found = list(program.named_predictors())
    if not found:
        raise Unsupported("The program has no predictors. Give a dspy.Module that has at least one dspy.Predict.")
    return found


def program_file(program, origin):
    """The program file: DSPy's state, every predictor with its frozen prompts, and our metadata."""
    found = predictors_of(program)
    adapter = dspy.settings.adapter or ChatAdapter()
    states, frozen = {}, {}
    for path, predictor in found:
        try:
            frozen[path] = freeze(adapter, predictor)
        except Unsupported as error:
            raise Unsupported(f"The predictor '{path}' cannot be frozen: {error}.") from error
        state = json.loads(json.dumps(predictor.dump_state(), allow_nan=False, default=as_json))
        states[path] = {**state, "kkachi": {"frozen": frozen[path]}}
    kkachi = {"format": 1, "module": kind_of(program, found), "adapter": "frozen"}
    only = frozen[found[0][0]]["fields"]
    if kkachi["module"] == "chain-of-thought":
        only = [field for field in only if field["name"] != "reasoning"]
    text = None if kkachi["module"] == "program" else signature_text(only)
    if text is not None:
        kkachi["signature"] = text
    kkachi["provenance"] = {
        "importedFrom": {
            "program": origin, "adapter": type(adapter).__name__, "dspy": dspy.__version__,
            "python": platform.python_version(),
        }
    }
    metadata = {"dependency_versions": {}, "kkachi": kkachi}
    if [path for path, _ in found] == ["self"]:
        return {**states["self"], "metadata": metadata}
    return {**states, "metadata": metadata}


def kind_of(program, found):
    """Which of our modules it is; a program of one's own keeps its code elsewhere."""
    if type(program) is dspy.Predict:
        return "predict"
    if type(program) is dspy.ChainOfThought and [path for path, _ in found] == ["predict"]:
        return "chain-of-thought"
    return "program"


def freeze(adapter, predictor):
    """The frozen prompts of one predictor, checked."""
    signature, notes = predictor.signature, []
    parser = parser_of(adapter)
    fields = [
        field_of(name, info, "input" if name in signature.input_fields else "output", notes)
        for name, info in signature.fields.items()
    ]
    for field in fields:
        refuse_type(field)
    made = Prober(adapter, signature, fields, notes).frozen()
    made["parser"] = parser
    schema = response_schema(adapter, predictor, made, fields)
    if schema is not None:
        made["responseSchema"] = schema
    demos = json.loads(json.dumps(predictor.dump_state()["demos"], default=as_json))
    made_exact(adapter, signature, made, predictor.demos, demos)
    check(adapter, signature, made)
    if notes:
        made["notes"] = sorted(set(notes))
    return made


def refuse_type(field):
    """Fields of which DSPy writes more than their value."""
    known = {*MEDIA, "History", "Code", "Reasoning"}

    def walk(type_, top):
        if type_["kind"] == "special" and (type_["name"] not in known or (not top and type_["name"] in {*MEDIA, "History"})):
            where = "is" if top else "has inside"
            raise Unsupported(f"the type of the field '{field['name']}' {where} {type_['name']}, of which DSPy writes more than a value")
        for inner in inside(type_):
            walk(inner, False)

    walk(field["type"], True)
    if field["role"] == "output" and field["type"].get("name") in {*MEDIA, "History"} and field["type"]["kind"] == "special":
        raise Unsupported(f"the output '{field['name']}' is no text")


def inside(type_):
    """The types a type is made of."""
    kind = type_["kind"]
    if kind in ("list", "set"):
        return [type_["items"]]
    if kind == "tuple":
        return [*type_["items"], *([type_["rest"]] if "rest" in type_ else [])]
    if kind == "record":
        return [type_["values"]]
    if kind == "union":
        return type_["members"]
    return [one["type"] for one in type_["properties"]] if kind == "object" else []


def parser_of(adapter):
    """Which of our parsers reads the answers: the adapter's own has to be one of the three we have."""
    if not isinstance(adapter, dspy.Adapter):
        raise Unsupported(f"its adapter {type(adapter).__name__} is no dspy.Adapter")
    own = inspect.unwrap(type(adapter).parse)
    for name, kind in (("xml", XMLAdapter), ("json", JSONAdapter), ("chat", ChatAdapter)):
        if own is inspect.unwrap(kind.parse):
            return name
    raise Unsupported(
        f"its adapter {type(adapter).__name__} reads answers in a way of its own; only the parsers of ChatAdapter, "
        "JSONAdapter and XMLAdapter exist here"
    )


def response_schema(adapter, predictor, made, fields):
    """What a call sends beside the messages; the messages of a call are compared too."""
    dice = random.Random("call")
    given, edge = values_for(predictor.signature, [field for field in fields if "default" not in field], dice)
    recorder = Recorder()
    try:
        with dspy.context(lm=recorder, adapter=adapter, trace=None, warn_on_type_mismatch=False):
            predictor(**given, lm=recorder, demos=[])
    except Recorded:
        pass
    if recorder.asked is None:
        raise Unsupported("a call of it asks no model")
    messages, options = recorder.asked
    signature = predictor.signature
    said = templates.messages(made, signature.instructions, described(signature), [], edge)
    if plain(messages) != plain(said):
        raise Unsupported("a call of it sends other messages than its adapter formats")
    wanted = options.get("response_format")
    if isinstance(wanted, type) and hasattr(wanted, "model_json_schema"):
        return {"name": wanted.__name__, "schema": wanted.model_json_schema()}
    return None


def described(signature):
    return {name: info.json_schema_extra["desc"] for name, info in signature.fields.items()}


def plain(messages):
    return json.loads(json.dumps(messages))


def made_exact(adapter, signature, made, demos, saved):
    """Checks the program's own demos; a number whose kind its type does not tell is kept with its text."""
    exact = []
    types = {field["name"]: field["type"] for field in made["fields"]}
    for demo in saved:
        for name, value in demo.items():
            if name in types and not rendering.certain(value, types[name]):
                text = rendering.dumps(value, types[name], exact=True)
                exact.append({"field": name, "value": value, "text": text})
    if exact:
        made["exact"] = [one for index, one in enumerate(exact) if one not in exact[:index]]
    inputs = {}
    for index, (demo, plain_demo) in enumerate(zip(demos, saved, strict=True)):
        said = plain(adapter.format(signature, [demo], dict(inputs))[:-1])
        if said != plain(templates.messages(made, signature.instructions, described(signature), [plain_demo], inputs)[:-1]):
            raise Unsupported(f"its demo {index + 1} is written in a way that the file could not say: {shorten(plain_demo)}")


def check(adapter, signature, made):
    """Compares whole requests, message by message, for values, demos and wordings drawn at random."""
    dice = random.Random("check")
    for _ in range(CHECKS):
        case = draw(signature, made["fields"], dice)
        said = plain(adapter.format(case["signature"], case["demos"], dict(case["given"])))
        ours = plain(templates.messages(made, case["instructions"], case["descriptions"], case["demos"], case["edge"]))
        for index, (theirs, mine) in enumerate(zip(said, ours)):
            if theirs != mine:
                raise Unsupported(f"its message {index + 1} is no function of the fields, demos and instructions: {shorten(theirs['content'])}")
        if len(said) != len(ours):
            raise Unsupported(f"it sends {len(said)} messages where the templates make {len(ours)}")


def draw(signature, fields, dice, changed=0.4):
    """A request: an input as Python has it and as the edge has it, demos, instructions and descriptions."""
    given, edge = values_for(signature, fields, dice)
    demos = [demo_for(signature, fields, dice) for _ in range(dice.randrange(0, 4))]
    worded = signature
    if dice.random() < changed:
        told = {field["name"]: dice.choice([*samples.TEXTS, f"${{{field['name']}}}"]) for field in fields if dice.random() < 0.5}
        worded = reworded(signature, dice.choice([*samples.TEXTS, "  Two\n    deep\n  lines", "One.\n   \nTwo.\n"]), told)
    return {
        "signature": worded, "given": given, "edge": edge, "demos": demos,
        "instructions": worded.instructions, "descriptions": described(worded),
    }


def values_for(signature, fields, dice):
    import dspy

    given, edge = {}, {}
    for field in fields:
        name, type_ = field["name"], field["type"]
        if field["role"] != "input" or (field.get("optional") and "default" not in field and dice.random() < 0.3):
            continue
        if Prober.is_history(field):
            if dice.random() < 0.8:
                turns = [turn_for(signature, fields, dice) for _ in range(dice.randrange(0, 3))]
                given[name], edge[name] = dspy.History(messages=turns), {"messages": turns}
            continue
        for _ in range(50):
            try:
                made = typed_value(signature.fields[name].annotation, samples.sample(type_, dice))
                value = as_json(made) if type_["kind"] != "special" else samples_of(made, type_)
            except Exception:
                continue  # A limit of the field's own; other values fit.
            if rendering.certain(value, type_) and keeps(field.get("constraints", {}), value):
                given[name], edge[name] = made, value
                break
        else:
            raise Unsupported(f"no value could be drawn for the field '{name}'")
    return given, edge


def keeps(limits, value):
    """Whether a value is within the limits of its field, which the edge holds inputs to."""
    if isinstance(value, (str, list)):
        return limits.get("minLength", 0) <= len(value) <= limits.get("maxLength", len(value))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return (
            limits.get("minimum", value) <= value <= limits.get("maximum", value)
            and limits.get("exclusiveMinimum", value - 1) < value < limits.get("exclusiveMaximum", value + 1)
            and value % limits.get("multipleOf", 1) == 0 if "multipleOf" in limits else True
        )
    return True


def samples_of(made, type_):
    return as_json(made) if type_["name"] not in MEDIA else {key: one for key, one in made.__dict__.items() if one is not None}


def demo_for(signature, fields, dice):
    """A demo as a saved state has it: complete, partial, or of no use."""
    share = dice.choice([1.0, 1.0, 0.7, 0.4])
    demo = {"augmented": True} if dice.random() < 0.3 else {}
    for field in fields:
        if dice.random() > share:
            continue
        if Prober.is_history(field):
            demo[field["name"]] = {"messages": []}
            continue
        value = None if dice.random() < 0.05 else demo_value(signature, field, dice)
        if rendering.certain(value, field["type"]):
            demo[field["name"]] = value
    return demo


def demo_value(signature, field, dice):
    value = samples.sample(field["type"], dice)
    if field["type"]["kind"] == "string" and dice.random() < 0.1 and signature.fields[field["name"]].annotation is str:
        return [samples.text(dice) for _ in range(dice.randrange(0, 3))]
    if field["type"]["kind"] == "special" and field["type"]["name"] in MEDIA:
        return as_json(typed_value(signature.fields[field["name"]].annotation, value))
    return value


def turn_for(signature, fields, dice):
    """A turn of a conversation: usually whole, at times without an input or an output."""
    share = dice.choice([1.0, 1.0, 0.6])
    turn = {}
    for field in fields:
        if Prober.is_history(field) or dice.random() > share:
            continue
        value = demo_value(signature, field, dice)
        if rendering.certain(value, field["type"]):
            turn[field["name"]] = value
    return turn
