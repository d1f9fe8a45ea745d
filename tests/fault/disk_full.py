#!/usr/bin/python3
"""A disk that fills up, and one that is read-only: said in words, nothing half done, and on as soon as it can.
Needs root for the file systems."""
import contextlib
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import fault_lib
from vedetta import Service, closing_all, wait_for  # noqa: E402

CONF = 'channel "log" { type = log file = "alerts.jsonl" }\nroute "all" { filters = { "*" } channels = { "log" } }\n'


def check_delivered(place, rounds):
    left = fault_lib.not_delivered(place.delivered(), rounds)
    assert not left, "never delivered: %s" % left
    assert sum(place.delivered().values()) == rounds, "repeated without a crash"
    assert not place.given_up(), place.given_up()


def fill(path):
    with open(path, "wb", buffering=0) as out, contextlib.suppress(OSError):
        while True:
            out.write(b"x" * 4096)


def a_full_disk_stops_commits_and_space_resumes_them():
    with fault_lib.Mount("tmpfs", 16) as mount:
        place, filler = fault_lib.Place(mount.point), os.path.join(mount.point, "filler")
        process = subprocess.Popen(place.argv(300, 1), stdout=subprocess.PIPE, text=True,
                                   env=dict(os.environ, SCENARIO_PATIENCE="60"))
        assert process.stdout.readline().startswith("acked ")
        fill(filler)
        errors = 0
        for line in process.stdout:
            if line.startswith("error "):
                errors += 1
                assert "full" in line or "No space left" in line, line
                if errors == 3:  # the same process goes on
                    os.unlink(filler)
                assert errors < 1000, line
        assert process.wait() == 0, "ended with %d" % process.returncode
        assert errors >= 3, "the disk was never full"
        check_delivered(place, 300)


def a_start_on_a_full_disk_says_so_and_later_works():
    with fault_lib.Mount("tmpfs", 16) as mount:
        place, filler = fault_lib.Place(mount.point), os.path.join(mount.point, "filler")
        assert place.run(5).returncode == 0
        fill(filler)
        done = place.run(10)
        assert done.returncode == 1 and "No space left" in done.stdout + done.stderr or "full" in done.stdout, done
        os.unlink(filler)
        assert place.run(10).returncode == 0
        check_delivered(place, 10)


def a_read_only_disk_is_named_and_writing_resumes_later():
    with fault_lib.Mount("tmpfs", 8) as mount:
        place = fault_lib.Place(mount.point)
        assert place.run(5).returncode == 0
        mount.remount("ro")
        done = place.run(10)
        assert done.returncode == 1 and "Read-only" in done.stdout, done.stdout
        mount.remount("rw")
        assert place.run(10).returncode == 0
        check_delivered(place, 10)


def a_disk_that_is_almost_full_is_told_before_it_is():
    with fault_lib.Mount("tmpfs", 48) as mount, closing_all(Service(CONF)) as (service,):
        service.write("vedetta.conf", service.read("vedetta.conf").replace('state = "state"', 'state = "%s/state"' % mount.point))
        service.start()
        told = wait_for("the word that the disk is almost full", lambda: [r for r in service.alerts() if "almost full" in r["message"]])
        assert told[0]["vedetta"]["kind"] == "service" and service.stop() == 0


def main():
    fault_lib.need_root("mount")
    tests = (a_full_disk_stops_commits_and_space_resumes_them, a_start_on_a_full_disk_says_so_and_later_works,
             a_read_only_disk_is_named_and_writing_resumes_later, a_disk_that_is_almost_full_is_told_before_it_is)
    for test in tests:
        test()
        print("ok   %s" % test.__name__)


if __name__ == "__main__":
    main()
