#!/usr/bin/env python3
"""What answers to SQuAD v1.1 are worth that look neither at the question nor at the text: the best fixed span of words.

usage: benchmarks/squad_baseline.py DIR          DIR holds train-v1.1.json and dev-v1.1.json
The span (first word, number of words) is chosen on every twentieth training question, F1 and exact match are those of all questions
of dev-v1.1.json, by the official normalisation; next to it the mean over random spans of one to four words.
"""
import collections
import json
import pathlib
import random
import re
import string
import sys

PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalised(text):
    return re.sub(r"\b(a|an|the)\b", " ", text.lower().translate(PUNCTUATION)).split()


def questions(path):
    """(words of the context, normalised answers) of every question."""
    for article in json.load(open(path, encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            words = paragraph["context"].split()
            for question in paragraph["qas"]:
                yield words, [normalised(answer["text"]) for answer in question["answers"]]


def f1(said, answer):
    common = sum((collections.Counter(said) & collections.Counter(answer)).values())
    return 0.0 if common == 0 else 2 * common / (len(said) + len(answer))


def judge(examples, span):
    """F1 and exact match (%) of saying span(words) everywhere, the best of a question's answers counting."""
    total = exact = 0.0
    for words, answers in examples:
        first, length = span(words)
        said = normalised(" ".join(words[first:first + length]))
        total += max(f1(said, answer) for answer in answers)
        exact += said in answers
    return 100 * total / len(examples), 100 * exact / len(examples)


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    sample, dev = list(questions(folder / "train-v1.1.json"))[::20], list(questions(folder / "dev-v1.1.json"))
    fixed = max(((first, length) for first in range(12) for length in range(1, 9)), key=lambda span: judge(sample, lambda _: span)[0])
    rng = random.Random(1)

    def anywhere(words):
        return rng.randrange(len(words)), rng.randint(1, 4)

    for name, span in ((f"words {fixed[0] + 1} to {sum(fixed)}", lambda _: fixed), ("random spans of 1 to 4 words", anywhere)):
        print("{}: F1 {:.2f} %, exact match {:.2f} % of {} questions".format(name, *judge(dev, span), len(dev)))


if __name__ == "__main__":
    main()
