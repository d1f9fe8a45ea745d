#!/usr/bin/python3
"""The units of systemd: well formed, tight, and the program does its work inside what they leave it."""
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests", "lib"))
from vedetta import BINARY, PATIENCE, FeedServer, Service, closing_all, rss, run_tests  # noqa: E402

BUILD = os.environ.get("top_builddir", ".")
CONFINED = os.path.join(BUILD, "tests", "confined")
SYSTEM = os.path.join(BUILD, "packaging", "system", "vedetta.service")
TIGHT = 2.0  # exposure that systemd-analyze may see; a service without any directive has 9.6


def read(path):
    with open(path, encoding="utf-8") as unit:
        return unit.read()


def directives(name, unit=SYSTEM):
    return re.findall(r"^%s=(.*)$" % name, read(unit), re.M)


def calls_of(group):
    """The system calls of "@group", as this systemd knows them."""
    if not group.startswith("@"):
        return {group}
    listed = subprocess.run(["systemd-analyze", "syscall-filter", group], capture_output=True, text=True, timeout=60, check=True)
    words = [line.strip() for line in listed.stdout.splitlines()[1:]]
    return set().union(*(calls_of(word) for word in words if word and not word.startswith("#")))


def allowed_calls():
    """SystemCallFilter=, in its order; @default is always there."""
    left = calls_of("@default")
    for line in directives("SystemCallFilter"):
        calls = set().union(*(calls_of(word) for word in line.lstrip("~").split()))
        left = left - calls if line.startswith("~") else left | calls
    return left


def confined(folder, *command, **options):
    calls = os.path.join(folder, "calls")
    with open(calls, "w", encoding="ascii") as out:
        out.write("\n".join(sorted(allowed_calls())))
    families = ",".join(str(int(getattr(socket, name))) for name in directives("RestrictAddressFamilies")[0].split())
    env = dict(options.pop("env", os.environ))
    if "ASAN_OPTIONS" in env:
        env["ASAN_OPTIONS"] += ":detect_leaks=0"  # it looks by ptrace, which the unit refuses
    return subprocess.run([CONFINED, calls, families, *command], capture_output=True, text=True, timeout=PATIENCE * 2,
                          stdin=subprocess.DEVNULL, env=env, **options)


def the_confinement_confines():
    with tempfile.TemporaryDirectory() as folder:
        done = confined(folder, sys.executable, "-c", "import socket\n"
                        "for family in (socket.AF_INET, socket.AF_NETLINK, socket.AF_PACKET):\n"
                        "    try:\n        socket.socket(family, socket.SOCK_RAW if family == socket.AF_NETLINK else socket.SOCK_DGRAM)\n"
                        "        print('yes')\n    except PermissionError:\n        print('no')\n"
                        "import mmap\ntry:\n    mmap.mmap(-1, 4096, prot=7)\n    print('yes')\nexcept OSError:\n    print('no')\n")
        assert done.stdout.split() == ["yes", "yes", "no", "no"], done


def the_whole_way_to_an_alert_works_in_the_system_unit():
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": ""}
        env.pop("DISPLAY", None)
        done = confined(folder, BINARY, "demo", env=env)
        assert done.returncode == 0 and "one story was told, once" in done.stdout, done


def regular_expressions_match_where_no_code_can_be_made():
    conf = 'backlog = 365d\nchannel "log" { type = log file = "alerts.jsonl" }\nroute "all" { filters = { "*" } channels = { "log" } }\n'
    with closing_all(FeedServer()) as (server,):
        server.put("/a", rss([dict(guid="1", title="Treno 4471 deragliato", link="https://esempio.invalid/1", text="x")]))
        filters = {"treno": 'filter "treno" { when = "/tren[oi] \\\\d{4}/" }\n'}
        with closing_all(Service(conf, [server.url("/a")], filters)) as (service,):
            done = confined(service.folder, BINARY, "poll", "--config", service.folder, env=service.environment())
            assert done.returncode == 0 and len(service.alerts()) == 1, (done, service.alerts())


def the_units_are_well_formed():
    with tempfile.TemporaryDirectory() as folder:
        target = os.path.join(folder, "vedetta.service")
        with open(target, "w", encoding="utf-8") as out:
            out.write(re.sub(r"^ExecStart=\S+", "ExecStart=" + BINARY, read(SYSTEM), flags=re.M))
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", target], capture_output=True, text=True, timeout=60)
        ours = [line for line in done.stderr.splitlines() if "vedetta" in line]
        assert not ours, ours
    for name in ("vedetta.service", "vedetta-agent.service"):
        unit = os.path.join(BUILD, "packaging", "user", name)
        assert directives("ExecStart", unit) and directives("NoNewPrivileges", unit) == ["yes"], unit
        assert "@" not in re.sub(r"^(#|SystemCall).*$", "", read(unit), flags=re.M), unit


def the_system_unit_is_tight():
    done = subprocess.run(["systemd-analyze", "security", "--offline=yes", SYSTEM], capture_output=True, text=True, timeout=60)
    level = re.search(r"exposure level for vedetta.service: ([\d.]+)", done.stdout)
    assert level, done
    assert float(level.group(1)) <= TIGHT, done.stdout


if not shutil.which("systemd-analyze") or not os.path.exists(SYSTEM):
    print("systemd-analyze is not installed: skipped")
    sys.exit(77)
run_tests([the_confinement_confines, the_whole_way_to_an_alert_works_in_the_system_unit,
           regular_expressions_match_where_no_code_can_be_made, the_units_are_well_formed, the_system_unit_is_tight])
