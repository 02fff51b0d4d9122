# SPDX-License-Identifier: BSD-3-Clause
"""Odd names, network file systems, many writers, a clock that goes backwards, no memory, and recipes with unknown names."""
import json
import resource
import shutil
import sqlite3
import subprocess
import time

import pytest

from project_under_test import BUILD, Orrery, is_one_sentence, orrery  # noqa: F401

ODD = ["with blank", "prüf-stand äöü ß", "100% #1?a=b&c;d", "it's \"quoted\" $HOME `x` \\ *", "-begins-with-dash", "日本語 😀", ".hidden"]


@pytest.mark.parametrize("name", ODD)
def test_a_project_of_any_name_works(tmp_path, name):
    home = tmp_path / name
    home.mkdir()
    orrery = Orrery(tmp_path, home / f"{name}.orrery")  # noqa: F811
    run = orrery.json("run", "test.walk", "steps=20", "--name", f"run {name}" if name[0] != "-" else "dash")
    assert run["status"] == "done"
    out = home / f"{name} walk.csv"
    assert orrery("export", "last", "--metrics", "--out", out)[0] == 0 and out.exists()
    assert orrery("project", "backup", home / f"{name} copy.orrery")[0] == 0
    orrery.whole()
    shutil.move(orrery.project, home / "moved.orrery")
    moved = Orrery(tmp_path, home / "moved.orrery")
    assert moved.json("runs")[0]["run"] == run["run"]
    moved.whole()


@pytest.mark.parametrize("name", ODD[:3])
def test_a_recipe_in_a_folder_of_any_name_is_played(tmp_path, name):
    orrery = Orrery(tmp_path)  # noqa: F811
    folder = tmp_path / name
    folder.mkdir()
    (folder / "recipe.toml").write_text('name = "odd"\ntitle = "Grüße"\n[[run]]\nname = "wälk \\"1\\""\nexperiment = "test.walk"\n'
                                        'parameters = {steps = 20}\nexpect = [{metric = "place", min = -20, max = 20}]\n')
    code, out, err = orrery("play", folder, "--project", orrery.project)
    assert code == 0, err
    orrery.whole()


@pytest.mark.parametrize("change, words", [
    (("test.walk", "test.wlak"), "did you mean 'test.walk'"),
    (("steps", "stepz"), "did you mean 'steps'"),
    (("metric =", "metrik ="), "did you mean 'metric'"),
    (('"place"', '"plaice"'), "plaice"),
    (("experiment", "experment"), "did you mean 'experiment'"),
    (("steps = 20", "steps = 'many'"), "accepted: a whole number"),
])
def test_an_unknown_name_in_a_recipe_gets_a_sentence(orrery, change, words):  # noqa: F811
    text = ('name = "odd"\ntitle = "t"\n[[run]]\nname = "a"\nexperiment = "test.walk"\nparameters = {steps = 20}\n'
            'expect = [{metric = "place", min = -20, max = 20}]\n')
    assert change[0] in text
    (orrery.folder / "recipe.toml").write_text(text.replace(*change))
    code, _, err = orrery("play", orrery.folder, "--project", orrery.project)
    assert code == 2 and is_one_sentence(err) and words in err, err
    if orrery.project.exists():
        assert orrery.json("runs") == []


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_many_programs_write_one_project_and_nothing_is_lost(orrery, journal):  # noqa: F811
    """Eight programs (two where files are locked as on a network file system) with 20,000 points each."""
    environment = {"ORRERY_JOURNAL": "delete"} if journal == "delete" else {}
    count = 8 if journal == "wal" else 2
    processes = [orrery.start("run", "test.walk", "steps=20000", "--seed", i, "--threads", 1, "--quiet", **environment)
                 for i in range(count)]
    for process in processes:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
    rows = orrery.json("runs", **environment)
    assert [r["status"] for r in rows] == ["done"] * count
    for row in rows:
        assert [step for step, _ in orrery.points(row["run"], "place")] == list(range(20000))
    assert sorted(r["seed"] for r in rows) == list(range(count)) if "seed" in rows[0] else True
    with sqlite3.connect(orrery.project / "project.db") as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == (journal,)
    orrery.whole()
    assert not orrery.left_behind()


def test_a_clock_that_was_set_back_changes_no_order_and_no_duration(orrery):  # noqa: F811
    if not shutil.which("faketime"):
        pytest.skip("needs faketime (package faketime)")
    clocks = ["+0", "-2d", "-1d", "-400d", "+0"]
    made = []
    for clock in clocks:
        run = orrery.json("run", "test.walk", "steps=20", prefix=("faketime", "-f", clock))
        assert run["status"] == "done" and 0 <= run["seconds"] < 60
        made.append(run["run"])
    assert [r["run"] for r in orrery.json("runs")] == made and len(set(made)) == len(made)
    assert orrery.json("show", "last")["run"] == made[-1]
    orrery.whole()


def test_a_clock_that_is_set_back_while_a_run_goes_on_gives_no_negative_time(orrery):  # noqa: F811
    if not shutil.which("faketime"):
        pytest.skip("needs faketime (package faketime)")
    clock = orrery.folder / "clock"
    clock.write_text("+0")
    library = subprocess.run(["faketime", "-f", "+0", "sh", "-c", "echo $LD_PRELOAD"], capture_output=True, text=True).stdout.strip()
    process = orrery.start("run", "test.slow", "seconds=2", "--json", LD_PRELOAD=library, FAKETIME_TIMESTAMP_FILE=str(clock),
                           FAKETIME_NO_CACHE="1", DONT_FAKE_MONOTONIC="1")
    time.sleep(1)
    clock.write_text("-30d")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert json.loads(out)["seconds"] >= 0
    run = json.loads(out)["run"]
    with sqlite3.connect(orrery.project / "project.db") as database:
        elapsed = [e for e, in database.execute("SELECT elapsed FROM metrics WHERE run = ? ORDER BY step", (run,))]
    assert len(elapsed) == 100 and elapsed == sorted(elapsed) and elapsed[0] >= 0 and elapsed[-1] < 60
    orrery.whole()


def test_a_run_without_memory_fails_with_a_sentence(orrery):  # noqa: F811
    def little_memory():
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    assert orrery("run", "test.walk", "steps=20", "--quiet")[0] == 0
    code, _, err = orrery("run", "test.leak", "mebibytes=100000", "--quiet", preexec=little_memory)
    assert code == 1 and is_one_sentence(err) and "memory" in err, err
    rows = orrery.json("runs")
    assert [r["status"] for r in rows] == ["done", "failed"]
    steps = [step for step, _ in orrery.points(rows[1]["run"], "mebibytes")]
    assert len(steps) > 100 and steps == list(range(len(steps)))    # what it had told is kept
    assert not orrery.left_behind()
    orrery.whole()
