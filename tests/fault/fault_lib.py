"""What the fault tests share: the scenario program, what it left behind, and file systems to break."""
import collections
import os
import re
import shutil
import subprocess
import sys
import tempfile

BUILD = os.path.join(os.path.abspath(os.environ.get("top_builddir", ".")), "tests/fault")
SCENARIO = os.path.join(BUILD, "scenario")
PRELOAD = os.path.join(BUILD, "io_fault.so")
APART = "VEDETTA_TEST_MOUNTS_APART"
SKIP = 77  # automake's "skipped"


class Place:
    """A folder with a state folder and a sink in it."""

    def __init__(self, folder):
        self.folder = folder
        self.state, self.sink = os.path.join(folder, "state"), os.path.join(folder, "sink")

    def argv(self, rounds, pause_ms=0):
        return [SCENARIO, self.state, self.sink, str(rounds), str(pause_ms)]

    def run(self, rounds, **env):
        return subprocess.run(self.argv(rounds), env=dict(os.environ, **env), capture_output=True, text=True,
                              timeout=300)

    def delivered(self):
        """Keys and how often each is in the sink."""
        with open(self.sink, "rb") as sink:
            return collections.Counter(re.findall(r"^key-\d+$", sink.read().decode("ascii", "replace"), re.M))

    def check(self):
        """Lines of what is stored."""
        done = subprocess.run([SCENARIO, "--check", self.state], capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise AssertionError("the store cannot be read: %s" % done.stdout)
        return set(done.stdout.splitlines())

    def given_up(self):
        return [name for name in os.listdir(self.state) if ".aside-" in name]


def not_delivered(got, rounds):
    return sorted({"key-%d" % n for n in range(1, rounds + 1)} - set(got))


def need_root(*programs):
    """End as skipped, saying why, unless file systems can be mounted here. Begins the program again where nobody else sees what
    it mounts: a mount namespace that is made meanwhile, as that of another test, would keep a file system that was unmounted,
    and its loop device."""
    missing = [program for program in programs if not shutil.which(program)]
    if os.geteuid() != 0 or missing or subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode != 0:
        print("SKIP: needs root and %s" % ", ".join(programs or ("mount",)))
        sys.exit(SKIP)
    if APART not in os.environ:
        os.environ[APART] = "1"
        os.execvp("unshare", ["unshare", "-m", sys.executable, *sys.argv])


class Mount:
    """A file system on a folder of its own, for a `with`."""

    def __init__(self, kind, size_mib):
        self.kind, self.size_mib = kind, size_mib
        self.base = tempfile.mkdtemp(prefix="vedetta-mount-")
        self.point, self.image = os.path.join(self.base, "m"), os.path.join(self.base, "image")
        os.mkdir(self.point)

    def mount(self):
        if self.kind == "tmpfs":
            argv = ["mount", "-t", "tmpfs", "-o", "size=%dm" % self.size_mib, "none", self.point]
        else:
            argv = ["mount", "-o", "loop", self.image, self.point]
        return subprocess.run(argv, capture_output=True, text=True).returncode == 0

    def remount(self, options):
        subprocess.run(["mount", "-o", "remount," + options, self.point], check=True)

    def cut(self):
        """As if the power went: what was not synced is gone."""
        subprocess.run(["xfs_io", "-x", "-c", "shutdown", self.point], check=True, capture_output=True)

    def unmount(self):
        subprocess.run(["umount", self.point], check=True)

    def __enter__(self):
        if self.kind != "tmpfs":
            with open(self.image, "wb") as image:
                image.truncate(self.size_mib << 20)
            subprocess.run(["mkfs." + self.kind, "-q", self.image], check=True, capture_output=True)
        if not self.mount():
            shutil.rmtree(self.base)
            print("SKIP: %s cannot be mounted here" % self.kind)
            sys.exit(SKIP)
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "-l", self.point], capture_output=True)
        shutil.rmtree(self.base, ignore_errors=True)
