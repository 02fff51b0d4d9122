#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Trains pinn.solve's built-in problems in float64 with three seeds and prints the worst errors beside the marks.

    tests/bench/pinn_accuracy.py [--only NAME] [--scale 1.0] [--seeds 0 1 2] [--out FILE]

Budgets are at most those of the marks; --scale multiplies them. Exit 1 if a mark is missed.
"""
import argparse
import json
import os
import sys
import tempfile

from machine import RESULTS, machine, write_results
from solve import seconds_to, solve

CASES = [  # problem, budget in seconds, that of the mark on two idle cores, mark for the relative L2 error
    ("burgers", 120, 120, 1e-6),
    ("allen-cahn", 150, 600, 1e-5),
    ("kdv", 300, 600, 1e-4),
    ("poisson", 20, 300, 1e-6),
    ("helmholtz", 60, 300, 1e-6),
    ("wave", 90, 300, 1e-6),
    ("cavity", 30, 600, 5e-3),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="problems whose name contains this text")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--out", default="pinn-accuracy.json", help="name of the file in tests/bench/results; with --only the others keep their rows")
    args = parser.parse_args()
    missed, rows = 0, []
    file = RESULTS / args.out
    kept = json.loads(file.read_text())["rows"] if args.only and file.exists() else []
    print(f"{'problem':12} {'seed':>4} {'s':>6} {'load':>5} {'error/l2':>9} {'s to mark':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for problem, budget, limit, mark in CASES:
            if args.only not in problem:
                continue
            runs = []
            for seed in args.seeds:
                run, curve = solve(os.path.join(folder, "accuracy.orrery"), problem, budget * args.scale, seed)
                runs.append({"seed": seed, "seconds": run["seconds"], "load": os.getloadavg()[0], "error": run["metrics"]["error/l2"],
                             "seconds_to_mark": seconds_to(curve, mark), "metrics": run["metrics"], "curve": curve})
                reached = runs[-1]["seconds_to_mark"]
                print(f"{problem:12} {seed:4d} {run['seconds']:6.0f} {runs[-1]['load']:5.1f} {runs[-1]['error']:9.2e} "
                      f"{'' if reached is None else f'{reached:.1f}':>9}", flush=True)
            worst = max(run["error"] for run in runs)
            missed += worst > mark
            rows.append({"problem": problem, "budget": budget * args.scale, "limit": limit, "mark": mark, "worst": worst, "met": worst <= mark, "runs": runs})
            print(f"{problem:12} worst {worst:.2e}, mark {mark:.0e}: {'met' if worst <= mark else 'MISSED'}", flush=True)
            if args.scale == 1:
                measured = {row["problem"]: row for row in kept + rows}
                write_results(args.out, {"machine": machine(), "rows": [measured[case[0]] for case in CASES if case[0] in measured]})
    print("\n| problem | budget | error/l2, worst of seeds " + " ".join(map(str, args.seeds)) + " | mark, in | seconds to the mark |\n|---|---|---|---|---|")
    for row in rows:
        reached = [run["seconds_to_mark"] for run in row["runs"]]
        slowest = "not by every seed" if None in reached else f"{min(reached):.0f} to {max(reached):.0f}"
        print(f"| {row['problem']} | {row['budget']:.0f} s | {row['worst']:.1e} | {row['mark']:.0e}, {row['limit']} s{'' if row['met'] else ', missed'} | {slowest} |")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
