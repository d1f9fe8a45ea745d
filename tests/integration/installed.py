#!/usr/bin/python3
"""What `make install` left behind works from where it is. For `make installcheck`, with $VEDETTA the installed binary."""
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import BINARY, run_tests  # noqa: E402

ROOT = BINARY[:-len(os.environ["installed_prefix"] + "/bin/vedetta")]  # DESTDIR
PREFIX = ROOT + os.environ["installed_prefix"]


def run(*arguments, **environment):
    with tempfile.TemporaryDirectory() as home:
        env = {"PATH": os.environ["PATH"], "HOME": home, "XDG_CONFIG_HOME": home, "XDG_STATE_HOME": home}
        return subprocess.run([BINARY, *arguments], env={**env, **environment}, capture_output=True, text=True,
                              timeout=120, stdin=subprocess.DEVNULL)


def it_finds_its_data():
    done = run("check")
    assert done.returncode == 0 and "filters: 1" in done.stdout, done
    done = run("feeds", "catalogue", "--country", "IT")
    assert done.returncode == 0 and re.search(r"^[1-9]\d* of \d+ feeds", done.stdout, re.M), done


def it_derives_filters_with_the_installed_tables():
    done = run("derive", os.path.join(os.environ["top_srcdir"], "tests", "integration", "examples", "energy"))
    assert done.returncode == 0 and "no word frequencies" not in done.stderr and "entity" in done.stdout, done


def it_speaks_italian():
    done = run("--help", LC_ALL="it_IT.UTF-8", LOCPATH="/nonexistent")
    assert "Comandi:" in done.stdout, done


def the_parser_is_a_program_of_its_own():
    parser = os.path.join(PREFIX, "libexec", "vedetta", "vedetta-parser")
    done = subprocess.run([parser], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert done.returncode == 4 and "called by nobody" in done.stderr, done
    done = run("parse", os.path.join(os.environ["top_srcdir"], "feeds", "catalogue", "starter.opml"))
    assert "the root element is <opml>" in done.stderr, done


def the_demonstration_ends_with_an_alert():
    done = run("demo", LC_ALL="C.UTF-8")
    assert done.returncode == 0 and '"@timestamp"' in done.stdout, done


def the_units_run_the_installed_binary():
    for unit in "lib/systemd/system/vedetta.service", "lib/systemd/user/vedetta.service":
        path = os.path.join(PREFIX, unit)
        if not os.path.exists(path):
            continue  # configured without systemd, or with folders of its own
        with open(path, encoding="utf-8") as text:
            start = re.search(r"^ExecStart=(\S+)", text.read(), re.M).group(1)
        assert ROOT + start == BINARY, start


def the_manual_pages_are_there():
    for page in "man1/vedetta.1", "man5/vedetta.conf.5":
        assert os.path.exists(os.path.join(PREFIX, "share", "man", page)), page


run_tests([it_finds_its_data, it_derives_filters_with_the_installed_tables, it_speaks_italian,
           the_parser_is_a_program_of_its_own, the_demonstration_ends_with_an_alert, the_units_run_the_installed_binary, the_manual_pages_are_there])
