#!/usr/bin/env python3
"""Our deployed networks against ONNX Runtime on the same networks, exported by us: batch 1, each in turn, on the same cores.

    benchmarks/compare_onnx.py --rounds 3 --seconds 1 --threads 1,2

Needs a build with -DHPNAS_BENCHMARKS=ON, /usr/bin/python3 with numpy, and ONNX Runtime's library (jobs/setup.sh --tests fetches it).
"""
import argparse
import os
import pathlib
import statistics
import sys
import tempfile

import side_by_side as bench

NETWORKS = {"resnet20": "ResNet-20", "gpunet1_224": "GPUNet-1 at 224", "mobilenet_v2_224": "MobileNetV2 at 224",
            "vit_tiny_224": "ViT-tiny at 224", "bert_mini_128": "BERT-mini, 128 tokens"}
MEASURE = bench.ROOT / "jobs/measure_onnx"


class Comparison:
    """Medians of every round, by network and side."""

    def __init__(self, args, folder):
        self.args, self.folder = args, pathlib.Path(folder)
        self.wanted = [name for name in NETWORKS if args.cases in name]
        self.disturbance = bench.Disturbance()
        self.medians, self.best = {}, {}

    def keep(self, key, line):
        self.medians.setdefault(key, []).append(line["median_ms"])
        self.best.setdefault(key, []).append(line.get("best_ms", line.get("min_ms")))

    def run(self, threads, command):
        bench.wait_until_quiet(self.args.quiet)
        environment = bench.clean_environment(threads, {"OMP_PROC_BIND": "close", "OMP_PLACES": "cores"})
        environment["HPNAS_BUILD"] = str(pathlib.Path(self.args.build).resolve())
        return bench.json_lines(self.disturbance.run(bench.pinned(threads, command), environment))

    def round(self, threads):
        for name in self.wanted:
            ours = [bench.program(self.args.build, "bench_train_networks"), "--seconds", self.args.seconds, "--cases", f"{name}_n1_infer"]
            for line in self.run(threads, ours):
                self.keep((name, threads, "ours"), line)
            samples = max(5, round(1000 * self.args.seconds / self.typical((name, threads, "ours"))))
            peer = [MEASURE, self.folder / f"{name}.onnx", "--threads", threads, "--samples", samples, "--warmup-ms", 200]
            for line in self.run(threads, peer):
                self.keep((name, threads, "onnx"), line)

    def typical(self, key):
        return statistics.median(self.medians[key])

    def rows(self, threads):
        for name in self.wanted:
            ours, peer = (name, threads, "ours"), (name, threads, "onnx")
            yield [NETWORKS[name], threads, *(f"{self.typical(key):.4g} [{min(self.best[key]):.4g}]" for key in (ours, peer)),
                   f"{self.typical(peer) / self.typical(ours):.2f} [{min(self.best[peer]) / min(self.best[ours]):.2f}]"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", help="build folder")
    parser.add_argument("--rounds", type=int, default=3, help="turns of both")
    parser.add_argument("--seconds", type=float, default=1, help="time per side and turn")
    parser.add_argument("--threads", default="1,2", help="numbers of threads")
    parser.add_argument("--quiet", type=float, default=30, help="longest wait for an idle machine before a run, in s")
    parser.add_argument("--cases", default="", help="only networks whose name contains this")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hpnas_onnx_") as folder:
        comparison = Comparison(args, folder)
        comparison.disturbance.run([str(bench.program(args.build, "bench_export_networks")), folder], dict(os.environ))
        threads = [int(t) for t in args.threads.split(",")]
        for count in threads:
            for i in range(args.rounds):
                print(f"{count} threads, round {i + 1} of {args.rounds}", file=sys.stderr)
                comparison.round(count)
        rows = [row for count in threads for row in comparison.rows(count)]
    bench.publish(comparison.disturbance,
                  f"{args.rounds} rounds in turn, batch 1; ms: median of medians [best]; ratio: ONNX Runtime / ours of both.",
                  ["network", "threads", "ours", "ONNX Runtime", "ratio"], rows)


if __name__ == "__main__":
    main()
