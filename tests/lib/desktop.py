"""A desktop for tests: a private session bus, and on it a notification daemon: dunst under Xvfb, or a scripted one.

Everything is found by pid and stopped by pid.
"""
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import shutil

from vedetta import somebody_listens, wait_for

STAYS = "".join("\n[urgency_%s]\n timeout = 0\n" % urgency for urgency in ("low", "normal", "critical"))
SCRIPTED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "notification_daemon.py")


def available():
    return all(shutil.which(name) for name in ("dbus-daemon", "dunst", "Xvfb"))


class Desktop:
    """A session bus; daemons come and go on it."""

    def __init__(self, services=()):
        """services: (bus name, command) pairs that the bus can start."""
        self.folder = tempfile.mkdtemp(prefix="vedetta-desk-")
        self.processes, self.daemon, self.display = [], None, None
        os.mkdir(self.path("services"))
        for name, command in services:
            self.write("services/%s.service" % name, "[D-BUS Service]\nName=%s\nExec=%s\n" % (name, command))
        self.write("bus.conf", """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=%s</listen><servicedir>%s</servicedir>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>""" % (self.path("bus"), self.path("services")))
        self.address = "unix:path=" + self.path("bus")
        self.start_bus()

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as out:
            out.write(text)

    def start_bus(self):
        self.bus = self.spawn(["dbus-daemon", "--config-file", self.path("bus.conf"), "--nofork", "--nopidfile"])
        wait_for("the session bus", lambda: somebody_listens(self.path("bus")))

    def stop_bus(self):
        self.end(self.bus)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path("bus"))

    def environment(self, base=None):
        env = dict(base or os.environ, DBUS_SESSION_BUS_ADDRESS=self.address)
        env.pop("WAYLAND_DISPLAY", None)
        env.pop("DISPLAY", None)
        if self.display:
            env["DISPLAY"] = self.display
        return env

    def spawn(self, argv, **options):
        with open(self.path("desktop.log"), "ab") as log:
            process = subprocess.Popen(argv, env=self.environment() if hasattr(self, "address") else None, stdout=log,
                                       stderr=log, stdin=options.pop("stdin", subprocess.DEVNULL), **options)
        self.processes.append(process)
        return process

    def end(self, process, how=signal.SIGKILL):
        if process and process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGCONT)
                os.kill(process.pid, how)
            process.wait()
        if process in self.processes:
            self.processes.remove(process)

    def owns(self, name="org.freedesktop.Notifications"):
        done = subprocess.run(["dbus-send", "--bus=" + self.address, "--print-reply", "--dest=org.freedesktop.DBus",
                               "/org/freedesktop/DBus", "org.freedesktop.DBus.NameHasOwner", "string:" + name],
                              capture_output=True, text=True, timeout=20)
        return "boolean true" in done.stdout

    # -- a scripted daemon

    def scripted(self, *modes):
        """Starts it; its log is self.calls()."""
        self.daemon = self.spawn([sys.executable, SCRIPTED, self.path("calls.jsonl"), *modes], stdin=subprocess.PIPE)
        wait_for("the scripted daemon", self.owns)
        return self.daemon

    def calls(self, method="Notify"):
        with contextlib.suppress(FileNotFoundError):
            with open(self.path("calls.jsonl"), encoding="utf-8") as log:
                return [c for c in (json.loads(line) for line in log if line.endswith("\n")) if c["method"] == method]
        return []

    def press(self, number, action):
        self.daemon.stdin.write(("%s %s\n" % (number, action)).encode())
        self.daemon.stdin.flush()

    def lock(self, locked):
        """Needs scripted()."""
        self.daemon.stdin.write(b"lock\n" if locked else b"unlock\n")
        self.daemon.stdin.flush()

    def locked(self):
        done = subprocess.run(["dbus-send", "--bus=" + self.address, "--print-reply", "--dest=org.gnome.ScreenSaver",
                               "/org/gnome/ScreenSaver", "org.gnome.ScreenSaver.GetActive"],
                              capture_output=True, text=True, timeout=20)
        return "boolean true" in done.stdout

    # -- dunst under Xvfb

    def screen(self, geometry="900x700x24"):
        read, write = os.pipe()
        server = self.spawn(["Xvfb", "-displayfd", str(write), "-screen", "0", geometry, "-nolisten", "tcp"],
                            pass_fds=[write])
        os.close(write)
        with os.fdopen(read) as source:
            self.display = ":" + source.readline().strip()
        assert server.poll() is None and self.display != ":", "Xvfb does not run"

    def dunst(self, config=""):
        if not self.display:
            self.screen()
        self.write("shown.sh", '#!/bin/sh\nprintf "%%s\\n" "$DUNST_SUMMARY" >>%s\n' % self.path("shown"))
        os.chmod(self.path("shown.sh"), 0o755)
        self.write("dunstrc", "[global]\n enable_recursive_icon_lookup = false\n history_length = 100\n" + config + STAYS +
                   "\n[log]\n summary = \"*\"\n script = %s\n" % self.path("shown.sh"))
        self.daemon = self.spawn(["dunst", "-conf", self.path("dunstrc")])
        wait_for("dunst", self.owns)
        return self.daemon

    def shown(self):
        with contextlib.suppress(FileNotFoundError):
            with open(self.path("shown"), encoding="utf-8") as lines:
                return lines.read().splitlines()
        return []

    def stop_daemon(self, how=signal.SIGKILL):
        self.end(self.daemon, how)
        self.daemon = None

    def close(self):
        for process in list(reversed(self.processes)):
            self.end(process)
        shutil.rmtree(self.folder, ignore_errors=True)
