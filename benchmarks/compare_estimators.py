#!/usr/bin/env python3
"""Gradient estimators against each other on images: equal searches, then the likeliest network trained from scratch.

usage: benchmarks/compare_estimators.py [--data FOLDER] [--spaces five_layer,darts_cell] [--seeds 3] [--estimators A;B] [--jobs 1]
       [--output DIR]

Each estimator searches with the same configuration, steps and seeds; `random` trains networks drawn at random instead. Prints one
table per space: entropy per choice at the end (ln of the number of options: nothing decided), L(z) of the last epoch, correlation of
L(z) and L(zeta), variance of the gradient's two parts (mean over the epochs), and validation top-1 of the derived network, trained
from scratch on the training half: mean and standard deviation over the seeds (of `random`: of the mean of a seed's networks). Runs that
are there already are not repeated; CIFAR-10's binary files make the numbers of src/supernet/README.md, the shipped sample (default)
makes it work anywhere.
"""
import argparse
import concurrent.futures
import os
import pathlib
import subprocess
import sys

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "analysis"))
from reader import Results  # noqa: E402

ESTIMATORS = {
    "unas": "{name: unas}",
    "unas, baseline and scale fitted": "{name: unas, baseline: ema, fit_control_scale: true}",
    "snas": "{name: snas}",
    "reinforce, moving average": "{name: reinforce, baseline: ema}",
}
# What both halves of the images, the search and the training from scratch are; the rest is in the configuration.
SPACES = {
    "five_layer": ("unas_five_layer.yaml", ["data.train_images=4000", "data.validation_images=4000", "strategy.warmup_epochs=1",
                                            "strategy.epochs=7", "strategy.latency.form=none", "latency={name: measured}",
                                            "strategy.derive={candidates: 1}", "training.epochs=12"]),
    "darts_cell": ("unas_cell.yaml", ["data.train_images=1500", "data.validation_images=1500", "strategy.warmup_epochs=1",
                                      "strategy.epochs=9", "strategy.derive={candidates: 1}", "training.epochs=16"]),
}
RANDOM_NETWORKS = 4  # per seed


def run(space, name, seed, arguments):
    config, sets = SPACES[space]
    if name == "random":
        sets = [s for s in sets if not s.startswith("strategy.")]
        sets += ["strategy={name: random}", f"search.candidates={RANDOM_NETWORKS}"]
    else:
        sets = [*sets, f"strategy.estimator={ESTIMATORS[name]}"]
    folder = arguments.output / space / f"{name.replace(', ', '_').replace(' ', '_')}_{seed}"
    words = [str(arguments.program), "search", str(ROOT / "configs/search" / config), "--seed", str(seed), "--output", str(folder)]
    for assignment in [*sets, f"data.path={arguments.data}", "ranking.finalists=1", "ranking.passes=1"]:
        words += ["--set", assignment]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
    environment.update(OMP_NUM_THREADS="1", OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{folder}.log", "a", encoding="utf-8") as log:
        subprocess.run(words, cwd=ROOT, env=environment, check=True, stdout=log, stderr=log)
    return Results(folder / "results.h5")


def mean_sd(values, digits=2):
    values = np.asarray(values, dtype=float)
    return f"{values.mean():.{digits}f} ± {values.std(ddof=1) if len(values) > 1 else 0:.{digits}f}"


def row(name, runs):
    top1 = [np.mean(r.candidates["val_top1"]) for r in runs]
    if name == "random":
        return [name, "-", "-", "-", "-", "-", mean_sd(top1)]
    epochs = [r.table("gradient/epochs") for r in runs]
    last = lambda column: [e[column][-1] for e in epochs]
    searched = lambda column: np.mean([np.mean(e[column][e["warm_up"] == 0]) for e in epochs])
    correlation = searched("correlation")
    number = lambda value, form: "-" if np.isnan(value) else format(value, form)
    return [name, mean_sd(last("entropy")), number(np.mean(last("loss_discrete")), ".3f"), number(correlation, ".2f"),
            f"{searched('score_variance'):.2g}", f"{searched('path_variance'):.2g}", mean_sd(top1)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=str(ROOT / "configs/data/cifar10_sample"))
    parser.add_argument("--spaces", default=",".join(SPACES))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--estimators", default=";".join([*ESTIMATORS, "random"]), help="names as in the table, separated by ;")
    parser.add_argument("--jobs", type=int, default=1, help="searches at a time, one thread each")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "results/estimators")
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/hpnas")
    arguments = parser.parse_args()
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for space in arguments.spaces.split(","):
            futures = {name: [pool.submit(run, space, name, seed, arguments) for seed in range(1, arguments.seeds + 1)]
                       for name in arguments.estimators.split(";")}
            print(f"\n{space}\n| estimator | entropy (nat) | L(z) (nat) | correlation | variance, score | variance, path | top-1 (%) |")
            print("|---|---:|---:|---:|---:|---:|---:|")
            for name, runs in futures.items():
                print("| " + " | ".join(row(name, [r.result() for r in runs])) + " |", flush=True)


if __name__ == "__main__":
    main()
