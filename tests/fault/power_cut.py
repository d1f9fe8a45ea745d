#!/usr/bin/python3
"""Cut the power while the scenario commits and delivers: a loop image is shut down under it, so that everything not
synced is lost, and mounted again. What was acknowledged must be stored, what was sent must be in the sink, and in the
end every article is delivered, with at most one repeat a cut. Needs root; ext4 and XFS in turn.

  power_cut.py [CUTS]     default $CUTS or 10
"""
import os
import random
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fault_lib

IMAGES = (("ext4", 64), ("xfs", 320))


def freeze(process):
    """Between two system calls: ext4 lets a sync that is under way during the shutdown succeed without having
    happened (3 of 30 cuts), which no real loss of power does."""
    process.send_signal(signal.SIGSTOP)
    while True:
        with open("/proc/%d/stat" % process.pid, encoding="ascii") as stat:
            if stat.read().rsplit(")", 1)[1].split()[0] == "T":
                return


def cut_once(mount, place, rng):
    """The lines the scenario said before the cut."""
    process = subprocess.Popen(place.argv(10**9, rng.choice((0, 0, 1))), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    lines, enough = [], rng.randint(1, 40)
    while len(lines) < enough:
        line = process.stdout.readline()
        if not line:
            raise AssertionError("the scenario ended: %s" % lines[-3:])
        lines.append(line)
    time.sleep(rng.random() * 0.004)  # where between two lines does not matter, that it varies does
    freeze(process)
    mount.cut()
    process.kill()
    lines += process.stdout.read().splitlines(True)
    process.wait()
    return [line.decode().rstrip("\n") for line in lines if line.endswith(b"\n")]


def after_cut(mount, place, said):
    """What is wrong after the power is back."""
    mount.unmount()
    if not mount.mount():
        return ["the file system cannot be mounted again"]
    stored, got = place.check(), place.delivered()
    wrong = ["acknowledged and lost: round %s" % line[6:] for line in said
             if line.startswith("acked ") and "article " + line[6:] not in stored]
    wrong += ["sent and lost: %s" % line[5:] for line in said if line.startswith("sent ") and line[5:] not in got]
    wrong += ["marked as sent and not in the sink: %s" % row for row in stored
              if row.endswith(" sent") and row.split()[1] not in got]
    return wrong + ["the store was given up: %s" % name for name in place.given_up()]


def campaign(kind, size_mib, cuts, rng):
    wrong, acked = [], 0
    with fault_lib.Mount(kind, size_mib) as mount:
        place = fault_lib.Place(mount.point)
        for cut in range(cuts):
            said = cut_once(mount, place, rng)
            acked += sum(line.startswith("acked ") for line in said)
            wrong += ["%s, cut %d: %s" % (kind, cut + 1, what) for what in after_cut(mount, place, said)]
            if len(wrong) > 20:
                break
        rounds = max(int(line[6:]) for line in place.check() if line.startswith("state "))
        done, got = place.run(rounds), place.delivered()
        if done.returncode != 0:
            wrong.append("%s: does not go on: %s%s" % (kind, done.stdout[-300:], done.stderr[-300:]))
        wrong += ["%s: never delivered: %s" % (kind, key) for key in fault_lib.not_delivered(got, rounds)]
        repeats = sum(got.values()) - len(got)
        if repeats > cuts:
            wrong.append("%s: %d repeats after %d cuts" % (kind, repeats, cuts))
    return wrong, acked, repeats


def main():
    cuts = int(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("CUTS") or 10)
    seed = int(os.environ.get("SEED") or random.randrange(10**6))
    fault_lib.need_root("mount", "mkfs.ext4", "mkfs.xfs", "xfs_io")
    rng, wrong, acked, repeats = random.Random(seed), [], 0, 0
    for kind, size_mib in IMAGES:
        more, more_acked, more_repeats = campaign(kind, size_mib, (cuts + 1) // 2, rng)
        wrong, acked, repeats = wrong + more, acked + more_acked, repeats + more_repeats
    if wrong:
        print("\n".join(wrong[:40]))
    print("power cuts: %d cuts (ext4, XFS; seed %d), %d commits acknowledged, %d facts lost, %d repeats"
          % ((cuts + 1) // 2 * 2, seed, acked, len(wrong), repeats))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
