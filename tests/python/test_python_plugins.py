# SPDX-License-Identifier: BSD-3-Clause
"""Experiments written in Python: listed without being run, with records, stop, checkpoint and crash isolation. [P3] [P7]"""
import json
import math
import os
import re
import time

import pytest

import orrery


def add_plugin(project, text, name="mine.py"):
    folder = project.folder / "plugins"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_it_is_listed_and_described_like_any_other(programs):
    code, out, err = programs.orrery("describe", "sample.decay", "--json")
    described = json.loads(out)
    assert described["plugin"] == "sample" and described["fields"][0] == {
        "name": "rate", "type": "float", "default": 1.0, "min": 0.1, "max": 10.0, "choices": [], "unit": "1/s", "help": "Decay rate",
        "log10": True, "live": False, "kind": "", "group": ""}
    assert described["metrics"][0]["lower_is_better"] and described["artifacts"][0]["kind"] == "table"
    listed = {e["id"]: e for e in json.loads(programs.orrery("list", "--json")[1])}
    assert listed["sample.decay"]["title"] == "Exponential decay"
    assert listed["sample.decay"]["summary"] == "Solves u' = -rate u on [0, 1]."
    assert "sample.decay" in programs.orrery("metrics", "--format", "csv")[1]
    assert "rate" in programs.orrery("check", "sample.decay", "rate=99")[2]
    code, out, err = programs.orrery("check", "sample.decay", "rate=9", "steps=3")
    assert code == 2 and "at least 10" in err + out


def test_listing_runs_nothing_of_the_file(project, programs):
    add_plugin(project, 'import orrery\nopen("touched", "w")\n@orrery.experiment("mine.x", "X")\ndef x(run, a: float = 1.0): pass\n')
    assert "mine.x" in programs.orrery("list", "--project", project.folder)[1]
    assert "x" in dir(project.experiments.mine)
    assert not (programs.folder / "touched").exists()
    project.run("mine.x", quiet=True)
    assert (programs.folder / "touched").exists()


WRONG = {
    "syntax": ("import orrery\n@orrery.experiment('a.b', 'T')\ndef f(run, x: float = ):\n", "line 3 is no valid Python"),
    "no default": ("import orrery\n@orrery.experiment('a.b', 'T')\ndef f(run, x: float): pass\n", "'x' has no default"),
    "computed": ("import orrery\nN = 3\n@orrery.experiment('a.b', 'T')\ndef f(run, x: int = N): pass\n", "line 4.*`N`"),
    "type": ("import orrery\n@orrery.experiment('a.b', 'T')\ndef f(run, x: complex = 1): pass\n", "type of the parameter 'x'"),
    "default": ("import orrery\n@orrery.experiment('a.b', 'T')\ndef f(run, x: int = 'a'): pass\n", "default of the parameter 'x'"),
    "range": ("import orrery\n@orrery.experiment('a.b', 'T')\ndef f(run, x: orrery.Float(0, 1) = 2.0): pass\n", "outside of its range"),
    "below": ("import orrery\n@orrery.experiment('a.b', 'T')\ndef f(run, x: orrery.Int(1) = 0): pass\n", "outside of its range"),
    "id": ("import orrery\n@orrery.experiment('a b', 'T')\ndef f(run): pass\n", "id 'a b'"),
    "kind": ("import orrery\n@orrery.experiment('a.b', 'T', artifacts={'x': 'cake'})\ndef f(run): pass\n", "accepted: field"),
    "twice": ("import orrery\n" + "@orrery.experiment('a.b', 'T')\ndef f(run): pass\n" * 2, "declared twice"),
    "argument": ("import orrery\n@orrery.experiment('a.b', 'T', metric={})\ndef f(run): pass\n", "no argument 'metric'"),
    "null byte": ("import orrery\n@orrery.experiment('a.b', 'T')\ndef f(run): '\0'\n", "can't be read as Python"),
    "nested": ("import orrery\nclass C:\n    @orrery.experiment('a.b', 'T')\n    def f(run): pass\n", "top level"),
    "coroutine": ("import orrery\n@orrery.experiment('a.b', 'T')\nasync def f(run): pass\n", "coroutine"),
    "splat": ("import orrery\n@orrery.experiment('a.b', 'T')\ndef f(run, **rest): pass\n", "name each parameter"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_declaration_is_refused_with_a_reason(project, what):
    text, reason = WRONG[what]
    add_plugin(project, text)
    (mine,) = [p for p in orrery.plugins(project) if p["id"] == "mine"]
    assert mine["state"] == "refused" and re.search(reason, f"{mine['reason']}; {mine['hint']}"), mine
    assert mine["reason"].count("f()") <= 1
    with pytest.raises(orrery.Error):
        project.run("a.b")


def test_a_file_without_experiments_is_no_plugin(project):
    add_plugin(project, "# an experiment in helping\ndef helper(): return 42\n", "helper.py")
    add_plugin(project, "import orrery\nimport helper\n@orrery.experiment('mine.h', 'H')\n"
                        "def h(run):\n    run.metric('x', 0, helper.helper())\n")
    assert [p["id"] for p in orrery.plugins(project)] .count("helper") == 0
    assert project.run("mine.h", quiet=True).metrics["x"].last == 42


def test_what_runs_must_be_what_was_read(project):
    add_plugin(project, "import orrery\ndef h(run): pass\norrery.experiment('mine.hidden', 'H')(h)\n"
                        "@orrery.experiment('mine.open', 'O')\ndef o(run): pass\n")
    with pytest.raises(orrery.RunFailed, match="than its text says"):
        project.run("mine.open", quiet=True)


def test_annotations_may_be_texts_and_names_may_be_others(project):
    add_plugin(project, "from __future__ import annotations\nfrom orrery import experiment as e, Float as F\nimport orrery as o\n"
                        "@e(identity='mine.f', title='F')\ndef f(run, k: F(0.5, 10, log=True) = 1.0, n: 'o.Int(1)' = 2):\n"
                        "    run.metric('k', 0, k * n)\n")
    assert project.run("mine.f", k=3, quiet=True).metrics["k"].last == 6
    with pytest.raises(orrery.ParameterError, match="0.5 to 10"):
        project.run("mine.f", k=0.1)


FORKS = """
import multiprocessing, os, orrery

def square(x): return x * x

@orrery.experiment("mine.fork", "Forks")
def fork(run):
    if os.fork() == 0:
        run.metric("x", 1, 7)
        return
    os.wait()
    run.metric("x", 0, 1)

@orrery.experiment("mine.pool", "Has a pool")
def pool(run):
    with multiprocessing.get_context("fork").Pool(2) as workers:
        run.metric("x", 0, sum(workers.map(square, range(10))))

@orrery.experiment("mine.orphan", "Leaves a process behind")
def orphan(run):
    import time
    if os.fork() == 0:
        time.sleep(20)
    run.metric("x", 0, 2)
"""


def test_what_it_forks_neither_ends_the_run_nor_keeps_its_cores(project):
    add_plugin(project, FORKS)
    run = project.run("mine.fork", quiet=True)
    assert run.status == "done" and list(run.metrics["x"].values) == [1]
    assert project.run("mine.pool", quiet=True).metrics["x"].last == 285
    assert project.run("mine.orphan", quiet=True).metrics["x"].last == 2
    assert project.run("mine.pool", quiet=True).status == "done"  # all cores are free


def test_an_edit_counts_at_once_and_the_hash_is_provenance(project):
    import hashlib

    text = "import orrery\n@orrery.experiment('mine.v', 'V')\ndef v(run, a: float = 1.0):\n    run.metric('x', 0, a)\n"
    path = add_plugin(project, text)
    first = project.run("mine.v", quiet=True)
    assert first.provenance["plugin/build_key"] == "python:" + hashlib.sha256(path.read_bytes()).hexdigest()
    before = path.stat()
    add_plugin(project, text.replace("1.0", "2.0").replace("'x'", "'y'"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1000))  # within the same second, and as long as before
    second = project.run("mine.v", quiet=True)
    assert second.metrics["y"].last == 2.0 and second.provenance["plugin/build_key"] != first.provenance["plugin/build_key"]


ENDINGS = {"exception": "ZeroDivisionError", "error": "the sky fell", "exit": "sys.exit", "abort": "SIGABRT", "segfault": "SIGSEGV",
           "parameters": "how is strange"}


@pytest.mark.parametrize("how", ENDINGS)
def test_a_bad_end_is_a_failed_run_with_its_reason(project, how):
    with pytest.raises(orrery.RunFailed, match=ENDINGS[how]) as caught:
        project.run("sample.ending", how=how, quiet=True)
    run = caught.value.run
    assert run.status == "failed" and (how in ("abort", "segfault") or run.metrics["before"].last == 1)
    if how == "exception":
        assert "sample.py, line" in run.error and "1 / int" in run.error
    if how == "error":
        assert run.hint == "look up"
    assert project.verify() == []


def test_the_exit_codes_are_those_of_the_command_line(programs):
    assert programs.orrery("run", "sample.ending", "how=exception")[0] == 1
    assert programs.orrery("run", "sample.ending", "how=parameters")[0] == 2
    assert programs.orrery("run", "sample.ending", "how=print")[0] == 0


def test_what_it_prints_is_in_the_log(project):
    run = project.run("sample.ending", how="print", seed=5, quiet=True)
    assert "hello from cpu 5" in run.log


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_an_endless_loop_is_stopped_without_a_kill(project, monkeypatch):
    monkeypatch.setenv("ORRERY_GRACE_SECONDS", "8")
    run = project.start("sample.ending", how="endless")
    wait_for(lambda: "before" in run.metrics)
    run.stop()
    with pytest.raises(orrery.RunFailed, match="was stopped"):
        run.wait(quiet=True)
    assert "killed" not in run.error


def test_it_goes_on_from_its_checkpoint_with_the_same_numbers(project, monkeypatch):
    monkeypatch.setenv("ORRERY_CHECKPOINT_SECONDS", "0.05")
    calm = project.run("sample.walk", steps=300, pause=0.005, seed=3, quiet=True)
    run = project.start("sample.walk", steps=300, pause=0.005, seed=3)
    wait_for(lambda: "x" in run.metrics and len(run.metrics["x"]) > 20)
    run.stop()
    with pytest.raises(orrery.RunFailed):
        run.wait(quiet=True)
    stopped_at = len(run.metrics["x"])
    assert 20 < stopped_at < 300
    assert run.resume(quiet=True).status == "done"
    assert list(run.metrics["x"].values) == list(calm.metrics["x"].values)
    assert project.verify() == []


def test_reproduce_and_sweep_work_on_it(project, programs):
    run = project.run("sample.decay", steps=20, quiet=True)
    code, out, err = programs.orrery("reproduce", run.id, "--project", project.folder, "--json")
    assert code == 0 and json.loads(out)["verdict"] == "bitwise", out + err
    code, out, err = programs.orrery("sweep", "sample.decay", "rate=1,2", "steps=10,20", "--jobs", "2", "--project", project.folder, "--json")
    assert code == 0 and len(json.loads(out)["runs"]) == 4, err


def test_a_live_parameter_changes_it_and_is_recorded(project, programs):
    run = project.start("sample.walk", steps=100000, pause=0.01)
    wait_for(lambda: "x" in run.metrics)
    assert programs.orrery("live", run.id, "drift=0.5", "--project", project.folder)[0] == 0
    wait_for(lambda: run.live_changes)
    run.stop()
    with pytest.raises(orrery.RunFailed):
        run.wait(quiet=True)
    (change,) = run.live_changes
    assert change["field"] == "drift" and change["value"] == 0.5 and change["step"] >= 0


def test_its_live_frames_are_seen(project, programs):
    run = project.start("sample.walk", steps=100000, pause=0.01)
    wait_for(lambda: "x" in run.metrics)
    code, out, err = programs.orrery("watch", run.id, "--frames", "2", "--json", "--project", project.folder)
    run.kill()
    assert code == 0, err
    first = json.loads(out.splitlines()[0])
    assert first["channel"] == "place" and first["shape"] == [3, 2], first


def test_it_answers_in_the_worker_as_well(programs):
    import subprocess

    request = json.dumps({"id": 1, "experiment": "sample.decay", "params": {"steps": 4}, "seed": 0})
    worker = subprocess.Popen([str(programs_binary()), "worker", "--device", "cpu"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True, cwd=programs.folder)
    worker.stdin.write(request + "\n")
    worker.stdin.flush()
    points = []
    for line in worker.stdout:
        event = json.loads(line)
        points += event.get("points", [])
        if event.get("id") == 1 and event["event"] in ("done", "error", "end", "ended", "failed"):
            assert event["event"] != "error", event
            break
    worker.stdin.close()
    worker.wait(timeout=30)
    assert math.isclose([p[2] for p in points if p[0] == "value"][-1], 0.75 ** 4)


def programs_binary():
    from python_under_test import BUILD

    return BUILD / "bin/orrery"


def test_a_function_can_be_called_without_a_project():
    @orrery.experiment("local.square", "Square", metrics={"y": "x squared"})
    def square(run, x: float = 2.0):
        run.metric("y", 0, x * x)

    class Seen(dict):
        def metric(self, key, step, value):
            self[key, step] = value

    seen = Seen()
    square(seen, 3.0)
    assert seen == {("y", 0): 9.0} and square.declaration["fields"][0]["default"] == 2.0
    with pytest.raises(orrery.Error, match="outside of its range"):
        @orrery.experiment("local.wrong", "Wrong")
        def wrong(run, x: orrery.Float(0, 1) = 3.0):
            pass


def test_declarations_are_read_without_environment_or_cache(project, programs, monkeypatch):
    add_plugin(project, "import orrery\n@orrery.experiment('mine.c', 'C')\ndef c(run): pass\n")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/nowhere")
    assert "mine.c" in programs.orrery("list", "--project", project.folder)[1]


def test_ten_thousand_metrics_cost_little(project):
    run = project.run("sample.speed", quiet=True)
    assert len(run.metrics["value"]) == 10000 and run.metrics["seconds"].last > 0
