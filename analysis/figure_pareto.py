"""Figure: accuracy against latency of every evaluated candidate, with the Pareto front.

    /usr/bin/python3 analysis/figure_pareto.py results.h5 out.png [--x latency_ms] [--y val_top1]
"""
import argparse

import command_line
import matplotlib

matplotlib.use("Agg")  # no display on a cluster
import matplotlib.pyplot as plt
import numpy as np

from reader import Results


def front_quantities(results):
    """The two quantities that span the stored front, latency (anything in ms) first."""
    names = [name for name in results.pareto.names() if name not in ("row", "candidate_id")]
    if len(names) < 2:
        raise SystemExit(f"{results.path}: the stored front has {len(names)} quantity; name two with --x and --y")
    in_ms = [name for name in names if results.pareto.units[name] == "ms"]
    x = in_ms[0] if in_ms else names[0]
    return x, next(name for name in names if name != x)


def draw(results, x, y, axes):
    """Returns (number of points, number of points on the front) that were drawn."""
    candidates = results.candidates
    shown = results.ok() & np.isfinite(candidates[x]) & np.isfinite(candidates[y])
    points = axes.scatter(candidates[x][shown], candidates[y][shown], c=candidates["candidate_id"][shown], s=14, cmap="viridis")
    axes.figure.colorbar(points, ax=axes, label="candidate (order of proposal)")
    rows = results.pareto["row"]
    order = rows[np.argsort(candidates[x][rows])]
    axes.plot(candidates[x][order], candidates[y][order], "r.-", lw=1, label="Pareto front")
    axes.set_xlabel(candidates.label(x))
    axes.set_ylabel(candidates.label(y))
    axes.set_title(f"{int(shown.sum())} candidates, {len(rows)} on the front")
    axes.legend()
    axes.grid(alpha=0.3)
    return int(shown.sum()), len(rows)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results")
    parser.add_argument("png")
    parser.add_argument("--x")
    parser.add_argument("--y")
    options = parser.parse_args(arguments)
    results = Results(options.results)
    default_x, default_y = (options.x, options.y) if options.x and options.y else front_quantities(results)
    figure, axes = plt.subplots(figsize=(7, 5), constrained_layout=True)
    drawn = draw(results, options.x or default_x, options.y or default_y, axes)
    figure.savefig(options.png, dpi=150)
    print(f"{options.png}: {drawn[0]} candidates, {drawn[1]} on the front")
    return 0


if __name__ == "__main__":
    command_line.run(main)
