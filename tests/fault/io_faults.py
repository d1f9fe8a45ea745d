#!/usr/bin/python3
"""Break every write and every sync of the scenario in turn: kill before, kill after, half a write, EIO, ENOSPC;
once, and for good. After each fault the scenario runs once more on a sound disk, and then every article must have
been delivered, nothing that was acknowledged may be missing, and at most one delivery may have been repeated.

  io_faults.py [--every N] [--rounds N]     every N-th index only; 1: all of them (make io-faults)
"""
import argparse
import os
import shutil
import signal
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fault_lib

#        how           lasts  may it end by itself
FAULTS = (("kill", 1, False), ("kill-after", 1, False), ("torn", 1, False),
          ("EIO", 1, True), ("ENOSPC", 1, True), ("EIO", 0, True), ("ENOSPC", 0, True), ("EROFS", 0, True))


def broken_run(place, rounds, **fault):
    return place.run(rounds, LD_PRELOAD=fault_lib.PRELOAD, FAULT_DIR=place.state, **fault)


def verify(place, rounds, said):
    """What is wrong, or None."""
    got = place.delivered()
    lost = fault_lib.not_delivered(got, rounds)
    if lost or len(got) != rounds:
        return "lost %s; delivered %s" % (lost, sorted(got))
    repeats = sum(got.values()) - len(got)
    if repeats > 1:
        return "%d repeats after one fault" % repeats
    stored = place.check()
    for line in said.splitlines():
        if line.startswith("acked ") and "article " + line[6:] not in stored:
            return "acknowledged, not stored: %s" % line
    return "the store was given up: %s" % place.given_up() if place.given_up() else None


def one(how, last, index, rounds, ends):
    place = fault_lib.Place(tempfile.mkdtemp(prefix="vedetta-io-"))
    try:
        broken = broken_run(place, rounds, FAULT_HOW=how, FAULT_LAST=str(last), FAULT_AT=str(index))
        if ends and broken.returncode not in (0, 1):
            return "ended with %d instead of an error" % broken.returncode
        if not ends and broken.returncode != -signal.SIGKILL:
            return "not killed (%d)" % broken.returncode
        whole = place.run(rounds)
        if whole.returncode != 0:
            return "did not resume: %s%s" % (whole.stdout, whole.stderr)
        return verify(place, rounds, broken.stdout)
    finally:
        shutil.rmtree(place.folder, ignore_errors=True)


def count(rounds):
    place = fault_lib.Place(tempfile.mkdtemp(prefix="vedetta-io-"))
    path = os.path.join(place.folder, "count")
    try:
        done = broken_run(place, rounds, FAULT_HOW="kill", FAULT_AT="0", FAULT_COUNT=path)
        if done.returncode != 0:
            sys.exit("the scenario fails without a fault: %s%s" % (done.stdout, done.stderr))
        with open(path, encoding="ascii") as number:
            return int(number.read())
    finally:
        shutil.rmtree(place.folder, ignore_errors=True)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--every", type=int, default=11)
    options.add_argument("--rounds", type=int, default=4)
    options = options.parse_args()
    calls, failed, runs = count(options.rounds), 0, 0
    if calls < 20:
        sys.exit("only %d writes and syncs were seen: the preload does not work" % calls)
    for number, (how, last, ends) in enumerate(FAULTS):
        for index in range(1 + number % options.every, calls + 1, options.every):
            wrong, runs = one(how, last, index, options.rounds, ends), runs + 1
            if wrong:
                failed += 1
                print("FAIL %s%s at call %d of %d: %s" % (how, "" if last else " for good", index, calls, wrong))
    print("io faults: %d writes and syncs, %d faults tried, %d wrong" % (calls, runs, failed))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
