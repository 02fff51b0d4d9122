# SPDX-License-Identifier: BSD-3-Clause
"""The queue, slots, stop from another program, and resume."""
import os
import shutil
import signal

import pytest

from conftest import BUILD
from test_command_line import wait_until


@pytest.fixture
def orrery(orrery):
    """With the plugin of the tests."""
    orrery.environment["ORRERY_PLUGIN_PATH"] = str(BUILD / "tests/plugins")
    return orrery


def states(orrery):
    return [run["status"] for run in orrery.json("runs")] if orrery.project.exists() else []


def test_a_second_run_waits_for_the_cores_and_says_so(orrery):
    first = orrery.start("run", "test.slow", "seconds=60")
    assert wait_until(lambda: states(orrery) == ["running"])
    second = orrery.start("run", "test.slow", "seconds=0.1")
    assert wait_until(lambda: states(orrery) == ["running", "queued"])
    assert orrery("run", "test.slow", "seconds=0.1", "--now")[0] == 0
    urgent = orrery.start("run", "test.slow", "seconds=0.1", "--priority", 3)
    assert wait_until(lambda: states(orrery) == ["running", "queued", "done", "queued"])
    first.send_signal(signal.SIGINT)
    _, err = second.communicate(timeout=60)
    assert second.returncode == 0 and "waits for" in err and "--now" in err
    assert urgent.wait(timeout=60) == 0 and first.wait(timeout=60) == 130
    began = {run["priority"] if "priority" in run else 0: run for run in orrery.json("runs") if run["status"] == "done"}
    assert began[3]["priority"] == 3
    import sqlite3
    times = sqlite3.connect(orrery.project / "project.db").execute("SELECT began FROM run ORDER BY number").fetchall()
    assert times[3] < times[1], "the urgent one goes first"


def test_a_gone_waiter_leaves_its_run_to_others(orrery):
    first = orrery.start("run", "test.slow", "seconds=60")
    assert wait_until(lambda: states(orrery) == ["running"])
    second = orrery.start("run", "test.slow", "seconds=0.1")
    assert wait_until(lambda: states(orrery) == ["running", "queued"])
    second.kill()
    second.wait()
    assert orrery("stop", orrery.json("runs")[0]["run"])[0] == 0
    assert first.wait(timeout=60) == 130
    assert states(orrery) == ["stopped", "queued"]
    (done,) = orrery.json("resume", "--queued")
    assert done["status"] == "done" and states(orrery) == ["stopped", "done"]
    assert orrery.json("resume", "--queued") == []


def test_ctrl_c_takes_back_what_waits(orrery):
    first = orrery.start("run", "test.slow", "seconds=60")
    assert wait_until(lambda: states(orrery) == ["running"])
    second = orrery.start("run", "test.slow", "seconds=0.1")
    assert wait_until(lambda: states(orrery) == ["running", "queued"])
    second.send_signal(signal.SIGINT)
    _, err = second.communicate(timeout=30)
    assert second.returncode == 130 and "before it was its turn" in err
    assert states(orrery) == ["running"]
    code, out, _ = orrery("stop", "last", "--kill")
    assert code == 0 and "killed" in out
    assert first.wait(timeout=30) == 130 and states(orrery) == ["stopped"]


def test_the_queue_alone_and_stop_before_the_turn(orrery):
    code, run, _ = orrery("run", "test.walk", "steps=10", "--queue", "--quiet")
    assert code == 0 and states(orrery) == ["queued"]
    assert orrery("stop", run.strip())[0] == 0 and states(orrery) == ["stopped"]
    code, _, err = orrery("stop", run.strip())
    assert code == 2 and "nothing to stop" in err
    orrery("run", "test.walk", "steps=10", "--queue")
    assert orrery("verify")[0] == 0
    assert orrery("resume", "last")[0] == 0 and states(orrery) == ["stopped", "done"]


def test_a_stopped_run_goes_on_and_equals_one_that_was_not(orrery):
    calm = orrery.json("run", "test.walk", "steps=400", "--seed", 3)
    process = orrery.start("run", "test.walk", "steps=400", "pause=0.01", "--seed", 3)
    assert wait_until(lambda: any(run["metrics"] for run in orrery.json("runs")[1:]))
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "orrery resume" in err
    stopped = orrery.json("runs")[1]
    assert stopped["status"] == "stopped" and 0 < stopped["checkpoint"] < 399
    code, _, err = orrery("resume", stopped["run"])
    assert code == 0 and f"after step {stopped['checkpoint']}" in err
    resumed = orrery.json("show", stopped["run"])
    assert resumed["status"] == "done" and resumed["metrics"] == calm["metrics"] and "checkpoint" not in resumed
    for run in (calm, resumed):
        orrery("export", run["run"], "--metrics", "--out", orrery.folder / (run["run"] + ".csv"))
    columns = [[line.split(",")[:3] for line in (orrery.folder / (run["run"] + ".csv")).read_text().splitlines()] for run in (calm, resumed)]
    assert len(columns[0]) == 401 and [row[-2:] for row in columns[0]] == [row[-2:] for row in columns[1]]
    assert orrery("verify")[0] == 0


def test_a_damaged_or_missing_checkpoint_is_named(orrery):
    process = orrery.start("run", "test.walk", "steps=4000", "pause=0.01")
    assert wait_until(lambda: orrery.project.exists() and any(run["metrics"] for run in orrery.json("runs")))
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 130
    run = orrery.json("runs")[0]
    file = orrery.project / "jobs" / (run["run"] + ".checkpoint")
    content = bytearray(file.read_bytes())
    shutil.copy(file, str(file) + ".kept")
    content[40] ^= 1
    file.write_bytes(content)
    code, _, err = orrery("resume", run["run"])
    assert code == 1 and "damaged" in err
    file.unlink()
    code, _, err = orrery("resume", run["run"])
    assert code == 1 and "is gone" in err
    assert orrery.json("show", run["run"])["metrics"] == run["metrics"], "nothing was thrown away"
    code, out, _ = orrery("verify")
    assert code == 3 and f"run {run['run']}, checkpoint" in out
    os.rename(str(file) + ".kept", file)
    assert orrery("verify")[0] == 0
    process = orrery.start("resume", run["run"])
    assert wait_until(lambda: orrery.json("show", run["run"])["status"] == "running")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 130


def test_a_run_that_needs_more_memory_than_there_is_is_refused(orrery):
    code, _, err = orrery("run", "test.leak", "mebibytes=16000000")
    assert code == 2 and "GiB" in err and states(orrery) == []


def test_what_hangs_is_killed_after_the_grace(orrery):
    orrery.environment["ORRERY_GRACE_SECONDS"] = "1"
    process = orrery.start("run", "test.hang", "seconds=60")
    assert wait_until(lambda: orrery.project.exists() and any(run["metrics"] for run in orrery.json("runs")))
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 130
    assert states(orrery) == ["stopped"]


def test_a_killed_sweep_goes_on_with_what_waits(orrery):
    process = orrery.start("sweep", "test.slow", "seconds=0.5,1,1.5,2", "--jobs", 1)
    assert wait_until(lambda: states(orrery)[:2] in (["done", "running"], ["done", "queued"]))
    process.kill()
    process.wait()
    sweep = orrery.json("sweep", "test.slow", "seconds=0.5,1,1.5,2", "--jobs", 1, "--resume")
    assert [run["status"] for run in sweep["runs"]] == ["done"] * 4
    assert len(orrery.json("runs")) == 4, "no point is computed twice"


def test_wrong_uses_are_told(orrery):
    assert orrery("run", "test.walk", "steps=3")[0] == 0
    for arguments, words in ((["resume"], "needs a run"), (["resume", "last", "--queued"], "needs a run"), (["resume", "last"], "nothing to go on with"),
                             (["stop", "last"], "nothing to stop"), (["stop", "zzzzzzzzzz"], "No run"), (["resume", "zzzzzzzzzz"], "No run")):
        code, _, err = orrery(*arguments)
        assert code == 2 and words in err, (arguments, err)
