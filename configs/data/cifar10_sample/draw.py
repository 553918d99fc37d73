#!/usr/bin/env python3
"""Draws this folder's sample: the first 200 training and 50 test images of each class, in file order.

Usage: draw.py CIFAR10_FOLDER [OUTPUT_FOLDER]
"""
import pathlib
import sys

RECORD = 3073  # label byte, 3 planes of 32 x 32
CLASSES = 10


def draw(source: pathlib.Path, target: pathlib.Path, per_class: int) -> None:
    data = source.read_bytes()
    if len(data) % RECORD:
        sys.exit(f"{source}: expected a whole number of {RECORD}-byte records, got {len(data)} bytes")
    taken = [0] * CLASSES
    with target.open("wb") as out:
        for start in range(0, len(data), RECORD):
            label = data[start]
            if taken[label] < per_class:
                taken[label] += 1
                out.write(data[start : start + RECORD])
    if min(taken) < per_class:
        sys.exit(f"{source}: expected {per_class} images of every class, got {taken}")


def main() -> None:
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    source = pathlib.Path(sys.argv[1])
    target = pathlib.Path(sys.argv[2]) if len(sys.argv) == 3 else pathlib.Path(__file__).parent
    draw(source / "data_batch_1.bin", target / "data_batch_1.bin", 200)
    draw(source / "test_batch.bin", target / "test_batch.bin", 50)


main()
