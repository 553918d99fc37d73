#!/usr/bin/env python3
"""Speed per layer type of whole networks, as GFLOP/s, share of the machine's peak and GB/s; prints one Markdown table.

usage: benchmarks/layers.py [--build build] [--passes 15] [--threads 1,2] [--quiet 30]
Times are the sum over the layers of a type, each the fastest of all passes through the network. GB/s counts the values
that forward reads and writes once; what fits the caches exceeds the memory's bandwidth.
"""
import argparse

import side_by_side as bench


def speed(gflop, ms, peak):
    if gflop < 1e-3 or ms <= 0:
        return ""
    return f"{gflop / ms * 1e3:.0f} ({100 * gflop / ms * 1e3 / peak:.0f} %)"


def rows(line, threads, peak):
    forward, backward = line["forward_ms"], line["backward_ms"]
    return [line["case"], threads, f"{line['layers']} x {line['type']}", f"{forward:.3f}", speed(line["forward_gflop"], forward, peak),
            f"{line['megabytes'] / forward:.0f}", f"{backward:.3f}" if backward else "",
            speed(line["backward_gflop"], backward, peak)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", help="build folder")
    parser.add_argument("--passes", type=int, default=15, help="training steps; ten times as many inferences")
    parser.add_argument("--threads", default="1,2", help="numbers of threads")
    parser.add_argument("--quiet", type=float, default=30, help="longest wait for an idle machine before a run, in s")
    args = parser.parse_args()
    program = bench.program(args.build, "bench_train_layers")
    disturbance, limits, lines = bench.Disturbance(), [], []
    for threads in map(int, args.threads.split(",")):
        bench.wait_until_quiet(args.quiet)
        output = disturbance.run(bench.pinned(threads, [program, "--passes", args.passes]), bench.clean_environment(threads))
        machine, *layers = bench.json_lines(output)
        limits.append(f"{threads} threads: peak {machine['peak_gflops']:.0f} GFLOP/s, triad {machine['triad_gb_per_s']:.0f} GB/s")
        lines += [rows(line, threads, machine["peak_gflops"]) for line in layers]
    print(f"{bench.machine()}. {'; '.join(limits)}. "
          f"Other programs took at most {100 * disturbance.worst:.0f} % of the machine.\n")
    print(bench.table(["case", "threads", "layers", "forward ms", "GFLOP/s (of peak)", "GB/s", "backward ms", "GFLOP/s (of peak)"],
                      lines))


if __name__ == "__main__":
    main()
