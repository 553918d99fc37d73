"""Figure: a gradient search epoch by epoch: losses, entropy and latency, and the probability of every option.

    /usr/bin/python3 analysis/figure_gradient.py results.h5 out.png
"""
import argparse

import command_line
import matplotlib

matplotlib.use("Agg")  # no display on a cluster
import matplotlib.pyplot as plt
import numpy as np

from reader import Results


def draw_curves(epochs, names, axes):
    for name in names:
        if np.any(np.isfinite(epochs[name])):
            axes.plot(epochs["epoch"], epochs[name], ".-", lw=1, label=epochs.label(name))
    warm = np.flatnonzero(epochs["warm_up"])
    if len(warm):
        axes.axvspan(-0.5, warm[-1] + 0.5, color="0.92", label="warm-up")
    axes.set_xlabel("epoch")
    axes.legend(fontsize=7)
    axes.grid(alpha=0.3)


def draw_choices(results, axes):
    """Rows: the options of every decision, decisions apart by a line. Returns their number."""
    choices = results.table("gradient/choices")
    n_epochs = int(choices["epoch"].max()) + 1
    probability = choices["probability"].reshape(n_epochs, -1)
    decision = choices["decision"].reshape(n_epochs, -1)[0]
    image = axes.imshow(probability.T, aspect="auto", interpolation="nearest", vmin=0, vmax=1, cmap="viridis")
    axes.figure.colorbar(image, ax=axes, label="probability")
    starts = np.flatnonzero(np.diff(decision, prepend=-1))
    for start in starts[1:]:
        axes.axhline(start - 0.5, color="w", lw=0.5)
    names = results.space["name"]
    axes.set_yticks(starts, [names[decision[start]] for start in starts], fontsize=min(7, 200 / len(starts)))
    axes.set_xlabel("epoch")
    return len(decision)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results")
    parser.add_argument("png")
    options = parser.parse_args(arguments)
    results = Results(options.results)
    epochs = results.table("gradient/epochs")
    if epochs is None:
        raise SystemExit(f"{options.results}: holds no gradient search (table gradient/epochs)")
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(15, 5), constrained_layout=True)
    draw_curves(epochs, ["weight_loss", "loss_discrete", "loss_relaxed", "validation_loss"], left)
    left.set_ylabel("loss (nat)")
    draw_curves(epochs, ["entropy", "latency_ms"], middle)
    options_drawn = draw_choices(results, right)
    figure.savefig(options.png, dpi=120)
    print(f"{options.png}: {len(epochs)} epochs, {options_drawn} options")
    return 0


if __name__ == "__main__":
    command_line.run(main)
