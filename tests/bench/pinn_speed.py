#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Training steps a second of the jet engine and of DeepXDE, from the same weights, at the same points, with the same loss.

    tests/bench/pinn_speed.py [--quick] [--only CASE] [--repeats 7] [--out FILE]

Each contestant is a process that trains on command. First all train 1,000 steps of Adam from the start (100 with --quick, and
with one thread); their losses must agree there and on the way, or the row counts as failed. Then blocks of steps are timed in
turn, A-B-C-A-B-C, one process computing at a time; a ratio is taken between blocks of the same turn. Printed: ratios of the
medians, and the least and largest ratio.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

from machine import RESULTS, ROOT, machine, write_results

PEERS = ROOT / ".venv-peers/bin/python"
CHILD = ROOT / "tests/bench/peers/deepxde_child.py"
PROGRAM = ROOT / "build/bin/bench_pinn_speed"
PYTHON = ROOT / os.environ.get("ORRERY_VENV", ".venv") / "bin/python"
# case, precision, threads, goal for compiled code against DeepXDE with PyTorch (None: for comparison only)
ROWS = [
    ("burgers", "float32", 2, 12),
    ("burgers", "float64", 2, 8),
    ("burgers-wide", "float32", 2, 4),
    ("cavity", "float32", 2, 5),
    ("burgers", "float32", 1, None),
    ("burgers", "float64", 1, None),
    ("burgers-wide", "float32", 1, None),
]
EXPRESSION_GOAL = 1.3  # time of a step with the residual as text over that with compiled code, at most
PYTHON_GOAL = 5  # residual as a Python function, against DeepXDE with PyTorch
# Relative difference of the loss from PyTorch's. Adam amplifies rounding: in the Burgers demo in float64 all agree to 1e-15 until
# step 500, and to 1e-5 at step 1,000, where summing in another order alone makes 1e-5. So besides a fixed tolerance a multiple of
# the spread of our own forms counts, which compute the same but for rounding; optax, under JAX, also rounds Adam's bias
# correction to float32, and gets more room.
TOLERANCE = {"float32": 1e-4, "float64": 1e-10}
SPREADS = {"deepxde-jax": 100}  # others: 20
LARGEST_TOLERANCE = {"deepxde-jax": 0.1}  # others: 0.02


def tolerance(name, precision, spread):
    return min(max(TOLERANCE[precision], SPREADS.get(name, 20) * spread), LARGEST_TOLERANCE.get(name, 0.02))


class Child:
    def __init__(self, name, command, threads, environment=None):
        self.name = name
        cores = sorted(os.sched_getaffinity(0))[:threads]
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors,
                                        text=True, env={**os.environ, "OMP_NUM_THREADS": str(threads), **(environment or {})},
                                        preexec_fn=lambda: os.sched_setaffinity(0, cores))
        self.ready = self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.end()
            self.errors.seek(0)
            sys.exit(f"{self.name} ended with {self.process.returncode}: {self.errors.read()[-2000:]}")
        return json.loads(line)

    def ask(self, **command):
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def steps(self, count):
        return self.ask(do="steps", count=count)["seconds"]

    def losses(self):
        return self.ask(do="losses")["losses"]

    def end(self):
        self.process.communicate()


def contestants(folder, case, precision, threads):
    """DeepXDE first: it writes the case that the others read."""
    peer = [PEERS, CHILD, case, folder, "--precision", precision, "--threads", threads]
    yield Child("deepxde-pytorch", peer, threads, {"DDE_BACKEND": "pytorch"})
    yield Child("deepxde-jax", peer, threads, {"DDE_BACKEND": "jax"})
    for residual in ("compiled", "collapsed", "expression"):
        yield Child(f"orrery-{residual}", [PROGRAM, folder, residual, threads], threads)
    script = [PYTHON, ROOT / "tests/bench/pinn_python_child.py", folder, threads]
    yield Child("orrery-python", script, threads, {"GOMP_SPINCOUNT": "3000"})  # as every job of Orrery's has it


def trajectory(child, marks):
    """Sums of the losses at the marks, and the losses at the last one."""
    child.ask(do="reset")
    sums, at = [], 0
    for mark in marks:
        if mark > at:
            child.steps(mark - at)
            at = mark
        losses = child.losses()
        sums.append(sum(losses))
    return {"steps": marks, "loss": sums, "losses_at_end": losses}


def differences(children, marks, precision):
    """Trains all; how far each one's loss is from the first one's at the marks, and whether that is within tolerance."""
    curves = {child.name: trajectory(child, marks) for child in children}
    reference = curves[children[0].name]["loss"]
    ours = [curve["loss"] for name, curve in curves.items() if name.startswith("orrery")]
    spreads = [(max(losses) - min(losses)) / reference[i] for i, losses in enumerate(zip(*ours))]
    for name, curve in curves.items():
        curve["difference"] = [abs(a - b) / abs(b) for a, b in zip(curve["loss"], reference)]
        curve["tolerance"] = [tolerance(name, precision, spread) for spread in spreads]
        curve["equal"] = all(difference <= allowed for difference, allowed in zip(curve["difference"], curve["tolerance"]))
    return curves


def blocks(children, repeats, seconds):
    """Steps a second of each block, [name][repeat]."""
    counts = {}
    for child in children:
        child.steps(2)
        a_step = child.steps(3) / 3
        counts[child.name] = max(1, round(seconds / max(child.steps(max(1, int(0.2 / a_step))) / max(1, int(0.2 / a_step)), 1e-6)))
    rates = {child.name: [] for child in children}
    for repeat in range(repeats):
        turn = children[repeat % len(children):] + children[:repeat % len(children)]
        for child in turn:
            rates[child.name].append(counts[child.name] / child.steps(counts[child.name]))
    return rates


def ratio(rates, name, peer):
    paired = [a / b for a, b in zip(rates[name], rates[peer])]
    return {"of": name, "against": peer, "ratio_of_medians": statistics.median(rates[name]) / statistics.median(rates[peer]),
            "median_of_pairs": statistics.median(paired), "least": min(paired), "largest": max(paired)}


def measure(case, precision, threads, goal, args):
    marks = [0, 1, 10, 100] + ([] if args.quick or threads == 1 else [300, 1000])
    with tempfile.TemporaryDirectory() as folder:
        children = []
        try:
            children.extend(contestants(folder, case, precision, threads))
            load = os.getloadavg()[0]
            curves = differences(children, marks, precision)
            rates = blocks(children, args.repeats, args.seconds)
        finally:
            for child in children:
                child.end()
    names = [child.name for child in children]
    ratios = [ratio(rates, name, peer) for name in names for peer in ("deepxde-pytorch", "deepxde-jax")
              if name.startswith("orrery") and peer in names]
    ratios.append(ratio(rates, "orrery-compiled", "orrery-expression"))
    return {"case": case, "precision": precision, "threads": threads, "goal": goal, "load": load, "curves": curves,
            "steps_per_second": {name: {"median": statistics.median(r), "least": min(r), "largest": max(r), "blocks": r} for name, r in rates.items()},
            "ratios": ratios, "equal_losses": all(curve["equal"] for curve in curves.values()),
            "versions": {key: value for child in children for key, value in child.ready.get("versions", {}).items()}}


def goal_of(row, entry):
    """The goal of a ratio in words, and whether it is met; nothing for what is there for comparison."""
    pair, value = (entry["of"], entry["against"]), entry["ratio_of_medians"]
    if row["goal"] is None:
        return "", True
    if pair == ("orrery-compiled", "orrery-expression"):
        return f"at most {EXPRESSION_GOAL}", value <= EXPRESSION_GOAL
    goal = {("orrery-compiled", "deepxde-pytorch"): row["goal"], ("orrery-python", "deepxde-pytorch"): PYTHON_GOAL}.get(pair)
    return ("", True) if goal is None else (f"at least {goal}", value >= goal)


def table(rows):
    """Markdown: one line a ratio; what was missed says so."""
    lines = ["| case | threads | steps/s | | against | | ratio (least to largest) | goal | load |", "|---|---|---|---|---|---|---|---|---|"]
    for row in rows:
        for entry in row["ratios"]:
            rates = [row["steps_per_second"][entry[side]]["median"] for side in ("of", "against")]
            goal, met = goal_of(row, entry)
            equal = row["curves"][entry["of"]]["equal"] and row["curves"][entry["against"]]["equal"]
            lines.append(f"| {row['case']} {row['precision']} | {row['threads']} | {entry['of']} | {rates[0]:.4g} | {entry['against']} | {rates[1]:.4g} | "
                         f"{entry['ratio_of_medians']:.3g} ({entry['least']:.3g} to {entry['largest']:.3g}){'' if equal else ', LOSSES DIFFER'} | "
                         f"{goal}{'' if met else ', missed'} | {row['load']:.1f} |")
    return "\n".join(lines)


def key(row):
    return row["case"], row["precision"], row["threads"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two-thread rows only, 100 steps compared, short blocks; writes no results")
    parser.add_argument("--only", default="", help="rows whose case contains this text; the others keep their results")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0, help="length of a block")
    parser.add_argument("--out", default="pinn-speed-cpu.json", help="name of the file in tests/bench/results")
    args = parser.parse_args()
    if args.quick:
        args.repeats, args.seconds = 5, 0.4
    rows = []
    file = RESULTS / args.out
    kept = json.loads(file.read_text())["rows"] if args.only and file.exists() else []
    for case, precision, threads, goal in ROWS:
        if args.only not in case or (args.quick and threads == 1):
            continue
        print(f"{case} {precision}, {threads} thread{'s' if threads > 1 else ''} ...", file=sys.stderr, flush=True)
        rows.append(measure(case, precision, threads, goal, args))
        if not args.quick:  # after each row: what was measured is kept if the rest is not
            measured = {key(row): row for row in kept + rows}
            write_results(args.out, {"machine": machine(), "repeats": args.repeats, "block_seconds": args.seconds,
                                     "rows": [measured[row[:3]] for row in ROWS if row[:3] in measured]})
    print(table(rows))
    for row in rows:
        print(f"\n{row['case']} {row['precision']}, threads: {row['threads']}; difference of the loss from PyTorch's after N steps (tolerance)")
        steps = next(iter(row["curves"].values()))["steps"]
        print(f"{'':18}" + "".join(f"{step:>18}" for step in steps))
        for name, curve in row["curves"].items():
            pairs = "".join(f"{f'{d:.1e} ({t:.0e})':>18}" for d, t in zip(curve["difference"], curve["tolerance"]))
            print(f"{name:18}{pairs}{'' if curve['equal'] else '  too much: its ratios do not count'}")
    missed = any(not goal_of(row, entry)[1] for row in rows for entry in row["ratios"])
    return 1 if missed or not all(row["equal_losses"] for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
