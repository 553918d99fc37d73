"""Timing of exported networks and building blocks: which files there are, how one is timed, and the CSV that
`hpnas latency import` reads. Knows no runtime: measure_onnx.py and measure_torch.py bring one each."""
import csv
import datetime
import json
import os
import pathlib
import re
import statistics
import sys
import time

import command_line
import numpy as np

COLUMNS = ["block", "input", "median_ms", "min_ms", "p90_ms", "mean_ms", "std_ms", "count"]
SHORTEST_SAMPLE_S = 2e-4  # hot: calls are repeated inside a sample until it lasts this long
WEIGHTS_OF_OTHERS, MOST_OTHER_BYTES = 8, 64 << 20  # as src/latency does for the table of our own engine


class Item:
    """One file to time. `block` and `input` are what a latency table calls it; empty for a whole network. Blocks have the
    `batch` of their table; 0: open."""

    def __init__(self, path, block="", size="", batch=0):
        self.path, self.block, self.input, self.batch = pathlib.Path(path), block, size, batch


def items_of(names):
    """Items of ONNX files and of folders that `hpnas latency onnx` wrote."""
    items = []
    for name in map(pathlib.Path, names):
        if not name.is_dir():
            items.append(Item(name))
            continue
        index = name / "blocks.csv"
        if not index.exists():
            sys.exit(f"{name}: no blocks.csv; `hpnas latency onnx CONFIG {name}` writes the blocks of a space")
        text = index.read_text()
        batch = int(re.search(r"# batch: (\d+)", text)[1])
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        items += [Item(name / row["file"], row["block"], row["input"], batch) for row in csv.DictReader(lines)]
    return items


def empty_network(items):
    """The identity that lies beside blocks: what a call costs without any work. None for whole networks alone."""
    folders = {item.path.parent for item in items if item.block}
    return next((folder / "empty.onnx" for folder in folders), None)


def random_inputs(inputs, batch, rng):
    """Values for {name: (type, sizes)}; sizes below 1 are the batch. Token ids are 0 or 1, which every vocabulary has."""
    arrays = {}
    for name, (kind, sizes) in inputs.items():
        sizes = [size if size > 0 else batch for size in sizes]
        is_id = np.issubdtype(kind, np.integer)
        arrays[name] = rng.integers(0, 2, sizes).astype(kind) if is_id else rng.uniform(-1, 1, sizes).astype(kind)
    return arrays


class Caches:
    """Walks through other memory between runs, as the other blocks of a network would: what `in_network` times need."""

    def __init__(self, weight_bytes):
        self.others = np.zeros(min(WEIGHTS_OF_OTHERS * weight_bytes, MOST_OTHER_BYTES) // 64, dtype=[("x", "f4"), ("rest", "V60")])

    def __call__(self):
        self.others["x"] += 1


def time_calls(call, samples, warmup_s, between=None, clock=time.perf_counter):
    """Seconds per call, `samples` of them after a warm-up; with `between` a sample is one call."""
    end = clock() + warmup_s
    calls = 0
    begin = clock()
    while calls < 2 or clock() < end:
        call()
        calls += 1
    repeats = 1 if between else max(1, int(np.ceil(SHORTEST_SAMPLE_S * calls / (clock() - begin))))
    seconds = []
    for _ in range(samples):
        if between:
            between()
        begin = clock()
        for _ in range(repeats):
            call()
        seconds.append((clock() - begin) / repeats)
    return seconds


def summary(seconds, overhead=0.0):
    """The columns of a table in ms. A time that is all overhead becomes the clock's resolution, not zero."""
    ms = sorted(max(1e-6, 1e3 * (s - overhead)) for s in seconds)
    return {"median_ms": statistics.median(ms), "min_ms": ms[0], "p90_ms": ms[min(len(ms) - 1, int(0.9 * len(ms)))],
            "mean_ms": statistics.fmean(ms), "std_ms": statistics.pstdev(ms), "count": len(ms)}


def describe_cpu():
    """As hpnas describes it."""
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    cores = os.cpu_count() or 1
    return f"{model[1] if model else 'unknown CPU'}, {cores} core{'' if cores == 1 else 's'}"


def write_table(stream, conditions, rows):
    """The CSV of `hpnas latency import`. @param conditions  device, batch, threads, precision, libraries"""
    for name, value in {**conditions, "date": datetime.date.today().isoformat()}.items():
        stream.write(f"# {name}: {value}\n")
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: f"{value:.6g}" if isinstance(value, float) else value for key, value in row.items()})


def add_options(parser):
    """What every runtime's script is told."""
    parser.add_argument("names", nargs="+", help="ONNX files, or a folder of blocks")
    parser.add_argument("--batch", type=command_line.positive, default=1, help="samples per call, where the file leaves it open")
    parser.add_argument("--samples", type=command_line.positive, default=15, help="timed samples; the median counts")
    parser.add_argument("--warmup-ms", type=float, default=20, help="run unmeasured at least this long")
    parser.add_argument("--hot", action="store_true", help="caches as the last run left them, for blocks too")
    parser.add_argument("--name", default="", help="name of this device in the table (default: processor and runtime)")
    parser.add_argument("--output", help="CSV for `hpnas latency import` (default: one JSON line per time)")


def publish(output, conditions, rows):
    """Writes the table, or prints the rows if there is no `output`."""
    if not output:
        print("\n".join(json.dumps({**row, "threads": conditions["threads"]}) for row in rows), flush=True)
        return
    with open(output, "w", encoding="utf-8") as stream:
        write_table(stream, conditions, rows)
    print(f"{output}: {len(rows)} blocks")
