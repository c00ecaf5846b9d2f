"""Runs kkachi.wasm in wasmtime, as a Python program would embed it. Reads a job as JSON, writes results as JSON."""

import json
import sys

from wasmtime import Config, Engine, Store, WasmtimeError
from wasmtime.component import Component, Linker, Variant

job = json.load(sys.stdin)
config = Config()
config.consume_fuel = True
engine = Engine(config)
component = Component.from_file(engine, job["component"])
asked = []


def generate(_store, request):
    asked.append(request)
    answer = job["answers"].get(request)
    if answer is None:
        return Variant("err", json.dumps({"code": "model/script", "message": "nobody knows this question"}))
    return Variant("err" if answer.startswith("!") else "ok", answer.removeprefix("!"))


linker = Linker(engine)
with linker.root() as root:
    with root.add_instance("kkachi:program/model@0.1.0") as model:
        model.add_func("generate", generate)
    with root.add_instance("kkachi:program/clock@0.1.0") as clock:
        clock.add_func("now", lambda _store: 1_767_225_600_000.0)
    with root.add_instance("kkachi:program/random@0.1.0") as random:
        random.add_func("next", lambda _store: 0.5)


class Program:
    def __init__(self, fuel, memory):
        self.store = Store(engine)
        self.store.set_fuel(fuel)
        self.store.set_limits(memory_size=memory)
        self.instance = linker.instantiate(self.store, component)

    def call(self, name, text):
        export = self.instance.get_export_index(self.store, "kkachi:program/program@0.1.0")
        function = self.instance.get_func(self.store, self.instance.get_export_index(self.store, name, export))
        result = function(self.store, text)
        function.post_return(self.store)
        return {result.tag: json.loads(result.payload)}


def outcome(run):
    try:
        return run()
    except WasmtimeError as error:
        return {"trap": str(error).strip().splitlines()[-1]}


results = []
for step in job["steps"]:
    program = None

    def made():
        global program
        program = Program(step.get("fuel", 10**10), step.get("memory", 64 * 2**20))
        return program.call("load", step["file"]) if "file" in step else {}

    loaded = outcome(made)
    runs = [] if program is None else [outcome(lambda: program.call("run", text)) for text in step["inputs"]]
    results.append({"loaded": loaded, "runs": runs})

json.dump({"results": results, "asked": asked}, sys.stdout)
