#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Seconds until the relative L2 error is 1e-3 and 1e-5: DeepXDE's published examples, and pinn.solve on the same problem.

    tests/bench/pinn_time.py [--only NAME] [--peer | --ours] [--seeds 0 1 2] [--out FILE]

Peer: the example as published (float32), and in float64, which DeepXDE advises where L-BFGS stops early; the time to compute
errors is not counted. Ours: pinn.solve from the start of the run, errors included. --peer and --ours measure one side and keep
the other side's numbers in the results. Where a recipe ends above a mark, the ratio is at least that of its whole time.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

from machine import RESULTS, ROOT, machine, write_results
from solve import seconds_to, solve

MARKS = [1e-3, 1e-5]
GOAL = 20
CASES = {  # name: what pinn.solve is given, its budget in seconds
    "burgers": ("burgers", 120),
    "helmholtz": (ROOT / "tests/bench/problems/helmholtz-deepxde.toml", 120),
}


def peer_runs(name, seeds):
    runs = []
    for precision in ("float32", "float64"):
        for seed in seeds:
            command = [ROOT / ".venv-peers/bin/python", ROOT / "tests/bench/peers/recipes.py", name, "--precision", precision, "--seed", str(seed)]
            load = os.getloadavg()[0]
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                  env={**os.environ, "DDE_BACKEND": "pytorch", "OMP_NUM_THREADS": "2"})
            if done.returncode != 0:
                sys.exit(f"DeepXDE's {name} ended with {done.returncode}: {done.stderr[-2000:]}")
            run = json.loads(done.stdout)
            run["load"] = load, os.getloadavg()[0]
            run["curve"] = [(seconds, error) for seconds, _, error in run["curve"]]
            run["seconds_to"] = [seconds_to(run["curve"], mark) for mark in MARKS]
            runs.append(run)
            print(f"{name} deepxde {precision} seed {seed}: {run['error']:.2e} in {run['seconds']:.0f} s, least "
                  f"{min(error for _, error in run['curve']):.2e}, to {MARKS}: {run['seconds_to']}", file=sys.stderr, flush=True)
    return runs


def our_runs(name, seeds):
    problem, budget = CASES[name]
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            load = os.getloadavg()[0]
            run, curve = solve(os.path.join(folder, "time.orrery"), problem, budget, seed)
            runs.append({"seed": seed, "seconds": run["seconds"], "error": run["metrics"]["error/l2"], "load": (load, os.getloadavg()[0]),
                         "curve": curve, "seconds_to": [seconds_to(curve, mark) for mark in MARKS]})
            print(f"{name} orrery seed {seed}: {runs[-1]['error']:.2e} in {run['seconds']:.0f} s, to {MARKS}: {runs[-1]['seconds_to']}",
                  file=sys.stderr, flush=True)
    return runs


def comparison(peer, ours, mark):
    """Medians over the seeds of the seconds to a mark; the peer's are at least its whole time where a seed never got there."""
    i = MARKS.index(mark)
    reached = [run["seconds_to"][i] for run in ours]
    theirs = [run["seconds_to"][i] if run["seconds_to"][i] is not None else run["seconds"] for run in peer]
    all_there = all(run["seconds_to"][i] is not None for run in peer)
    median = None if None in reached else statistics.median(reached)
    least = min(min(error for _, error in run["curve"]) for run in peer)
    return {"mark": mark, "deepxde": statistics.median(theirs), "deepxde_reached": all_there, "deepxde_least_error": least,
            "orrery": median, "ratio": None if median is None else statistics.median(theirs) / median}


def table(cases):
    lines = ["| problem | error | DeepXDE | seconds | pinn.solve, seconds | ratio |", "|---|---|---|---|---|---|"]
    for name, case in cases.items():
        for precision in ("float32", "float64"):
            peer = [run for run in case.get("deepxde", {}).get("runs", []) if run["precision"] == precision]
            ours = case.get("orrery", {}).get("runs", [])
            if not peer or not ours:
                continue
            for mark in MARKS:
                c = comparison(peer, ours, mark)
                there = c["deepxde_reached"]
                theirs = f"{c['deepxde']:.0f}" if there else f"not within {c['deepxde']:.0f} (least error {c['deepxde_least_error']:.1e})"
                reached = "not reached" if c["orrery"] is None else f"{c['orrery']:.3g}"
                ratio = "" if c["ratio"] is None else f"{'' if there else 'over '}{c['ratio']:.3g}{'' if c['ratio'] >= GOAL else ', missed'}"
                lines.append(f"| {name} | {mark:.0e} | {precision} | {theirs} | {reached} | {ratio} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="")
    side = parser.add_mutually_exclusive_group()
    side.add_argument("--peer", action="store_true")
    side.add_argument("--ours", action="store_true")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--out", default="pinn-time.json", help="name of the file in tests/bench/results")
    args = parser.parse_args()
    file = RESULTS / args.out
    document = json.loads(file.read_text()) if file.exists() else {"marks": MARKS, "cases": {}}
    for name in CASES:
        if args.only not in name:
            continue
        case = document["cases"].setdefault(name, {})
        if not args.ours:
            case["deepxde"] = {"machine": machine(), "runs": peer_runs(name, args.seeds)}
        if not args.peer:
            case["orrery"] = {"machine": machine(), "runs": our_runs(name, args.seeds)}
    print(table(document["cases"]))
    write_results(args.out, document)
    return 0


if __name__ == "__main__":
    sys.exit(main())
