"""Finds out how an adapter writes messages: calls it with marked values and takes its answers apart.

Nothing here knows what an adapter says. A message is cut where the marks are; what stands between them is kept as it is.
How a value is written is found by trying the few ways there are, on values that tell them apart.
"""

import random

import pydantic

import rendering
import samples
import templates
from field_types import MEDIA, Unsupported, adapter_of, as_json

SEPARATORS = ["\n\n", "\n", " ", ""]


def mark(kind, index):
    return f"Kk{kind}{index}Mm"


class Said:
    """What an adapter says for values, asked for many at once."""

    def __init__(self, many):
        self.many = many

    def __call__(self, values):
        return self.many([values])[0]

    def tolerant(self, all_values):
        """None for values that the adapter itself cannot write; the others are asked for together."""
        try:
            return self.many(all_values)
        except (TypeError, AttributeError, ValueError):
            half = len(all_values) // 2
            return [None] if half == 0 else self.tolerant(all_values[:half]) + self.tolerant(all_values[half:])


def each(say):
    return Said(lambda many: [say(values) for values in many])


class Prober:
    """One predictor's adapter, and what was found out about it."""

    def __init__(self, adapter, signature, fields, notes):
        self.adapter, self.signature, self.fields, self.notes = adapter, signature, fields, notes
        self.types = {field["name"]: field["type"] for field in fields}
        self.history = next((f["name"] for f in fields if self.is_history(f)), None)
        self.inputs = [f["name"] for f in fields if f["role"] == "input"]
        self.outputs = [f["name"] for f in fields if f["role"] == "output"]
        self.asked = [name for name in self.inputs if name != self.history]
        self.lists = None

    @staticmethod
    def is_history(field):
        return field["role"] == "input" and field["type"] == {"kind": "special", "name": "History"}

    def is_media(self, name):
        return self.types[name]["kind"] == "special" and self.types[name]["name"] in MEDIA

    # What the adapter says

    def format(self, demos, inputs, signature=None):
        return self.adapter.format(signature or self.signature, demos, dict(inputs))

    def only(self, messages, roles):
        if [one["role"] for one in messages] != roles:
            raise Unsupported(
                f"its messages are {', '.join(one['role'] for one in messages)} where {', '.join(roles)} are usual"
            )
        return [one["content"] for one in messages]

    def system(self, instructions=None, descriptions=None):
        return self.only(self.format([], {}, self.worded(instructions, descriptions))[:1], ["system"])[0]

    def worded(self, instructions, descriptions):
        return reworded(self.signature, instructions, descriptions or {})

    def request(self, values):
        return self.only(self.format([], values), ["system", "user"])[1]

    def demos(self, all_values):
        """What is said for each of many demos of one kind, told in one call: (question, answer) of each."""
        roles = ["system", *["user", "assistant"] * len(all_values), "user"]
        said = self.only(self.format(all_values, {}), roles)[1:-1]
        return list(zip(said[::2], said[1::2], strict=True))

    def in_demo(self, side, always):
        """Says one side of a demo that has `always` besides."""
        return Said(lambda many: [both[side] for both in self.demos([{**always, **values} for values in many])])

    def turn(self, values):
        import dspy

        said = self.format([], {self.history: dspy.History(messages=[values])})
        has_user = any(name in values for name in self.asked)
        roles = ["system", *(["user"] if has_user else []), "assistant", "user"]
        said = self.only(said, roles)[1:-1]
        return said if has_user else ["", *said]

    # The parts

    def frozen(self):
        """All templates of the predictor."""
        nothing_in = {name: None for name in self.inputs}
        nothing_out = {name: None for name in self.outputs}
        made = {"format": 1, "fields": self.fields}
        self.find_lists()
        if self.lists is not None:
            made["lists"] = self.lists
        made["system"] = self.find_system()
        made["request"] = self.find_user(each(self.request), self.asked, typed=True)
        made["demos"] = {
            "complete": {
                "user": self.find_whole(self.in_demo(0, self.filled(self.outputs)), self.inputs),
                "assistant": self.find_whole(self.in_demo(1, self.filled(self.inputs)), self.outputs),
            },
            "incomplete": {
                "user": self.find_user(self.in_demo(0, nothing_out), self.inputs, empty=False),
                "assistant": self.find_answer(self.in_demo(1, nothing_in), self.outputs),
            },
        }
        if self.history is not None:
            made["history"] = {
                "field": self.history,
                "user": self.find_user(each(lambda values: self.turn(values)[0]), self.asked, empty=False),
                "assistant": self.find_answer(each(lambda values: self.turn(values)[1]), self.outputs, empty=True),
            }
        return made

    def filled(self, names):
        return {name: "filled" for name in names}

    def marks(self, names):
        return {name: mark("Value", self.position(name)) for name in names}

    def position(self, name):
        return [field["name"] for field in self.fields].index(name)

    # A user message: blocks of the fields that are there, joined, with something before or after

    def find_user(self, say, names, typed=False, empty=True):
        if not names:
            return [say({})] if empty else []
        marks = self.marks(names)
        pieces = {}
        for name in names:
            before, found, after = text_of(say({name: marks[name]})).partition(marks[name])
            if not found:
                raise Unsupported(f"its messages do not show the field '{name}' as it is given")
            pieces[name] = (before, after)
        everything = text_of(say(marks))
        order = sorted(names, key=lambda name: everything.find(marks[name]))
        beginnings = common([before for before, _ in pieces.values()])
        endings = common([after[::-1] for _, after in pieces.values()])[::-1]
        reason = "the blocks of its fields are not simply put together"
        for separator in SEPARATORS:
            for pre in places(beginnings, separator, at_end=True):
                for post in places(endings, separator, at_end=False):
                    blocks = {
                        name: (before.removeprefix(pre + separator if pre else ""), after.removesuffix(separator + post if post else ""))
                        for name, (before, after) in pieces.items()
                    }
                    built = separator.join(
                        [*([pre] if pre else []), *(blocks[n][0] + marks[n] + blocks[n][1] for n in order), *([post] if post else [])]
                    )
                    if built.strip() != everything.strip() or (empty and text_of(say({})).strip() != separator.join(filter(None, [pre, post])).strip()):
                        continue
                    for trim in ("both", None):
                        try:
                            return self.fit_user(say, order, blocks, (pre, post), separator, trim, typed)
                        except Unsupported as error:
                            reason = str(error)
        raise Unsupported(reason)

    def fit_user(self, say, order, blocks, around, separator, trim, typed):
        pre, post = around

        def parts(holes):
            inner = [
                *([pre] if pre else []),
                *({"field": name, "of": with_hole(blocks[name][0], holes[name], blocks[name][1])} for name in order),
                *([post] if post else []),
            ]
            joined = {"join": separator, "of": inner}
            return [{"trim": trim, "of": [joined]}] if trim else [joined]

        holes = {name: {"value": name, "as": "text"} for name in order}
        for name in order:
            shown = [one for one in order if one != name and not (typed and self.is_media(one))]
            others = [{}, self.marks(shown)]
            tests = [{**rest, name: value} for value in self.tests(name, typed) for rest in others]
            holes[name] = self.fitting(say, name, tests, lambda hole: parts({**holes, name: hole}), typed)
        return parts(holes)

    # An answer: text with a hole for every field, and what stands there for one that is absent

    def find_whole(self, say, names):
        return self.find_answer(say, names, whole=True)

    def find_answer(self, say, names, whole=False, empty=False):
        marks = self.marks(names)
        everything = text_of(say(marks))
        order = sorted(names, key=lambda name: everything.find(marks[name]))
        literals, rest = [], everything
        for name in order:
            before, found, rest = rest.partition(marks[name])
            if not found:
                raise Unsupported(f"its messages do not show the field '{name}' as it is given")
            literals.append(before)
        literals.append(rest)
        absent = {}
        if not whole and (len(names) > 1 or empty):
            for name in order:
                shown = text_of(say({other: marks[other] for other in order if other != name}))
                head, _, tail = everything.partition(marks[name])
                if not (shown.startswith(head) and shown.endswith(tail)):
                    head, tail = head.removesuffix('"'), tail.removeprefix('"')
                    if not (shown.startswith(head) and shown.endswith(tail)):
                        raise Unsupported(f"what stands for an absent '{name}' changes the rest of the message")
                absent[name] = (head, shown[len(head) : len(shown) - len(tail)], tail)

        def parts(holes, trims):
            made, left = [], literals[0]
            for index, name in enumerate(order):
                hole, right = holes[name], literals[index + 1]
                peeled_left, peeled_right = peel(hole)
                if not (left.endswith(peeled_left) and right.startswith(peeled_right)):
                    raise Unsupported("another way to write a value fits better")
                part = hole
                if name in absent:
                    # What was cut at a quote or a tag more than the hole has is put back around the text.
                    _, shown, _ = absent[name]
                    part = {"field": name, "of": [hole], "absent": [self.absent_text(everything, marks[name], absent[name], hole)]}
                before = left.removesuffix(peeled_left) if peeled_left else left
                group = [*([before] if before else []), part]
                made += [{"trim": trims[name], "of": group}] if trims[name] else group
                left = right[len(peeled_right) :]
            return made + ([left] if left else [])

        holes = {name: {"value": name, "as": "text"} for name in order}
        trims = {name: None for name in order}
        for name in order:
            others = self.marks([one for one in order if one != name])
            tests = [{**others, name: value} for value in self.tests(name, False) if not (whole and value is None)]
            reason = None
            for trim in (None, "end", "both"):
                try:
                    holes[name] = self.fitting(say, name, tests, lambda hole: parts({**holes, name: hole}, {**trims, name: trim}), False)
                    trims[name] = trim
                    break
                except Unsupported as error:
                    reason = error
            else:
                raise reason
        return parts(holes, trims)

    @staticmethod
    def absent_text(everything, marked, cut, hole):
        head, shown, tail = cut
        full_head, _, full_tail = everything.partition(marked)
        before, after = peel(hole)
        inner_head = full_head.removesuffix(before) if before else full_head
        inner_tail = full_tail.removeprefix(after) if after else full_tail
        text = head + shown + tail
        if text.startswith(inner_head) and text.endswith(inner_tail):
            return text[len(inner_head) : len(text) - len(inner_tail)]
        return shown

    # How a value is written

    def tests(self, name, typed):
        """Values that tell the ways of writing apart; pairs of what the adapter gets and what the edge has."""
        dice = random.Random(name)
        type_ = self.types[name]
        if self.is_media(name):
            return [samples.sample(type_, dice) for _ in range(8)]
        values = [mark("Value", 99), " \n padded \t\n", "a<b>&amp;\"q\"\n日", ""] if not typed or type_["kind"] == "string" else []
        if not typed:
            values += [None, True, 12, 0.5, 1e-7, [], ["x", 1.5, None], {"k": ["v<&"], "n": {"m": True, "e": {}, "l": []}}]
            values += [["one"], ["one", "two\nlines"], ["«"]] if self.lists is not None and type_["kind"] == "string" else []
        values += [samples.sample(type_, dice) for _ in range(8)]
        return values

    def pair(self, name, value, typed):
        """What the adapter is given for a value, and what the edge has for the same."""
        annotation = self.signature.fields[name].annotation
        if not typed:
            if self.is_media(name) and isinstance(value, dict):
                return (as_json(typed_value(annotation, value)),) * 2
            return value, value
        made = typed_value(annotation, value)
        return made, value if self.types[name]["kind"] == "special" else as_json(made)

    def fitting(self, say, name, tests, parts, typed):
        """The first way of writing a field that fits all values; `parts` makes the template for a way."""
        given_edge = []
        for test in tests:
            try:
                given, edge = self.pair(name, test[name], typed)
            except (pydantic.ValidationError, TypeError, AttributeError, ValueError):
                continue  # Not a value of this field after all.
            if rendering.certain(edge, self.types[name]):
                given_edge.append(({**test, name: given}, {**test, name: edge}))
        said = say.tolerant([given for given, _ in given_edge])
        pairs = [(edge, one) for (_, edge), one in zip(given_edge, said, strict=True) if one is not None]
        if not pairs:
            raise Unsupported(f"no value could be made for the field '{name}'")
        frozen = {"fields": self.fields, "lists": self.lists}
        failed = None
        for hole in self.ways(name):
            try:
                template = parts(hole)
                failed = next(((edge, said) for edge, said in pairs if self.differs(template, frozen, edge, said, typed)), None)
            except Unsupported:
                continue
            if failed is None:
                return hole
        raise Unsupported(f"no way of writing values fits the field '{name}' (value {shorten(failed[0][name]) if failed else '?'})")

    @staticmethod
    def differs(template, frozen, edge, said, typed):
        try:
            return templates.content(templates.fill(template, templates.Values(frozen, edge, typed=typed))) != said
        except (KeyError, ValueError, TypeError, AttributeError):
            return True

    def ways(self, name):
        type_ = self.types[name]
        if self.is_media(name):
            from dspy.adapters.types import base_type

            marks = [base_type.CUSTOM_TYPE_START_IDENTIFIER, base_type.CUSTOM_TYPE_END_IDENTIFIER]
            media = {"value": name, "as": "media", "media": MEDIA[type_["name"]], "marks": marks}
            yield media
            yield {**media, "quoted": True}
            return
        lists = {"lists": True} if type_["kind"] == "string" and self.lists is not None else {}
        escape = {"escape": [["&", "&amp;"], ["<", "&lt;"]]}
        for more in (lists, {}) if lists else ({},):
            yield {"value": name, "as": "text", **more}
            yield {"value": name, "as": "text", **more, **escape}
        yield {"value": name, "as": "text", "indent": 2}
        yield {"value": name, "as": "text", "indent": 2, "floats": "short"}
        for indent in (2, None, 4):
            for depth in (1, 0):
                yield {"value": name, "as": "json", **({} if indent is None else {"indent": indent}), "depth": depth}
        around = {"value": name, "as": "xml", "tag": name, "open": f"<{name}>\n", "close": f"\n</{name}>"}
        yield around
        yield {**around, **escape}

    def find_lists(self):
        """How a list in a field of text is written, from an input or an output of type str."""
        for name in self.asked:
            if self.signature.fields[name].annotation is str:
                return self.read_lists(name, lambda value: self.request({name: value}))
        for name in self.outputs:
            if self.signature.fields[name].annotation is str:
                say = self.in_demo(1, {**self.filled(self.inputs), **self.filled(self.outputs)})
                return self.read_lists(name, lambda value: say({name: value}))
        return None

    def read_lists(self, name, say):
        first, second = mark("Item", 0), mark("Item", 9)
        head, found, tail = text_of(say(first)).partition(first)
        if not found:
            return

        def shown(value):
            text = text_of(say(value))
            return text[len(head) : len(text) - len(tail)] if text.startswith(head) and text.endswith(tail) else ""

        short = shown([first]).partition(first)
        open_, rest = shown([f"{first}\n{second}"]).split(first, 1) if first in shown([f"{first}\n{second}"]) else ("", "")
        indent, _, close = rest.partition(second)
        several = shown([first, second])
        numbers = several.partition(short[0] + first + short[2])
        between = numbers[2].partition("2")
        start, _, end = numbers[0].partition("1")
        if not (short[1] and indent and "1" in numbers[0] and between[0].endswith(start)):
            return
        special = [one for one in ("\n", "«", "»") if shown([f"a{one}b"]) != short[0] + f"a{one}b" + short[2]]
        self.lists = {
            "empty": shown([]), "short": [short[0], short[2]], "long": [open_, close], "indent": indent,
            "special": special, "number": [start, end], "between": between[0].removesuffix(start) if start else between[0],
        }

    # The system message

    def find_system(self):
        names = [field["name"] for field in self.fields]
        descriptions = {name: mark("Told", index) for index, name in enumerate(names)}
        task = mark("Task", 0)
        whole = self.system(task, descriptions)
        if not isinstance(whole, str):
            raise Unsupported("its system message has parts that are no text")
        holes = sorted(
            [*((at, name, descriptions[name]) for name in names for at in found_at(whole, descriptions[name])),
             *((at, None, task) for at in found_at(whole, task))]
        )
        parts, left, position = [], "", 0
        literals = []
        for at, name, text in holes:
            literals.append((whole[position:at], name))
            position = at + len(text)
        last = whole[position:]
        told = {name for _, name in literals}
        if None not in told:
            self.notes.append("The prompt does not show the instructions: changing them changes nothing.")
        hidden = [name for name in names if name not in told]
        if hidden:
            self.notes.append(f"The prompt does not show the descriptions of {', '.join(hidden)}: changing them changes nothing.")

        def build(chosen):
            made = []
            for (before, name), choice in zip(literals, chosen, strict=True):
                made += choice(before, name)
            return [*made, *([last] if last else [])]

        chosen = [plain_hole for _ in literals]
        for index, (_, name) in enumerate(literals):
            tests = self.system_tests(task, descriptions, name)
            for choice in INSTRUCTION_WAYS if name is None else description_ways(name):
                trial = build([*chosen[:index], choice, *chosen[index + 1 :]])
                # Other places of the same text follow once they were found out themselves.
                same = [i for i, (_, other) in enumerate(literals) if other == name]
                trial = build([choice if i in same else one for i, one in enumerate(chosen)])
                if all(self.fill_system(trial, t, d) == said for t, d, said in tests):
                    chosen = [choice if i in same else one for i, one in enumerate(chosen)]
                    break
            else:
                raise Unsupported(f"the way it writes {'the instructions' if name is None else f'the description of {name}'} was not found out")
        parts = build(chosen)
        return parts

    def fill_system(self, parts, task, descriptions):
        given = templates.Values({"fields": self.fields}, {}, task, descriptions)
        return "".join(templates.fill(parts, given))

    def system_tests(self, task, descriptions, name):
        if name is None:
            texts = [task, "one\ntwo", "  in\n    deeper\n  out", "", "end\n", "\n\nbegin", " padded ", "a\r\nb\u2028c\x0bd\x0c\n\te", "\ta\n\tb\n \t\n", "a\n  b\n     \nc", "日本 «»"]
            cases = [(text, descriptions) for text in texts]
        else:
            texts = [descriptions[name], "", " padded \n", f"${{{name}}}", "two\nlines", "日本 «»", "${other}"]
            cases = [(task, {**descriptions, name: text}) for text in texts]
        return [(t, d, self.system(t, d)) for t, d in cases]


def reworded(signature, instructions, descriptions):
    """The signature as DSPy has it after it loaded a state with these texts."""
    state = signature.dump_state()
    for field, name in zip(state["fields"], signature.fields, strict=True):
        field["description"] = descriptions.get(name, field["description"])
    return signature.load_state({**state, "instructions": state["instructions"] if instructions is None else instructions})


def plain_hole(before, name):
    return [*([before] if before else []), {"instructions": {"dedent": False}} if name is None else {"description": name}]


def description_ways(name):
    for unless in (f"${{{name}}}", None):
        for trim in ("end", None, "both"):
            def way(before, name, unless=unless, trim=trim):
                hole = {"description": name, **({} if unless is None else {"unless": unless})}
                group = [*([before] if before else []), hole]
                return [{"trim": trim, "of": group}] if trim else group
            yield way


def instruction_way(dedent, lines, trim):
    def way(before, _):
        how = {"dedent": dedent, **({"trim": True} if trim else {})}
        if not lines:
            return [*([before] if before else []), {"instructions": how}]
        start = before.rfind("\n")
        indent = before[start:] if start >= 0 else ""
        kept = before[: len(before) - len(indent)]
        return [*([kept] if kept else []), {"instructions": {**how, "before": indent}}]
    return way


INSTRUCTION_WAYS = [
    instruction_way(dedent, lines, trim) for lines in (True, False) for dedent in (True, False) for trim in (False, True)
]


def typed_value(annotation, value):
    """A value as a program in Python would give it."""
    return adapter_of(annotation).validate_python(value)


def text_of(content):
    if not isinstance(content, str):
        raise Unsupported("a message for plain values has parts that are no text")
    return content


def with_hole(before, hole, after):
    left, right = peel(hole)
    if not (before.endswith(left) and after.startswith(right)):
        raise Unsupported("another way to write a value fits better")
    before, after = before[: len(before) - len(left)], after[len(right) :]
    return [*([before] if before else []), hole, *([after] if after else [])]


def peel(hole):
    """What of the text around a mark belongs to the way its value is written."""
    if hole["as"] == "json":
        return '"', '"'
    return (hole["open"], hole["close"]) if hole["as"] == "xml" else ("", "")


def common(texts):
    first = min(texts, key=len)
    length = next((i for i in range(len(first)) if any(one[i] != first[i] for one in texts)), len(first))
    return first[:length]


def places(text, separator, at_end):
    """What may stand before (or after) the blocks: nothing, or the text up to a separator."""
    yield ""
    if separator == "":
        return
    spots = found_at(text, separator)
    for at in reversed(spots) if at_end else spots:
        cut = text[:at] if at_end else text[at + len(separator) :]
        if cut:
            yield cut


def found_at(text, part):
    spots, at = [], text.find(part)
    while at >= 0:
        spots.append(at)
        at = text.find(part, at + 1)
    return spots


def shorten(value):
    text = repr(value)
    return text if len(text) < 60 else text[:57] + "…"
