#!/usr/bin/python3
"""Precision, recall and F1 of a filter on labelled articles.

    bench/relevance.py LABELLED.jsonl FILTER [--misses]

LABELLED holds id, lang, title, body, relevant. Runs the binary named by $VEDETTA (build/vedetta).
"""
import json
import os
import subprocess
import sys


def figures(name, rows, verdicts):
    hit = lambda r: verdicts[r["id"]]["matched"]
    tp = sum(1 for r in rows if r["relevant"] and hit(r))
    fp = sum(1 for r in rows if not r["relevant"] and hit(r))
    fn = sum(1 for r in rows if r["relevant"] and not hit(r))
    p, r = tp / (tp + fp) if tp + fp else 0, tp / (tp + fn) if tp + fn else 0
    print("%-7s n %3d  P %.3f  R %.3f  F1 %.3f" % (name, len(rows), p, r, 2 * p * r / (p + r) if p + r else 0))


def main():
    labelled, flt = sys.argv[1], sys.argv[2]
    with open(labelled, encoding="utf-8") as source:
        rows = {r["id"]: r for r in map(json.loads, source)}
    out = subprocess.run([os.environ.get("VEDETTA", "build/vedetta"), "match", "--filters", flt, labelled],
                         stdout=subprocess.PIPE, check=True, text=True).stdout
    verdicts = {}
    for line in out.splitlines():
        row = json.loads(line)
        verdicts[row["id"]] = max(row["verdicts"], key=lambda v: v["score"])
    groups = {"all": list(rows.values())}
    for row in rows.values():
        groups.setdefault(row["lang"], []).append(row)
    groups["not it"] = [r for r in rows.values() if r["lang"] != "it"]
    for name, members in groups.items():
        figures(name, members, verdicts)
    for row in rows.values() if "--misses" in sys.argv else ():
        v = verdicts[row["id"]]
        if v["matched"] != row["relevant"]:
            print("%s %s %s %.2f | %s | %s | %s | %s" % (
                "MISS" if row["relevant"] else "FALSE", row["id"], row["lang"], v["score"], row["title"],
                row.get("why"), "; ".join(v["path"]), "; ".join(v["missing"])))


main()
