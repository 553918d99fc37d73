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


def row(line, threads, peak):
    forward, backward = line["forward_ms"], line["backward_ms"]
    return [line["case"], threads, f"{line['layers']} x {line['type']}",
            f"{forward:.3f}", speed(line["forward_gflop"], forward, peak), f"{line['megabytes'] / forward:.0f}",
            f"{backward:.3f}" if backward else "", speed(line["backward_gflop"], backward, peak)]


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
        command = bench.pinned(threads, [program, "--passes", args.passes])
        limit, *layers = bench.json_lines(disturbance.run(command, bench.clean_environment(threads)))
        limits.append(f"{threads} threads: peak {limit['peak_gflops']:.0f} GFLOP/s, "
                      f"triad {limit['triad_gb_per_s']:.0f} GB/s.")
        lines += [row(line, threads, limit["peak_gflops"]) for line in layers]
    flops = "GFLOP/s (of peak)"
    header = ["case", "threads", "layers", "forward ms", flops, "GB/s", "backward ms", flops]
    bench.publish(disturbance, " ".join(limits), header, lines)


if __name__ == "__main__":
    main()
