#!/usr/bin/python3
"""What derive ranks highest, against lists written by hand: precision among the first 20 and 50.

    bench/terms.py GOLD.tsv [CORPUS=FOLDER...]

GOLD holds corpus, grade (3 core, 2 major, 1 belongs) and names between '|'. CORPUS=FOLDER says where the texts are;
without, those of tests/integration/examples are taken. Entities (of the texts) by weight, phrases that the filter asks
for by score, and both together, each divided by its highest. Strict: grades 2 and 3. Found: how many rows of grade 3 are among all. Runs
$VEDETTA (build/vedetta).
"""
import json
import os
import re
import subprocess
import sys
import unicodedata

EXAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "integration", "examples")
JOINTS = set("di del della dello dei delle degli dell in sul a e il la lo i gli le un una the of der die das".split())


def key(text):
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return tuple(word[:5] for word in re.findall(r"\w+", plain) if word not in JOINTS)


def read(path):
    gold = {}
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.startswith("#"):
                continue
            fields = line.rstrip("\n").split("\t")
            if len(fields) != 3 or fields[1] not in "123":
                sys.exit("%s:%d: expected corpus, grade and names between tabs" % (path, number))
            gold.setdefault(fields[0], []).append((int(fields[1]), [key(name) for name in fields[2].split("|")]))
    return gold


def grade(names, rows):
    keys = {key(name) for name in names}
    return max((g for g, forms in rows if keys & set(forms)), default=0)


def ranked(folder):
    out = subprocess.run([os.environ.get("VEDETTA", "build/vedetta"), "derive", folder, "--json"],
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True).stdout
    found = json.loads(out)
    entities = [(e["weight"], e["found"]) for e in found["entities"] if e["found"] and "weight" in e]
    asked = {term["phrase"] for term in found["terms"] if "phrase" in term}
    phrases = [(p["score"], [p["text"]]) for p in found["phrases"] if p["text"] in asked]
    lists = {}
    for name, rows in (("entities", entities), ("phrases", phrases)):
        top = max((weight for weight, _ in rows), default=1)
        lists[name] = sorted(((weight / top, names) for weight, names in rows), key=lambda row: -row[0])
    lists["both"] = sorted(lists["entities"] + lists["phrases"], key=lambda row: -row[0])
    return lists


def figures(rows, gold, count):
    grades = [grade(names, gold) for _, names in rows[:count]]
    return "P@%d %.2f strict %.2f" % (len(grades), sum(g > 0 for g in grades) / max(len(grades), 1),
                                      sum(g > 1 for g in grades) / max(len(grades), 1))


def main():
    arguments = [a for a in sys.argv[1:] if a != "--misses"]
    if not arguments:
        sys.exit(__doc__)
    gold = read(arguments[0])
    folders = {name: os.path.join(EXAMPLES, name) for name in gold if os.path.isdir(os.path.join(EXAMPLES, name))}
    folders.update(argument.split("=", 1) for argument in arguments[1:])
    for corpus, folder in folders.items():
        lists = ranked(folder)
        core = [forms for g, forms in gold[corpus] if g == 3]
        there = {key(name) for rows in (lists["entities"], lists["phrases"]) for _, names in rows for name in names}
        found = sum(any(form in there for form in forms) for forms in core)
        print("%-22s core %d of %d" % (corpus, found, len(core)))
        for name, rows in lists.items():
            print("  %-9s %s; %s" % (name, figures(rows, gold[corpus], 20), figures(rows, gold[corpus], 50)))
        if "--misses" in sys.argv:
            print("  not in the list: " + "; ".join(names[0] for _, names in lists["both"][:50]
                                                    if not grade(names, gold[corpus])))


main()
