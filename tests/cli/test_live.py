# SPDX-License-Identifier: BSD-3-Clause
"""Frames and live fields of runs that go on, and the worker's own language."""
import csv
import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from conftest import BUILD, ORRERY
from test_command_line import wait_until


@pytest.fixture
def orrery(orrery):
    orrery.environment["ORRERY_PLUGIN_PATH"] = str(BUILD / "tests/plugins")
    return orrery


def places(orrery, run):
    out = orrery.folder / f"{run}.csv"
    assert orrery("export", run, "--metrics", "--out", out)[0] == 0
    with out.open(newline="") as file:
        return [(row["step"], row["value"]) for row in csv.DictReader(file) if row["metric"] == "place"]


class Running:
    """A run of test.live that goes on until it is stopped."""

    def __init__(self, orrery, *parameters):
        self.process = orrery.start("run", "test.live", *parameters, "--json")
        if not wait_until(lambda: self.has_begun(orrery)):
            self.__exit__()
            raise AssertionError("the run doesn't begin")

    @staticmethod
    def has_begun(orrery):
        code, out, _ = orrery("runs", "--json")
        return code == 0 and any(run["metrics"] for run in json.loads(out))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=30)


def test_frames_of_a_run_are_seen_while_it_goes_on(orrery):
    with Running(orrery, "steps=100000", "pause=0.002", "size=32"):
        code, out, err = orrery("watch", "last", "--frames", 20, "--json")
        assert code == 0, err
        frames = [json.loads(line) for line in out.splitlines()]
        assert len(frames) == 20
        for frame in frames:
            assert frame["shape"] == [32, 32] and frame["type"] == "float32" and frame["name"] == "place"
            assert frame["min"] == frame["max"] == frame["mean"] == frame["step"]
        steps = [frame["step"] for frame in frames]
        assert steps == sorted(set(steps))
        assert "32x32" in orrery("watch", "last", "--frames", 1)[1]
    code, out, err = orrery("watch", "last")
    assert code == 1 and "no process on this machine shows the run" in err


def test_watching_ends_with_the_run(orrery):
    with Running(orrery, "steps=100000", "pause=0.002") as running:
        watching = orrery.start("watch", "last", "--json")
        assert watching.stdout.readline()
        running.process.send_signal(signal.SIGTERM)
        watching.communicate(timeout=20)
        assert watching.returncode == 0


def test_a_live_field_changes_while_the_run_goes_on_and_is_replayed(orrery):
    with Running(orrery, "steps=400", "pause=0.01") as running:
        change = orrery.json("live", "last", "gain=3", "mood=wild")
        assert change["values"] == {"gain": 3, "mood": "wild"} and change["step"] > 0
        code, out, _ = orrery("live", "last", "gain=-1")
        assert code == 0 and out.startswith("gain = -1 from step ")
        second = int(out.split()[5])
        running.process.communicate(timeout=60)
    run = orrery.json("runs")[0]["run"]
    was = places(orrery, run)
    values = [0.0] + [float(value) for _, value in was]
    gains = [b - a for a, b in zip(values, values[1:])]
    assert gains == [1] * change["step"] + [3] * (second - change["step"]) + [-1] * (400 - second)
    again = orrery.json("reproduce", run, timeout=60)
    assert again["verdict"] == "bitwise"
    assert places(orrery, again["run"]) == was
    assert orrery.json("verify")["ok"]
    third = orrery.json("reproduce", again["run"], timeout=60)  # what was replayed was recorded anew
    assert places(orrery, third["run"]) == was


def test_a_wrong_live_value_gets_a_sentence(orrery):
    with Running(orrery, "steps=100000", "pause=0.01"):
        for words, sentence in [(["gain=11"], "gain is '11'; accepted: a number from -10 to 10"),
                                (["gian=1"], "there is no parameter 'gian'; did you mean 'gain'?"),
                                (["steps=3"], "steps can't be changed while the run goes on; live fields are: gain, mood"),
                                (["gain"], "'gain' is not of the form parameter=value")]:
            code, out, err = orrery("live", "last", *words)
            assert code == 2 and sentence in err and not out
    code, _, err = orrery("live", "last", "gain=1")
    assert code == 2 and "is stopped: live fields can be changed only while a run goes on" in err


class WorkerProcess:
    def __init__(self, orrery):
        self.process = subprocess.Popen([str(ORRERY), "worker", "--device", "cpu"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=orrery.environment)
        ready = json.loads(self.process.stdout.readline())
        assert ready["event"] == "ready" and ready["shown"]

    def send(self, line):
        self.process.stdin.write((line if isinstance(line, str) else json.dumps(line)) + "\n")
        self.process.stdin.flush()

    def until(self, *events):
        """The line of one of these events, with all that came before."""
        lines = []
        while True:
            lines.append(json.loads(self.process.stdout.readline()))
            if lines[-1]["event"] in events:
                return lines


def test_the_worker_speaks_lines_of_json(orrery):
    worker = WorkerProcess(orrery)
    worker.send({"id": 5, "experiment": "test.walk", "params": {"steps": 3}, "seed": 1})
    lines = worker.until("done", "error")
    assert lines[0] == {"id": 5, "event": "begin"} and lines[-1]["event"] == "done"
    points = [p for line in lines if line["event"] == "metrics" for p in line["points"]]
    assert [(key, step) for key, step, _ in points] == [("place", 0), ("place", 1), ("place", 2)]
    assert all(line["id"] == 5 for line in lines)
    worker.send({"id": 6, "experiment": "test.hang", "params": {"seconds": 1}})
    worker.until("begin")
    worker.send({"id": 7, "experiment": "test.walk"})
    worker.send({"id": 8, "experiment": "test.walk", "params": {"steps": 3}})
    assert worker.until("cancelled")[-1]["id"] == 7
    assert worker.until("cancelled")[-1]["id"] == 6
    assert worker.until("done")[-1]["id"] == 8
    for rubbish in ["{", "[]", '{"id": -1}', '{"id": 9}', '{"id": 9, "experiment": 3}', '{"cancel": "x"}']:
        worker.send(rubbish)
    worker.send({"id": 10, "experiment": "test.walk", "params": {"steps": 3}})
    lines = worker.until("done")
    assert lines[-1]["id"] == 10
    assert sum("can't be used" in line.get("error", "") for line in lines) == 5
    worker.process.stdin.close()
    assert worker.process.wait(timeout=10) == 0 and worker.process.stdout.read() == ""
    worker.process.stdout.close()


def test_the_end_of_input_ends_a_worker_that_hangs(orrery):
    worker = WorkerProcess(orrery)
    worker.send({"id": 1, "experiment": "test.hang", "params": {"seconds": 60}})
    worker.until("progress")
    worker.process.stdin.close()
    assert worker.process.wait(timeout=10) == 0
    worker.process.stdout.close()


def child_of(run):
    """Process that computes the run."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if "--job" in words and run in words:
            return int(folder.name)
    raise AssertionError(f"no process computes {run}")


def test_nothing_is_left_in_shared_memory(orrery, tmp_path):
    memory = tmp_path / "memory"
    memory.mkdir(mode=0o700)
    orrery.environment["ORRERY_SHARED_MEMORY"] = str(memory)
    with Running(orrery, "steps=100000", "pause=0.01") as running:
        assert any("." in name for name in os.listdir(memory))
        run = orrery.json("runs")[0]["run"]
        assert orrery("live", run, "gain=2")[0] == 0
        os.kill(child_of(run), signal.SIGKILL)
        running.process.communicate(timeout=30)
    assert os.listdir(memory)  # a killed run can't tidy up
    assert orrery("run", "test.walk", "steps=1")[0] == 0
    assert os.listdir(memory) == []
