# SPDX-License-Identifier: BSD-3-Clause
"""Runs of plugins/test, which end in every way a run can end."""
import csv
import json
import signal
import subprocess

import pytest

from conftest import BUILD
from test_command_line import wait_until


@pytest.fixture
def orrery(orrery):
    orrery.environment["ORRERY_PLUGIN_PATH"] = str(BUILD / "tests/plugins")
    return orrery


def test_the_plugin_is_seen_by_tests_only(orrery):
    assert "test.walk" in {e["id"] for e in orrery.json("list")}
    del orrery.environment["ORRERY_PLUGIN_PATH"]
    assert not any(e["id"].startswith("test.") for e in orrery.json("list"))


def test_the_walk_depends_on_the_seed_alone(orrery):
    def places(seed):
        orrery.json("run", "test.walk", "steps=200", "--seed", seed)
        out = orrery.folder / "walk.csv"
        assert orrery("export", "last", "--metrics", "--out", out)[0] == 0
        with out.open(newline="") as file:
            return [(row["step"], row["value"]) for row in csv.DictReader(file)]
    first = places(1)
    assert len(first) == 200 and places(1) == first and places(2) != first
    values = [0.0] + [float(place) for _, place in first]
    assert all(abs(b - a) == 1 for a, b in zip(values, values[1:]))


@pytest.mark.parametrize("name, words", [("crash", "SIGABRT"), ("segfault", "SIGSEGV")])
def test_a_crash_is_named(orrery, name, words):
    code, out, err = orrery("run", f"test.{name}", "--json")
    assert code == 1 and words in err and json.loads(out)["status"] == "failed"


def test_a_leaking_run_ends_well(orrery):
    assert orrery.json("run", "test.leak", "mebibytes=20")["metrics"] == {"mebibytes": 20}


@pytest.mark.parametrize("command", [["run", "test.hang"], ["sweep", "test.hang", "seconds=60,61", "--jobs", 2]])
def test_what_does_not_stop_is_killed_by_the_second_signal(orrery, command):
    process = orrery.start(*command, "--json")
    runs = 1 if command[0] == "run" else 2
    assert wait_until(lambda: orrery.project.exists() and sum(bool(r["metrics"]) for r in orrery.json("runs")) == runs)
    process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=1.5)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=10)
    assert process.returncode == 130
    assert [r["status"] for r in orrery.json("runs")] == ["stopped"] * runs


def test_a_slow_run_stops_when_asked(orrery):
    process = orrery.start("run", "test.slow", "seconds=60", "--json")
    assert wait_until(lambda: orrery.project.exists() and any(r["metrics"] for r in orrery.json("runs")))
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=10)
    assert process.returncode == 130 and json.loads(out)["status"] == "stopped"
