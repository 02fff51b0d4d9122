#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Trains pinn.sqg with three seeds on the five standard cases and prints the worst errors beside the marks.

    tests/bench/sqg.py [--orrery build/bin/orrery] [--seeds 0 1 2] [--only TEXT] [--scale 1.0] [--project DIR]

--scale multiplies the budgets (marks hold for 1.0 on two idle cores). Exit 1 if a mark is missed or a bound is below its error.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

CASES = [
    # name, parameters, budget in seconds, mark for error/l2, mark for bound over error
    ("kappa=1 T=1", dict(initial="cmt", kappa=1, final_time=1), 120, 1e-6, 100),
    ("kappa=0.1 T=1", dict(initial="cmt", kappa=0.1, final_time=1), 120, 1e-5, 100),
    ("kappa=0.1 T=2", dict(initial="cmt", kappa=0.1, final_time=2), 300, 2e-5, None),
    ("kappa=0.01 T=1", dict(initial="cmt", kappa=0.01, final_time=1), 300, 1e-5, None),
    ("random kappa=0.1 T=1", dict(initial="random", kappa=0.1, final_time=1), 300, 1e-3, None),
]


def train(args, parameters, budget, seed):
    command = [args.orrery, "run", "pinn.sqg", "--json", "--quiet", "--device", "cpu", "--seed", str(seed), "--project", args.project]
    command += [f"{key}={value}" for key, value in parameters.items()] + [f"budget_seconds={budget}"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}")
    return json.loads(done.stdout)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orrery", default=os.path.join(here, "..", "..", "build", "bin", "orrery"))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--only", default="")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--project", default=os.path.join(tempfile.gettempdir(), "orrery-bench-sqg.orrery"))
    args = parser.parse_args()
    missed = 0
    print(f"{'case':22} {'seed':>4} {'P':>5} {'iterations':>10} {'s':>6} {'load':>5} {'error/l2':>9} {'final':>9} {'baseline':>9} "
          f"{'bound/error':>11} {'sharp/error':>11}")
    for name, parameters, budget, mark, ratio_mark in CASES:
        if args.only not in name:
            continue
        errors, ratios = [], []
        for seed in args.seeds:
            run = train(args, parameters, budget * args.scale, seed)
            m = run["metrics"]
            sharp = m["bound/l2_final_sharp"] / m["error/l2_final"]
            errors.append(m["error/l2"])
            ratios.append(m["bound/ratio"])
            print(f"{name:22} {seed:4d} {m['parameters']:5.0f} {m['iterations']:10.0f} {run['seconds']:6.0f} {os.getloadavg()[0]:5.1f} "
                  f"{m['error/l2']:9.2e} {m['error/l2_final']:9.2e} {m['error/baseline']:9.2e} {m['bound/ratio']:11.1f} {sharp:11.1f}",
                  flush=True)
        good = max(errors) <= mark and min(ratios) >= 1 and (ratio_mark is None or max(ratios) <= ratio_mark)
        missed += not good
        print(f"{name:22} worst {max(errors):.2e}, mark {mark:.0e}: {'met' if good else 'MISSED'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
