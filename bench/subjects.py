#!/usr/bin/python3
"""How well a derived filter does on subjects that nothing here was made for.

    bench/subjects.py [FOLDER…] [--split study|blind|all] [--errors]

FOLDER: example texts (*.txt) and items.jsonl, labelled items as in tests/corpus/README; all of tests/corpus/subjects
if none is named. Derives from the texts without options, matches the items, prints precision, recall and F1.
Runs the binary named by $VEDETTA (build/vedetta).
"""
import argparse
import glob
import json
import os
import subprocess
import tempfile

SOURCE = os.environ.get("top_srcdir", os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
BINARY = os.environ.get("VEDETTA", "build/vedetta")


def judged(folder, scratch):
    """The items of a subject, each with the verdict of the filter derived from its texts."""
    flt = os.path.join(scratch, "derived.filter")
    texts = sorted(glob.glob(os.path.join(folder, "*.txt")))
    items = os.path.join(folder, "items.jsonl")
    subprocess.run([BINARY, "derive", *texts, "-o", flt], check=True, stderr=subprocess.DEVNULL)
    with open(items, encoding="utf-8") as lines:
        rows = {row["id"]: row for row in map(json.loads, lines)}
    out = subprocess.run([BINARY, "match", "--filters", flt, items], stdout=subprocess.PIPE, check=True, text=True)
    for line in out.stdout.splitlines():
        said = json.loads(line)
        rows[said["id"]]["verdict"] = max(said["verdicts"], key=lambda v: v["score"])
    return list(rows.values())


def figures(rows):
    found = [r for r in rows if r["verdict"]["matched"]]
    right = sum(r["relevant"] for r in found)
    wanted = sum(r["relevant"] for r in rows)
    p, r = right / len(found) if found else 0, right / wanted if wanted else 0
    return p, r, 2 * p * r / (p + r) if p + r else 0


def show(name, rows, split):
    print("%-20s %-5s n %3d  P %.3f  R %.3f  F1 %.3f" % (name, split, len(rows), *figures(rows)))


def show_errors(rows):
    for row in rows:
        verdict = row["verdict"]
        if verdict["matched"] != row["relevant"]:
            print("  %s %s %.2f | %s | %s | %s" % ("MISS " if row["relevant"] else "FALSE", row["id"], verdict["score"],
                                                 row["title"], "; ".join(verdict["path"]), "; ".join(verdict["missing"])))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", metavar="FOLDER")
    parser.add_argument("--split")
    parser.add_argument("--errors", action="store_true")
    args = parser.parse_args()
    folders = args.folders or sorted(glob.glob(os.path.join(SOURCE, "tests/corpus/subjects/*/")))
    everything = {}
    for folder in folders:
        with tempfile.TemporaryDirectory(prefix="vedetta-subjects-") as scratch:
            rows = judged(folder, scratch)
        name = os.path.basename(os.path.normpath(folder))
        for split in [*sorted({r["split"] for r in rows}, reverse=True), "all"]:
            if args.split in (None, split):
                part = [r for r in rows if split in (r["split"], "all")]
                show(name, part, split)
                everything.setdefault(split, []).extend(part)
                if args.errors and split == (args.split or "all"):
                    show_errors(part)
    for split, rows in everything.items():
        show("together", rows, split)


if __name__ == "__main__":
    main()
