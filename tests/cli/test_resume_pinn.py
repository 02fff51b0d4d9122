# SPDX-License-Identifier: BSD-3-Clause
"""Runs of the pinn plugin that are killed for real and resumed: they must end with the bits of one that was not."""
import csv
import json

import pytest

from test_command_line import wait_until


def results(orrery, run):
    """Metrics (but the timing ones) by key and step, and the artifacts' hashes."""
    out = orrery.folder / "metrics.csv"
    assert orrery("export", run, "--metrics", "--out", out)[0] == 0
    with out.open(newline="") as file:
        metrics = {(row["metric"], row["step"]): row["value"] for row in csv.DictReader(file)
                   if row["metric"] != "iterations_per_second"}
    return metrics, {a["name"]: a["sha256"] for a in orrery.json("show", run)["artifacts"]}


def newest(orrery):
    return orrery.json("runs")[-1]


@pytest.mark.parametrize("experiment, parameters", [
    ("sqg.spectral", ["n=64", "final_time=2", "dt=0.002", "frames=41"]),
    ("pinn.sqg", ["width=16", "grid=16", "times=6", "final_time=0.4", "kappa=0.5", "windows=2", "iterations=1200",
                  "budget_seconds=1000", "optimizer=adam:200+lbfgs:200+ssbroyden"]),
])
def test_a_killed_run_that_is_resumed_gives_the_same_bits(orrery, experiment, parameters):
    whole = orrery.json("run", experiment, *parameters, "--device", "cpu", "--seed", 3)["run"]
    orrery.environment["ORRERY_CHECKPOINT_SECONDS"] = "0.1"
    process = orrery.start("run", experiment, *parameters, "--device", "cpu", "--seed", 3, "--json", "--quiet")
    kills = 0
    for _ in range(2):
        before = newest(orrery).get("checkpoint") if kills else None
        assert wait_until(lambda: len(orrery.json("runs")) == 2 and (
            newest(orrery).get("checkpoint") not in (None, before) or newest(orrery)["status"] == "done"))
        if newest(orrery)["status"] == "done":      # a fast machine
            break
        run = newest(orrery)["run"]
        assert orrery("stop", run, "--kill")[0] == 0
        process.communicate(timeout=30)
        kills += 1
        process = orrery.start("resume", run, "--json", "--quiet")
    out, err = process.communicate(timeout=120)
    assert kills > 0 and process.returncode == 0, err
    run = json.loads(out)
    assert run["status"] == "done"
    assert results(orrery, run["run"]) == results(orrery, whole)
