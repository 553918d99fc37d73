"""Figure: learning curves of trained networks, losses on the left and the leading metric on the right.

    /usr/bin/python3 analysis/figure_learning.py out.png RUN/results.h5 [RUN2/results.h5 ...] [--metric val_top1]
"""
import argparse
import pathlib

import command_line
import matplotlib

matplotlib.use("Agg")  # no display on a cluster
import matplotlib.pyplot as plt

from reader import Results


def curve_of(path):
    results = Results(path)
    table = results.table("training/epochs")
    if table is None:
        raise SystemExit(f"{path}: holds no training: no group training/epochs")
    return table


def metric_of(curve, wanted):
    """The metric that was asked for, else the first one of the validation examples behind their loss."""
    metrics = [name for name in curve.names() if name.startswith("val_") and name != "val_loss"]
    if wanted and wanted not in curve:
        raise SystemExit(f"no metric {wanted}; there are: {', '.join(metrics)}")
    preferred = [name for name in ("val_top1", "val_f1", "val_error") if name in metrics]
    return wanted or (preferred + metrics)[0]


def draw(curves, metric, axes):
    losses, metrics = axes
    for name, curve in curves.items():
        line = losses.plot(curve["epoch"], curve["train_loss"], "--", lw=1)[0]
        losses.plot(curve["epoch"], curve["val_loss"], color=line.get_color(), label=name)
        metrics.plot(curve["epoch"], curve[metric], color=line.get_color(), label=name)
    first = next(iter(curves.values()))
    losses.set_ylabel("loss (nat): training dashed, validation solid")
    metrics.set_ylabel(first.label(metric))
    for each in axes:
        each.set_xlabel("epoch")
        each.grid(alpha=0.3)
    metrics.legend()


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("png")
    parser.add_argument("results", nargs="+")
    parser.add_argument("--metric")
    options = parser.parse_args(arguments)
    curves = {pathlib.Path(path).parent.name or path: curve_of(path) for path in options.results}
    metric = metric_of(next(iter(curves.values())), options.metric)
    figure, axes = plt.subplots(1, 2, figsize=(10, 4.5), constrained_layout=True)
    draw(curves, metric, axes)
    figure.savefig(options.png, dpi=150)
    points = sum(len(curve) for curve in curves.values())
    print(f"{options.png}: {len(curves)} curves, {points} points, {metric}")
    return 0


if __name__ == "__main__":
    command_line.run(main)
