#!/usr/bin/env python3
"""Draws this folder's sample: for each of six articles the first 100 different questions, every fifth of them held out or to test with.

Usage: draw.py SQUAD_DEV_JSON [OUTPUT_FOLDER]
"""
import csv
import json
import pathlib
import sys

ARTICLES = ("Apollo_program", "Chloroplast", "Doctor_Who", "Martin_Luther", "Rhine", "Steam_engine")
PER_ARTICLE = 100
SPLITS = ("train",) * 4 + ("validation",) + ("train",) * 4 + ("test",)  # in turn


def questions_of(article: dict) -> list[str]:
    asked = [" ".join(item["question"].split()) for paragraph in article["paragraphs"] for item in paragraph["qas"]]
    questions = list(dict.fromkeys(asked))[:PER_ARTICLE]
    if len(questions) < PER_ARTICLE:
        sys.exit(f"{article['title']}: expected {PER_ARTICLE} different questions, got {len(questions)}")
    return questions


def main() -> None:
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[2]) if len(sys.argv) == 3 else pathlib.Path(__file__).parent
    articles = {article["title"]: article for article in json.loads(pathlib.Path(sys.argv[1]).read_text("utf-8"))["data"]}
    with (folder / "questions.csv").open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(("text", "label", "split"))
        for title in ARTICLES:
            for i, question in enumerate(questions_of(articles[title])):
                rows.writerow((question, title, SPLITS[i % len(SPLITS)]))


main()
