# SPDX-License-Identifier: BSD-3-Clause
"""Figures from Python: the same specification and data give the same bytes, and each knows where it came from. [P4] [P8]"""
import csv
import hashlib
import json
import re
import struct

import pytest

import orrery
from python_under_test import BUILD

pytestmark = pytest.mark.skipif(not (BUILD / "bin/orrery-gui").exists(), reason="figures are drawn by the window's binary")


@pytest.fixture(autouse=True)
def no_display(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def table(project):
    return project.sweep("sample.decay", rate=[0.5, 1, 2], steps=[10, 100], quiet=True)


def test_a_sweep_becomes_a_figure_of_exact_size(table, tmp_path):
    made = table.plot("error", x="rate", log=True).save(tmp_path / "naïve error.svg", width_mm=85)
    text = (tmp_path / "naïve error.svg").read_text(encoding="utf-8")
    assert 'width="85mm"' in text and "<text" in text and "<image" not in text
    sidecar = json.loads((tmp_path / "naïve error.json").read_text())
    assert sorted(made["runs"]) == sorted(run.id for run in table)
    assert hashlib.sha256((tmp_path / "naïve error.svg").read_bytes()).hexdigest() == made["sha256"]
    assert made["sha256"] in json.dumps(sidecar) and all(run.id in json.dumps(sidecar["runs"]) for run in table)
    rows = list(csv.DictReader((tmp_path / "naïve error.csv").open(newline="")))
    seen = {row["run"]: float(next(v for k, v in row.items() if k.startswith("value"))) for row in rows}
    assert seen == {run.id: run.metrics["error"].last for run in table}


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_the_same_figure_is_the_same_bytes(table, tmp_path, ending):
    figure = table.plot("error", x="rate", log="y")
    first, second = (figure.save(tmp_path / f"{k}.{ending}", dpi=200)["file"] for k in (1, 2))
    contents = [open(path, "rb").read() for path in (first, second)]
    if ending == "pdf":
        contents = [re.sub(rb"/CreationDate \(.*?\)|<x(mp|ap):\w*Date>.*?<|/ID ?\[.*?\]|<xmpMM:\w+>.*?<", b"", c) for c in contents]
    assert contents[0] == contents[1]
    if ending == "png":
        width, = struct.unpack(">I", contents[0][16:20])
        assert abs(width - 85 / 25.4 * 200) <= 1 and b"pHYs" in contents[0]


def test_runs_metrics_and_fields_have_figures(project, tmp_path):
    run = project.run("sample.artifacts", quiet=True)
    walk = project.run("sample.walk", steps=20, quiet=True)
    assert walk.metrics["x"].plot().specification["kind"] == "curves"
    figure = run.artifacts["fields"].plot(field="b", step=0, title="minus a")
    assert figure.save(tmp_path / "b.png", preset="two-columns", background="transparent")["bytes"] > 1000
    assert figure._repr_html_().lstrip().startswith(("<?xml", "<svg"))
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert figure.data.splitlines()[0].startswith("x")
    with pytest.raises(orrery.Error, match="only fields"):
        run.artifacts["words"].plot()


def test_figures_are_kept_found_and_undone(project, table, programs, tmp_path):
    table.plot("error", x="rate").keep("paper: figure 1")
    assert list(project.figures) == ["paper: figure 1"]
    assert project.figure("paper: figure 1").specification["x"] == "rate"
    code, out, err = programs.orrery("export", "--figure", "paper: figure 1", "--project", project.folder, "--out", "f1.svg")
    assert code == 0, err
    project.export_figure("paper: figure 1", tmp_path / "f2.svg")
    assert (tmp_path / "f1.svg").read_bytes() == (tmp_path / "f2.svg").read_bytes()
    project.rename_figure("paper: figure 1", "one")
    project.remove_figure("one")
    assert not project.figures
    project.undo()
    assert list(project.figures) == ["one"]
    by_metric = project.figure("error", runs=list(table)[:2])
    assert len(by_metric.specification["runs"]) == 2


def test_wrong_figures_are_told(project, table, tmp_path):
    with pytest.raises(orrery.Error, match="kind"):
        project.figure(kind="pie", runs=[table[0]])
    with pytest.raises(orrery.Error, match="(?s)palet.*width_mm"):
        table.plot("error", width_mm=-1, palet="x")
    with pytest.raises(orrery.Error, match="has a metric 'nothing'"):
        table.plot("nothing").save(tmp_path / "x.svg")
    with pytest.raises(orrery.Error, match=r"\.bmp"):
        table.plot("error").save(tmp_path / "x.bmp")
    with pytest.raises(orrery.Error):
        table.plot("error").save(tmp_path / "no such folder/x.svg")
    (tmp_path / "mine.svg").write_text("drawn by hand")
    with pytest.raises(orrery.Error):
        table.plot("error").save(tmp_path / "mine.svg")
    assert (tmp_path / "mine.svg").read_text() == "drawn by hand"
    figure = table.plot("error", x="rate")
    project.remove(table[0])
    with pytest.raises(orrery.Error, match="removed"):
        figure.save(tmp_path / "y.svg")
    assert not (tmp_path / "y.svg").exists() and not (tmp_path / "y.json").exists()
