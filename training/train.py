"""Trains nano on FOLDER/encoded.npz; writes FOLDER/weights.npz and training.json. Usage: train.py FOLDER [--share 1.0]

Fixed seeds, fixed order, CPU: two processes of one core each. Only tokens with a weight are scored, so the vocabulary
projection is small. Hidden matrices learn with Muon (orthogonalized momentum), the rest with Adam.
"""
import argparse
import json
import multiprocessing
import os
from multiprocessing.shared_memory import SharedMemory

import numpy as np

from batches import plan
from model import Shape, initial_weights

WORKERS = 2


def run(rank, barrier, memory, options):
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[rank % len(cores)]})
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    from worker import work

    data = np.load(f"{options.folder}/encoded.npz")
    ids, weights = (np.split(data[name], data["ends"][:-1]) for name in ("ids", "weights"))
    rows = list(zip(ids, weights))
    batches = plan(rows[: int(options.share * len(rows))], options.tokens, options.seed)
    shape = Shape(vocab=int(data["vocabulary"]))
    result = work(rank, WORKERS, barrier, memory, batches, shape, options.seed, options.muon, options.adam, options.folder)
    if rank == 0:
        parameters = sum(w.size for w in initial_weights(shape, 0).values())
        with open(f"{options.folder}/training.json", "w") as file:
            json.dump({"shape": shape.save(), "parameters": parameters, **result}, file, indent=1)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("folder")
    options.add_argument("--share", type=float, default=1.0, help="part of the corpus to train on")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--tokens", type=int, default=3072, help="tokens a step, about")
    options.add_argument("--muon", type=float, default=0.02)
    options.add_argument("--adam", type=float, default=0.004)
    options = options.parse_args()
    spawn = multiprocessing.get_context("spawn")
    vocabulary = int(np.load(f"{options.folder}/encoded.npz")["vocabulary"])
    size = sum(w.size for w in initial_weights(Shape(vocab=vocabulary), 0).values()) + 4
    memory, barrier = SharedMemory(create=True, size=2 * WORKERS * size * 4), spawn.Barrier(WORKERS)
    workers = [spawn.Process(target=run, args=(rank, barrier, memory, options)) for rank in range(WORKERS)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    memory.close()
    memory.unlink()
    if any(one.exitcode for one in workers):
        raise SystemExit("a worker failed")


if __name__ == "__main__":
    main()
