#!/usr/bin/python3
"""The bugs that plant_check.py and rule_plants.py plant still fit the sources: those campaigns are long and rare, and a plant that
finds nothing to change would be noticed only there."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import plant_check  # noqa: E402
import rule_plants  # noqa: E402
from planted_tree import SOURCE  # noqa: E402


def source(name):
    with open(os.path.join(SOURCE, name), encoding="utf-8") as text:
        return text.read()


for _, changes, _ in plant_check.PLANTS:
    for path, pattern, replacement in changes:
        assert plant_check.substitution(path, pattern, replacement)[1](source(path)) != source(path), path
for rule, what, path, old, new in rule_plants.PLANTS:
    assert rule_plants.planted(source(path), old, new, path) != source(path), (rule, what)
print("%d bugs for %d harnesses and %d for the rules fit" % (len(plant_check.PLANTS), len({plant[2][0] for plant in plant_check.PLANTS}),
                                                            len(rule_plants.PLANTS)))
