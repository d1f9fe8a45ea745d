#!/usr/bin/python3
"""The manual pages say what the programs do: every command, option and setting, no other; examples that work."""
import glob
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import BINARY, SOURCE, Service, closing_all, run_tests  # noqa: E402

BUILD = os.environ.get("top_builddir", ".")
ENGLISH = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": ""}


def read(path):
    with open(path, encoding="utf-8") as page:
        return page.read()


def output(*command):
    return subprocess.run(command, env=ENGLISH, capture_output=True, text=True, timeout=60, check=True).stdout


GROUPS = ("feeds", "filters")  # commands that have commands of their own


def commands_of_the_program():
    names = re.findall(r"^  ([a-z]+)  ", output(BINARY, "--help"), re.M)
    assert set(GROUPS) <= set(names), names
    return [(name,) for name in names if name not in GROUPS] + [
        (group, action) for group in GROUPS
        for action in re.findall(r"^  ([a-z]+)  ", output(BINARY, group, "--help"), re.M)]


def options_of(*command):
    found = set(re.findall(r"^  (?:-\w, )?--([a-z-]+)", output(BINARY, *command, "--help"), re.M))
    return found - {"help", "config"}


def items_of_the_page():
    """command -> the options its items name"""
    items = {}
    for line in re.findall(r"^\.It Nm Cm (.*)$", read(os.path.join(SOURCE, "docs", "vedetta.1")), re.M):
        words = line.split()
        command = tuple(words[:2]) if words[0] in GROUPS else (words[0],)
        options = {word[1:] for word in words if re.match(r"-[a-z-]{2,}$", word)}
        items.setdefault(command, set()).update(options)
    return items


def every_command_and_option_is_in_the_manual_and_no_other():
    items = items_of_the_page()
    commands = commands_of_the_program()
    assert len(commands) > 20, commands
    for command in commands:
        assert command in items, "docs/vedetta.1 does not tell of 'vedetta %s'" % " ".join(command)
        here, there = options_of(*command), items[command]
        assert here == there, "docs/vedetta.1, %s: missing %s, unknown %s" % (command, here - there, there - here)
    assert set(items) == set(commands), set(items) ^ set(commands)


def every_setting_is_in_the_manual_and_no_other():
    page = read(os.path.join(BUILD, "docs", "vedetta.conf.5"))
    assert page == output(BINARY, "check", "--man"), "make docs/vedetta.conf.5"
    sample = output(BINARY, "check", "--sample")
    settings = re.findall(r"^\t?#(\w+) = ", sample, re.M)
    assert len(settings) > 80 and re.findall(r"^\.It Ic (\w+) No =", page, re.M) == settings


def examples(page):
    return re.findall(r"^\.Bd -literal[^\n]*\n(.*?)^\.Ed$", page, re.M | re.S)


def the_examples_of_the_configuration_have_no_mistake():
    found = examples(read(os.path.join(BUILD, "docs", "vedetta.conf.5")))
    assert len(found) == 2, found
    for example in found:
        with closing_all(Service(filters={"russia-a": 'filter "russia-a" { when = "x" }\n'})) as (service,):
            service.write("more.filter", 'filter "b" { when = "x" }\n')
            service.write("vedetta.conf", example)
            done = service.command("check")
            mistakes = [line for line in done.stderr.splitlines() if not line.endswith("(warning)")]
            assert done.returncode == 0 and not mistakes, done.stderr


def the_pages_are_well_formed():
    if not shutil.which("man") or not shutil.which("groff"):
        print("man-db and groff are missing: the pages were not typeset")
        return
    pages = glob.glob(os.path.join(SOURCE, "docs", "*.[1-8]")) + [os.path.join(BUILD, "docs", "vedetta.conf.5")]
    assert len(pages) >= 4, pages
    for page in pages:
        done = subprocess.run(["man", "--warnings=w", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page], capture_output=True,
                              text=True, timeout=60, env={**ENGLISH, "MANWIDTH": "80"})
        assert done.returncode == 0 and not done.stderr, "%s: %s" % (page, done.stderr)


run_tests([every_command_and_option_is_in_the_manual_and_no_other, every_setting_is_in_the_manual_and_no_other,
           the_examples_of_the_configuration_have_no_mistake, the_pages_are_well_formed])
