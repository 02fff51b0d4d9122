# SPDX-License-Identifier: BSD-3-Clause
"""The scripts of projects/scripting do what they say."""
import json

import pytest

from python_under_test import BUILD, ROOT

EXAMPLES = ROOT / "projects/scripting"


def test_there_are_three():
    assert sorted(path.name for path in EXAMPLES.glob("*.py")) == ["custom_operator.py", "own_experiment.py", "sweep_with_figure.py"]


def test_custom_operator(programs):
    code, out, err = programs.orrery("script", EXAMPLES / "custom_operator.py")
    assert code == 0 and "relative error" in out, err


def test_own_experiment(programs, tmp_path):
    code, out, err = programs.orrery("script", EXAMPLES / "own_experiment.py", tmp_path / "p.orrery")
    assert code == 0 and "is falling with the steps" in out, out + err
    code, out, err = programs.orrery("check", "pendulum.swing", "steps=10", "final_time=1000", "--project", tmp_path / "p.orrery")
    assert code == 2 and "too long" in err + out
    code, out, err = programs.orrery("reproduce", "last", "--project", tmp_path / "p.orrery", "--json")
    assert json.loads(out)["verdict"] == "bitwise"


@pytest.mark.skipif(not (BUILD / "bin/orrery-gui").exists(), reason="figures are drawn by the window's binary")
def test_sweep_with_figure(programs, tmp_path):
    out_file = tmp_path / "decay.svg"
    code, out, err = programs.orrery("script", EXAMPLES / "sweep_with_figure.py", tmp_path / "p.orrery", out_file)
    assert code == 0, err
    assert 'width="85mm"' in out_file.read_text() and "<text" in out_file.read_text()
    sidecar = json.loads(out_file.with_suffix(".json").read_text())
    assert len(sidecar["runs"]) == 6
    code, out, err = programs.orrery("export", "--figure", "decay over time", "--project", tmp_path / "p.orrery", "--out", tmp_path / "t.pdf")
    assert code == 0 and (tmp_path / "t.pdf").read_bytes().startswith(b"%PDF"), err
