# SPDX-License-Identifier: BSD-3-Clause
"""import, reports, run tables and the metric catalogue."""
import csv
import json
import os
import shutil
import subprocess

import pytest
from conftest import ROOT

LOGS = ROOT / "tests/fuzz/corpus/event_file"       # written by torch.utils.tensorboard


def sentence(orrery, *args, code=2):
    seen, out, err = orrery(*args)
    assert seen == code and out == "", (args, seen, out, err)
    assert err.startswith("orrery: ") and ".." not in err.replace("...", "")
    return err


def test_a_csv_becomes_a_run_that_is_compared_and_verified(orrery):
    own = orrery.json("run", "sample.count", "steps=3")["run"]
    (orrery.folder / "their löss.csv").write_text("epoch;count;time\n0;1;0.5\n1;5;2\n")
    (run,) = orrery.json("import", "their löss.csv", "steps=3", "--tag", "others", "--name", "theirs")
    assert run["new"] and run["name"] == "theirs" and run["status"] == "done" and run["experiment"] == "imported"
    assert run["metrics"] == {"count": 5.0} and run["params"] == {"steps": 3} and run["tags"] == ["others"]
    assert run["notes"] == ["The column 'epoch' is taken as the step."] and 2 <= run["seconds"] < 60
    compared = orrery.json("compare", own, run["run"])
    assert [m["name"] for m in compared["metrics"]] == ["count"]
    assert "steps" not in [p["name"] for p in compared["parameters"]]          # the same in both
    shown = orrery.json("show", "last")
    assert shown["provenance"]["imported/from"].endswith("their löss.csv") and len(shown["inputs"][0]["sha256"]) == 64
    assert orrery("verify")[0] == 0
    code, out, _ = orrery("import", "their löss.csv", "--name", "again")
    assert code == 0 and "imported before" in out and len(orrery.json("runs")) == 2
    assert orrery.json("import", "their löss.csv", "--again")[0]["new"] is True


def test_imported_runs_are_not_computed_again(orrery):
    (orrery.folder / "a.csv").write_text("step,loss\n0,1\n")
    run = orrery.json("import", "a.csv", "--experiment", "theirs")[0]
    assert run["experiment"] == "imported.theirs"
    for command in ("reproduce", "resume"):
        assert "imported" in sentence(orrery, command, run["run"])
    assert "imported" in sentence(orrery, "run", "imported", "x=1")


def test_metrics_that_were_exported_come_back(orrery):
    first = orrery.json("run", "sample.count", "steps=4")["run"]
    assert orrery("export", first, "--metrics", "--out", "m.csv")[0] == 0
    assert orrery.json("import", "m.csv", "--project", "other.orrery")[0]["name"] == first
    assert orrery("export", "--metrics", "--out", "again.csv", "--project", "other.orrery")[0] == 0
    rows = [[row[1:] for row in csv.reader((orrery.folder / name).open())] for name in ("m.csv", "again.csv")]
    assert rows[0] == rows[1] and len(rows[0]) == 5


def test_logs_of_torch_are_read(orrery):
    logs = orrery.folder / "log dir"
    (logs / "tensors").mkdir(parents=True)
    (logs / "hparams").mkdir()
    shutil.copy(LOGS / "torch_tensor", logs / "tensors/events.out.tfevents.1.host")
    shutil.copy(LOGS / "torch_hparams", logs / "hparams/events.out.tfevents.2.host")
    runs = {run["name"]: run for run in orrery.json("import", logs)}
    assert sorted(runs) == ["hparams", "tensors"]
    assert runs["tensors"]["metrics"]["tensor/x"] == 4.5 and runs["tensors"]["points"] == 11
    assert runs["hparams"]["params"] == {"bsize": 32, "flag": 1, "lr": 0.1, "opt": "adam"}
    assert abs(runs["hparams"]["metrics"]["hparam/acc"] - 0.9) < 1e-7
    torn = logs / "tensors/events.out.tfevents.1.host"
    torn.write_bytes(torn.read_bytes()[:-5])
    again = orrery.json("import", torn)
    assert any("not complete" in note for note in again[0]["notes"]) and again[0]["points"] == 10
    data = bytearray(torn.read_bytes())
    data[100] ^= 1
    torn.write_bytes(data)
    assert "broken from byte" in sentence(orrery, "import", torn)


def test_wrong_imports_are_refused_and_leave_nothing(orrery):
    orrery.json("run", "sample.count", "steps=1")
    (orrery.folder / "words.csv").write_text("step,word\n0,a\n")
    (orrery.folder / "bad.csv").write_text("step,loss\n0,1\n1,x\n")
    (orrery.folder / "garbage.csv").write_bytes(bytes(range(256)) * 20)
    (orrery.folder / "garbage.tfevents").write_bytes(bytes(range(256)) * 20)
    (orrery.folder / "empty.csv").write_text("")
    (orrery.folder / "nothing").mkdir()
    assert "no column of numbers" in sentence(orrery, "import", "words.csv")
    assert "line 3, column 2" in sentence(orrery, "import", "bad.csv")
    assert "garbage.csv" in sentence(orrery, "import", "garbage.csv")
    assert "broken from byte 0" in sentence(orrery, "import", "garbage.tfevents")
    assert "is empty" in sentence(orrery, "import", "empty.csv")
    assert "no TensorBoard event file" in sentence(orrery, "import", "nothing")
    assert "There is no" in sentence(orrery, "import", "not here.csv")
    assert "no parameter" in sentence(orrery, "import", "bad.csv", "oops")
    assert len(orrery.json("runs")) == 1 and orrery("verify")[0] == 0


def test_a_report_is_one_page_with_a_sidecar(orrery):
    runs = [orrery.json("run", "sample.count", f"steps={n}", "--name", "<b>&")["run"] for n in (2, 3)]
    out = orrery.folder / "für alle.html"
    assert orrery("export", *runs, "--report", "--out", out)[0] == 0
    page = out.read_text()
    assert "Parameters that differ" in page and "&lt;b&gt;&amp;" in page and "<b>&" not in page and "<script" not in page
    sidecar = json.loads((orrery.folder / "für alle.html.orrery.json").read_text())
    assert [run["run"] for run in sidecar["runs"]] == runs
    assert orrery("export", *runs, "--report", "--out", "again.html")[0] == 0
    assert (orrery.folder / "again.html").read_text() == page
    assert ".html" in sentence(orrery, "export", "last", "--report", "--out", "r.pdf")
    assert "needs a run" in sentence(orrery, "export", "--report", "--out", "r.html")
    assert "one of" in sentence(orrery, "export", "last", "--report", "--table", "--out", "r.html")
    sentence(orrery, "export", "last", "--report", "--out", "no/such/folder/r.html", code=1)


def test_run_tables_have_the_columns_and_order_that_are_asked_for(orrery):
    for steps in (3, 11, 2):
        orrery.json("run", "sample.count", f"steps={steps}")
    assert orrery("export", "--table", "--columns", "run,steps,metric:count", "--sort", "steps", "--out", "t.csv")[0] == 0
    rows = list(csv.reader((orrery.folder / "t.csv").open()))
    assert [row[1] for row in rows] == ["param/steps", "2", "3", "11"]
    assert orrery("export", "--table", "--only-differing", "--sort", "steps", "--descending", "--out", "t.md")[0] == 0
    lines = (orrery.folder / "t.md").read_text().splitlines()
    assert "experiment" not in lines[0] and "param/steps" in lines[0] and "| 11 |" in lines[2]
    assert "did you mean" in sentence(orrery, "export", "--table", "--columns", "stepps", "--out", "t.csv").lower()
    assert "--table" in sentence(orrery, "export", "--metrics", "--columns", "run", "--out", "t.csv")


@pytest.mark.parametrize("ending", ["csv", "md", "json", "html", "txt"])
def test_the_metric_catalogue_is_written(orrery, ending):
    out = orrery.folder / f"metrics.{ending}"
    assert orrery("metrics", "--out", out)[0] == 0
    text = out.read_text()
    assert "sample.count" in text and "tolerance" in text and "plugin" in text
    assert ending != "html" or ("<script" not in text and text.startswith("<!DOCTYPE html>"))
    form = {"txt": "table"}.get(ending, ending)
    assert orrery("metrics", "--format", form)[1] == text.replace("\r\n", "\n")


def test_the_metric_catalogue_is_refused_where_it_can_not_be_written(orrery):
    assert "can't be written with the ending" in sentence(orrery, "metrics", "--out", "m.xyz")
    sentence(orrery, "metrics", "--out", "m.csv", "--format", "csv")
    sentence(orrery, "metrics", "--out", "no/such/folder/m.csv", code=1)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a disk")
def test_a_project_that_can_not_be_written_imports_nothing_and_exports(orrery):
    orrery.json("run", "sample.count", "steps=2")
    (orrery.folder / "a.csv").write_text("step,loss\n0,1\n")
    if subprocess.run(["mount", "--bind", orrery.project, orrery.project], capture_output=True).returncode != 0:
        pytest.skip("no mount here")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", orrery.project], check=True)
        sentence(orrery, "import", "a.csv", code=1)
        assert orrery("export", "last", "--report", "--out", "r.html")[0] == 0
        sidecar = json.loads((orrery.folder / "r.html.orrery.json").read_text())
        assert sidecar["logged"] is False and "not logged" in sidecar["notice"]
    finally:
        subprocess.run(["umount", orrery.project], check=True)
