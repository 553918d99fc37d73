#!/usr/bin/env python3
"""Train-free scores of ResNet-20, ours against PyTorch, in turn. Prints a Markdown table.

usage: benchmarks/compare_scores.py [--build build] [--rounds 3] [--seconds 2] [--threads 1] [--quiet 30] [--cases ntk,snip]
It needs Debian's python3-torch (/usr/bin/python3).
"""
import argparse
import collections
import statistics
import sys

import side_by_side as bench

# Score, its case in bench_score_networks.cpp, its case in peers/torch_scores.py.
COMPARED = (
    ("ntk against one backward pass per sample, coupled (TE-NAS)", "ntk", "ntk_coupled"),
    ("ntk against batch 1, sample by sample", "ntk", "ntk_per_sample"),
    ("ntk coupled against the same", "ntk_coupled", "ntk_coupled"),
    ("de_score (sound terms) against DE-NAS's composition", "de_score", "de_score"),
    ("de_score, mode compat, against the same", "de_score_compat", "de_score"),
    ("snip", "snip", "snip"),
    ("grad_norm", "grad_norm", "grad_norm"),
    ("naswot", "naswot", "naswot"),
    ("jacob_cov", "jacob_cov", "jacob_cov"),
    ("zen, batch 16, 32 draws, against the network with residual links", "zen", "zen"),
    ("zen with residual links, against the same", "zen_links", "zen"),
    ("synflow (any depth) against float32 autograd", "synflow", "synflow"),
)
ALONE = (("eight scores of a random network of NAS-Bench-201, mean", "nasbench201"),
         ("zen, batch 16, one draw, of such a network, mean", "nasbench201_zen"),
         ("synflow of such a network, mean", "nasbench201_synflow"),
         ("AZ-NAS's three scores of such a network, batch 64, mean", "nasbench201_az_nas"),
         ("meco, 8 channels, of such a network, mean", "nasbench201_meco"))


def compared(args):
    return [row for row in COMPARED if not args.cases or row[1] in args.cases.split(",")]


def alone(args):
    return [row for row in ALONE if not args.cases or row[1] in args.cases.split(",")]


def one_round(args, threads, samples, disturbance):
    peer = bench.ROOT / "benchmarks" / "peers" / "torch_scores.py"
    ours = [bench.program(args.build, "bench_score_networks"), "--seconds", args.seconds, "--cases"]
    theirs = ["/usr/bin/python3", peer, "--threads", threads, "--seconds", args.seconds, "--cases"]
    runs = {("ours", case): ours + [case] for _, case, _ in compared(args)}
    runs.update({("torch", case): theirs + [case] for _, _, case in compared(args)})
    runs.update({("ours", case): ours + [case] for _, case in alone(args)})
    for (who, case), command in sorted(runs.items(), key=lambda run: run[0][1]):
        bench.wait_until_quiet(args.quiet)
        output = disturbance.run(bench.pinned(threads, command), bench.clean_environment(threads))
        for line in bench.json_lines(output):
            samples[who, case].append(line)


def median(samples, key):
    return statistics.median(line["median_ms"] for line in samples[key])


def best(samples, key):
    return min(line["best_ms"] for line in samples[key])


def rows(args, samples, threads):
    for title, our_case, torch_case in compared(args):
        ours, torch = ("ours", our_case), ("torch", torch_case)
        yield [title, threads, f"{median(samples, ours):.4g} [{best(samples, ours):.4g}]",
               f"{median(samples, torch):.4g} [{best(samples, torch):.4g}]",
               f"{median(samples, torch) / median(samples, ours):.2f} [{best(samples, torch) / best(samples, ours):.2f}]"]
    for title, case in alone(args):
        mean = statistics.mean(line["mean_ms"] for line in samples["ours", case])
        yield [title, threads, f"{mean:.4g}", "", ""]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", help="build folder")
    parser.add_argument("--rounds", type=int, default=3, help="turns of every variant")
    parser.add_argument("--seconds", type=float, default=2, help="time per variant and turn")
    parser.add_argument("--threads", default="1", help="numbers of threads")
    parser.add_argument("--quiet", type=float, default=30, help="longest wait for an idle machine before a run, in s")
    parser.add_argument("--cases", default="", help="cases of bench_score_networks, separated by commas; default: all")
    args = parser.parse_args()
    disturbance, lines = bench.Disturbance(), []
    for threads in map(int, args.threads.split(",")):
        samples = collections.defaultdict(list)
        for i in range(args.rounds):
            print(f"{threads} threads, round {i + 1} of {args.rounds}", file=sys.stderr)
            one_round(args, threads, samples, disturbance)
        lines += rows(args, samples, threads)
    bench.publish(disturbance,
                  f"ResNet-20, batch 64 unless said. {args.rounds} rounds in turn; ms: median of medians [best]; ratio: PyTorch / ours of "
                  "both.", ["case", "threads", "ours", "PyTorch", "ratio"], lines)


if __name__ == "__main__":
    main()
