#!/usr/bin/python3
"""Rank correlation of train-free scores with the accuracies of really trained networks.

    /usr/bin/python3 benchmarks/correlation.py SCORES.csv [MORE_SCORES.csv]... TRUTH.csv --truth COLUMN [--key arch]
        [--smaller-is-better ntk] [--aggregate NAME=score,score,...]... [--also COLUMN,COLUMN,...] [--where COLUMN=VALUE]
        [--rows 1000] [--resamples 1000] [--markdown TABLE.md]

SCORES.csv comes from `hpnas score` on the column `key` of TRUTH.csv; more files give further scores of the same networks. Prints
Spearman's rho and Kendall's tau-b with 95 % bootstrap intervals over all rows, over `rows` random ones and over the best tenth by the
true value. A score that is not defined for a network ranks it last. An aggregate is the sum of ln(rank / n) of its scores, the best
having rank n (AZ-NAS, CVPR 2024). `--also` takes columns of TRUTH.csv as scores, `--where` keeps the networks whose number in COLUMN
of TRUTH.csv is VALUE.
"""
import argparse
import csv
import sys
import warnings

import numpy as np
from scipy import stats

warnings.simplefilter("ignore", RuntimeWarning)  # a score that is constant on a sample has no correlation there: nan

NOT_SCORES = {"line", "arch", "status", "reason", "score_seconds", "memory_bytes", "layers", "latency_ms", "energy_mj"}


def number(text):
    return float(text) if text not in ("", None) else np.nan


def read_columns(path):
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows:
        sys.exit(f"{path}: no rows")
    return rows


def ranks(values):
    """Average ranks 1 to n; NaN ranks below everything."""
    return stats.rankdata(np.where(np.isnan(values), -np.inf, values))


def spearman(a, b):
    return stats.spearmanr(ranks(a), ranks(b)).statistic


def kendall(a, b):
    """Tau-b."""
    return stats.kendalltau(ranks(a), ranks(b)).statistic


def interval(function, a, b, resamples, rng):
    """95 % percentile bootstrap over networks."""
    values = []
    for _ in range(resamples):
        chosen = rng.integers(0, len(a), len(a))
        values.append(function(a[chosen], b[chosen]))
    return np.nanpercentile(values, [2.5, 97.5])


def aggregate(scores, names):
    return sum(np.log(ranks(scores[name]) / len(scores[name])) for name in names)


def read_scores(paths):
    """The rows of the first file, with the scores that the others have."""
    first, *others = ({row["arch"]: row for row in read_columns(path)} for path in paths)
    for path, other in zip(paths[1:], others):
        for arch, row in first.items():
            if arch not in other:
                sys.exit(f"{path}: expected the architectures of {paths[0]}, got none {arch}")
            first[arch] = other[arch] | row
    return list(first.values())


def matched(options):
    """Scores (larger is better) and the true values, row by row of the score file."""
    known = {row[options.key]: row for row in read_columns(options.truth_file)}
    if options.where:
        column, value = options.where.split("=")
        known = {arch: row for arch, row in known.items() if number(row[column]) == float(value)}
    truth = {arch: number(row[options.truth]) for arch, row in known.items()}
    rows = [row for row in read_scores(options.scores) if row["arch"] in truth]
    if not rows:
        sys.exit(f"{options.scores[0]}: no architecture of it stands in column {options.key} of {options.truth_file}")
    names = [name for name in rows[0] if name not in NOT_SCORES and name is not None]
    scores = {name: np.array([number(row[name]) for row in rows]) for name in names}
    for name in options.also:
        scores[name] = np.array([number(known[row["arch"]][name]) for row in rows])
    for name in options.smaller_is_better:
        if name in scores:
            scores[name] = -scores[name]
    for name in options.magnitude:
        scores[f"abs({name})"] = np.abs(scores[name])
    for text in options.aggregate:
        name, parts = text.split("=")
        scores[name] = aggregate(scores, parts.split(","))
    return scores, np.array([truth[row["arch"]] for row in rows])


def table(scores, truth, options):
    """Rho and tau with their intervals, over all rows, some and the best."""
    rng = np.random.default_rng(options.seed)
    some = rng.permutation(len(truth))[: options.rows]
    best = np.argsort(truth)[-max(2, len(truth) // 10) :]
    samples = {f"all {len(truth)}": np.arange(len(truth)), f"{len(some)} random rows": some, "best tenth": best}

    def cell(function, a, b):
        low, high = interval(function, a, b, options.resamples, rng)
        return f"{function(a, b):.3f} [{low:.3f}, {high:.3f}]"

    titles = [f"{what}, {name} [95 %]" for name in samples for what in ("Spearman", "Kendall")]
    lines = [f"| score | {' | '.join(titles)} | not defined |", "|---|" + "---|" * (len(titles) + 1)]
    for name, values in sorted(scores.items(), key=lambda item: -spearman(item[1], truth)):
        cells = []
        for rows in samples.values():
            cells += [cell(function, values[rows], truth[rows]) for function in (spearman, kendall)]
        lines.append(f"| {name} | {' | '.join(cells)} | {int(np.isnan(values).sum())} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scores", nargs="+", metavar="SCORES.csv")
    parser.add_argument("truth_file", metavar="TRUTH.csv")
    parser.add_argument("--truth", required=True, help="column of the true values, larger is better")
    parser.add_argument("--key", default="arch")
    parser.add_argument("--smaller-is-better", type=lambda text: text.split(","), default=["ntk", "latency"])
    parser.add_argument("--aggregate", action="append", default=[], metavar="NAME=SCORE,SCORE")
    parser.add_argument("--also", type=lambda text: text.split(","), default=[], metavar="COLUMN,COLUMN")
    parser.add_argument("--magnitude", type=lambda text: text.split(","), default=[], metavar="SCORE,SCORE",
                        help="also rank the absolute values of these")
    parser.add_argument("--where", metavar="COLUMN=VALUE")
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--markdown", help="also write the table here")
    options = parser.parse_args()
    scores, truth = matched(options)
    text = table(scores, truth, options)
    print(f"truth: {options.truth} of {options.truth_file}\n{text}")
    if options.markdown:
        with open(options.markdown, "w") as file:
            file.write(text + "\n")


if __name__ == "__main__":
    main()
