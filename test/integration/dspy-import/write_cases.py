"""Imports a program of every signature and adapter, and writes with each what DSPy itself sends for random requests.

    python write_cases.py FOLDER_OF_THE_IMPORTER OUT.jsonl SEED CASES [PART OF]
"""

import json
import random
import sys
import warnings

importer, out, seed, cases = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
part, of = (int(sys.argv[5]), int(sys.argv[6])) if len(sys.argv) > 5 else (0, 1)
sys.path.insert(0, importer)
warnings.filterwarnings("ignore")

import dspy  # noqa: E402
import freeze  # noqa: E402
from dspy.adapters.baml_adapter import BAMLAdapter  # noqa: E402
from signatures import SIGNATURES  # noqa: E402

freeze.CHECKS = 6  # What is written here is compared besides.


class Shouting(dspy.ChatAdapter):
    """An adapter of a user's own: other words, the same markers."""

    def format_task_description(self, signature):
        return f"YOUR TASK:\n{signature.instructions}\nNOW GO."

    def user_message_output_requirements(self, signature):
        return "Begin with " + " and ".join(name.upper() for name in signature.output_fields) + "!"


ADAPTERS = {
    "chat": (dspy.ChatAdapter, None),
    "json": (dspy.JSONAdapter, None),
    "xml": (dspy.XMLAdapter, None),
    "baml": (BAMLAdapter, {"plain", "numbers", "person out", "person in", "image"}),
    "own": (Shouting, {"plain", "documented", "mixed", "conversation"}),
}


def request(program, predictor, signature, fields, adapter, dice):
    case = freeze.draw(signature, fields, dice)
    predictor.signature, predictor.demos = case["signature"], case["demos"]
    state = json.loads(json.dumps(predictor.dump_state()))
    messages = adapter.format(predictor.signature, state["demos"], dict(case["given"]))
    return {"state": state, "input": case["edge"], "messages": messages}


with open(out, "w", encoding="utf-8") as file:
    jobs = [
        (name, signature, adapter_name)
        for name, signature in SIGNATURES.items() for adapter_name, (_, only) in ADAPTERS.items()
        if only is None or name in only
    ]
    for name, signature, adapter_name in jobs[part::of]:
        dice = random.Random(f"{seed} {name} {adapter_name}")
        adapter = ADAPTERS[adapter_name][0]()
        dspy.configure(adapter=adapter)
        thinking = "reasoning" not in signature.fields and dice.random() < 0.4
        program = dspy.ChainOfThought(signature) if thinking else dspy.Predict(signature)
        path, predictor = next(iter(program.named_predictors()))
        whole = predictor.signature
        fields = [
            freeze.field_of(key, info, "input" if key in whole.input_fields else "output", [])
            for key, info in whole.fields.items()
        ]
        predictor.demos = [freeze.demo_for(whole, fields, dice) for _ in range(dice.randrange(0, 3))]
        record = {"name": f"{name}, {adapter_name}{', thinking' if thinking else ''}", "path": path}
        try:
            record["file"] = json.dumps(freeze.program_file(program, "test"), ensure_ascii=False, allow_nan=False)
        except freeze.Unsupported as error:
            record["refused"] = str(error)
        else:
            record["cases"] = [request(program, predictor, whole, fields, adapter, dice) for _ in range(cases)]
        file.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")
