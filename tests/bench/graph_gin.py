#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Graphs a second while GIN is trained, ours and PyTorch Geometric's, from the same weights, on the same batches.

    tests/bench/graph_gin.py [--data FOLDER ...] [--quick] [--only TEXT] [--repeats 7] [--seconds 2] [--out FILE]

Default data: MUTAG and PROTEINS of $ORRERY_TU_DATA, else ../shared/data/tu. First all answer the same graphs (largest difference of
logits) and train one epoch (mean loss), which must agree, or the row counts as failed. Then blocks of epochs are timed in turn, one
process computing at a time; ratios are taken between blocks of the same turn. pyg-loader puts batches together while it trains, as
its examples and we do; pyg-premade has them ready before the clock starts.
"""
import argparse
import os
import sys
import tempfile
from pathlib import Path

from machine import ROOT, machine, write_results
from pinn_speed import Child, ratio

PEERS = ROOT / ".venv-peers/bin/python"
PEER = ROOT / "tests/bench/peers/pyg_child.py"
PROGRAM = ROOT / "build/bin/bench_graph_gin"
GOAL = 2.0
LOGITS = 1e-5  # largest difference over the largest logit
# Of the first epoch, relative. Adam divides by the size of gradients, so that where they are rounding alone, as before a batch
# normalisation, it steps at random: at the rate that is timed PROTEINS' 35 steps differ by 4e-3, at a hundredth of it by 1e-6.
LOSSES, LOSSES_RATE = 1e-5, 1e-4


def contestants(folder, data, threads):
    """Ours first: it writes the case that the others read."""
    yield Child("orrery", [PROGRAM, folder, data, threads], threads)
    for batches in ("loader", "premade"):
        yield Child(f"pyg-{batches}", [PEERS, PEER, folder, "--threads", threads, "--batches", batches], threads)


def agreement(children):
    logits = {child.name: child.ask(do="logits")["logits"] for child in children}
    ours = logits["orrery"]
    largest = max(map(abs, ours))
    losses = {}
    for child in children:
        child.ask(do="reset", rate=LOSSES_RATE)
        losses[child.name] = child.ask(do="epochs", count=1)["losses"]
    return {name: {"logits": max(abs(a - b) for a, b in zip(values, ours)) / largest,
                   "losses": max(abs(a - b) / b for a, b in zip(losses[name], losses["orrery"]))} for name, values in logits.items()}


def blocks(children, repeats, seconds, graphs):
    counts = {}
    for child in children:
        child.ask(do="reset")
        child.ask(do="epochs", count=2)
        counts[child.name] = max(1, round(seconds * 2 / child.ask(do="epochs", count=2)["seconds"]))
    rates = {child.name: [] for child in children}
    for repeat in range(repeats):
        for child in children[repeat % len(children):] + children[:repeat % len(children)]:
            child.ask(do="reset")
            count = counts[child.name]
            rates[child.name].append(count * graphs / child.ask(do="epochs", count=count)["seconds"])
    return rates


def measure(data, threads, args):
    with tempfile.TemporaryDirectory() as folder:
        children = []
        try:
            children.extend(contestants(folder, data, threads))
            agrees = agreement(children)
            rates = blocks(children, args.repeats, args.seconds, children[0].ready["graphs"] - 2)
        finally:
            for child in children:
                child.end()
    ratios = [ratio(rates, "orrery", name) for name in rates if name != "orrery"]
    equal = all(a["logits"] <= LOGITS and a["losses"] <= LOSSES for a in agrees.values())
    reached = equal and all(r["ratio_of_medians"] >= GOAL for r in ratios)
    row = {"data": Path(data).name, "threads": threads, "agreement": agrees, "graphs_per_second": rates, "ratios": ratios, "goal": GOAL,
           "equal": equal, "reached": reached, "versions": children[1].ready["versions"]}
    print(f"\n{row['data']}, {threads} thread{'s' if threads > 1 else ''}: logits differ by "
          f"{max(a['logits'] for a in agrees.values()):.1e}, losses by {max(a['losses'] for a in agrees.values()):.1e}"
          f"{'' if equal else ': NOT EQUAL'}")
    for name, values in rates.items():
        print(f"  {name:12} {sorted(values)[len(values) // 2]:9.0f} graphs/s")
    for r in ratios:
        verdict = "reached" if equal and r["ratio_of_medians"] >= GOAL else "MISSED"
        print(f"  orrery / {r['against']:12} {r['ratio_of_medians']:5.2f} ({r['least']:.2f} to {r['largest']:.2f}), goal {GOAL}: {verdict}")
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="*")
    parser.add_argument("--quick", action="store_true", help="one thread, MUTAG alone, three short blocks; writes no results")
    parser.add_argument("--only", default="", help="rows whose name contains this text")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2, help="of a block")
    parser.add_argument("--out", default="graph-gin-cpu.json", help="name of the file in tests/bench/results")
    args = parser.parse_args()
    tu = Path(os.environ.get("ORRERY_TU_DATA", ROOT / "../shared/data/tu"))
    data = args.data or [tu / name for name in (["MUTAG"] if args.quick else ["MUTAG", "PROTEINS"])]
    for folder in data:
        if not Path(folder).is_dir():
            sys.exit(f"There is no TU data set in {folder}: give --data or set ORRERY_TU_DATA.")
    if args.quick:
        args.repeats, args.seconds = 3, 0.5
    document = {"machine": machine(), "rows": []}
    for folder in data:
        if args.only not in f"gin {Path(folder).name}":
            continue
        for threads in [1] if args.quick else [1, 2]:
            document["rows"].append(measure(folder, threads, args))
    if not args.quick and not args.only:
        write_results(args.out, document)
    return 0 if all(row["reached"] for row in document["rows"]) else 1


if __name__ == "__main__":
    sys.exit(main())
