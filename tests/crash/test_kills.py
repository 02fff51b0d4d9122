# SPDX-License-Identifier: BSD-3-Clause
"""Runs and their supervisors are killed at random moments, again and again: the database stays whole, every run is
resumable or done, and what was resumed has the numbers of a run that nobody disturbed. [P2] [P3]"""
import json
import os
import random
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("ORRERY_BUILD", ROOT / "build"))
KILLS = int(os.environ.get("ORRERY_KILLS", "200"))
UNFINISHED = ("queued", "lost", "failed", "stopped")


class Orrery:
    """The command line on a project of its own, with the plugin of the tests."""

    def __init__(self, folder, **environment):
        self.folder = Path(folder)
        self.project = self.folder / "killed.orrery"
        self.environment = {**os.environ, "ORRERY_PLUGIN_PATH": str(BUILD / "tests/plugins"), "XDG_RUNTIME_DIR": str(folder),
                            "XDG_STATE_HOME": str(self.folder / "state"), "ORRERY_PROJECT": str(self.project), **environment}

    def start(self, *args):
        return subprocess.Popen([str(BUILD / "bin/orrery"), *map(str, args)], env=self.environment, cwd=self.folder,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __call__(self, *args, timeout=300):
        done = subprocess.run([str(BUILD / "bin/orrery"), *map(str, args)], env=self.environment, cwd=self.folder,
                              capture_output=True, text=True, timeout=timeout)
        return done.returncode, done.stdout, done.stderr

    def sql(self, statement):
        with sqlite3.connect(self.project / "project.db", timeout=30) as database:
            return database.execute(statement).fetchall()

    def runs(self):
        if not (self.project / "project.db").exists():
            return []
        code, out, err = self("runs", "--json")
        assert code == 0, err
        return json.loads(out)

    def states(self):
        """Status of every run, as the command line tells it."""
        return {run["run"]: run["status"] for run in self.runs()}

    def resumable(self):
        """Not those whose child was killed before its first checkpoint, which their supervisor told: they failed."""
        return [run["run"] for run in self.runs() if run["status"] in ("queued", "lost") or
                run["status"] in ("failed", "stopped") and "checkpoint" in run]

    def series(self, run):
        return self.sql(f"SELECT key, step, value FROM metrics WHERE run = '{run}' ORDER BY key, step")


def children_of(pid):
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == pid:
                found.append(int(folder.name))
    return found


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def kill_some(process, chance):
    """The child alone, the supervisor alone and then its child, or the child first."""
    children = children_of(process.pid)
    how = chance.choice(["child", "both", "reverse"]) if children else "both"
    for pid in {"child": children, "both": [process.pid, *children], "reverse": [*children, process.pid]}[how]:
        kill(pid)
    process.wait(timeout=60)


def wait_until_idle(orrery, seconds=60):
    end = time.time() + seconds
    while any(status in ("running", "stopping") for status in orrery.states().values()):
        assert time.time() < end, orrery.states()
        time.sleep(0.02)


def test_nothing_is_lost_in_two_hundred_kills(tmp_path):
    chance = random.Random(20261121)
    orrery = Orrery(tmp_path, ORRERY_CHECKPOINT_SECONDS="0.01")
    walk = ["run", "test.walk", "steps=1500", "pause=0.001", "--quiet"]
    assert orrery(*walk)[0] == 0
    (calm,) = orrery.states()
    expected = orrery.series(calm)
    assert len(expected) == 1500

    resumed = 0
    for number in range(KILLS):
        waiting = orrery.resumable()
        process = orrery.start("resume", waiting[0], "--quiet") if waiting else orrery.start(*walk)
        resumed += bool(waiting)
        time.sleep(chance.expovariate(1 / 0.12))
        kill_some(process, chance)
        wait_until_idle(orrery)
        assert orrery.sql("PRAGMA integrity_check") == [("ok",)], number
        assert set(orrery.states().values()) <= {"done", *UNFINISHED}, number

    for run in orrery.resumable():
        code, _, err = orrery("resume", run, "--quiet")
        assert code == 0, (run, err)
    assert resumed > KILLS // 2
    assert set(orrery.states().values()) <= {"done", "failed"}
    for run in orrery.runs():
        series = orrery.series(run["run"])
        assert series == (expected if run["status"] == "done" else expected[:len(series)]), run
        assert run["status"] == "done" or "SIGKILL" in run["error"]
    code, out, err = orrery("verify")
    assert code == 0, out + err
    # Both processes may be killed between a run's end and the removal of its scratch folder: compacting finds it.
    code, out, err = orrery("project", "compact")
    assert code == 0, out + err
    assert {path.suffix for path in (orrery.project / "jobs").iterdir()} <= {".log", ".lock"}


@pytest.mark.parametrize("victim", ["child", "supervisor"])
def test_a_killed_child_is_told_and_a_killed_supervisor_changes_nothing(tmp_path, victim):
    orrery = Orrery(tmp_path)
    process = orrery.start("run", "test.walk", "steps=1000", "pause=0.002")
    while not (children := children_of(process.pid)) or not orrery.states():
        time.sleep(0.01)
    while orrery.states() and not orrery.sql("SELECT 1 FROM metric LIMIT 1"):
        time.sleep(0.01)
    kill(children[0] if victim == "child" else process.pid)
    assert process.wait(timeout=60) == (1 if victim == "child" else -signal.SIGKILL)
    if victim == "supervisor":
        assert list(orrery.states().values()) == ["running"]
    wait_until_idle(orrery)
    assert list(orrery.states().values()) == ["failed" if victim == "child" else "done"]
    if victim == "child":
        assert "SIGKILL" in orrery.sql("SELECT error FROM run")[0][0]


def test_a_reused_process_number_is_not_the_run(tmp_path):
    """On a network disk locks don't tell: there it is the process's number and the time of its start."""
    orrery = Orrery(tmp_path, ORRERY_JOURNAL="delete")
    process = orrery.start("run", "test.walk", "steps=100000", "pause=0.01")
    while not orrery.states() or not orrery.sql("SELECT 1 FROM metric LIMIT 1"):
        time.sleep(0.02)
    (child,) = children_of(process.pid)
    kill(process.pid)
    kill(child)
    process.wait()
    while Path(f"/proc/{child}").exists():
        time.sleep(0.01)
    assert list(orrery.states().values()) == ["lost"]
    orrery.sql(f"UPDATE run SET pid = {os.getpid()}")  # ours is alive, and began at another time
    assert list(orrery.states().values()) == ["lost"]
    start = Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19]
    orrery.sql(f"UPDATE run SET process_start = {start}")
    assert list(orrery.states().values()) == ["running"]
