"""Records what chat templates make of dialogs in Jinja for Python, set up as transformers' apply_chat_template does.

Run with a Python that has transformers and jinja2: python test/vectors/templates/record.py > test/vectors/templates/written.json

Templates: that of the model nano in this repository, one with all that templates of thinking models look at, and one that
shows where space is kept. Arguments of calls are given to templates as values, as in the example code of transformers.
"""

import json
import os

import jinja2
import transformers
from transformers.utils.chat_template_utils import render_jinja_template

HERE = os.path.dirname(__file__)
WEATHER = {
    "name": "weather",
    "description": "The weather <b>there</b> & then: “now”, 날씨, {{ x }}",
    "parameters": {
        "type": "object",
        "properties": {
            "place": {"type": "object", "properties": {"city": {"type": "string", "enum": ["Zürich", "서울", "a'b"]}, "at": {"type": "array", "items": {"type": "number"}, "minItems": 2}}, "required": ["city"]},
            "days": {"type": ["integer", "null"], "minimum": 0, "default": None},
            "exact": {"type": "boolean", "default": False},
        },
        "required": ["place"],
        "additionalProperties": False,
    },
}
NOTHING = {"name": "nothing", "parameters": {}}
CALLS = [
    {"id": "a", "name": "weather", "arguments": '{"place": {"city": "Zürich", "at": [47.4, -8.5, 0.1, 100, 12345678901]}, "days": null, "exact": true}'},
    {"id": "b", "name": "nothing", "arguments": "{}"},
    {"id": "c", "name": "weather", "arguments": '{"place":{"city":"\\ud55c <tag> \\"q\\" \\\\ \\u0001 \\u2028 {% raw %}"}}'},
]
TRICKS = "{{ x }} {% if y %}<|im_end|>{# c #} </think> <tool_call>{}</tool_call> \\n \u2028 \ufeff 😀 <|im_start|>system"

DIALOGS = {
    "a question": [{"role": "user", "content": "Who?"}],
    "a system message": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Who?"}],
    "system messages later": [{"role": "user", "content": "a"}, {"role": "system", "content": "b"}, {"role": "user", "content": "c"}],
    "turns": [
        {"role": "system", "content": "S"},
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": "b"},
        {"role": "user", "content": "c\n\n"},
        {"role": "assistant", "content": "  d  "},
        {"role": "user", "content": "e"},
    ],
    "empty contents": [{"role": "system", "content": ""}, {"role": "user", "content": ""}, {"role": "assistant", "content": ""}, {"role": "user", "content": "\n"}],
    "thoughts in the text": [
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": "<think>\nLong\n\nago\n</think>\n\nb"},
        {"role": "user", "content": "c"},
        {"role": "assistant", "content": "<think>\n\n</think>\n\nd"},
    ],
    "several calls": [
        {"role": "system", "content": "S"},
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": "", "toolCalls": CALLS},
        {"role": "tool", "toolCallId": "a", "content": '{"t": 21.5}'},
        {"role": "tool", "toolCallId": "b", "content": ""},
        {"role": "tool", "toolCallId": "c", "content": "눈"},
        {"role": "assistant", "content": "Snow.", "toolCalls": CALLS[1:2]},
        {"role": "tool", "toolCallId": "b", "content": "x"},
    ],
    "a thought and calls": [
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": "<think>\nHm.\n</think>\n\nI look.", "toolCalls": CALLS[:1]},
        {"role": "tool", "toolCallId": "a", "content": "y"},
    ],
    "texts that look like templates": [{"role": "system", "content": TRICKS}, {"role": "user", "content": TRICKS}, {"role": "assistant", "content": TRICKS}, {"role": "user", "content": "<tool_response>\nz\n</tool_response>"}],
    "an answer at the end": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}],
}
TOOLS = {"no tools": [], "a tool": [NOTHING], "tools": [WEATHER, NOTHING]}


def turn(message):
    made = {"role": message["role"], "content": message["content"]}
    if "toolCallId" in message:
        made["tool_call_id"] = message["toolCallId"]
    if "toolCalls" in message:
        made["tool_calls"] = [
            {"id": call["id"], "type": "function", "function": {"name": call["name"], "arguments": json.loads(call["arguments"])}}
            for call in message["toolCalls"]
        ]
    return made


def write(template, messages, tools, thinking, prompting):
    (text,), _ = render_jinja_template(
        conversations=[[turn(message) for message in messages]],
        tools=[{"type": "function", "function": tool} for tool in tools] or None,
        chat_template=template,
        add_generation_prompt=prompting,
        enable_thinking=thinking,
        bos_token="<|endoftext|>",
        eos_token="<|im_end|>",
    )
    return text


if __name__ == "__main__":
    with open(os.path.join(HERE, "../../../models/nano/tokenizer_config.json"), encoding="utf8") as file:
        templates = {"nano": json.load(file)["chat_template"]}
    for name in ("turns", "spaces"):
        with open(os.path.join(HERE, f"{name}.jinja"), encoding="utf8") as file:
            templates[name] = file.read()
    written = [
        {"template": template, "dialog": dialog, "tools": tools, "thinking": thinking, "prompting": prompting,
         "text": write(templates[template], DIALOGS[dialog], TOOLS[tools], thinking, prompting)}
        for template in templates
        for dialog in DIALOGS
        for tools, thinking, prompting in (
            ("no tools", True, True), ("no tools", False, True), ("no tools", True, False), ("a tool", True, True), ("tools", False, True)
        )
    ]
    brief = lambda value: json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    rows = ",\n".join(brief(row) for row in written)
    print(f'{{"source":"transformers {transformers.__version__} with Jinja {jinja2.__version__}",')
    print(f'"templates":{brief(templates)},\n"dialogs":{brief(DIALOGS)},\n"tools":{brief(TOOLS)},\n"written":[\n{rows}\n]}}')
