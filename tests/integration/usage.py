#!/usr/bin/python3
"""Every command with every option, with operands or without: an answer and one of three exit codes. Built with sanitizers
this also shows what a command forgets to free on its way out."""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import BINARY, PATIENCE, Service, closing_all, run_tests  # noqa: E402

# what runs on, or long, has tests of its own
LASTING = {("run",), ("demo",), ("feeds", "audit")}
LASTING_OPTIONS = {"help", "config", "follow"}


def run(service, *words):
    env = dict(service.environment(), LC_ALL="C.UTF-8", LANGUAGE="")
    here = service.path("here")  # some make files by the name that is given
    os.makedirs(here, exist_ok=True)
    return subprocess.run([BINARY, *words], cwd=here, env=env, capture_output=True, text=True, timeout=PATIENCE, stdin=subprocess.DEVNULL)


def commands(service):
    names = [(name,) for name in re.findall(r"^  ([a-z]+)  ", run(service, "--help").stdout, re.M) if name != "feeds"]
    actions = [("feeds", name) for name in re.findall(r"^  ([a-z]+)  ", run(service, "feeds", "--help").stdout, re.M)]
    found = set(names + actions)
    assert len(found) > 20 and LASTING <= found, found
    return sorted(found - LASTING)


def options(service, command):
    """Each option with a value that some take, and whether there is a --config."""
    shown = re.findall(r"^  (?:-\w, )?--([a-z-]+)(=?)", run(service, *command, "--help").stdout, re.M)
    given = ["--%s=%s" % (name, "1h" if name == "for" else "x") if value else "--" + name
             for name, value in shown if name not in LASTING_OPTIONS]
    return given, any(name == "config" for name, _ in shown)


def tries(given):
    yield from ([], ["nonsense"], ["--nonsense"], given, given + ["nonsense"])
    for option in given:
        yield from ([option], [option, "nonsense"], [option, option])


def every_command_answers_right_and_wrong_usage():
    count = 0
    with closing_all(Service("", ["http://127.0.0.1:9/feed"], {"a": 'filter "a" { when = "x" }\n'})) as (service,):
        feeds = service.read("feeds.opml")
        for command in commands(service):
            given, configured = options(service, command)
            for words in tries(given):
                argv = [*command, *(["--config", service.folder] if configured else []), *words]
                service.write("feeds.opml", feeds)  # some subscribe the whole catalogue, and nothing here may ask the world
                done = run(service, *argv)
                count += 1
                assert done.returncode in (0, 1, 2), (argv, done)
                assert not re.search(r"ERROR: |runtime error:|CRITICAL|WARNING \*\*", done.stderr), (argv, done.stderr)
                # JSON of nothing is nothing
                assert done.returncode == 0 or done.stdout or done.stderr or "--json" in argv, argv
                assert "--nonsense" not in argv or done.returncode == 2, (argv, done)
    print("     (%d command lines)" % count)


run_tests([every_command_answers_right_and_wrong_usage])
