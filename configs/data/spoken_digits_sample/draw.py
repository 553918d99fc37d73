#!/usr/bin/env python3
"""Draws this folder's sample: of two speakers the recordings 0 to 6 of each digit.

Usage: draw.py FSDD_RECORDINGS [OUTPUT_FOLDER]
"""
import pathlib
import shutil
import sys

SPEAKERS = ("theo", "yweweler")
PER_DIGIT = 7


def main() -> None:
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    source = pathlib.Path(sys.argv[1])
    target = pathlib.Path(sys.argv[2]) if len(sys.argv) == 3 else pathlib.Path(__file__).parent / "recordings"
    target.mkdir(exist_ok=True)
    for speaker in SPEAKERS:
        for digit in range(10):
            for index in range(PER_DIGIT):
                name = f"{digit}_{speaker}_{index}.wav"
                shutil.copyfile(source / name, target / name)


main()
