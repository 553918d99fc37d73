#!/usr/bin/python3
"""Rank correlation of train-free scores with the accuracies of really trained networks.

    /usr/bin/python3 benchmarks/correlation.py SCORES.csv [MORE.csv[:score,score,...]]... TRUTH.csv --truth COLUMN [--key arch]
        [--smaller-is-better SCORE,SCORE] [--aggregate NAME=SCORE,SCORE,...]... [--also COLUMN,COLUMN,...] [--where COLUMN=VALUE]
        [--rows 1000] [--resamples 1000] [--markdown TABLE.md]

SCORES.csv comes from `hpnas score` on the column `key` of TRUTH.csv; more files give further scores of the same networks (all their
columns, or those named behind a colon). Prints Spearman's rho and Kendall's tau-b with 95 % bootstrap intervals over all rows, over
`rows` random ones and over the best tenth by the true value. A score that is not defined for a network ranks it last. An aggregate is
the sum of ln(rank / n) of its scores, the best having rank n and those without a value rank 1 (AZ-NAS, CVPR 2024; the rule of
`hpnas score --aggregate rank`, which ranks each different network once). `--also` takes columns of TRUTH.csv as scores, `--where` keeps the networks whose number in COLUMN of
TRUTH.csv is VALUE. Of `ntk` and `latency`, and of --smaller-is-better, the smaller value is the better one.
"""
import argparse
import csv
import sys
import warnings

import numpy as np
from scipy import stats

warnings.simplefilter("ignore", RuntimeWarning)  # a score that is constant on a sample has no correlation there: nan

NOT_SCORES = {"line", "arch", "status", "reason", "score_seconds", "memory_bytes", "layers", "latency_ms", "energy_mj"}


def number(text, where):
    try:
        return float(text) if text not in ("", None) else np.nan
    except ValueError:
        sys.exit(f"{where}: expected numbers, got '{text}'")


def check_names(names, known, where):
    for name in names:
        if name not in known:
            sys.exit(f"{where}: has no '{name}'; it has: {', '.join(filter(None, known))}")


def read_columns(path, wanted):
    """The rows of a CSV file, which has the wanted columns."""
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        sys.exit(f"{path}: {error.strerror}")
    if not rows:
        sys.exit(f"{path}: no rows")
    check_names(wanted, rows[0], path)
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


def aggregate(columns):
    """Sum of ln(rank / n); NaN has rank 1, as in src/score/rank_aggregate.cpp."""
    return sum(np.log(np.where(np.isnan(values), 1, ranks(values)) / len(values)) for values in columns)


def read_scores(texts):
    """{architecture: {score: text}} of the first file, with the scores that the others have."""
    merged = {}
    for text in texts:
        path, _, wanted = text.partition(":")
        wanted = wanted.split(",") if wanted else []
        rows = {row["arch"]: row for row in read_columns(path, ["arch", *wanted])}
        if pending := sum(row.get("status") == "pending" for row in rows.values()):
            sys.exit(f"{path}: {pending} networks are not scored yet; run the same `hpnas score` again")
        merged = merged or {arch: {} for arch in rows}
        for arch, scores in merged.items():
            if arch not in rows:
                sys.exit(f"{path}: expected all architectures of {texts[0]}, got none {arch}")
            for name in wanted or [name for name in rows[arch] if name not in NOT_SCORES and name is not None]:
                if scores.setdefault(name, rows[arch][name]) != rows[arch][name]:
                    sys.exit(f"{path}: {name} of {arch} differs from that of another file; name the scores that are wanted: "
                             f"{path}:SCORE,SCORE")
    return merged


def known_networks(options):
    """{architecture: row of the table} of those that have a true value and are asked for."""
    column, equals, value = (options.where or "").partition("=")
    if options.where and not equals:
        sys.exit(f"--where {options.where}: expected COLUMN=VALUE")
    wanted = [options.key, options.truth, *options.also, *([column] if options.where else [])]
    rows = read_columns(options.truth_file, wanted)
    if options.where:
        rows = [row for row in rows if row[column] not in ("", None)
                and number(row[column], f"{options.truth_file}: {column}") == number(value, "--where")]
    known = {row[options.key]: row for row in rows if not np.isnan(number(row[options.truth], f"{options.truth_file}: {options.truth}"))}
    if len(known) < len({row[options.key] for row in rows}):
        print(f"{options.truth_file}: left out networks without a value in {options.truth}", file=sys.stderr)
    return known


def matched(options):
    """Scores (larger is better) and the true values, row by row of the score file."""
    known = known_networks(options)
    rows = {arch: row for arch, row in read_scores(options.scores).items() if arch in known}
    if not rows:
        sys.exit(f"{options.scores[0]}: no architecture of it stands in column {options.key} of {options.truth_file}")
    names = next(iter(rows.values()))
    scores = {name: np.array([number(row[name], f"the scores: {name}") for row in rows.values()]) for name in names}
    for name in options.also:
        scores[name] = np.array([number(known[arch][name], f"{options.truth_file}: {name}") for arch in rows])
    check_names([*options.smaller_is_better, *options.magnitude], scores, "the scores")
    for name in {"ntk", "latency", *options.smaller_is_better} & set(scores):
        scores[name] = -scores[name]
    for name in options.magnitude:
        scores[f"abs({name})"] = np.abs(scores[name])
    for text in options.aggregate:
        name, _, parts = text.partition("=")
        check_names(parts.split(","), scores, f"--aggregate {text}")
        scores[name] = aggregate([scores[part] for part in parts.split(",")])
    constant = [name for name, values in scores.items() if len(np.unique(values[~np.isnan(values)])) < 2]
    if constant:
        print(f"left out, the same for all networks: {', '.join(constant)}", file=sys.stderr)
    scores = {name: values for name, values in scores.items() if name not in constant}
    return scores, np.array([float(known[arch][options.truth]) for arch in rows])


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
    parser.add_argument("scores", nargs="+", metavar="SCORES.csv[:score,...]")
    parser.add_argument("truth_file", metavar="TRUTH.csv")
    parser.add_argument("--truth", required=True, help="column of the true values, larger is better")
    parser.add_argument("--key", default="arch")
    parser.add_argument("--smaller-is-better", type=lambda text: text.split(","), default=[], metavar="SCORE,SCORE")
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
    if options.rows < 2 or options.resamples < 1:
        parser.error("expected --rows of at least 2 and --resamples of at least 1")
    scores, truth = matched(options)
    text = table(scores, truth, options)
    print(f"truth: {options.truth} of {options.truth_file}\n{text}")
    if options.markdown:
        with open(options.markdown, "w") as file:
            file.write(text + "\n")


if __name__ == "__main__":
    main()
