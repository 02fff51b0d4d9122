# SPDX-License-Identifier: BSD-3-Clause
"""The package orrery: runs, metrics, sweeps, commands and errors, from every kind of Python. [P7] [P9]"""
import os
import signal
import time

import numpy as np
import pytest

import orrery

RUN = """
import sys, orrery
project = orrery.open(sys.argv[1])
run = project.run("sample.decay", rate=2, steps=50)
print(run.id, run.status, float(run.metrics["error"].values[-1]))
"""


@pytest.mark.parametrize("way", ["script", "python"])
def test_a_run_from_a_script_is_the_one_of_the_command_line(programs, tmp_path, way):
    folder = tmp_path / "a b.orrery"
    code, out, err = getattr(programs, way)(RUN, folder)
    assert code == 0, err
    identity, status, error = out.split()
    assert status == "done" and float(error) == pytest.approx(0.005449487, rel=1e-6)
    code, out, err = programs.orrery("show", identity, "--project", folder, "--json")
    assert code == 0 and '"rate": 2.0' in out, err
    assert "sample.decay" in out and str(tmp_path) in out  # what was typed is in its provenance


def test_metrics_are_arrays(project):
    run = project.run("sample.decay", rate=2, steps=50, quiet=True)
    error = run.metrics["error"]
    assert error.values.dtype == np.float64 and error.values.shape == (50,)
    assert error.steps.dtype == np.int64 and list(error.steps) == list(range(50))
    assert np.all(np.diff(error.elapsed) >= 0)
    assert error.last == error.values[-1] == run.metrics.last()["error"]
    assert sorted(run.metrics) == ["error", "value"] and len(run.metrics) == 2
    assert run.parameters == {"rate": 2.0, "steps": 50, "scheme": "euler"}
    with pytest.raises(KeyError, match="it has: error, value"):
        run.metrics["eror"]
    with pytest.raises(KeyError, match="it has: u"):
        run.artifacts["v"]
    table = run.artifacts["u"].table()
    assert table["t"][-1] == 1.0 and np.array_equal(table["u"], run.metrics["value"].values)


def test_wrong_parameters_are_told_in_the_words_of_the_command_line(project, programs):
    with pytest.raises(orrery.ParameterError) as caught:
        project.run("sample.decay", rate=99, stesp=3, scheme="leapfrog", steps="many")
    assert isinstance(caught.value, ValueError) and len(caught.value.problems) == 4
    _, _, err = programs.orrery("run", "sample.decay", "rate=99", "stesp=3", "scheme=leapfrog", "steps=many")
    sentences = [line.strip() for line in err.splitlines()[1:]]
    told = str(caught.value).splitlines()[1:]
    assert sorted(sentence.replace("99.0", "99") for sentence in told) == sorted(sentences)
    with pytest.raises(orrery.ParameterError, match="at least 10 are needed"):  # what only its code knows
        project.run("sample.decay", rate=9, steps=3, quiet=True)
    assert len(project.runs()) == 0
    with pytest.raises(orrery.Error, match="did you mean 'sample.decay'"):
        project.run("sample.decai")
    with pytest.raises(orrery.Error, match="no device|cuda:77"):
        project.run("sample.decay", device="cuda:77")


STRANGE = [({"seed": -1}, "seed is -1"), ({"seed": 10**30}, "seed"), ({"name": 3}, "name is 3"), ({"threads": -1}, "threads"),
           ({"steps": 10**400}, "steps is '1000"), ({"rate": float("inf")}, "rate is 'inf'"), ({"rate": float("nan")}, "rate is 'nan'"),
           ({"rate": None}, "rate"), ({"rate": [1]}, "rate")]


@pytest.mark.parametrize("given, told", STRANGE)
def test_strange_arguments_get_a_sentence(project, given, told):
    with pytest.raises(orrery.Error, match=told):
        project.run("sample.decay", quiet=True, **given)


def test_strange_experiments_and_sweeps_get_a_sentence(project):
    with pytest.raises(orrery.Error, match="experiment is None"):
        project.run(None)
    with pytest.raises(orrery.ParameterError, match="rate has no values"):
        project.sweep("sample.decay", rate=[])
    assert len(project.sweep("sample.decay", rate={1, 2}, steps=(n for n in (5, 6)), quiet=True)) == 4


def test_a_run_that_fails_raises_and_is_kept(project):
    with pytest.raises(orrery.RunFailed, match="ZeroDivisionError") as caught:
        project.run("sample.ending", quiet=True)
    run = caught.value.run
    assert run.status == "failed" and run.metrics["before"].last == 1
    assert "line" in run.error and "sample.py" in run.error
    assert "Traceback" in run.log and "1 / int" in run.log


def test_start_does_not_wait_and_stop_stops(project):
    began = time.monotonic()
    run = project.start("sample.walk", steps=100000, pause=0.01)
    assert time.monotonic() - began < 5
    deadline = time.monotonic() + 60
    while run.status != "running" or "x" not in run.metrics:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    run.stop()
    with pytest.raises(orrery.RunFailed, match="was stopped"):
        run.wait(quiet=True)
    assert run.status == "stopped"
    done = len(run.metrics["x"])
    again = project.start("sample.walk", steps=100000, pause=0.01)
    time.sleep(0.3)
    again.kill()
    with pytest.raises(orrery.RunFailed):
        again.wait(quiet=True)
    assert again.status in ("failed", "stopped") and done > 0


def test_runs_side_by_side(project):
    runs = [project.start("sample.walk", steps=50, seed=seed, threads=1) for seed in (1, 2, 3)]
    assert [run.wait(quiet=True).status for run in runs] == ["done"] * 3
    assert len({run.metrics["x"].last for run in runs}) == 3
    assert project.runs(experiment="sample.walk", status="done").runs == runs


def test_ctrl_c_stops_the_run_and_then_the_script(programs, tmp_path):
    process = programs.start("import sys, orrery\n"
                             "orrery.open(sys.argv[1]).run('sample.walk', steps=100000, pause=0.01)\nprint('not reached')\n",
                             tmp_path / "p.orrery")
    project, deadline = None, time.monotonic() + 60
    while time.monotonic() < deadline:
        time.sleep(0.1)
        if (tmp_path / "p.orrery/project.db").exists():
            project = project or orrery.open(tmp_path / "p.orrery")
            if [run for run in project.runs(status="running") if "x" in run.metrics]:
                break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode in (130, -signal.SIGINT) and "KeyboardInterrupt" in err and "not reached" not in out
    (run,) = project.runs()
    assert run.status == "stopped"
    resumed = programs.orrery("show", run.id, "--project", tmp_path / "p.orrery", "--json")
    assert '"checkpoint"' in resumed[1]


def test_a_sweep_is_a_table(project):
    table = project.sweep("sample.decay", rate=[0.5, 1, 2], steps="10..1000:log:3", scheme="midpoint", quiet=True)
    assert table.varied == ["rate", "steps"] and len(table) == 9
    assert sorted(set(table["steps"])) == [10, 100, 1000] and table["error"].dtype == np.float64
    assert len({run.sweep for run in table}) == 1 and table.runs[0].sweep
    assert np.all(np.diff(table.where(rate=2)["error"]) < 0)  # more steps, less error
    best = table.best("error")
    assert best.metrics["error"].last == table["error"].min() and table.sorted("error")[0] == best
    assert project.runs(sweep=table.sweep).runs == table.runs
    assert [row["rate"] for row in table.rows] == [0.5] * 3 + [1] * 3 + [2] * 3
    assert len(project.sweep("sample.decay", rate=np.linspace(1, 2, 3), steps=5, quiet=True)) == 3
    assert len(project.sweep("sample.decay", rate="0.1..10:log", sample="sobol", count=4, steps=50, quiet=True)) == 4
    with pytest.raises(orrery.ParameterError, match="rate"):
        project.sweep("sample.decay", rate=[1, 99])


def test_a_sweep_goes_on_where_a_point_fails(project):
    table = project.sweep("sample.ending", how=["print", "exception", "abort"], quiet=True)
    assert [run.status for run in table] == ["done", "failed", "failed"]
    assert "SIGABRT" in table[2].error
    with pytest.warns(UserWarning, match="1 of 2 points"):
        table = project.sweep("sample.decay", rate=[1, 9], steps=3, quiet=True)  # one that its own check refuses
    assert len(table) == 1 and "at least 10" in table.refused[0][0] and "at least 10" in repr(table)


def test_what_did_not_reach_its_end_is_no_result(project):
    table = project.sweep("sample.ending", how=["print", "exception"], seed=3, quiet=True)
    assert table[1].metrics["before"].last == 1 and table.best("before") == table[0]
    assert [row.split(",")[0] for row in table.plot("before", x="how").data.splitlines()[1:]] == [table[0].id]


def test_the_best_run_has_a_value(project):
    table = project.sweep("sample.walk", steps=[0, 3], drift="-1,1", seed=1, quiet=True)
    assert "x" not in table[0].metrics and np.isnan(table["x"][0])
    assert table.best("x") == table[2] and table.best("x", highest=True) == table[3]
    with pytest.raises(orrery.Error, match="they have: x"):
        table.best("y")


def test_commas_in_texts_don_t_separate():
    from orrery.project import _assignment

    assert _assignment(["a,b", "c"]) == "a\\,b,c" and _assignment("a,b") == "a,b"
    assert _assignment([0.1, np.float64(1e-7), np.int64(3), True]) == "0.1,1e-07,3,true"
    assert _assignment(np.array([0.5, 2.0])) == "0.5,2.0"


def test_tables_sort_texts_and_name_what_is_not_there(project):
    table = project.sweep("sample.decay", scheme=["euler", "midpoint"], rate=[1, 2], steps=5, quiet=True)
    assert list(table.sorted("scheme", descending=True)["scheme"]) == ["midpoint"] * 2 + ["euler"] * 2
    for call in (lambda: table.sorted("nope"), lambda: table.where(nope=3), lambda: table["nope"]):
        with pytest.raises(KeyError, match="there is no column 'nope'"):
            call()
    with pytest.raises(orrery.Error, match="no runs to draw"):
        table.where(rate=77).plot("error")


def test_a_sweep_never_starts_more_runs_than_there_are_cores(project):
    import threading

    most, ended = [], threading.Event()

    def watch():
        looker = orrery.Project(project.folder)
        while not ended.wait(0.02):
            most.append(len(looker.runs(status="running")))

    watcher = threading.Thread(target=watch)
    watcher.start()
    project.sweep("sample.walk", steps=20, pause=0.01, drift=list(np.linspace(0, 1, 12)), jobs=64, quiet=True)
    ended.set()
    watcher.join()
    assert 1 <= max(most) <= len(os.sched_getaffinity(0))


def test_tables_leave_as_text(project, tmp_path):
    table = project.sweep("sample.decay", rate=[1, 2], steps=5, name="a | b", quiet=True)
    assert table.to_csv().splitlines()[0] == "run,name,rate,status,error,value"
    assert table.to_markdown().splitlines()[2].count("|") == 7 + 1  # the one in the name is escaped
    path = table.to_json(tmp_path / "t.json")
    import json
    assert [row["rate"] for row in json.loads(path.read_text())["rows"]] == [1.0, 2.0]
    assert table.to_html().startswith("<!") and "a | b" in table.to_html()
    assert "<td" in table._repr_html_() and "a | b" in table[0]._repr_html_()
    text = repr(table)
    assert text.splitlines()[0].split() == ["run", "name", "rate", "status", "error", "value"]


def test_commands_are_methods_and_can_be_undone(project):
    run = project.run("sample.decay", steps=5, quiet=True)
    assert "good" in project.tag(run, "good") and run.tags == ["good"]
    project.rename(run.id[:8], "first")
    project.note("last", text="two\nlines")
    assert (run.name, run.note) == ("first", "two\nlines")
    project.undo()
    assert run.note == ""
    project.remove(run)
    assert len(project.runs()) == 0 and len(project.runs(removed=True)) == 1
    project.restore(run)
    assert project.runs()[0] == run
    with pytest.raises(orrery.Error, match="has no tag"):
        project.untag(run, "bad")
    with pytest.raises(TypeError):
        project.tag(run)
    import inspect
    assert list(inspect.signature(orrery.Project.tag).parameters) == ["self", "run", "tag"]
    assert "Tag" in orrery.Project.tag.__doc__ or "tag" in orrery.Project.tag.__doc__


def test_experiments_are_functions_with_signatures(project):
    import inspect
    signature = inspect.signature(orrery.experiments.sample.decay)
    assert signature.parameters["rate"].annotation is float and signature.parameters["rate"].default == 1.0
    assert "Literal['euler', 'midpoint']" in str(signature.parameters["scheme"].annotation)
    assert "Decay rate [1/s]" in orrery.experiments.sample.decay.__doc__
    assert "sqg" in dir(orrery.experiments.pinn) and "sample" in dir(orrery.experiments)
    run = orrery.experiments.sample.decay(steps=7, quiet=True)
    assert run.project is project and run.parameters["steps"] == 7
    with pytest.raises(AttributeError, match="sample.decay"):
        orrery.experiments.sample.nothing


def test_stubs_say_what_the_declarations_say(tmp_path):
    import ast
    from orrery import stubs
    stubs.main([str(tmp_path)])
    tree = ast.parse((tmp_path / "experiments.pyi").read_text())
    sample = next(node for node in tree.body if getattr(node, "name", "") == "sample")
    decay = next(node for node in sample.body if node.name == "decay")
    assert [a.arg for a in decay.args.kwonlyargs][:3] == ["rate", "steps", "scheme"]
    assert "Decay rate" in ast.get_docstring(decay)
    commands = ast.parse((tmp_path / "commands.pyi").read_text()).body[0]
    assert {"tag", "rename", "remove"} <= {node.name for node in commands.body}


def test_torch_is_loaded_on_first_need_only(programs):
    code, out, err = programs.python("import sys, orrery\nprint('torch' in sys.modules, 'numpy' in sys.modules)\n"
                                     "import torch\nprint(hasattr(torch.ops.orrery, 'spectral_multiply'))\n")
    assert out.split() == ["False", "False", "True"], err


def test_a_project_that_can_only_be_read_says_so(project, tmp_path):
    project.run("sample.decay", steps=3, quiet=True)
    reading = orrery.open(project.folder, read_only=True)
    assert len(reading.runs()) == 1
    with pytest.raises(orrery.Error, match="reading only"):
        reading.run("sample.decay")
    with pytest.raises(orrery.Error):
        reading.tag("last", "x")
    with pytest.raises(orrery.Error):
        orrery.open(tmp_path / "nowhere.orrery", create=False)


def test_verify_and_compare(project):
    first, second = (project.run("sample.decay", steps=5, rate=rate, quiet=True) for rate in (1, 2))
    assert project.verify() == []
    difference = project.compare(first, second)
    assert {"name": "rate", "values": [1.0, 2.0]} in difference["parameters"]
    path = first.artifacts["u"].path
    path.chmod(0o644)
    path.write_bytes(b"changed")
    assert any("u" in obj for obj, _ in project.verify())
    with pytest.raises(orrery.Error):
        first.artifacts["u"].verify()
    path.unlink()
    with pytest.raises(orrery.Error, match="is gone"):
        first.artifacts["u"].table()
