"""Runs DSPy's optimizers on simulated worlds; prints one JSON object a run, a line each.

    python dspy_optimizers.py http://127.0.0.1:PORT --worlds classify-easy-1,extract-hard-2 \
        [--optimizers copro,gepa | all] [--seeds 0,1]

DSPy's defaults, but for what would spend far more than 1,200 calls. The server counts the calls of each run; the final
program is scored on dev and test under another run id, which nobody counts.
"""

import argparse
import http.client
import json
import logging
import os
import random
import sys
import threading
import time
import traceback

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
os.environ.setdefault("TQDM_DISABLE", "1")

import dspy  # noqa: E402

THREADS = 8
connections = threading.local()


class Server:
    """The simulated server, over one connection a thread."""

    def __init__(self, url):
        self.url = url
        self.host = url.removeprefix("http://")

    def json(self, path, body=None):
        if not hasattr(connections, "open"):
            connections.open = http.client.HTTPConnection(self.host)
        method = "GET" if body is None else "POST"
        connections.open.request(method, path, None if body is None else json.dumps(body))
        return json.loads(connections.open.getresponse().read())

    def lm(self, run, world):
        return dspy.LM(
            "openai/gpt-4o-mini", api_base=f"{self.url}/{run}/{world}/v1", api_key="none", cache=False, num_retries=0
        )


class OneStep(dspy.Module):
    def __init__(self, signature):
        super().__init__()
        self.step = dspy.Predict(signature)

    def forward(self, **inputs):
        return self.step(**inputs)


class ThreeHops(dspy.Module):
    def __init__(self, first, second, third):
        super().__init__()
        self.first = dspy.Predict(first)
        self.second = dspy.Predict(second)
        self.third = dspy.Predict(third)

    def forward(self, note):
        hall = self.first(note=note).hall
        keeper = self.second(note=note, hall=hall).keeper
        desk = self.third(note=note, hall=hall, keeper=keeper).desk
        return dspy.Prediction(hall=hall, keeper=keeper, desk=desk)


class World:
    """A world's data, metric and a fresh student."""

    def __init__(self, server, name):
        self.server, self.name = server, name
        world = server.json(f"/-/{name}/world")
        self.shape, self.instructions = world["shape"], world["instructions"]
        field = self.shape["input"]
        self.train, self.dev, self.test = (
            [dspy.Example(**row).with_inputs(field) for row in world[part]] for part in ("train", "dev", "test")
        )

    def student(self):
        outputs, inputs, steps = self.shape["outputs"], [self.shape["input"]], []
        for output, labels in zip(self.shape["outputs"], self.shape["labels"]):
            kind = f"Literal[{', '.join(map(repr, labels))}]" if labels else "str"
            steps.append(dspy.Signature(f"{', '.join(inputs)} -> {output}: {kind}", self.instructions))
            inputs.append(output)
        return OneStep(*steps) if len(outputs) == 1 else ThreeHops(*steps)

    def judge(self, example, prediction):
        given = {} if prediction is None else {key: prediction[key] for key in prediction.keys()}
        return self.server.json(f"/-/{self.name}/metric", {"row": dict(example.items()), "prediction": given})

    def metric(self, example, prediction, trace=None):
        judged = self.judge(example, prediction)
        return judged["score"] if trace is None else judged["passed"]

    def feedback(self, example, prediction, trace=None, name=None, predictor_trace=None):
        judged = self.judge(example, prediction)
        return dspy.Prediction(score=judged["score"], feedback=judged["feedback"])

    def score(self, program, rows, lm):
        program.set_lm(lm)
        with dspy.context(lm=lm):
            evaluate = dspy.Evaluate(devset=rows, metric=self.metric, num_threads=THREADS, display_progress=False)
            return round(evaluate(program).score, 2)


class WordsInCommon:
    """Texts as counts of their words: nearest neighbors without a network."""

    def __call__(self, texts):
        import numpy as np
        from zlib import crc32

        vectors = np.zeros((len(texts), 512))
        for row, text in enumerate(texts):
            for word in text.lower().split():
                vectors[row, crc32(word.encode()) % 512] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def none(world, lm, seed):
    return world.student()


def labeled_few_shot(world, lm, seed):
    return dspy.LabeledFewShot().compile(world.student(), trainset=shuffled(world, seed))


def bootstrap_few_shot(world, lm, seed):
    return dspy.BootstrapFewShot(metric=world.metric).compile(world.student(), trainset=shuffled(world, seed))


def random_search(world, lm, seed):
    search = dspy.BootstrapFewShotWithRandomSearch(metric=world.metric, num_threads=THREADS)
    return search.compile(world.student(), trainset=shuffled(world, seed), valset=world.dev)


def knn_few_shot(world, lm, seed):
    return dspy.KNNFewShot(k=5, trainset=world.train, vectorizer=WordsInCommon()).compile(world.student())


def copro(world, lm, seed):
    # Breadth 10 would be 1,800 calls.
    search = dspy.COPRO(metric=world.metric, breadth=6)
    threads = {"num_threads": THREADS, "display_progress": False}
    return search.compile(world.student(), trainset=world.train, eval_kwargs=threads)


def mipro(**settings):
    def run(world, lm, seed):
        search = dspy.MIPROv2(metric=world.metric, auto="light", num_threads=THREADS, seed=9 + seed, **settings)
        return search.compile(world.student(), trainset=world.train, valset=world.dev)

    return run


def simba(world, lm, seed):
    # Eight steps would be more than 3,000 calls.
    search = dspy.SIMBA(metric=world.metric, max_steps=2, num_threads=THREADS)
    return search.compile(world.student(), trainset=world.train, seed=seed)


def gepa_of(world, lm, seed, **budget):
    reflecting = lm.copy(temperature=1.0)
    return dspy.GEPA(metric=world.feedback, reflection_lm=reflecting, num_threads=THREADS, seed=seed, **budget)


def gepa(world, lm, seed):
    search = gepa_of(world, lm, seed, auto="light")
    return search.compile(world.student(), trainset=world.train, valset=world.dev)


def gepa_long(world, lm, seed):
    search = gepa_of(world, lm, seed, max_metric_calls=1180)
    return search.compile(world.student(), trainset=world.train, valset=world.dev)


def infer_rules(world, lm, seed):
    search = dspy.InferRules(metric=world.metric, num_threads=THREADS)
    return search.compile(world.student(), trainset=shuffled(world, seed), valset=world.dev)


def better_together(world, lm, seed):
    from dspy.teleprompt import BetterTogether

    student = world.student()
    student.set_lm(lm)
    instructions = gepa_of(world, lm, seed, max_metric_calls=560)
    demos = dspy.BootstrapFewShotWithRandomSearch(metric=world.metric, num_candidate_programs=4, num_threads=THREADS)
    search = BetterTogether(metric=world.metric, instructions=instructions, demos=demos)
    return search.compile(
        student, trainset=world.train, valset=world.dev, strategy="instructions -> demos", num_threads=THREADS, seed=seed
    )


def shuffled(world, seed):
    """DSPy's few-shot optimizers have no seed; the order of the data stands for one."""
    return world.train if seed == 0 else random.Random(seed).sample(world.train, len(world.train))


OPTIMIZERS = {
    "none": none,
    "LabeledFewShot": labeled_few_shot,
    "BootstrapFewShot": bootstrap_few_shot,
    "KNNFewShot": knn_few_shot,
    "InferRules": infer_rules,
    "MIPROv2 light": mipro(),
    "MIPROv2 light, 0-shot": mipro(max_bootstrapped_demos=0, max_labeled_demos=0),
    "GEPA light": gepa,
    "GEPA 1180": gepa_long,
    "BootstrapFewShotWithRandomSearch": random_search,
    "COPRO": copro,
    "SIMBA": simba,
    "BetterTogether": better_together,
}


def fidelity_mipro(world, lm, seed):
    return mipro()(world, lm, seed)


def fidelity_copro(world, lm, seed):
    search = dspy.COPRO(metric=world.metric, breadth=5, depth=2)
    threads = {"num_threads": THREADS, "display_progress": False}
    return search.compile(world.student(), trainset=world.train, eval_kwargs=threads)


def fidelity_simba(world, lm, seed):
    search = dspy.SIMBA(metric=world.metric, bsize=16, num_candidates=4, max_steps=3, num_threads=THREADS)
    return search.compile(world.student(), trainset=world.train, seed=seed)


def fidelity_gepa(world, lm, seed):
    search = gepa_of(world, lm, seed, max_metric_calls=500)
    return search.compile(world.student(), trainset=world.train, valset=world.dev)


def fidelity_infer_rules(world, lm, seed):
    search = dspy.InferRules(metric=world.metric, num_candidates=6, num_threads=THREADS)
    return search.compile(world.student(), trainset=shuffled(world, seed), valset=world.dev)


# What is compared side by side with ours: counterparts in our-optimizers.ts have the same settings.
FIDELITY = {
    "MIPROv2": fidelity_mipro,
    "COPRO": fidelity_copro,
    "SIMBA": fidelity_simba,
    "GEPA": fidelity_gepa,
    "InferRules": fidelity_infer_rules,
}


def measured(server, name, optimizer, run_optimizer, seed):
    run = f"dspy-{optimizer}-{seed}-{time.time_ns()}".replace(" ", "_").replace(",", "")
    world, lm, start = World(server, name), server.lm(run, name), time.perf_counter()
    random.seed(seed)
    with dspy.context(lm=lm):
        program = run_optimizer(world, lm, seed)
    seconds = time.perf_counter() - start
    counts = server.json(f"/{run}/{name}/counts")
    scoring = server.lm(f"scoring-{run}", name)
    return {
        "library": "dspy",
        "optimizer": optimizer,
        "world": name,
        "seed": seed,
        **counts,
        "dev": world.score(program, world.dev, scoring),
        "test": world.score(program, world.test, scoring),
        "seconds": round(seconds, 1),
    }


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("url", nargs="?")
    arguments.add_argument("--worlds", default="classify-easy-1")
    arguments.add_argument("--list", action="store_true")
    arguments.add_argument("--optimizers", default="all")
    arguments.add_argument("--seeds", default="0", help="or `world`, for that of the world")
    arguments.add_argument("--settings", default="defaults", choices=["defaults", "fidelity"])
    given = arguments.parse_args()
    if given.list:
        return print(json.dumps(list(OPTIMIZERS)))
    logging.disable(logging.WARNING)
    # What the optimizers print of their progress goes nowhere.
    answers, errors = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = open(os.devnull, "w")
    optimizers = FIDELITY if given.settings == "fidelity" else OPTIMIZERS
    names = list(optimizers) if given.optimizers == "all" else given.optimizers.split(";")
    server = Server(given.url)
    for world in given.worlds.split(","):
        for optimizer in names:
            own = world.rsplit("-", 1)[1] if given.seeds == "world" else given.seeds
            for seed in map(int, own.split(",")):
                try:
                    result = measured(server, world, optimizer, optimizers[optimizer], seed)
                except Exception as error:
                    traceback.print_exc(file=errors)
                    result = {"library": "dspy", "optimizer": optimizer, "world": world, "seed": seed, "error": str(error)}
                print(json.dumps(result), file=answers, flush=True)


main()
