#!/usr/bin/python3
"""The configuration and the filter that the README shows are taken as they stand."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import SOURCE, Service, closing_all, run_tests  # noqa: E402

with open(os.path.join(SOURCE, "README.md"), encoding="utf-8") as source:
    README = source.read()


def block(first_word):
    """The indented block whose first line begins with a word."""
    found = re.search(r"^((?:    %s.*\n)(?:    .*\n|\n(?=    ))*)" % re.escape(first_word), README, re.M)
    return re.sub(r"^    ", "", found.group(1), flags=re.M)


def the_sample_configuration_has_no_mistake():
    with closing_all(Service(block('channel "mail"'), filters={"a": 'filter "a" { when = "x" }\n'})) as (service,):
        done = service.command("check")
        assert done.returncode == 0, done.stderr


def the_sample_filter_has_no_mistake():
    with closing_all(Service(feeds=["http://127.0.0.1:9/"], filters={"a": block('filter "')})) as (service,):
        done = service.command("check")
        assert done.returncode == 0 and not done.stderr, done.stderr


def every_command_it_names_exists():
    for name in set(re.findall(r"vedetta ([a-z]+)\b", README)) - {"alert"}:
        with closing_all(Service()) as (service,):
            assert service.command(name, "--help").returncode == 0, name


run_tests([the_sample_configuration_has_no_mistake, the_sample_filter_has_no_mistake, every_command_it_names_exists])
