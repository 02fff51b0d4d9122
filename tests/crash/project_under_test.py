# SPDX-License-Identifier: BSD-3-Clause
"""What the tests of this folder share: the command line with plugins/test, on a project of its own."""
import json
import os
import sqlite3
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("ORRERY_BUILD", ROOT / "build"))
ORRERY = BUILD / "bin/orrery"


class Orrery:
    def __init__(self, folder, project=None):
        self.folder = Path(folder)
        self.project = Path(project or self.folder / "p.orrery")
        self.environment = {**os.environ, "ORRERY_PLUGIN_PATH": str(BUILD / "tests/plugins"),
                            "XDG_DATA_HOME": str(self.folder / "data"), "XDG_RUNTIME_DIR": str(self.folder / "runtime")}
        (self.folder / "runtime").mkdir(mode=0o700, exist_ok=True)

    def command(self, *args):
        return [str(ORRERY), *map(str, args)]

    def start(self, *args, prefix=(), preexec=None, **environment):
        return subprocess.Popen([*prefix, *self.command(*args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                env={**self.environment, "ORRERY_PROJECT": str(self.project), **environment},
                                cwd=self.folder, preexec_fn=preexec)

    def __call__(self, *args, timeout=60, **how):
        """(exit code, stdout, stderr)"""
        process = self.start(*args, **how)
        out, err = process.communicate(timeout=timeout)
        return process.returncode, out, err

    def json(self, *args, code=0, **how):
        seen, out, err = self(*args, "--json", **how)
        assert seen == code, (seen, out[-800:], err[-800:])
        return json.loads(out)

    def whole(self):
        """The database passes SQLite's check and `verify` finds nothing."""
        with sqlite3.connect(self.project / "project.db") as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert self.json("verify") == {"ok": True, "problems": []}

    def points(self, run, key):
        with sqlite3.connect(self.project / "project.db") as database:
            return database.execute("SELECT step, value FROM metrics WHERE run = ? AND key = ? ORDER BY step", (run, key)).fetchall()

    def left_behind(self):
        """Files that no run should leave: locks, scratch folders, half artifacts."""
        jobs = {p.name for p in (self.project / "jobs").glob("*") if p.suffix != ".log"}
        return jobs | {p.name for p in (self.project / "artifacts").glob("incoming-*")}


def is_one_sentence(stderr):
    """A message of the command line: no trace, no exception's name, few lines."""
    lines = [line for line in stderr.splitlines() if line.strip()]
    return 0 < len(lines) <= 4 and not any(word in stderr for word in ("terminate called", "what():", "std::", "json.exception", "Traceback"))


@pytest.fixture
def orrery(tmp_path):
    return Orrery(tmp_path)
