#!/usr/bin/python3
"""NAS-Bench-BERT's 500 networks in the notation of the space `flexibert`, for `hpnas score` and correlation.py.

    /usr/bin/python3 benchmarks/bert_table.py DATA_DIR/nas/bert_nas_glue.csv OUT.csv

OUT.csv: arch, n_layers, hidden, glue and the metrics published with the table, each under its own name. Networks that were trained
twice (9 of them) are one row, the mean of both.
"""
import csv
import sys

DESCRIPTION = {"id", "layers", "train_seconds"}


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], newline="") as file:
        rows = list(csv.DictReader(file))
    networks = {}
    for row in rows:
        networks.setdefault(f"{row['hidden']}:{row['layers'].replace(' ', ',')}", []).append(row)
    names = [name for name in rows[0] if name not in DESCRIPTION]
    with open(sys.argv[2], "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["arch"] + [name.lower().replace(" ", "_") for name in names])
        for arch, same in networks.items():
            writer.writerow([arch] + [sum(float(row[name]) for row in same) / len(same) for name in names])


if __name__ == "__main__":
    main()
