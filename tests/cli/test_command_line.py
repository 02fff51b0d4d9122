# SPDX-License-Identifier: BSD-3-Clause
"""The fixed command line, driven as a person or a program would: a sample plugin that counts, fails, crashes and hangs on demand."""
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time

import pytest

from conftest import BUILD, ORRERY, ROOT


def wait_until(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_list_describe_plugins_and_version(orrery):
    ids = [e["id"] for e in orrery.json("list")]
    assert {"sqg.spectral", "pinn.sqg", "sample.count"} <= set(ids) and ids == sorted(ids)
    d = orrery.json("describe", "sample.count")
    assert [f["name"] for f in d["fields"]] == ["steps", "pause", "end", "odd"]
    assert set(d["fields"][0]) == {"name", "type", "default", "min", "max", "choices", "unit", "help", "log10", "live", "kind", "group"}
    assert d["plugin"] == "good" and d["metrics"][0]["key"] == "count" and d["artifacts"][0]["kind"] == "report"
    assert all(p["state"] == "found" for p in orrery.json("plugins"))
    version = orrery.json("version")
    assert version["devices"][0]["device"] == "cpu"
    code, out, _ = orrery("describe", "sample.count")
    assert code == 0 and "a whole number from 1 to 100000" in out


def test_manifest_is_what_the_library_declares():
    for library in sorted((BUILD / "lib/orrery/plugins").glob("*/*.so")):
        declared = json.loads(subprocess.run([ORRERY, "declare", library], capture_output=True, check=True).stdout)
        assert declared == json.loads((library.parent / "plugin.json").read_text())
        for experiment in declared["experiments"]:
            for part in experiment["fields"] + experiment["metrics"] + experiment["artifacts"]:
                assert part["help"], f"{experiment['id']}: {part} lacks help"


@pytest.mark.parametrize("form", ["table", "csv", "md", "json", "html"])
def test_metric_catalogue_in_every_form(orrery, form):
    code, out, err = orrery("metrics", "--format", form)
    assert code == 0, err
    assert "error/l2" in out and "balance/hamiltonian" in out
    if form == "json":
        json.loads(out)


def test_a_run_is_recorded_with_everything(orrery):
    run = orrery.json("run", "sample.count", "steps=3", "--seed", "7", "--name", "drei")
    assert run["status"] == "done" and run["experiment"] == "sample.count" and run["params"]["steps"] == 3
    assert run["metrics"] == {"count": 2} and run["device"] == "cpu" and len(run["run"]) == 10
    assert [a["name"] for a in run["artifacts"]] == ["result"] and len(run["artifacts"][0]["sha256"]) == 64
    assert orrery.json("runs") == [run]
    shown = orrery.json("show", run["run"][:6])
    assert shown["seed"] == 7 and shown["name"] == "drei"
    assert "sample.count" in json.dumps(shown["provenance"]), "the command that was typed is provenance"
    assert shown["run"] == orrery.json("show", "last")["run"]
    stored = orrery.project / "artifacts"
    files = [p for p in stored.rglob("*") if p.is_file()]
    assert [p.name for p in files] == [run["artifacts"][0]["sha256"]] and files[0].read_text() == "<!DOCTYPE html>\n<p>3</p>\n"
    left = sorted(p.suffix for p in (orrery.project / "jobs").iterdir())
    assert left in ([], [".log"]), left


def test_nan_is_kept_and_is_null_in_json(orrery):
    run = orrery.json("run", "sample.count", "steps=2", "end=nan")
    assert run["metrics"] == {"count": None}


@pytest.mark.parametrize("end, words", [("error", "the count went wrong"), ("exception", "something else"), ("segfault", "SIGSEGV"),
                                        ("exit", "exit code 7")])
def test_a_run_that_fails_says_why_and_keeps_what_it_wrote(orrery, end, words):
    code, out, err = orrery("run", "sample.count", "steps=2000", f"end={end}", "--json")
    run = json.loads(out)
    assert code == (7 if end == "exit" else 1) and run["status"] == "failed", (code, err)
    assert words in err and "terminate" not in err
    if end in ("error", "exception"):
        assert code == 1 and run["metrics"]["count"] == 1999
    assert orrery.json("runs")[0]["status"] == "failed"


def test_parameters_refused_before_the_first_step_leave_no_run(orrery):
    code, out, err = orrery("run", "sample.count", "odd=even")
    assert code == 2 and "odd is 'even', of even length" in err
    assert orrery.json("runs") == []
    assert orrery("check", "sample.count", "odd=even")[0] == 2
    assert orrery("check", "sample.count", "odd=add")[0] == 0
    assert orrery.json("check", "sample.count", "steps=0", "end=x", code=2)["problems"][1]["field"] == "end"


@pytest.mark.parametrize("args, words", [
    (["run", "sample.cuont"], "sample.count"), (["run", "sample.count", "stps=1"], "did you mean 'steps'"), (["rnu"], "did you mean 'orrery run'"),
    (["run", "sample.count", "--device", "cuda:7"], "cpu"), (["run", "sample.count", "--seed", "-1"], "seed"), (["show"], "run"), ([], "no command"),
    (["run"], "no experiment"), (["run", "sample.count", "--projekt", "x"], "projekt"), (["show", "zzzzzz"], "zzzzzz"),
    (["export", "--out", "x.csv"], "--artifact"), (["play", "/nowhere"], "/nowhere"), (["gui"], "window"), (["gui", "a-project-with-a-name-that-is-no-short-text.orrery"], "window")])
def test_wrong_usage_is_exit_2_with_a_sentence(orrery, args, words):
    orrery("run", "sample.count", "steps=1")
    code, out, err = orrery(*args)
    assert code == 2 and words in err and not out, (code, out, err)
    assert "terminate" not in err and err.startswith("orrery: ")


def test_reading_a_project_that_is_not_there_makes_none(orrery):
    code, _, err = orrery("runs", "--project", orrery.folder / "none.orrery")
    assert code != 0 and "none.orrery" in err and not (orrery.folder / "none.orrery").exists()


def test_a_file_that_is_no_project_is_left_alone(orrery):
    folder = orrery.folder / "no.orrery"
    folder.mkdir()
    (folder / "project.db").write_bytes(b"this is no database" * 100)
    for args in (["runs"], ["run", "sample.count", "steps=1"]):
        code, _, err = orrery(*args, "--project", folder)
        assert code in (1, 2) and "project.db" in err
        assert (folder / "project.db").read_bytes() == b"this is no database" * 100


@pytest.mark.parametrize("number, status", [(signal.SIGTERM, "stopped"), (signal.SIGINT, "stopped")])
def test_stop_ends_a_run_and_keeps_what_it_wrote(orrery, number, status):
    process = orrery.start("run", "sample.count", "steps=100000", "pause=0.05")
    assert wait_until(lambda: orrery.project.exists() and any(r["metrics"] for r in orrery.json("runs")))
    assert orrery.json("runs")[0]["status"] == "running"
    process.send_signal(number)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130 and "stopped" in err
    run = orrery.json("runs")[0]
    assert run["status"] == status and run["metrics"]["count"] >= 1


def test_a_run_outlives_its_supervisor(orrery):
    process = orrery.start("run", "sample.count", "steps=40", "pause=0.05")
    assert wait_until(lambda: orrery.project.exists() and any(r["metrics"] for r in orrery.json("runs")))
    process.kill()
    process.wait()
    assert orrery.json("runs")[0]["status"] == "running"
    assert wait_until(lambda: orrery.json("runs")[0]["status"] == "done")
    assert orrery.json("runs")[0]["metrics"]["count"] == 39


def test_a_killed_run_is_failed_with_its_supervisor_and_lost_without(orrery):
    for supervised in (True, False):
        process = orrery.start("run", "sample.count", "steps=100000", "pause=0.02")
        assert wait_until(lambda: orrery.project.exists() and any(r["status"] == "running" and r["metrics"] for r in orrery.json("runs")))
        base = sqlite3.connect(orrery.project / "project.db")
        (child,) = base.execute("select pid from run order by number desc limit 1").fetchone()
        base.close()
        if not supervised:
            process.kill()
        os.kill(child, signal.SIGKILL)
        process.communicate(timeout=20)
        expected = "failed" if supervised else "lost"
        assert wait_until(lambda: orrery.json("runs")[-1]["status"] == expected)
        if supervised:
            assert process.returncode == 1 and "SIGKILL" in orrery.json("runs")[-1]["error"]


def test_exports_carry_their_provenance(orrery):
    run = orrery.json("run", "sample.count", "steps=4")
    out = orrery.folder / "metrics.csv"
    assert orrery("export", "last", "--metrics", "--out", out)[0] == 0
    lines = out.read_text().splitlines()
    assert len(lines) == 5 and lines[0].startswith("run,metric,step") and lines[4].split(",")[2] == "3"
    sidecar = json.loads((orrery.folder / "metrics.csv.orrery.json").read_text())
    assert sidecar["runs"][0]["run"] == run["run"] and sidecar["runs"][0]["provenance"] and sidecar["logged"] is True
    assert orrery("export", "--table", "--out", orrery.folder / "runs.json")[0] == 0
    json.loads((orrery.folder / "runs.json").read_text())
    assert orrery("export", "last", "--artifact", "result", "--out", orrery.folder / "count.html")[0] == 0
    assert (orrery.folder / "count.html").read_text() == "<!DOCTYPE html>\n<p>4</p>\n"
    code, _, err = orrery("export", "last", "--artifact", "resutl", "--out", orrery.folder / "x.html")
    assert code == 2 and "result" in err
    code, _, err = orrery("export", "--table", "--out", orrery.folder / "runs.xyz")
    assert code == 2 and ".csv" in err


def test_a_damaged_artifact_is_not_exported(orrery):
    orrery("run", "sample.count", "steps=4")
    (stored,) = [p for p in (orrery.project / "artifacts").rglob("*") if p.is_file()]
    stored.chmod(0o644)
    stored.write_text(stored.read_text().replace("4", "5"))
    code, _, err = orrery("export", "last", "--artifact", "result", "--out", orrery.folder / "count.html")
    assert code == 1 and "damaged" in err and not (orrery.folder / "count.html").exists()


def test_all_problems_are_told_at_once_also_those_of_the_plugin(orrery):
    code, _, err = orrery("run", "sample.count", "steps=0", "odd=even")
    assert code == 2 and "steps is '0'" in err and "of even length" in err


def test_text_that_is_no_utf8_is_refused_and_leaves_no_run(orrery):
    for args in (["odd=a\udcff"], ["--name", "a\udcff"]):
        code, _, err = orrery("run", "sample.count", *args)
        assert code == 2 and "UTF-8" in err, err
    assert not orrery.project.exists() or orrery.json("runs") == []


@pytest.mark.parametrize("redirect", ["2>&-", "2>/dev/full", ">&- 2>&- <&-"])
def test_closed_or_full_standard_streams_do_not_crash(orrery, redirect):
    for args, code in (("lst", 2), ("run sample.count steps=2 --quiet", 0)):
        done = subprocess.run(f"exec '{ORRERY}' {args} {redirect}", shell=True, env=orrery.environment, cwd=orrery.folder, stdout=subprocess.DEVNULL)
        assert done.returncode == code
    assert all(r["status"] == "done" for r in orrery.json("runs"))


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.02, 0.03, 0.05, 0.08])
def test_a_stop_at_any_moment_of_the_start_is_a_stop(orrery, delay):
    process = orrery.start("run", "sample.count", "steps=100000", "pause=0.05")
    assert wait_until(lambda: (orrery.project / "project.db").exists())
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode in (130, -signal.SIGINT)     # the latter: before there was a run to stop
    assert all(r["status"] == "stopped" for r in orrery.json("runs"))


RECIPE = """
name = "sample"
title = "A sample"
[[run]]
name = "first"
experiment = "sample.count"
parameters = {{ steps = 5 }}
expect = [ {{ metric = "count", value = {value}, tolerance = 0 }} ]
"""


def test_a_recipe_is_played_once_and_compared(orrery):
    folder = orrery.folder / "sample"
    folder.mkdir()
    (folder / "recipe.toml").write_text(RECIPE.format(value=4))
    first = orrery.json("play", folder)
    assert first["ok"] and first["project"] == str(orrery.folder / "data/orrery/sample.orrery")
    assert orrery.json("play", folder)["runs"][0]["run"] == first["runs"][0]["run"], "made once"
    assert orrery.json("play", folder, "--again")["runs"][0]["run"] != first["runs"][0]["run"]
    (folder / "recipe.toml").write_text(RECIPE.format(value=5))
    code, out, _ = orrery("play", folder)
    assert code == 3 and "FALLS SHORT" in out
    (folder / "recipe.toml").write_text(RECIPE.format(value=5).replace("steps", "stops"))
    code, _, err = orrery("play", folder)
    assert code == 2 and "did you mean 'steps'" in err


def test_a_plugin_that_was_refused_is_named_when_its_experiment_is_asked_for(orrery, sample_plugins):
    folder = orrery.folder / "plugins"
    shutil.copytree(sample_plugins / "good", folder / "good")
    manifest = json.loads((folder / "good/plugin.json").read_text())
    manifest["build_key"] = "0" * 64
    (folder / "good/plugin.json").write_text(json.dumps(manifest))
    orrery.environment["ORRERY_PLUGIN_PATH"] = str(folder)
    code, _, err = orrery("run", "sample.count")
    assert code == 2 and "another Orrery" in err
    assert "refused" in orrery("plugins")[1]


def test_a_plugin_whose_library_lies_about_its_key_is_refused_when_opened(orrery, sample_plugins):
    folder = orrery.folder / "plugins"
    shutil.copytree(sample_plugins / "good", folder / "good")
    shutil.copy(BUILD / "tests/sample_plugins/wrong_key/wrong_key.so", folder / "good/good.so")
    orrery.environment["ORRERY_PLUGIN_PATH"] = str(folder)
    code, _, err = orrery("run", "sample.count")
    assert code == 1 and "another Orrery" in err
