#!/usr/bin/python3
"""Make a filter of the library: what vedetta derive says of example texts, then the hand edits of an overlay.

    filters/library/make-library.py TEXTS OVERLAY > FILTER

TEXTS: folder of the example texts, which are not part of this project. Runs $VEDETTA (build/vedetta). The same texts
give the same file, byte for byte. The overlay holds a line for each edit, '#' begins a remark:

    id ID                    of the filter
    set KEY = VALUE          of the filter: title, priority, threshold
    drop-entity ID           and the terms that ask for it
    drop-term TEXT           the term whose expression is TEXT
    add-names ID = "A", "B"  names of an entity
    add-term TERM = WEIGHT
"""
import os
import re
import subprocess
import sys


def read_overlay(path):
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.strip()
            if line and not line.startswith("#"):
                verb, _, rest = line.partition(" ")
                yield number, verb, rest.strip()


def once(text, pattern, replacement, what):
    new, count = re.subn(pattern, replacement, text, count=1, flags=re.S | re.M)
    if not count:
        sys.exit("overlay: nothing to edit for: %s" % what)
    return new


def edit(text, verb, rest):
    if verb == "set":
        key, _, value = (part.strip() for part in rest.partition("="))
        return once(text, r"^(filter .*?^\t%s = )[^\n]*" % re.escape(key),
                    lambda m: m[1] + value + "  # by hand", rest)
    if verb == "drop-entity":
        text = once(text, r'^entity "%s" \{.*?\}\n(?=entity |#|\n)' % re.escape(rest), "", rest)
        return re.sub(r'^\t\t"@%s = [^"]*",?\n' % re.escape(rest), "", text, flags=re.M)
    if verb == "drop-term":
        return once(text, r'(^\t\t#[^\n]*\n)?^\t\t"%s = [^\n]*\n' % re.escape(rest), "", rest)
    if verb == "add-names":
        name, _, names = (part.strip() for part in rest.partition("="))
        return once(text, r'(^entity "%s" \{[^}]*?^\tnames = \{ .*?)( \}(?: \})?\n)' % re.escape(name),
                    lambda m: m[1] + ",\n\t\t# by hand\n\t\t" + names + m[2], rest)
    if verb == "add-term":
        return once(text, r"(^\tterms = \{)\n", lambda m: m[1] + '\n\t\t# by hand\n\t\t"%s",\n' % rest, rest)
    sys.exit("overlay: unknown edit: %s" % verb)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    edits = list(read_overlay(sys.argv[2]))
    options = ["--without", "quotes"]
    for _, verb, rest in edits:
        if verb == "id":
            options += ["--id", rest]
    text = subprocess.run([os.environ.get("VEDETTA", "build/vedetta"), "derive", sys.argv[1], *options],
                          stdout=subprocess.PIPE, check=True, encoding="utf-8").stdout
    for _, verb, rest in edits:
        if verb != "id":
            text = edit(text, verb, rest)
    head = "# Made by filters/library/make-library.py with %s; edit that one, not this file.\n"
    sys.stdout.write(head % os.path.basename(sys.argv[2]) + text)


main()
