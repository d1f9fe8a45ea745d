#!/usr/bin/python3
"""Precision, recall and F1 of the names that derive finds, against texts marked by hand: exact spans.

    bench/names.py FILE.tsv

A word a line, its tag (O, B-PER, I-PER, ...) after a TAB, a blank line between sentences; every 40 sentences make a
text. Runs $VEDETTA (build/vedetta). Adjectives of countries are no names there and are left out.
"""
import json
import os
import subprocess
import sys
import tempfile

NO_SPACE_BEFORE = set(".,;:!?)\u00bb\u201d")
TEXT_OF = 40


def read(path):
    with open(path, encoding="utf-8") as lines:
        blocks = lines.read().strip().split("\n\n")
    return [[row.split("\t")[:2] for row in block.split("\n")] for block in blocks]


def join(sentences):
    """Text and gold spans, in bytes."""
    text, spans, begun = b"", [], None
    for sentence in sentences:
        for number, (word, tag) in enumerate(sentence):
            if number and word not in NO_SPACE_BEFORE and not text.endswith((b"'", b"(", "\u00ab".encode())):
                text += b" "
            start = len(text)
            text += word.encode()
            if begun and not tag.startswith("I-"):
                spans.append(begun)
                begun = None
            if tag.startswith("B-") or (tag.startswith("I-") and not begun):
                begun = (start, len(text))
            elif tag.startswith("I-"):
                begun = (begun[0], len(text))
        if begun:
            spans.append(begun)
            begun = None
        text += b"\n"
    return text, spans


def main():
    sentences = read(sys.argv[1])
    right = found = gold = 0
    with tempfile.TemporaryDirectory() as folder:
        marked = {}
        for number in range(0, len(sentences), TEXT_OF):
            text, spans = join(sentences[number:number + TEXT_OF])
            name = "%06d.txt" % number
            with open(os.path.join(folder, name), "wb") as out:
                out.write(text)
            marked[name] = (text, set(spans))
        out = subprocess.run([os.environ.get("VEDETTA", "build/vedetta"), "derive", "--names", "--language", "it", folder],
                             stdout=subprocess.PIPE, check=True, text=True).stdout
        for line in out.splitlines():
            row = json.loads(line)
            text, spans = marked[row["text"]]
            names = {(n["start"], n["end"]) for n in row["names"] if not n["name"][0].islower()}
            right += len(names & spans)
            found += len(names)
            gold += len(spans)
            if "--misses" in sys.argv:
                for start, end in sorted(names - spans):
                    print("EXTRA", text[start:end].decode(), "|", text[max(0, start - 25):end + 25].decode(errors="replace").replace("\n", " "))
                for start, end in sorted(spans - names):
                    print("MISSED", text[start:end].decode(), "|", text[max(0, start - 25):end + 25].decode(errors="replace").replace("\n", " "))
    p, r = right / max(found, 1), right / max(gold, 1)
    print("names %d, found %d, right %d: P %.3f R %.3f F1 %.3f" % (gold, found, right, p, r, 2 * p * r / (p + r)))


main()
