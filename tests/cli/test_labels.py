# SPDX-License-Identifier: BSD-3-Clause
"""tag, note, filters of runs, and sentences for wrong command lines."""
import ast
import os
import subprocess

import pytest
from conftest import ORRERY


def call_of(line):
    """(name, arguments) of a line like project.tag("k3f", "good"), as Python reads it"""
    call = ast.parse(line, mode="eval").body
    return f"{call.func.value.id}.{call.func.attr}", [ast.literal_eval(a) for a in call.args]


def sentence(orrery, *args, code=2):
    seen, out, err = orrery(*args)
    assert seen == code and out == "", (args, seen, out, err)
    assert err.startswith("orrery: ") and ".." not in err.replace("...", "")
    return err


@pytest.fixture
def run(orrery):
    return orrery.json("run", "sample.count", "steps=2")["run"]


def test_tags_are_added_listed_and_taken_off(orrery, run):
    found = orrery.json("tag", "last", "good", "für Paper")
    assert found["tags"] == ["für Paper", "good"] and found["changed"] is True and found["run"] == run
    assert [call_of(line) for line in found["python"]] == [("project.tag", [run, "good"]), ("project.tag", [run, "für Paper"])]
    again = orrery.json("tag", run, "good")
    assert again["changed"] is False and again["python"] == []
    assert orrery("tag", run)[1] == "für Paper\ngood\n"
    assert orrery.json("tag", run) == {"run": run, "tags": ["für Paper", "good"], "changed": False, "python": []}
    assert orrery("tag", run, "--remove", "good", "--remove", "für Paper", "new")[0] == 0
    assert orrery.json("show", run)["tags"] == ["new"]
    assert "tags new" in orrery("show", run)[1]
    assert orrery("verify")[0] == 0


def test_notes_of_any_text_are_kept_and_quoted_for_python(orrery, run):
    text = 'Two "lines",\n\ta \\ and \'quotes\' — größer.'
    found = orrery.json("note", run, text)
    assert found["note"] == text
    assert [call_of(line) for line in found["python"]] == [("project.note", [run, text])]
    assert orrery("note", run)[1] == text + "\n"
    assert "größer" in orrery("show", run)[1]
    given = subprocess.run([ORRERY, "note", run, "-"], input="from a pipe\n", text=True, env=orrery.environment, check=True,
                           cwd=orrery.folder)
    assert given.returncode == 0 and orrery.json("runs")[0]["note"] == "from a pipe"
    assert orrery("note", run, "")[0] == 0
    assert orrery("note", run)[1] == ""
    assert orrery("verify")[0] == 0


def test_runs_are_filtered(orrery, run):
    other = orrery.json("run", "sample.count", "steps=3")["run"]
    orrery("tag", other, "good", "late")
    orrery("tag", run, "good")
    ids = lambda *args: [row["run"] for row in orrery.json("runs", *args)]
    assert ids("--tag", "good") == [run, other]
    assert ids("--tag", "good", "--tag", "late") == [other]
    assert ids("--status", "done") == [run, other]
    assert ids("--status", "failed", "--status", "lost") == []
    assert ids("--experiment", "sample.count") == [run, other]
    code, out, err = orrery("runs", "--tag", "goood")
    assert code == 0 and run not in out and "did you mean 'good'?" in err
    assert orrery("runs", "--experiment", "sample.coutn")[2].count("sample.count") == 1
    assert "good, late" in orrery("runs")[1]
    assert "accepted: queued, running" in sentence(orrery, "runs", "--status", "dead")


def test_labels_that_can_not_be_stored_change_nothing(orrery, run):
    assert "empty" in sentence(orrery, "tag", run, "good", " ")
    assert "65 characters" in sentence(orrery, "tag", run, "x" * 65)
    assert "control" in sentence(orrery, "tag", run, "a\nb")
    assert "has no tags" in sentence(orrery, "tag", run, "new", "--remove", "none")
    assert "No run begins" in sentence(orrery, "tag", "zzzzz", "good")
    assert "65537 bytes" in sentence(orrery, "note", run, "x" * 65537)
    assert "No run begins" in sentence(orrery, "note", "zzzzz")
    assert "UTF-8" in sentence(orrery, "note", run, os.fsdecode(b"\xff"))
    assert "control" in sentence(orrery, "run", "sample.count", "--name", "a\x1bb")
    row = orrery.json("show", run)
    assert row["tags"] == [] and row["note"] == "" and len(orrery.json("runs")) == 1


def test_removal_goes_through_the_commands(orrery, run):
    found = orrery.json("remove", run)
    assert found["removed"] is True and [call_of(line) for line in found["python"]] == [("project.remove", [run])]
    assert orrery.json("remove", run)["changed"] is False
    assert orrery.json("runs") == []
    assert [call_of(line) for line in orrery.json("restore", run)["python"]] == [("project.restore", [run])]
    assert len(orrery.json("runs")) == 1


def test_artifacts_alone_are_removed_and_come_back(orrery, run):
    had = orrery.json("show", run)["artifacts"]
    found = orrery.json("remove", run, "--artifacts")
    assert had and found["artifacts_removed"] is True and found["removed"] is False
    assert [call_of(line) for line in found["python"]] == [("project.remove_artifacts", [run])]
    assert orrery.json("show", run)["artifacts"] == [] and len(orrery.json("runs")) == 1
    assert "restore" in sentence(orrery, "export", run, "--artifact", had[0]["name"], "--out", "x.csv")
    assert [call_of(line) for line in orrery.json("restore", run, "--artifacts")["python"]] == [
        ("project.restore_artifacts", [run])]
    assert orrery.json("show", run)["artifacts"] == had


def test_tags_are_completed(orrery, run):
    orrery("tag", run, "good", "paper")
    complete = lambda *words: orrery("complete", len(words), "orrery", *words)[1].split()
    assert complete("runs", "--tag", "") == ["good", "paper"]
    assert complete("tag", run, "pa") == ["paper"]
    assert "stopped" in complete("runs", "--status", "st")


def test_wrong_command_lines_get_a_sentence_of_ours(orrery):
    assert "no option --tagg; did you mean --tag?" in sentence(orrery, "runs", "--tagg", "x")
    assert "'a' is one argument too many for orrery runs" in sentence(orrery, "runs", "a", "b")
    assert "--seed is 'x'; accepted: a number from 0 to" in sentence(orrery, "run", "sample.count", "--seed", "x")
    assert "--seed needs a value" in sentence(orrery, "run", "sample.count", "--seed")
    assert "the argument 'run' is missing" in sentence(orrery, "show")
    assert "the option '--out' is missing" in sentence(orrery, "export", "--table")
    assert "needs one of: info, compact, backup" in sentence(orrery, "project")
    assert "--format is 'x'; accepted: table, csv" in sentence(orrery, "metrics", "--format", "x")
    assert "did you mean 'orrery show'?" in sentence(orrery, "shwo")
    assert "no option --foo" in sentence(orrery, "--foo")
    assert "no command was given" in sentence(orrery)


def test_metrics_as_json_both_ways(orrery):
    assert orrery("metrics", "--json") == orrery("metrics", "--format", "json")


def test_a_folder_that_is_gone_gets_a_sentence(orrery):
    gone = orrery.folder / "gone"
    gone.mkdir()
    environment = {k: v for k, v in orrery.environment.items() if k != "ORRERY_PROJECT"}
    seen = subprocess.run(["bash", "-c", f'rmdir ../gone && "{ORRERY}" runs'], cwd=gone, env=environment, capture_output=True,
                          text=True)
    assert seen.returncode == 1 and "the current folder is not there any more" in seen.stderr


def test_step_is_refused_where_it_would_do_nothing(orrery, run):
    out = orrery.folder / "x.csv"
    assert "--step is for a field" in sentence(orrery, "export", run, "--metrics", "--step", "1", "--out", out)
    assert "--step is for a field" in sentence(orrery, "export", "--table", "--step", "1", "--out", out)
    artifact = orrery.json("show", run)["artifacts"][0]
    ending = artifact["file"][artifact["file"].rindex("."):]
    assert "--step can't be taken out of" in sentence(orrery, "export", run, "--artifact", artifact["name"], "--step", "1",
                                                      "--out", f"{out}{ending}")
    assert not list(orrery.folder.glob("x.csv*"))


def test_labels_can_be_given_with_the_run(orrery):
    run = orrery.json("run", "sample.count", "steps=2", "--tag", "good", "--tag", "for paper", "--note", " Looks well. ", "--name", "first")
    assert run["tags"] == ["for paper", "good"] and run["note"] == "Looks well." and run["name"] == "first"
    sweep = orrery.json("sweep", "sample.count", "steps=2,3", "--tag", "series")
    assert [row["tags"] for row in sweep["runs"]] == [["series"], ["series"]]
    assert orrery("verify")[0] == 0
    for wrong in (["--tag", ""], ["--tag", "x" * 65], ["--note", "a\x01b"], ["--name", "\x7f"]):
        code, _, err = orrery("run", "sample.count", "steps=2", *wrong)
        assert code == 2 and len(err.splitlines()) <= 3, err
    assert len(orrery.json("runs")) == 3
