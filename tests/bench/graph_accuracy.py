#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Test accuracy on TU data sets: GIN here and in PyTorch Geometric on the same folds, and what augmentations change.

    tests/bench/graph_accuracy.py [--data FOLDER ...] [--only TEXT] [--seeds 3] [--epochs 100] [--quick]

Default data: MUTAG and PROTEINS of $ORRERY_TU_DATA, else ../shared/data/tu. GIN with graph.classify's defaults, ten folds and three
seeds, the epoch chosen by validation alone; PyTorch Geometric's has the same layers, folds and schedule, its own random numbers. Ours
should lie within the 95 % confidence interval (Student) of PyTorch Geometric's mean. Augmentations: graph.classify trains each fold
with and without, and tells the paired difference with its interval and Wilcoxon's p-value; `p` here is Holm's, over all rows of the
table. With --only the other rows of tests/bench/results/graph-accuracy.json stay, if they were made in the same way. --quick: one
seed, ten epochs; writes no results.
"""
import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from graph_gin import contestants
from machine import ROOT, machine, write_results

ORRERY = ROOT / "build/bin/orrery"
AUGMENTATIONS = {
    "dp-noise, low edit rate": ["augmentation=dp-noise", "edit_rate=0.05"],
    "dp-noise": ["augmentation=dp-noise", "edit_rate=0.2"],
    "dp-noise of the low end": ["augmentation=dp-noise", "edit_rate=0.2", "band=low"],
    "dp-mask": ["augmentation=dp-mask", "edit_rate=0.2"],
    "drop-edge": ["augmentation=drop-edge", "edit_rate=0.2"],
    "safe-flips": ["augmentation=safe-flips", "edit_rate=0.2"],
    "drop-node": ["augmentation=drop-node", "edit_rate=0.2"],
    "g-mixup": ["augmentation=g-mixup"],
}
RESULTS = "graph-accuracy.json"
STUDENT = {29: 2.045, 9: 2.262}  # 97.5 % quantiles by degrees of freedom


def interval(values):
    mean, half = statistics.mean(values), STUDENT[len(values) - 1] * statistics.stdev(values) / math.sqrt(len(values))
    return mean, mean - half, mean + half


def against_peer(folder, args):
    with tempfile.TemporaryDirectory() as case:
        ours, peer, premade = contestants(case, folder, 1)
        try:
            command = dict(do="validate", epochs=args.epochs, seeds=args.seeds, dropout=0.5, step_epochs=25, step_factor=0.5)
            answer = ours.ask(**command)
            theirs = peer.ask(**command, splits=answer["splits"])["accuracies"]
        finally:
            for child in (ours, peer, premade):
                child.end()
    mean, low, high = interval(theirs)
    accuracy = statistics.mean(answer["accuracies"])
    differences = [a - b for a, b in zip(answer["accuracies"], theirs)]
    return {"data": Path(folder).name, "folds": len(theirs), "accuracy": accuracy, "accuracies": answer["accuracies"], "peer_accuracy": mean,
            "peer_interval": [low, high], "peer_accuracies": theirs, "difference": interval(differences), "within": low <= accuracy <= high}


def augmented(folder, name, args):
    with tempfile.TemporaryDirectory() as project:
        command = [ORRERY, "run", "graph.classify", f"input={Path(folder).resolve()}", f"seeds={args.seeds}", f"epochs={args.epochs}", *AUGMENTATIONS[name]]
        done = subprocess.run([*command, "--project", f"{project}/p.orrery", "--json"], check=True, capture_output=True, text=True)
        metrics = json.loads(done.stdout)["metrics"]
    return {"data": Path(folder).name, "augmentation": name, "parameters": AUGMENTATIONS[name],
            **{key: metrics[key] for key in ("accuracy/plain", "accuracy/augmented", "difference", "difference/low", "difference/high", "p_value",
                                             "no_op_rate", "edit_rate")}}


def holm(rows):
    """Adjusted for all comparisons of the table (Holm 1979)."""
    largest = 0.0
    for place, row in enumerate(sorted(rows, key=lambda row: row["p_value"])):
        largest = max(largest, min(1.0, (len(rows) - place) * row["p_value"]))
        row["p_holm"] = largest


def kept_rows(args):
    file = ROOT / "tests/bench/results" / RESULTS
    document = json.loads(file.read_text()) if file.exists() else {}
    if [document.get("seeds"), document.get("epochs")] != [args.seeds, args.epochs]:
        return {}
    return {part: document[part] for part in ("peer", "augmentations")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="*")
    parser.add_argument("--only", default="", help="rows whose name contains this text")
    parser.add_argument("--seeds", type=int, default=3, choices=[1, 3])
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    if args.quick:
        args.seeds, args.epochs = 1, 10
    tu = Path(os.environ.get("ORRERY_TU_DATA", ROOT / "../shared/data/tu"))
    folders = args.data or [tu / "MUTAG", tu / "PROTEINS"]
    document = {"machine": machine(), "seeds": args.seeds, "epochs": args.epochs, "peer": [], "augmentations": []}
    if args.only and not args.quick:
        document.update(kept_rows(args))

    def keep(part, row, *names):
        """In place of the row of the same names."""
        document[part] = [other for other in document[part] if any(other[name] != row[name] for name in names)] + [row]
        holm(document["augmentations"])
        if not args.quick:
            write_results(RESULTS, document)

    for folder in folders:
        if not Path(folder).is_dir():
            sys.exit(f"There is no TU data set in {folder}: give --data or set ORRERY_TU_DATA.")
        if args.only in f"peer {Path(folder).name}":
            row = against_peer(folder, args)
            print(f"{row['data']}: accuracy {100 * row['accuracy']:.2f} %, PyTorch Geometric {100 * row['peer_accuracy']:.2f} % "
                  f"({100 * row['peer_interval'][0]:.2f} to {100 * row['peer_interval'][1]:.2f}): {'within' if row['within'] else 'OUTSIDE'}", flush=True)
            keep("peer", row, "data")
    for folder in folders:
        for name in AUGMENTATIONS:
            if args.only in f"{name} {Path(folder).name}":
                row = augmented(folder, name, args)
                print(f"{row['data']}, {name}: {100 * row['accuracy/plain']:.2f} % -> {100 * row['accuracy/augmented']:.2f} %, difference "
                      f"{100 * row['difference']:+.2f} ({100 * row['difference/low']:+.2f} to {100 * row['difference/high']:+.2f}), p {row['p_value']:.3g}, "
                      f"edit rate {row['edit_rate']:.2f}", flush=True)
                keep("augmentations", row, "data", "augmentation")
    return 0 if all(row["within"] for row in document["peer"]) else 1


if __name__ == "__main__":
    sys.exit(main())
