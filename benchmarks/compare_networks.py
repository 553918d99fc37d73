#!/usr/bin/env python3
"""Whole networks, ours against PyTorch, in turn: training step, batch-1 inference, memory. Prints a Markdown table.

usage: benchmarks/compare_networks.py [--build build] [--rounds 5] [--seconds 2] [--threads 1,2] [--quiet 30]
                                      [--cases NAME] [--processor-time]
PyTorch is run as installed and tuned: channels last, huge pages in malloc, OpenBLAS-openmp, bound threads; for
inference the best of eager, freeze and optimize_for_inference of both counts. It needs Debian's python3-torch
(/usr/bin/python3).
"""
import argparse
import collections
import os
import statistics
import sys

import side_by_side as bench

OPENBLAS = "/usr/lib/x86_64-linux-gnu/openblas-openmp"
TUNED = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", "LD_LIBRARY_PATH": OPENBLAS, "OMP_PROC_BIND": "true"}
TRAINING = ("resnet20_n64_train", "gpunet1_224_n8_train", "vit_tiny_224_n16_train", "bert_mini_128_n16_train")
INFERENCE = ("resnet20_n1_infer", "gpunet1_224_n1_infer", "vit_tiny_224_n1_infer", "bert_mini_128_n1_infer")
INFERENCE_MODES = ("eager", "freeze", "ofi")


class Samples:
    """Median and best of every round per (case, variant), and the largest resident memory."""

    def __init__(self, processor_time):
        self.times = ("mean_cpu_ms", "mean_cpu_ms") if processor_time else ("median_ms", "best_ms")
        self.median, self.best, self.memory = (collections.defaultdict(list) for _ in range(3))
        self.parameters = {}

    def add(self, key, line):
        if self.parameters.setdefault(key[0], line["parameters"]) != line["parameters"]:
            sys.exit(f"{key}: {line['parameters']} parameters, another program has {self.parameters[key[0]]}")
        self.median[key].append(line[self.times[0]])
        self.best[key].append(line[self.times[1]])
        self.memory[key].append(line["step_rss_mib"])

    def typical(self, key):
        return statistics.median(self.median[key])

    def cell(self, key):
        return f"{self.typical(key):.4g} [{min(self.best[key]):.4g}]"


def wanted(args):
    return [case for case in TRAINING + INFERENCE if args.cases in case]


def our_command(args, case):
    return [bench.program(args.build, "bench_train_networks"), "--seconds", args.seconds, "--cases", case]


def torch_command(args, threads, cases, tuned):
    peer = bench.ROOT / "benchmarks" / "peers" / "torch_networks.py"
    command = ["/usr/bin/python3", peer, "--threads", threads, "--seconds", args.seconds, "--cases", cases]
    return command + (["--channels-last"] if tuned else [])


def one_round(args, threads, samples, disturbance):
    for case in wanted(args):
        torch_cases = case if case in TRAINING else ",".join(f"{case}_{mode}" for mode in INFERENCE_MODES)
        variants = (("ours", our_command(args, case), {}),
                    ("installed", torch_command(args, threads, torch_cases, False), {}),
                    ("tuned", torch_command(args, threads, torch_cases, True), TUNED))
        for variant, command, extra in variants:
            bench.wait_until_quiet(args.quiet)
            output = disturbance.run(bench.pinned(threads, command), bench.clean_environment(threads, extra))
            for line in bench.json_lines(output):
                mode = line["case"][len(case):].lstrip("_")
                samples.add((case, f"{variant} {mode}".strip()), line)


def best_of(samples, case, prefix):
    keys = [key for key in samples.median if key[0] == case and key[1].startswith(prefix)]
    return min(keys, key=samples.typical)


def ratio(samples, peer, ours):
    return (f"{samples.typical(peer) / samples.typical(ours):.2f} "
            f"[{min(samples.best[peer]) / min(samples.best[ours]):.2f}]")


def rows(args, samples, threads):
    for case in wanted(args):
        ours, installed, tuned = (best_of(samples, case, name) for name in ("ours", "installed", "tuned"))
        row = [case, threads, samples.cell(ours)]
        for peer in (installed, tuned):
            mode = peer[1].partition(" ")[2]
            row += [samples.cell(peer) + (f" {mode}" if mode else ""), ratio(samples, peer, ours)]
        memory = " / ".join(f"{max(samples.memory[key]):.0f}" for key in (ours, installed, tuned))
        yield row + [memory if case in TRAINING else ""]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", help="build folder")
    parser.add_argument("--rounds", type=int, default=5, help="turns of every variant")
    parser.add_argument("--seconds", type=float, default=2, help="time per variant and turn")
    parser.add_argument("--threads", default="1,2", help="numbers of threads")
    parser.add_argument("--quiet", type=float, default=30, help="longest wait for an idle machine before a run, in s")
    parser.add_argument("--cases", default="", help="only cases whose name contains this")
    parser.add_argument("--processor-time", action="store_true",
                        help="compare processor time, mean of each run: for one thread on a machine that is never idle")
    args = parser.parse_args()
    if not os.path.isdir(OPENBLAS):
        sys.exit(f"{OPENBLAS} is missing (apt install libopenblas0-openmp): PyTorch could not be tuned")
    disturbance, lines = bench.Disturbance(), []
    for threads in map(int, args.threads.split(",")):
        samples = Samples(args.processor_time)
        for i in range(args.rounds):
            print(f"{threads} threads, round {i + 1} of {args.rounds}", file=sys.stderr)
            one_round(args, threads, samples, disturbance)
        lines += rows(args, samples, threads)
    header = ["case", "threads", "ours", "PyTorch as installed", "ratio", "PyTorch tuned", "ratio", "memory"]
    bench.publish(disturbance,
                  f"{args.rounds} rounds in turn; ms{' of processor time' if args.processor_time else ''}: median of medians [best]; ratio: PyTorch / ours of both. "
                  "Memory: growth of the resident set over the loaded program, MiB, ours / installed / tuned.",
                  header, lines)


if __name__ == "__main__":
    main()
