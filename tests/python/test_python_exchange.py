# SPDX-License-Identifier: BSD-3-Clause
"""Reports, tables and imports from Python: the commands of the window and the command line."""
import json

import pytest

import orrery


@pytest.fixture
def table(project):
    return project.sweep("sample.decay", rate=[1, 2], steps=5, quiet=True)


def test_reports_and_tables_leave(project, table, tmp_path):
    project.export_report(table, tmp_path / "both é.html")
    text = (tmp_path / "both é.html").read_text(encoding="utf-8")
    assert all(run.id in text for run in table) and "<script" not in text
    project.export_report(table[0], tmp_path / "one.html")
    assert table[1].id not in (tmp_path / "one.html").read_text(encoding="utf-8")
    project.export_table(tmp_path / "t.json", columns=["run", "rate", "error"], sort="rate", descending=True)
    rows = json.loads((tmp_path / "t.json").read_text())["rows"]
    assert [row["run"] for row in rows] == [table[1].id, table[0].id]
    with pytest.raises(orrery.Error, match=r"\.doc"):
        project.export_table(tmp_path / "t.doc")


def test_metrics_of_others_become_runs(project, table, tmp_path):
    path = tmp_path / "their log.csv"
    path.write_text("step,loss,accuracy\n0,1.5,0.1\n10,0.5,nan\n20,0.25,0.9\n")
    imported = project.import_metrics(path, {"lr": 0.1, "net": "small"}, tags="theirs")
    (run,) = imported
    assert run.status == "done" and run.parameters == {"lr": 0.1, "net": "small"} and run.tags == ["theirs"]
    assert list(run.metrics["loss"].values) == [1.5, 0.5, 0.25] and list(run.metrics["loss"].steps) == [0, 10, 20]
    assert run.inputs[0]["path"] == str(path) and project.verify() == []
    assert len(project.import_metrics(path)) == 0  # the same again
    project.undo()
    assert len(project.runs()) == 2
    with pytest.raises(orrery.Error, match="line 3"):
        path.write_text("step,loss\n0,1\n1,abc\n")
        project.import_metrics(path)
