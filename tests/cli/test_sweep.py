# SPDX-License-Identifier: BSD-3-Clause
"""orrery sweep: points, several runs at once, failures, resume, stop, and what is told of wrong axes."""
import json
import signal

from test_command_line import wait_until


def params(sweep, *names):
    return [tuple(run["params"][name] for name in names) for run in sweep["runs"]]


def test_a_grid_runs_every_combination_as_runs_of_one_sweep(orrery):
    sweep = orrery.json("sweep", "sample.count", "steps=2..4:lin:3", "odd=add,a\\,b", "--jobs", 2, "--seed", 5, "--name", "gitter")
    assert params(sweep, "steps", "odd") == [(2, "add"), (2, "a,b"), (3, "add"), (3, "a,b"), (4, "add"), (4, "a,b")]
    assert len(sweep["sweep"]) == 10 and sweep["sweep"][0].isalpha()
    for run in sweep["runs"]:
        assert run["status"] == "done" and run["sweep"] == sweep["sweep"] and run["seed"] == 5 and run["name"] == "gitter"
        assert run["metrics"] == {"count": run["params"]["steps"] - 1}
    assert {run["run"] for run in orrery.json("runs")} == {run["run"] for run in sweep["runs"]}
    assert "sweep" not in orrery.json("run", "sample.count", "steps=1")


def test_the_cores_are_shared_among_the_runs_at_once(orrery):
    alone = orrery.json("run", "sample.count", "steps=1")["threads"]
    (run,) = orrery.json("sweep", "sample.count", "steps=1", "--jobs", 2)["runs"]
    assert run["threads"] == max(1, alone // 2)


def test_the_table_names_what_varies_and_the_metric(orrery):
    code, out, err = orrery("sweep", "sample.count", "steps=3,5", "pause=0.001,0.002")
    lines = out.splitlines()
    assert code == 0 and "4 runs" in lines[0], err
    assert lines[1].split() == ["run", "steps", "pause", "status", "time", "count"]
    assert [line.split()[1:4] for line in lines if " done " in line] == [["3", "0.001", "done"], ["3", "0.002", "done"],
                                                                          ["5", "0.001", "done"], ["5", "0.002", "done"]]
    code, out, _ = orrery("sweep", "sample.count", "steps=3", "--quiet")
    assert code == 0 and len(out.strip()) == 10


def test_a_failing_run_ends_neither_the_sweep_nor_hides_itself(orrery):
    code, out, err = orrery("sweep", "sample.count", "steps=2", "end=done,error,segfault,nan", "--json")
    sweep = json.loads(out)
    assert code == 1 and [run["status"] for run in sweep["runs"]] == ["done", "failed", "failed", "done"]
    assert "the count went wrong" in err and "SIGSEGV" in err and sweep["runs"][1]["run"] in err


def test_a_point_that_the_experiment_refuses_leaves_no_run(orrery):
    code, out, err = orrery("sweep", "sample.count", "steps=2", "odd=add,even", "--json")
    sweep = json.loads(out)
    assert code == 1 and params(sweep, "odd") == [("add",)] and "of even length" in err
    assert sweep["refused"][0]["params"]["odd"] == "even" and len(orrery.json("runs")) == 1
    assert orrery("sweep", "sample.count", "odd=even,evener")[0] == 2


def test_resume_runs_only_what_is_not_done(orrery):
    code, out, _ = orrery("sweep", "sample.count", "steps=2,3", "end=done,error", "--json")
    first = json.loads(out)
    assert code == 1
    again = orrery.json("sweep", "sample.count", "steps=2,3,4", "end=done", "--resume")
    assert again["sweep"] == first["sweep"] and params(again, "steps") == [(2,), (3,), (4,)]
    assert again["runs"][0] == first["runs"][0] and again["runs"][1] == first["runs"][2]
    assert again["runs"][2]["sweep"] == first["sweep"] and len(orrery.json("runs")) == 5
    code, out, _ = orrery("sweep", "sample.count", "steps=2,3", "end=error", "--resume", "--json")
    assert code == 1 and len(orrery.json("runs")) == 7, "what failed is run again"
    orrery.json("sweep", "sample.count", "steps=2,3", "--resume", "--seed", 1)
    assert len(orrery.json("runs")) == 9, "another seed is another run"
    orrery.json("sweep", "sample.count", "steps=2,3")
    assert len(orrery.json("runs")) == 11, "without --resume everything is run"


def test_stop_ends_the_running_and_starts_no_other(orrery):
    process = orrery.start("sweep", "sample.count", "steps=1,100000,99999,99998", "pause=0.05", "--jobs", 2,
                           "--json")
    assert wait_until(lambda: orrery.project.exists() and sum(bool(r["metrics"]) for r in orrery.json("runs") if r["status"] == "running") == 2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130 and "--resume" in err
    assert [run["status"] for run in json.loads(out)["runs"]] == ["done", "stopped", "stopped"]
    assert [run["status"] for run in orrery.json("runs")] == ["done", "stopped", "stopped"]


def test_random_and_sobol_points(orrery):
    drawn = orrery.json("sweep", "sample.count", "steps=1..30", "pause=1e-4..1e-3:log", "--random", 4, "--seed", 3, "--jobs", 2)
    assert len(drawn["runs"]) == 4 and all(1 <= s <= 30 and 1e-4 <= p <= 1e-3 for s, p in params(drawn, "steps", "pause"))
    assert orrery.json("sweep", "sample.count", "steps=1..30", "pause=1e-4..1e-3:log", "--random", 4, "--seed", 3, "--resume") == drawn
    assert params(orrery.json("sweep", "sample.count", "steps=1..4", "--sobol", 4), "steps") == [(1,), (3,), (4,), (2,)]


def test_wrong_axes_are_all_told_and_nothing_is_made(orrery):
    code, out, err = orrery("sweep", "sample.count", "stps=1,2", "steps=0..5:lin:3", "end=done,x", "pause=2..1:lin:3", "odd")
    assert code == 2 and not out
    for words in ("did you mean 'steps'", "steps is '0'; accepted: a whole number from 1 to 100000", "end is 'x'", "from the smaller", "'odd' is not"):
        assert words in err, err
    assert "5 problems" in err and not orrery.project.exists()
    for arguments in (["steps=1..3", "--random", 0], ["steps=1", "--random", 3], ["--random", 2, "--sobol", 2], ["steps=1", "--jobs", 0]):
        assert orrery("sweep", "sample.count", *arguments)[0] == 2
    assert orrery("sweep", "sample.cuont")[0] == 2 and not orrery.project.exists()
