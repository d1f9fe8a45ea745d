#!/usr/bin/python3
"""What a derived filter is worth: time, held-out texts, labelled articles, days of news, sentences of news.

    bench/derive.py SEEDS [--labelled FILE.jsonl] [--streams DIR] [--sentences FILE.tsv] [--ablations]

SEEDS: folder of example texts. --streams: DAY.jsonl.gz (source, title, description) and TRUTH.tsv (day, line, outlet,
class, why). --sentences: a word a line, its tag after a TAB, a blank line between sentences. Runs $VEDETTA
(build/vedetta).
"""
import argparse
import collections
import csv
import glob
import gzip
import json
import os
import resource
import subprocess
import tempfile
import time

VEDETTA = os.environ.get("VEDETTA", "build/vedetta")


def run(*args):
    return subprocess.run([VEDETTA, *args], stdout=subprocess.PIPE, check=True, text=True).stdout


def derive(seeds, out, *options):
    run("derive", seeds, "-o", out, *options)
    return out


def match(flt, articles):
    """Best verdict of each article."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as lines:
        for number, article in enumerate(articles):
            lines.write(json.dumps(dict(article, id=str(number)), ensure_ascii=False) + "\n")
        lines.flush()
        out = run("match", "--filters", flt, lines.name)
    return [max(json.loads(line)["verdicts"], key=lambda v: v["score"]) for line in out.splitlines()]


def figures(rows, verdicts):
    tp = sum(r["relevant"] and v["matched"] for r, v in zip(rows, verdicts))
    fp = sum(not r["relevant"] and v["matched"] for r, v in zip(rows, verdicts))
    fn = sum(r["relevant"] and not v["matched"] for r, v in zip(rows, verdicts))
    p, r = tp / max(tp + fp, 1), tp / max(tp + fn, 1)
    return "P %.3f R %.3f F1 %.3f" % (p, r, 2 * p * r / (p + r) if p + r else 0)


def labelled(path, flt, name):
    with open(path, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    verdicts = match(flt, [{k: r[k] for k in ("title", "body", "lang")} for r in rows])
    parts = []
    for group, wanted in (("all", lambda r: True), ("Italian", lambda r: r["lang"] == "it"),
                          ("others", lambda r: r["lang"] != "it")):
        chosen = [(r, v) for r, v in zip(rows, verdicts) if wanted(r)]
        parts.append("%s %s" % (group, figures(*zip(*chosen))))
    print("%-28s %s" % (name, "; ".join(parts)))


def streams(folder, flt):
    truth = {}
    with open(os.path.join(folder, "TRUTH.tsv"), encoding="utf-8") as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            truth[(row["day"], int(row["line"]))] = row
    days, items, alerts, false, seen = collections.Counter(), 0, [], 0, {}
    for path in sorted(glob.glob(os.path.join(folder, "*.jsonl.gz"))):
        day = os.path.basename(path)[:10]
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            articles = [json.loads(line) for line in lines]
        verdicts = match(flt, [{"title": a["title"] or "", "body": a["description"] or ""} for a in articles])
        items += len(articles)
        days[day] = sum(v["matched"] for v in verdicts)
        for number, (article, verdict) in enumerate(zip(articles, verdicts), 1):
            row = truth.get((day, number))
            if row:
                seen[(day, number)] = verdict
            if verdict["matched"]:
                good = row and row["class"] == "subject"
                false += not good
                alerts.append("  %s %4d %s %.2f %s | %s" % (day, number, "good " if good else "FALSE",
                                                            verdict["score"], article["source"], article["title"]))
    print("streams: %d items in %d days, %d alerts (%.2f a day), %d false (%.2f in 1000)" % (
        items, len(days), len(alerts), len(alerts) / max(len(days), 1), false, 1000 * false / max(items, 1)))
    print("  a day: " + " ".join("%s:%d" % (day[5:], count) for day, count in sorted(days.items())))
    print("\n".join(alerts))
    print("  rows of TRUTH.tsv:")
    for key, row in sorted(truth.items()):
        verdict = seen.get(key)
        print("  %s %4d %-8s %-8s %.2f | %s" % (key[0], key[1], row["class"],
                                              "ALERT" if verdict and verdict["matched"] else "silent",
                                              verdict["score"] if verdict else 0, row["why"]))


def sentences(path, flt):
    with open(path, encoding="utf-8") as lines:
        blocks = lines.read().strip().split("\n\n")
    texts = [" ".join(line.split("\t")[0] for line in block.split("\n")) for block in blocks]
    verdicts = match(flt, [{"title": "", "body": text} for text in texts])
    hits = [text for text, verdict in zip(texts, verdicts) if verdict["matched"]]
    print("sentences: %d, %d alerts (%.2f in 1000)" % (len(texts), len(hits), 1000 * len(hits) / len(texts)))
    for text in hits:
        print("  " + text[:140])


def took(work):
    """The wall's time says how busy the machine was, too; the processor's does not."""
    walls, processors = [], []
    for _ in range(5):
        start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        work()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        walls.append(time.monotonic() - start)
        processors.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return "%.3f s of processor time, %.3f s by the clock (best of five; worst %.3f, %.3f)" % (
        min(processors), min(walls), max(processors), max(walls))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("seeds")
    parser.add_argument("--labelled")
    parser.add_argument("--streams")
    parser.add_argument("--sentences")
    parser.add_argument("--ablations", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        flt = os.path.join(folder, "derived.filter")
        print("derive: " + took(lambda: derive(args.seeds, flt)))
        print("derive --report: " + took(lambda: run("derive", args.seeds, "--report")))
        print(run("derive", args.seeds, "--report"))
        if args.labelled:
            labelled(args.labelled, flt, "labelled, unedited")
        for name, options in (("without tables", "tables"), ("without poles", "poles"),
                              ("only forms of the texts", "languages"),
                              ("without tables and languages", "tables,languages")):
            if args.labelled and args.ablations:
                labelled(args.labelled, derive(args.seeds, os.path.join(folder, options + ".filter"), "--without",
                                               options), name)
        if args.streams:
            streams(args.streams, flt)
        if args.sentences:
            sentences(args.sentences, flt)


main()
