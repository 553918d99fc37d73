"""Figure: regret against the number of evaluations for every strategy, one panel per table of networks.

    build/benchmarks/bench_sched_strategies DATA_DIR --csv strategies.csv
    /usr/bin/python3 analysis/figure_strategies.py strategies.csv [more.csv ...] out.png
"""
import argparse
import csv

import command_line
import matplotlib

matplotlib.use("Agg")  # no display on a cluster
import matplotlib.pyplot as plt
import numpy as np


def load(paths):
    """{case: {strategy: array [evaluations, (number, mean, half width of the 95 % interval)]}}, in the files' order."""
    curves = {}
    for path in paths:
        with open(path, newline="") as file:
            for row in csv.DictReader(file):
                point = [float(row[name]) for name in ("evaluations", "mean", "ci95")]
                curves.setdefault(row["case"], {}).setdefault(row["strategy"], []).append(point)
    return {case: {name: np.array(points) for name, points in of_case.items()} for case, of_case in curves.items()}


def draw(case, strategies, axes):
    for name, curve in strategies.items():
        line, = axes.plot(curve[:, 0], curve[:, 1], lw=1.3, label=name)
        low, high = curve[:, 1] - curve[:, 2], curve[:, 1] + curve[:, 2]
        axes.fill_between(curve[:, 0], np.maximum(low, 0), high, color=line.get_color(), alpha=0.2, lw=0)
    axes.set_title(case, fontsize=9)
    axes.set_xlabel("evaluations")
    axes.set_ylabel("missing hypervolume (%)" if " and " in case else "regret (% of accuracy)")
    axes.set_ylim(bottom=0, top=max(curve[min(9, len(curve) - 1), 1] for curve in strategies.values()))
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("csv", nargs="+")
    parser.add_argument("png")
    options = parser.parse_args(arguments)
    curves = load(options.csv)
    rows = (len(curves) + 1) // 2
    figure, axes = plt.subplots(rows, 2, figsize=(10, 3.6 * rows), constrained_layout=True, squeeze=False)
    for panel in axes.flat[len(curves):]:
        panel.set_visible(False)
    for panel, (case, strategies) in zip(axes.flat, curves.items()):
        draw(case, strategies, panel)
    figure.savefig(options.png, dpi=110)
    print(f"{options.png}: {len(curves)} tables, {sum(len(s) for s in curves.values())} curves")
    return 0


if __name__ == "__main__":
    command_line.run(main)
