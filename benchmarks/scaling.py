#!/usr/bin/env python3
"""Candidates per hour of an asynchronous search on 2 ranks x 1 thread against 1 x 1; prints a Markdown table.

usage: benchmarks/scaling.py [--build build] [--rounds 3] [--candidates 64] [--epochs 40] [--ranks 2] [--quiet 30]
The search is configs/smoke/search.yaml with longer trainings. `random` trains the same networks for any number of
ranks; `bayes` also pays for its proposals, and may propose others.
"""
import argparse
import os
import re
import statistics
import sys
import tempfile

import side_by_side as bench

ROOT_USER = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}


def command(args, folder, strategy, ranks):
    settings = {"strategy": strategy, "search.mode": "asynchronous", "search.candidates": args.candidates,
                "search.progress_seconds": 0, "training.epochs": args.epochs,
                "screening.survivors": 4 * args.candidates, "ranking.finalists": 1,
                "latency.path": f"{folder}/latency.h5"}
    one = ["taskset", "-c", min(os.sched_getaffinity(0))]
    line = ["mpirun", "--bind-to", "core", "-n", ranks] if ranks > 1 else one
    line += [args.program, "search", "configs/smoke/search.yaml", "--output", f"{folder}/{strategy}-{ranks}"]
    for key, value in settings.items():
        line += ["--set", f"{key}={value}"]
    return list(map(str, line))


def candidates_per_hour(args, strategy, ranks, disturbance):
    with tempfile.TemporaryDirectory() as folder:
        bench.wait_until_quiet(args.quiet)
        line = command(args, folder, strategy, ranks)
        output = disturbance.run(line, bench.clean_environment(1, ROOT_USER), merge=True)
    rates = re.findall(r"(\d+)/\d+ done.*?([\d.e+]+) candidates/h", output)
    if not rates or int(rates[-1][0]) != args.candidates:
        sys.exit(f"{' '.join(line)}\nshows no final rate:\n{output}")
    return float(rates[-1][1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", help="build folder")
    parser.add_argument("--rounds", type=int, default=3, help="turns of every variant")
    parser.add_argument("--candidates", type=int, default=64, help="candidates per search")
    parser.add_argument("--epochs", type=int, default=40, help="epochs per candidate")
    parser.add_argument("--ranks", type=int, default=2, help="ranks to compare with one")
    parser.add_argument("--quiet", type=float, default=30, help="longest wait for an idle machine before a run, in s")
    args = parser.parse_args()
    args.program = bench.hpnas(args.build)
    disturbance, rows = bench.Disturbance(), []
    for strategy in ("random", "bayes"):
        rates = {1: [], args.ranks: []}
        for _ in range(args.rounds):
            for ranks in rates:
                rates[ranks].append(candidates_per_hour(args, strategy, ranks, disturbance))
        one, many = (statistics.median(rates[ranks]) for ranks in (1, args.ranks))
        pairs = [b / a for a, b in zip(rates[1], rates[args.ranks])]
        spread = f"{min(pairs):.2f} ... {max(pairs):.2f}"
        rows.append([strategy, f"{one:.0f}", f"{many:.0f}", f"{many / one:.2f}", spread])
    text = f"{args.candidates} candidates of {args.epochs} epochs, {args.rounds} rounds in turn, medians."
    many_ranks = f"candidates/h, {args.ranks} x 1"
    bench.publish(disturbance, text, ["strategy", "candidates/h, 1 x 1", many_ranks, "ratio", "ratio per round"], rows)


if __name__ == "__main__":
    main()
