#!/usr/bin/env python3
"""A step of UNAS' search on its supernet for CIFAR, ours against PyTorch, in turn, on one thread: time and memory.
Prints a Markdown table.

usage: benchmarks/compare_supernet.py [--build build] [--rounds 2] [--architectures 4] [--batch 32] [--quiet 30]
                                      [--processor-time]
The step is darts_cell with 16 channels, 8 cells and 7 operations, one architecture for the mini-batch: L(z), L(zeta)
and its gradient, both with the generalisation gap, then the weights at zeta with clipping and Adam. First both programs
compute losses and gradients of the same weights, images and architectures on a small batch; the script ends if they
differ. PyTorch is run as installed and tuned, as in compare_networks.py. It needs Debian's python3-torch.
"""
import argparse
import json
import os
import sys
import tempfile

import side_by_side as bench
from compare_networks import TUNED, Samples, ratio

PEER = bench.ROOT / "benchmarks" / "peers" / "torch_supernet.py"
SKIP_BELOW = (0, 0.05)
# Of the value's size. PyTorch's own gradients differ by up to 1e-3 between single and double precision; ours in single
# precision by 4e-6 to 7e-3 from PyTorch's in double, depending on batch and options (a rounding that turns a relu would).
TOLERANCE = {"L(z)": 1e-5, "L(zeta)": 1e-5, "loss of the weights": 1e-5, "gradient by zeta": 0.02,
             "gradient by weights": 0.02}


def write(args, batch, path):
    command = [bench.program(args.build, "bench_supernet_search"), "--batch", batch, "--write", path, "--architectures",
               args.architectures]
    bench.Disturbance().run(list(map(str, command)), bench.clean_environment(1))


def check(path, skip_below):
    """The largest relative difference; ends the script if any is too large. PyTorch computes in double precision."""
    command = ["/usr/bin/python3", PEER, path, "--check", "--skip-below", skip_below]
    differences = json.loads(bench.Disturbance().run(list(map(str, command)), bench.clean_environment(1)))
    print(f"relative differences, options below {skip_below} skipped: {differences}", file=sys.stderr)
    for name, limit in TOLERANCE.items():
        if not differences[name] < limit:
            sys.exit(f"{name}: ours and PyTorch's differ by {differences[name]:.2g} of its size, more than {limit}")
    return max(differences.values())


def variants(args, path, skip_below):
    common = ["--skip-below", skip_below]
    ours = [bench.program(args.build, "bench_supernet_search"), "--batch", args.batch, "--architectures", args.architectures]
    torch = ["/usr/bin/python3", PEER, path]
    return (("ours", ours + common, {}), ("installed", torch + common, {}),
            ("tuned", torch + common + ["--channels-last"], TUNED))


def row(samples, title, skip_below):
    ours, installed, tuned = ((skip_below, variant) for variant in ("ours", "installed", "tuned"))
    cells = [title, samples.cell(ours)]
    for peer in (installed, tuned):
        cells += [samples.cell(peer), ratio(samples, peer, ours)]
    return cells + [" / ".join(f"{max(samples.memory[key]):.0f}" for key in (ours, installed, tuned))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", help="build folder")
    parser.add_argument("--rounds", type=int, default=2, help="turns of every variant")
    parser.add_argument("--architectures", type=int, default=4, help="steps per turn, each of another architecture")
    parser.add_argument("--batch", type=int, default=32, help="images of each of the two mini-batches")
    parser.add_argument("--quiet", type=float, default=30, help="longest wait for an idle machine before a run, in s")
    parser.add_argument("--processor-time", action="store_true", help="compare processor time, on a machine that is never idle")
    args = parser.parse_args()
    disturbance, samples = bench.Disturbance(), Samples(args.processor_time)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "supernet")
        write(args, 4, path)
        difference = max(check(path, skip_below) for skip_below in SKIP_BELOW)
        write(args, args.batch, path)
        for i in range(args.rounds):
            print(f"round {i + 1} of {args.rounds}", file=sys.stderr)
            for skip_below in SKIP_BELOW:
                for variant, command, extra in variants(args, path, skip_below):
                    bench.wait_until_quiet(args.quiet)
                    output = disturbance.run(bench.pinned(1, command), bench.clean_environment(1, extra))
                    for line in bench.json_lines(output):
                        print(variant, line, file=sys.stderr, flush=True)
                        samples.add((skip_below, variant), line)
    time = "processor time" if args.processor_time else "time"
    bench.publish(disturbance,
                  f"{args.rounds} rounds in turn, {args.architectures} architectures each, batch {args.batch}, one thread; ms per step "
                  f"({time}): median [best]; ratio: PyTorch / ours of both; memory: growth of the resident set, MiB, ours / installed "
                  f"/ tuned. Losses and gradients differ by at most {difference:.1g}.",
                  ["step", "ours", "installed", "ratio", "tuned", "ratio", "memory"],
                  [row(samples, "nothing skipped", 0), row(samples, "options below 0.05 skipped", 0.05)])


if __name__ == "__main__":
    main()
