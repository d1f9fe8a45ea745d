#!/usr/bin/python3
"""Word frequencies for vedetta derive from the language models of the on-screen keyboard Onboard.

    filters/reference/from-onboard.py MODEL.lm > LANGUAGE.tsv

MODEL.lm: of the Debian package onboard-data (/usr/share/onboard/models; GPL-3+, so are the lists made of it). Its
single words are counted by case, and those that begin sentences stand in their own: "the", never "The". Counts become
counts in a million words; the 25,000 most frequent are kept, of those that occur twice in a million. Words end at
apostrophes and hyphens as vedetta's do. The model knows no sentences: that column repeats the count.
"""
import collections
import os
import re
import sys
import unicodedata

MILLION = 1000000
LEAST, MOST = 2, 25000
WORD = re.compile(r"[^\W\d_]+")


def read(path):
    counts, capitals, inside = collections.Counter(), collections.Counter(), False
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.strip()
            if line.startswith("\\"):
                inside = line == "\\1-grams:"
            elif inside and line:
                count, _, text = line.partition(" ")
                if not count.isdigit():
                    sys.exit("%s:%d: expected a count and a word" % (path, number))
                if text.startswith("<"):  # <unk>, <s>
                    continue
                for word in WORD.findall(unicodedata.normalize("NFC", text)):
                    counts[word.lower()] += int(count)
                    if word[0].isupper():
                        capitals[word.lower()] += int(count)
    if not counts:
        sys.exit("%s: no \\1-grams: of words in it" % path)
    return counts, capitals


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    counts, capitals = read(sys.argv[1])
    scale = MILLION / sum(counts.values())
    rows = [(word, round(count * scale), round(capitals[word] * scale)) for word, count in counts.items()]
    rows = sorted((row for row in rows if row[1] >= LEAST), key=lambda row: (-row[1], row[0]))[:MOST]
    name = os.path.basename(sys.argv[1])
    print("# word frequencies; source: %s of Onboard (https://launchpad.net/onboard), copyright 2011-2014 marmuta" % name)
    print("# <marmvta@gmail.com>, Francesco Fumanti <francesco.fumanti@gmx.net>; GPL-3.0-or-later, as this list is")
    print("# tokens %d types %d" % (MILLION, len(rows)))
    print("# word (lower case)\tcount\tcapital inside a sentence\tsentences")
    for word, count, capital in rows:
        print("%s\t%d\t%d\t%d" % (word, count, capital, count))


main()
