#!/usr/bin/env python3
"""Candidates screened per second on one core: Sobol point, choices, additive latency, buckets. Prints a Markdown table.

usage: benchmarks/screening.py [--build build] [--repetitions 5] [--quiet 30]
"""
import argparse
import json
import statistics

import side_by_side as bench

MEANING = {"gpunet_additive": "GPUNet's 41 slots, its additive latency",
           "plain_sum": "the same with one addition per slot"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", help="build folder")
    parser.add_argument("--repetitions", type=int, default=5, help="repetitions of each measurement")
    parser.add_argument("--quiet", type=float, default=30, help="longest wait for an idle machine before a run, in s")
    args = parser.parse_args()
    disturbance = bench.Disturbance()
    program = bench.program(args.build, "bench_sched_screening")
    bench.wait_until_quiet(args.quiet)
    options = ["--benchmark_format=json", f"--benchmark_repetitions={args.repetitions}"]
    output = disturbance.run(bench.pinned(1, [program, *options]), bench.clean_environment(1))
    rates = {}
    for run in json.loads(output)["benchmarks"]:
        if run["run_type"] == "iteration":
            rates.setdefault(run["run_name"], []).append(run["items_per_second"] / 1e6)
    rows = [[f"{name}: {MEANING.get(name, '')}", f"{statistics.median(r):.1f}", f"{max(r):.1f}"]
            for name, r in rates.items()]
    bench.publish(disturbance, "One core.", ["what", "million candidates/s, median", "best"], rows)


if __name__ == "__main__":
    main()
