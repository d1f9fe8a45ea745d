"""A copy of the sources to plant bugs in: configured in a folder of its own, changed, built, put back, and removed at the end.

Knows nothing of the bugs nor of who must see them.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile

SOURCE = os.path.abspath(os.environ.get("top_srcdir", "."))


def run(argv, **options):
    return subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def _not_copied(folder, names):
    return [name for name in names if name.endswith((".o", ".a", ".log", ".trs")) or folder == SOURCE and (
        name.startswith((".git", "build")) or name in ("config.status", "config.h", "autom4te.cache"))]


class PlantedTree:
    """`programs` are what build() makes. A context: the copy lives as long as it."""

    def __init__(self, programs, cflags):
        self.programs, self.cflags = programs, cflags

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="vedetta-plant-")
        self.source = os.path.join(self.folder, "source")
        self.build_folder = os.path.join(self.source, "build-plant")
        try:
            shutil.copytree(SOURCE, self.source, symlinks=True, ignore=_not_copied)
            os.mkdir(self.build_folder)
            self._make_sure(["../configure", "-q"], "the copy cannot be configured")
            self.build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make_sure(self, argv, otherwise):
        done = run(argv, cwd=self.build_folder)
        if done.returncode != 0:
            sys.exit("%s:\n%s" % (otherwise, done.stdout[-3000:]))

    def build(self):
        self._make_sure(["make", "-s", "-j2", "CFLAGS=" + self.cflags] + self.programs, "the copy does not build")

    @contextlib.contextmanager
    def planted(self, edits):
        """Built with `edits`, pairs of a path and a function from the sound text to the one with the bug; sound again at the end,
        but not built."""
        before = {}
        try:
            for name, edit in edits:
                path = os.path.join(self.source, name)
                with open(path, encoding="utf-8") as source:
                    text = source.read()
                before.setdefault(path, text)
                with open(path, "w", encoding="utf-8") as source:
                    source.write(edit(text))
            self.build()
            yield
        finally:
            for path, text in before.items():
                with open(path, "w", encoding="utf-8") as source:
                    source.write(text)
