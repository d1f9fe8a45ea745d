#!/usr/bin/python3
"""Filters derived from articles on subjects that nothing here was made for find those, and not their neighbours."""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import PATIENCE, SOURCE, run_tests  # noqa: E402

# F1 of all items, a little under what was measured
FLOORS = {
    "italia-libia": 0.76,
    "ransomware-ospedali": 0.58,
    "red-sea": 0.71,
    "ue-mercosur": 0.71,
    "unicredit-bpm": 0.86,
    "xylella": 0.80,
    "together": 0.77,
}


def table():
    done = subprocess.run([sys.executable, os.path.join(SOURCE, "bench", "subjects.py")], capture_output=True, text=True,
                          timeout=PATIENCE * 4)
    assert done.returncode == 0, done
    return done.stdout


def each_subject_is_told_from_its_neighbours():
    shown = table()
    for subject, floor in FLOORS.items():
        found = re.search(r"^%s +all .* F1 ([\d.]+)$" % subject, shown, re.M)
        assert found and float(found.group(1)) >= floor, (subject, floor, shown)


run_tests([each_subject_is_told_from_its_neighbours])
