"""Records what Optuna's TPESampler(multivariate=True) makes of histories of trials, as test vectors.

Run with a Python that has Optuna: python test/vectors/optuna/record.py > test/vectors/optuna/tree-parzen.json
"""

import itertools
import json
import random

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution
from optuna.samplers import TPESampler
from optuna.samplers._tpe.sampler import _split_trials, default_gamma

optuna.logging.set_verbosity(optuna.logging.ERROR)


def record(name, sizes, trials):
    sampler = TPESampler(seed=1, multivariate=True)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    space = {f"p{index:02d}": CategoricalDistribution(range(size)) for index, size in enumerate(sizes)}
    for trial in trials:
        params = {f"p{index:02d}": choice for index, choice in enumerate(trial["choices"])}
        study.add_trial(optuna.trial.create_trial(params=params, distributions=space, value=trial["value"]))
    known = study.get_trials()
    below, above = _split_trials(study, known, default_gamma(len(known)))
    free = {key: value for key, value in space.items() if not value.single()}
    good = sampler._build_parzen_estimator(study, free, below, handle_below=True)
    bad = sampler._build_parzen_estimator(study, free, above, handle_below=False)
    combinations = list(itertools.product(*(range(size) for size in sizes)))
    if len(combinations) > 60:
        combinations = random.Random(3).sample(combinations, 60)
    samples = {key: np.array([c[int(key[1:])] for c in combinations]) for key in free}
    advantages = sampler._compute_acquisition_func(samples, good, bad)
    return {
        "name": name,
        "sizes": list(sizes),
        "trials": trials,
        "good": [trial.number for trial in below],
        "advantages": [
            {"choices": list(choices), "advantage": float(value)} for choices, value in zip(combinations, advantages)
        ],
    }


def drawn(seed, sizes, count, levels):
    dice = random.Random(seed)
    return [
        {"choices": [dice.randrange(size) for size in sizes], "value": dice.randrange(levels) / (levels - 1)}
        for _ in range(count)
    ]


if __name__ == "__main__":
    cases = [
        ("ten trials of two parameters", (3, 6), 10, 36),
        ("ties everywhere", (3, 6), 17, 3),
        ("a constant value", (2, 3), 12, 2),
        ("one parameter", (7,), 14, 21),
        ("a parameter with one choice beside others", (1, 4, 3), 15, 36),
        ("six parameters, as three predictors have them", (3, 6, 3, 6, 2, 5), 24, 36),
        ("25 trials of the worse kind", (4, 5), 28, 40),
        ("26 trials of the worse kind", (4, 5), 29, 40),
        ("old trials weigh less", (6, 12), 60, 100),
        ("more good trials than 25", (5, 5), 300, 50),
    ]
    vectors = [record(name, sizes, drawn(seed, sizes, count, levels)) for seed, (name, sizes, count, levels) in enumerate(cases)]
    constant = vectors[2]
    vectors[2] = record(constant["name"], constant["sizes"], [{**trial, "value": 0.5} for trial in constant["trials"]])
    print(json.dumps({"optuna": optuna.__version__, "cases": vectors}))
