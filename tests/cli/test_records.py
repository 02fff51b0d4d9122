# SPDX-License-Identifier: BSD-3-Clause
"""verify, compare, reproduce, remove, restore and project on the command line."""
import shutil
import sqlite3

import pytest

SPECTRAL = ("sqg.spectral", "n=32", "dt=0.02", "final_time=0.1")


def change(project, *statements):
    base = sqlite3.connect(project / "project.db")
    for statement in statements:
        base.execute(statement)
    base.commit()
    base.close()


def artifact_files(project):
    return sorted(p for p in (project / "artifacts").rglob("*") if p.is_file())


def test_verify_finds_a_project_whole_then_names_each_damage(orrery):
    run = orrery.json("run", "sample.count", "steps=3")
    assert orrery.json("verify") == {"ok": True, "problems": []}
    code, out, _ = orrery("verify")
    assert code == 0 and "is whole" in out
    (file,) = artifact_files(orrery.project)
    file.chmod(0o644)
    file.write_bytes(file.read_bytes().replace(b"3", b"4"))
    change(orrery.project, "UPDATE metric SET value = value * 1.0000001 WHERE step = 1")
    found = orrery.json("verify", code=3)
    assert found["ok"] is False
    assert {p["object"] for p in found["problems"]} == {f"run {run['run']}, metric count", f"run {run['run']}, artifact result"}
    code, out, _ = orrery("verify")
    assert code == 3 and f"run {run['run']}, metric count: " in out


def test_verify_of_what_is_no_project_or_no_longer_one(orrery):
    assert orrery("verify", "--project", orrery.folder / "none.orrery")[0] == 2
    folder = orrery.folder / "no.orrery"
    folder.mkdir()
    (folder / "project.db").write_bytes(b"this is no database" * 100)
    found = orrery.json("verify", "--project", folder, code=3)
    assert found["problems"][0]["object"] == "project.db"


def test_compare_names_what_differs_and_leaves_out_what_does_not(orrery):
    a = orrery.json("run", "sample.count", "steps=3")["run"]
    b = orrery.json("run", "sample.count", "steps=5", "--seed", "4")["run"]
    found = orrery.json("compare", a, b)
    assert found["runs"] == [a, b]
    assert found["parameters"] == [{"name": "steps", "values": [3, 5]}]
    assert found["metrics"] == [{"name": "count", "values": [2, 4]}]
    assert found["settings"] == [{"name": "seed", "values": [0, 4]}]
    assert found["code"] == [] and found["environment"] == []
    code, out, _ = orrery("compare", "last", a)
    assert code == 0 and "steps" in out and "pause" not in out
    for args in ([a], [a, a], [a, "zzzzzz"]):
        assert orrery("compare", *args)[0] == 2


def test_reproduce_is_bitwise_for_the_same(orrery):
    run = orrery.json("run", *SPECTRAL, "--threads", 2, "--seed", 5)["run"]
    again = orrery.json("reproduce", run)
    assert again["verdict"] == "bitwise" and again["reproduces"] == run and again["conditions"] == []
    assert {"key", "was", "is", "tolerance"} <= set(again["metrics"][0])
    shown = orrery.json("show", again["run"])
    assert shown["reproduces"] == run and shown["seed"] == 5 and shown["threads"] == 2
    assert shown["params"] == orrery.json("show", run)["params"]
    code, out, _ = orrery("reproduce", run)
    assert code == 0 and f"reproduces {run}: bitwise" in out
    assert orrery.json("verify")["ok"]


def test_reproduce_calls_equal_bits_with_another_thread_count_within_tolerance(orrery):
    run = orrery.json("run", "sample.count", "steps=3", "--threads", 2)["run"]
    again = orrery.json("reproduce", run, "--threads", 1)
    assert again["verdict"] == "within tolerance" and "threads: 2, now 1" in again["conditions"]
    assert [m["verdict"] for m in again["metrics"]] == ["bitwise"]
    assert orrery.json("show", again["run"])["threads"] == 1


@pytest.mark.parametrize("factor, verdict, code", [("1.0000000000001", "within tolerance", 0), ("1.001", "differs", 3)])
def test_reproduce_judges_by_the_stored_tolerance(orrery, factor, verdict, code):
    run = orrery.json("run", *SPECTRAL, "--threads", 1)["run"]
    strict = [m["key"] for m in orrery.json("describe", "sqg.spectral")["metrics"] if m["tolerance"] == 1e-9]
    key = next(k for k in strict if orrery.json("show", run)["metrics"].get(k))
    # The first step: what is looked at is every step, not the last alone.
    change(orrery.project, f"""UPDATE metric SET value = value * {factor} WHERE value <> 0 AND
           key = (SELECT id FROM metric_key WHERE key = '{key}') AND step = (SELECT min(step) FROM metric m WHERE m.key = metric.key)""")
    again = orrery.json("reproduce", run, code=code)
    assert again["verdict"] == verdict
    text_code, out, _ = orrery("reproduce", run)
    assert text_code == code and verdict in out and key in out and "1e-09" in out
    (worst,) = [m for m in again["metrics"] if m["verdict"] != "bitwise"]
    assert worst["key"] == key and worst["tolerance"] == 1e-9


def test_reproduce_refuses_what_cannot_be_repeated(orrery):
    orrery("run", "sample.count", "end=error")
    code, _, err = orrery("reproduce", "last")
    assert code == 2 and "failed" in err and len(orrery.json("runs")) == 1


def test_a_removed_run_is_hidden_restored_and_for_good_only_after_compact(orrery):
    a = orrery.json("run", "sample.count", "steps=3")["run"]
    b = orrery.json("run", "sample.count", "steps=4")["run"]
    assert orrery("remove", a)[0] == 0
    assert [r["run"] for r in orrery.json("runs")] == [b]
    assert orrery.json("show", a)["removed"] is True
    restored = orrery.json("restore", a)
    assert restored["run"] == a and restored["removed"] is False and restored["changed"] is True
    assert [r["run"] for r in orrery.json("runs")] == [a, b]
    orrery("remove", a)
    info = orrery.json("project", "info")
    assert info["runs"] == {"done": 1} and info["removed"] == 1 and info["files"]["count"] == 2 and info["format"] >= 1
    code, out, _ = orrery("project", "info")
    assert code == 0 and "runs removed" in out
    gone = orrery.json("project", "compact")
    assert gone["runs"] == [a] and gone["files"] == 1
    assert orrery("show", a)[0] == 2 and len(artifact_files(orrery.project)) == 1
    assert orrery.json("verify")["ok"]


def test_a_backup_is_a_project(orrery):
    run = orrery.json("run", "sample.count", "steps=3")
    target = orrery.folder / "sicher ung.orrery"
    assert orrery.json("project", "backup", target)["ok"] is True
    assert orrery.json("verify", "--project", target)["ok"] is True
    shutil.rmtree(orrery.project)
    assert orrery.json("runs", "--project", target) == [run]
    assert orrery("project", "backup", target, "--project", target)[0] == 2
    assert orrery("project")[0] == 2
