#!/usr/bin/python3
"""Sentences for bench/match, one a line.

    bench/sentences.py [DIR]

From DIR: tokens a line (*-dev.tsv: token TAB tag, a blank line between sentences), texts (*.txt, also in folders),
articles (*.jsonl). Without DIR: words drawn by their frequency from the word list of the source tree.
"""
import bisect
import glob
import itertools
import json
import os
import random
import sys


def of_folder(folder):
    for path in sorted(glob.glob(os.path.join(folder, "*-dev.tsv"))):
        words = []
        for line in open(path, encoding="utf-8"):
            token = line.split("\t")[0].strip()
            if token:
                words.append(token)
            elif words:
                yield " ".join(words)
                words = []
    for path in sorted(glob.glob(os.path.join(folder, "**", "*.txt"), recursive=True)):
        yield from (line.strip() for line in open(path, encoding="utf-8"))
    for path in sorted(glob.glob(os.path.join(folder, "*.jsonl"))):
        for line in open(path, encoding="utf-8"):
            yield json.loads(line).get("body", "")


def of_words(path):
    words, weights = [], []
    for line in open(path, encoding="utf-8"):
        parts = line.rstrip("\n").split("\t")
        if len(parts) >= 2 and parts[1].isdigit():
            words.append(parts[0])
            weights.append(int(parts[1]))
    sums, dice = list(itertools.accumulate(weights)), random.Random(1)
    for _ in range(6000):
        picked = [words[bisect.bisect(sums, dice.random() * sums[-1])] for _ in range(dice.randint(6, 30))]
        yield " ".join(picked).capitalize() + "."


def main():
    if len(sys.argv) > 1:
        sentences = of_folder(sys.argv[1])
    else:
        top = os.environ.get("top_srcdir", os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
        sentences = of_words(os.path.join(top, "filters", "reference", "it.tsv"))
    for sentence in sentences:
        if len(sentence) > 20:
            print(" ".join(sentence.split()))


main()
