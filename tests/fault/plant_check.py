#!/usr/bin/python3
"""Prove that the harnesses see: plant a bug in a copy of the sources, build it, and demand that its harness fails; and
that the same harness passes on the sources as they are. The product has no switch for any of this.

  plant_check.py [NAME…]     run by `make plant-check`; needs root for the power cuts
"""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from planted_tree import PlantedTree, run  # noqa: E402

#        name                  file, pattern -> replacement (all must match)                          harness
PLANTS = (
    ("synchronous-normal", (("daemon/store/connection.c", r"PRAGMA synchronous = FULL", "PRAGMA synchronous = NORMAL"),
                            ("daemon/store/connection.c", r"synchronous == 2", "synchronous == 1")),
     ["power_cut.py", "40"]),
    ("mark-before-send", (("daemon/store/outbox.c", r"SET state = 2, attempts", "SET state = 3, attempts"),),
     ["kill_scenario.py", "200"]),
    ("missing-fsync", (("tests/fault/scenario.c", r" \|\| fsync\(file->fd\) != 0", ""),), ["power_cut.py", "40"]),
    ("commit-in-two", (("daemon/store/commit.c", r"if \(!(write_articles\(store, batch->articles, error\))\)",
                        r"if (!\1 || !sql_commit(store, error) || !sql_begin_write(store, error))"),),
     ["io_faults.py", "--every", "1"]),
    ("random-message-id", (("daemon/alerts/mime.c", r'return g_strdup_printf\("<%s@%s>", left, right\);',
                            'return g_strdup_printf("<%s.%08x@%s>", left, g_random_int(), right);'),),
     ["kill_ledger.py", "80"]),
    ("decoded-limit-off", (("feeds/fetch_exchange.c", r"if \(decoded > x->max_bytes \|\|[^{]*\{",
                            "if (decoded == SIZE_MAX && received) {"),), ["bombs.py"]),
)
PROGRAMS = ["vedetta", "tests/fault/scenario", "tests/fault/io_fault.so", "tests/fault/fetch_once"]


def harness(tree, argv):
    env = dict(os.environ, top_builddir=tree.build_folder, top_srcdir=tree.source, VEDETTA=os.path.join(tree.build_folder, "vedetta"))
    done = run(["/usr/bin/python3", os.path.join(tree.source, "tests/fault", argv[0])] + argv[1:], env=env, timeout=1800)
    return done.returncode, (done.stdout.strip().splitlines() or [""])[-1]


def substitution(path, pattern, replacement):
    def edit(text):
        text, count = re.subn(pattern, replacement, text)
        if count == 0:
            sys.exit("%s: nothing matches %s; the plant is out of date" % (path, pattern))
        return text
    return path, edit


def main():
    wanted = sys.argv[1:] or [name for name, _, _ in PLANTS]
    caught, skipped, sound = [], [], {}
    with PlantedTree(PROGRAMS, "-O1") as tree:
        for name, changes, argv in PLANTS:
            if name not in wanted:
                continue
            if tuple(argv) not in sound:
                tree.build()
                sound[tuple(argv)] = harness(tree, argv)
            status, said = sound[tuple(argv)]
            if status == 77:
                skipped.append(name)
                print("skip %s: %s" % (name, said), flush=True)
                continue
            if status != 0:
                sys.exit("%s fails on sound sources: %s" % (argv[0], said))
            with tree.planted([substitution(*change) for change in changes]):
                status, said = harness(tree, argv)
            caught += [name] * (status not in (0, 77))
            print("%s %s: %s said: %s" % ("ok  " if status not in (0, 77) else "MISS", name, argv[0], said), flush=True)
    print("planted bugs: %d of %d caught%s"
          % (len(caught), len(wanted) - len(skipped), ", %d skipped" % len(skipped) if skipped else ""))
    sys.exit(0 if len(caught) == len(wanted) - len(skipped) else 1)


if __name__ == "__main__":
    main()
