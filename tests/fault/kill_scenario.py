#!/usr/bin/python3
"""kill -9 of the scenario at random moments, again and again on the same store: nothing that was acknowledged is lost,
every article is delivered, and no kill costs more than one repeat, under the same key.

  kill_scenario.py [KILLS]     default $KILLS or 50; SEED=N repeats a campaign
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fault_lib


def kill_once(place, rng):
    """Rounds acknowledged before the kill."""
    process = subprocess.Popen(place.argv(10**9, rng.choice((0, 0, 1))), stdout=subprocess.PIPE,
                               stdin=subprocess.DEVNULL)
    if rng.random() < 0.8:  # else while it opens, recovers, releases leases
        process.stdout.readline()
    time.sleep(rng.random() ** 2 * 0.03)
    process.kill()
    said = process.stdout.read().splitlines(True)
    process.wait()
    return [int(line.split()[1]) for line in said if line.startswith(b"acked ") and line.endswith(b"\n")]


def campaign(kills, rng, place):
    wrong, acked, repeats = [], set(), 0
    for kill in range(kills):
        acked.update(kill_once(place, rng))
        got = place.delivered() if os.path.exists(place.sink) else {}
        now = sum(got.values()) - len(got)
        if now - repeats > 1:
            wrong.append("kill %d: %d repeats at once" % (kill + 1, now - repeats))
        repeats = now
    stored = place.check()
    rounds = max(int(line[6:]) for line in stored if line.startswith("state "))
    wrong += ["acknowledged and lost: round %d" % n for n in sorted(acked) if "article %d" % n not in stored]
    done, got = place.run(rounds), place.delivered()
    if done.returncode != 0:
        wrong.append("does not go on: %s%s" % (done.stdout[-300:], done.stderr[-300:]))
    wrong += ["never delivered: %s" % key for key in fault_lib.not_delivered(got, rounds)]
    wrong += ["the store was given up: %s" % name for name in place.given_up()]
    return wrong, rounds, sum(got.values()) - len(got)


def main():
    kills = int(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("KILLS") or 50)
    seed = int(os.environ.get("SEED") or random.randrange(10**6))
    folder = tempfile.mkdtemp(prefix="vedetta-kill-")
    try:
        wrong, rounds, repeats = campaign(kills, random.Random(seed), fault_lib.Place(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if wrong:
        print("\n".join(wrong[:40]))
    print("kill -9: %d kills (seed %d), %d articles, %d wrong, %d repeats" % (kills, seed, rounds, len(wrong), repeats))
    sys.exit(1 if wrong or repeats > kills else 0)


if __name__ == "__main__":
    main()
