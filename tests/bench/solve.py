# SPDX-License-Identifier: BSD-3-Clause
"""Runs of pinn.solve for benchmarks."""
import json
import os
import subprocess
import sys
import tempfile

from machine import ROOT


def solve(project, problem, budget, seed, **parameters):
    """The run's JSON document and [(seconds, error/l2)] over its steps."""
    orrery = ROOT / "build/bin/orrery"
    command = [orrery, "run", "pinn.solve", "--json", "--quiet", "--device", "cpu", "--seed", seed, "--project", project, f"problem={problem}",
               f"budget_seconds={budget:g}", "precision=float64", *(f"{key}={value}" for key, value in parameters.items())]
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}")
    run = json.loads(done.stdout)
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "metrics.json")
        subprocess.run([orrery, "export", run["run"], "--metrics", "--out", file, "--project", project], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        with open(file) as stream:
            rows = json.load(stream)["rows"]
    curve = sorted((row["elapsed"], row["value"]) for row in rows if row["metric"] == "error/l2" and row["value"] is not None)
    return run, curve


def seconds_to(curve, mark):
    """The time of the first error at or below the mark, or None."""
    return next((seconds for seconds, error in curve if error <= mark), None)
