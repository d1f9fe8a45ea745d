#!/usr/bin/python3
"""`vedetta demo`: a true alert without any network, in English and Italian."""
import contextlib
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import BINARY, run_tests  # noqa: E402


def demo(**environment):
    env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "WAYLAND_DISPLAY")}
    env.update(environment)
    return subprocess.run([BINARY, "demo"], env=env, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)


def the_demo_shows_one_alert_on_terminal_log_and_mail():
    done = demo(LC_ALL="C.UTF-8")
    assert done.returncode == 0, done
    assert done.stdout.count("Subject: ") == 1 and '"@timestamp"' in done.stdout, done.stdout
    assert "Khasan" in done.stdout


def processes_with(word):
    """Whose environment holds `word`; those of other users cannot be read and are not ours."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open("/proc/%s/environ" % pid, "rb") as environ:
            if word.encode() in environ.read():
                found.append(pid)
    return found


def it_leaves_no_process_and_no_folder_behind():
    with tempfile.TemporaryDirectory() as folder:
        demo(LC_ALL="C.UTF-8", TMPDIR=folder)
        assert os.listdir(folder) == []
        assert processes_with(folder) == []


run_tests([the_demo_shows_one_alert_on_terminal_log_and_mail, it_leaves_no_process_and_no_folder_behind])
