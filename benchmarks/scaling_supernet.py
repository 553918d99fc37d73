#!/usr/bin/env python3
"""Images per second of a gradient search on ranks x threads against 1 x 1; prints a Markdown table.

usage: benchmarks/scaling_supernet.py [--build build] [--rounds 3] [--epochs 3] [--configs unas_five_layer,unas_cell] [--layouts 1x1,1x2,2x1]
       [--quiet 30]
The searches are configs/search/*.yaml on the shipped sample, cut down to --epochs without warm-up: steps that move logits and weights.
A rank takes a batch of its own, so two ranks look at twice the images and architectures per step; efficiency is the rate over that of
1 x 1, divided by the cores.
"""
import argparse
import os
import re
import statistics
import sys
import tempfile

import side_by_side as bench
from scaling import ROOT_USER

SETTINGS = {"strategy.warmup_epochs": 0, "strategy.derive.candidates": 1, "search.progress_seconds": 1e6, "data.train_images": 320,
            "data.validation_images": 320, "training.epochs": 0.01, "ranking.finalists": 1, "ranking.passes": 1}


def images_per_second(args, config, ranks, threads, disturbance):
    with tempfile.TemporaryDirectory() as folder:
        bench.wait_until_quiet(args.quiet)
        cores = sorted(os.sched_getaffinity(0))[:threads]
        line = ["mpirun", "--bind-to", "core", "--map-by", f"slot:PE={threads}", "-n", ranks] if ranks > 1 else \
            ["taskset", "-c", ",".join(map(str, cores))]
        line += [args.program, "search", f"configs/search/{config}.yaml", "--output", folder, "--set", f"threads={threads}"]
        settings = {**SETTINGS, "strategy.epochs": args.epochs}
        if config != "unas_cell":
            settings |= {"latency": "{name: measured}", "strategy.latency.form": "none"}
        for key, value in settings.items():
            line += ["--set", f"{key}={value}"]
        output = disturbance.run(list(map(str, line)), bench.clean_environment(threads, ROOT_USER), merge=True)
    rates = [float(rate) for rate in re.findall(r"epoch \d+ of \d+.*?(\d+) images/s", output)]
    if len(rates) != args.epochs:
        sys.exit(f"{' '.join(map(str, line))}\nshows no rates:\n{output}")
    return max(rates[1:] or rates)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", help="build folder")
    parser.add_argument("--rounds", type=int, default=3, help="turns of every variant")
    parser.add_argument("--epochs", type=int, default=3, help="epochs per search; the first warms up, the fastest other one counts")
    parser.add_argument("--configs", default="unas_five_layer,unas_cell")
    parser.add_argument("--layouts", default="1x1,1x2,2x1", help="ranks x threads; the first is what the others are compared with")
    parser.add_argument("--quiet", type=float, default=30, help="longest wait for an idle machine before a run, in s")
    args = parser.parse_args()
    args.program = bench.hpnas(args.build)
    layouts = [tuple(map(int, layout.split("x"))) for layout in args.layouts.split(",")]
    disturbance, rows = bench.Disturbance(), []
    for config in args.configs.split(","):
        rates = {layout: [] for layout in layouts}
        for _ in range(args.rounds):
            for layout in layouts:
                rates[layout].append(images_per_second(args, config, *layout, disturbance))
        base = statistics.median(rates[layouts[0]])
        for ranks, threads in layouts:
            rate = statistics.median(rates[ranks, threads])
            rows.append([config, ranks, threads, f"{rate:.0f}", f"{rate / base:.2f}", f"{rate / base / (ranks * threads):.2f}"])
    text = f"Gradient searches, {args.rounds} rounds in turn, medians."
    bench.publish(disturbance, text, ["configuration", "ranks", "threads", "images/s", "ratio", "efficiency"], rows)


if __name__ == "__main__":
    main()
