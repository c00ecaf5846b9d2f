"""Signatures of every kind that DSPy writes differently: what the imported prompts are compared on."""

import dataclasses
import datetime
import decimal
import enum
from typing import Any, Literal, Optional, Union

import dspy
import pydantic
from typing_extensions import TypedDict


class Color(enum.Enum):
    RED = "red"
    BLUE = "it's blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 3


class Address(pydantic.BaseModel):
    """Where somebody lives."""

    street: str
    zip: Optional[str] = None


class Person(pydantic.BaseModel):
    name: str = pydantic.Field(description="Full name of the person.")
    age: Optional[int] = None
    weight: float = 1.0
    address: Optional[Address] = None
    tags: list[str] = []


class Movie(TypedDict):
    title: str
    year: int


@dataclasses.dataclass
class Point:
    x: float
    y: float = 0.0


class Documented(dspy.Signature):
    """Answer the question.

        Be brief, and
      never guess:	tabs too.

    Thank you. «»
    """

    question: str = dspy.InputField(desc="what the user asks")
    context: list[str] = dspy.InputField(desc="facts,\n  one a line")
    answer: str = dspy.OutputField(desc="often between 1 and 5 words")


class Limited(dspy.Signature):
    """Grade."""

    essay: str = dspy.InputField(min_length=1)
    grade: int = dspy.OutputField(ge=1, le=10, desc="of ten")
    comment: str = dspy.OutputField(max_length=200)


class WithDefault(dspy.Signature):
    """Translate."""

    text: str = dspy.InputField()
    language: str = dspy.InputField(default="French")
    formal: bool = dspy.InputField(default=True)
    translation: str = dspy.OutputField()


class Chat(dspy.Signature):
    """Talk."""

    history: dspy.History = dspy.InputField()
    question: str = dspy.InputField()
    answer: str = dspy.OutputField()
    mood: Optional[str] = dspy.OutputField()


class Extract(dspy.Signature):
    """Extract people."""

    text: str = dspy.InputField()
    people: list[Person] = dspy.OutputField()
    best: Person = dspy.OutputField(desc="the best of them")


class FromPerson(dspy.Signature):
    """Describe a person."""

    person: Person = dspy.InputField()
    others: list[Person] = dspy.InputField()
    summary: str = dspy.OutputField()


class Look(dspy.Signature):
    """Describe."""

    question: str = dspy.InputField()
    image: dspy.Image = dspy.InputField(desc="a picture")
    answer: str = dspy.OutputField()


class Program(dspy.Signature):
    """Write code."""

    task: str = dspy.InputField()
    code: dspy.Code["python"] = dspy.OutputField()
    reasoning: dspy.Reasoning = dspy.OutputField()


NAMES = {"Color": Color, "Level": Level, "Person": Person, "Movie": Movie, "Point": Point}


def of(text, instructions=None, **names):
    return dspy.Signature(text, instructions, custom_types={**NAMES, **names})


SIGNATURES = {
    "plain": of("question -> answer"),
    "instructed": of("question -> answer", "Say it.\n\n  - in\n  - steps\n"),
    "documented": Documented,
    "numbers": of("count: int, ratio: float -> total: int, mean: float"),
    "bools": of("flag: bool -> ok: bool, why"),
    "lists": of("words: list[str], sizes: list[int], ratios: list[float] -> found: list[str], scores: list[float]"),
    "dicts": of("ages: dict[str, int], weights: dict[str, float] -> index: dict[str, list[str]]"),
    "optional": of("text: Optional[str], n: Optional[int], f: Optional[float] -> answer: Optional[str], size: Optional[int]"),
    "literal": dspy.Signature(
        {
            "text": (str, dspy.InputField()),
            "size": (Literal["a", "it's", 'say "x"'], dspy.InputField()),
            "label": (Literal["good", "bad", "it's odd"], dspy.OutputField()),
            "stars": (Literal[1, 2, 3], dspy.OutputField()),
        }
    ),
    "enum": of("color: Color, level: Level -> other: Color, next: Level"),
    "any": of("data: Any -> result: Any"),
    "union": of("value: Union[int, str] -> answer: Union[int, str, None], list: Union[list[str], str]"),
    "tuple": of("pair: tuple[str, int], many: tuple[float, ...] -> best: tuple[int, float]"),
    "set": of("names: set[str] -> kept: set[str]"),
    "nested lists": of("grid: list[list[float]] -> path: list[tuple[int, int]], notes: dict[str, dict[str, Any]]"),
    "dates": dspy.Signature(
        {
            "day": (datetime.date, dspy.InputField()),
            "price": (decimal.Decimal, dspy.InputField()),
            "when": (datetime.datetime, dspy.OutputField()),
        }
    ),
    "typed dict": of("movie: Movie -> sequel: Movie, others: list[Movie]"),
    "dataclass": of("point: Point -> moved: Point"),
    "person out": Extract,
    "person in": FromPerson,
    "limits": Limited,
    "defaults": WithDefault,
    "conversation": Chat,
    "conversation of numbers": dspy.Signature(
        {
            "first": (int, dspy.InputField()),
            "log": (dspy.History, dspy.InputField()),
            "total": (float, dspy.OutputField()),
            "parts": (list[int], dspy.OutputField()),
        },
        "Count.",
    ),
    "image": Look,
    "two images": of("before: dspy.Image, after: dspy.Image -> difference"),
    "audio and file": of("sound: dspy.Audio, paper: dspy.File, question -> answer"),
    "code": Program,
    "many": of(", ".join(f"i{n}" for n in range(8)) + " -> " + ", ".join(f"o{n}: {'int' if n % 2 else 'str'}" for n in range(8))),
    "unicode": dspy.Signature({"frage": (str, dspy.InputField(desc="日本語 «?»")), "größe": (float, dspy.OutputField(desc="${größe}"))}, "Überlege."),
    "one word": of("a -> b", "x"),
    "text only out": of("topic -> title, body, tags: list[str], rating: float"),
    "mixed": of("question, context: list[str], facts: dict[str, Any], k: int -> reasoning, answer, confidence: float, sources: list[int]"),
    "optional objects": of("person: Optional[Person], color: Optional[Color] -> person_out: Optional[Person], point: Optional[Point]"),
}
