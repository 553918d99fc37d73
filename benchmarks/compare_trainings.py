#!/usr/bin/env python3
"""Networks against each other, trained from scratch by one recipe; prints a Markdown table.

usage: benchmarks/compare_trainings.py CONFIG 'NAME=ARCH' ['NAME=ARCH' ...] [--set KEY=VALUE ...] [--ranks 2] [--output DIR]
CONFIG is a training configuration (configs/train); ARCH an encoding, or RUN/results.h5#N: the N-th network of a search. Trainings that are done
are not repeated, those cut short continue. Latency: deployed network, batch 1, one thread, measured after all trainings. Metrics are those of
the best weights by the validation examples. The learning curves are in DIR/NAME/results.h5, to be drawn by analysis/figure_learning.py.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys

import side_by_side as bench

sys.path.insert(0, str(bench.ROOT / "analysis"))
from reader import Results  # noqa: E402

ROOT_USER = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}


def train(args, name, arch):
    folder = args.output / name.replace(" ", "_")
    folder.parent.mkdir(parents=True, exist_ok=True)
    line = ["mpirun", "-q", "--bind-to", "none", "-n", args.ranks] if args.ranks > 1 else []
    line += [args.program, "train", args.config, "--arch", arch, "--output", folder]
    for assignment in args.set:
        line += ["--set", assignment]
    with open(f"{folder}.log", "a", encoding="utf-8") as log:
        if subprocess.run(list(map(str, line)), cwd=bench.ROOT, env=bench.clean_environment(1, ROOT_USER), stdout=log, stderr=log).returncode:
            sys.exit(f"{' '.join(map(str, line))}\nfailed; see {folder}.log")
    return folder


def row(args, name, folder):
    results = Results(folder / "results.h5")
    trained, seconds = results.candidates, results.table("timing/epochs")["seconds"].sum()
    line = [str(args.program), "evaluate", str(folder), "--json"]
    deployed = json.loads(bench.Disturbance().run(line, bench.clean_environment(1, ROOT_USER)))
    metrics = {m: trained[m][0] for m in sorted(trained.names(), reverse=True) if m.startswith(("val_", "test_")) and not m.endswith("_loss")}
    cells = [name, f"{trained['params'][0]:.0f}", f"{trained['macs'][0] / 1e6:.1f}", f"{deployed['latency_ms']:.3g}",
             f"{results.table('training/epochs')['epoch'][-1]:g}", f"{seconds / 60:.1f}", *(f"{value:.2f}" for value in metrics.values())]
    return [trained.label(m) for m in metrics], cells


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config")
    parser.add_argument("networks", nargs="+", metavar="NAME=ARCH")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="as of hpnas train")
    parser.add_argument("--ranks", type=int, default=os.cpu_count())
    parser.add_argument("--output", type=pathlib.Path, default=bench.ROOT / "results/trainings")
    parser.add_argument("--build", default="build", help="build folder")
    args = parser.parse_args()
    args.program, args.output = bench.hpnas(args.build), args.output.resolve()
    networks = dict(each.split("=", 1) for each in args.networks)
    folders = {name: train(args, name, arch) for name, arch in networks.items()}
    rows = [row(args, name, folder) for name, folder in folders.items()]
    print(f"{bench.machine()}. {args.config}, {args.ranks} ranks of one thread{''.join(f', {s}' for s in args.set)}.\n")
    print(bench.table(["network", "params", "MACs (M)", "latency (ms)", "epochs", "training (min)", *rows[0][0]], [cells for _, cells in rows]))


if __name__ == "__main__":
    main()
