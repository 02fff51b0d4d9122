#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Augmented graphs a second, against the same in NumPy and PyTorch Geometric, and noise beside the low eigenpairs of a large graph.

    tests/bench/graph_augment.py [--quick] [--only ROW] [--repeats 7]

Each contestant is a process that has read the graphs and augments all of them on command, one at a time, in turn. dp-noise counts
the eigendecomposition of every graph, unless its row says that the eigenpairs are known; the peer's is Dual-Prism as published
with one draw for equal eigenvalues, written for NumPy (numpy.linalg.eigh, one graph after the other), drop-edge's is torch_geometric.utils.dropout_edge. Both draw their
own numbers, so the mean edit rates are what must agree (to 5 %). Printed: graphs a second, median, and the ratio to the peer with
its least and largest value in one turn. --quick: a tenth of the large graph, three turns; writes no results.
"""
import json
import statistics
import sys
import time
from pathlib import Path

from graph_eigen import PEERS, Child, blocks, proteins, run, write
from machine import ROOT

PROGRAM = ROOT / "build/bin/bench_graph_augment"
GOAL = 5000  # graphs a second for n about 40 on two cores
NOISE = {"method": "dp-noise", "frequency_ratio": 0.5, "probability": 1.0, "std": 2.0}


def peer(file):
    import numpy
    import torch
    import torch_geometric.utils

    numbers = numpy.fromstring(Path(file).read_text(), dtype=numpy.int64, sep=" ")
    adjacencies, edges, at = [], [], 0
    while at < len(numbers):
        n, m = numbers[at:at + 2]
        i, j = numbers[at + 2:at + 2 + 2 * m].reshape(m, 2).T
        at += 2 + 2 * m
        adjacency = numpy.zeros((n, n))
        adjacency[i, j] = adjacency[j, i] = 1
        adjacencies.append(adjacency)
        edges.append(torch.from_numpy(numpy.stack([i, j])))

    def noise(adjacency, pairs, command, random):
        n = len(adjacency)
        values, vectors = pairs or numpy.linalg.eigh(numpy.diag(adjacency.sum(0)) - adjacency)
        cluster = numpy.cumsum(numpy.diff(values, prepend=-1) > 1e-8 * values[-1]) - 1
        first = numpy.searchsorted(cluster, cluster)
        chosen = (first >= n - int(command["frequency_ratio"] * n)) & (values > 1e-9) & (random.random(n) < command["probability"])[cluster]
        changed = numpy.where(chosen, numpy.maximum(values + command["std"] * random.standard_normal(n)[cluster], 0), values)
        made = -((vectors * changed) @ vectors.T) > 0.5
        numpy.fill_diagonal(made, False)
        return numpy.argwhere(numpy.triu(made)), numpy.abs(made - adjacency).sum() / max(1, adjacency.sum())

    def drop(pairs, command):
        kept, _ = torch_geometric.utils.dropout_edge(pairs, p=command["edit_rate"])
        return kept, 1 - kept.shape[1] / max(1, pairs.shape[1])

    print(json.dumps({"ready": len(adjacencies)}), flush=True)
    random, known = numpy.random.default_rng(0), None
    for line in sys.stdin:
        command = json.loads(line)
        if command.get("pairs_known") and known is None:
            known = [numpy.linalg.eigh(numpy.diag(a.sum(0)) - a) for a in adjacencies]
        begin = time.perf_counter()
        made = []
        for k in range(len(adjacencies)):
            for _ in range(command.get("copies", 1)):
                pairs = known[k] if command.get("pairs_known") else None
                made.append(drop(edges[k], command) if command["method"] == "drop-edge" else noise(adjacencies[k], pairs, command, random))
        seconds = time.perf_counter() - begin
        print(json.dumps({"seconds": seconds, "graphs": len(made), "edit_rate": float(sum(rate for _, rate in made) / len(made))}), flush=True)
    return 0


def rows(quick):
    name, every = proteins()
    middle = [(n, edges) for n, edges in every if 32 <= n <= 48]
    mean = sum(n for n, _ in middle) / len(middle)
    text = f"{len(middle)} graphs of {name.split(',')[0]} eight times, n = {mean:.0f} on average"
    middle = middle * 8
    for threads in (2, 1):
        goal = ("rate", GOAL) if threads == 2 else None
        yield dict(name=f"dp-noise, {text}", graphs=middle, threads=threads, command={**NOISE, "copies": 1}, peer=True, goal=goal)
    yield dict(name=f"dp-noise, pairs known, {text}", graphs=middle, threads=2, command={**NOISE, "copies": 16, "pairs_known": True}, peer=True, goal=None)
    yield dict(name=f"drop-edge, {text}", graphs=middle, threads=2, command={"method": "drop-edge", "edit_rate": 0.2, "copies": 16}, peer=True, goal=None)
    for method in ("dp-mask", "chebyshev", "safe-flips", "drop-node", "subgraph", "g-mixup"):
        if method != "g-mixup":
            yield dict(name=f"{method}, {text}", graphs=middle, threads=2, command={"method": method, "copies": 4}, peer=False, goal=None)
    large = [blocks(20_000 if quick else 200_000, 16, 16, 1)]
    nodes, edges = large[0][0], len(large[0][1])
    yield dict(name=f"projection, 16 blocks, {nodes:,} nodes, {edges:,} edges, 16 pairs kept", graphs=large, threads=2,
               command={"method": "projection"}, peer=False, goal=("projection", None))


def measure(row, repeats, folder):
    file = Path(folder) / "graphs.txt"
    write(file, row["graphs"])
    children = [Child("orrery", [PROGRAM, file], row["threads"])]
    if row["peer"]:
        children.append(Child("peer", [PEERS, __file__, "--peer", file], row["threads"]))
    command = {**row["command"], "threads": row["threads"]}
    for child in children:
        child.ask(**{**command, "pairs_known": False} if child is children[0] else command)
    turns = [[child.ask(**command, seed=turn) for child in children] for turn in range(repeats)]
    for child in children:
        child.end()
    seconds = [[turn[k]["seconds"] for turn in turns] for k in range(len(children))]
    edits = [statistics.mean(turn[k]["edit_rate"] for turn in turns) for k in range(len(children))]
    result = {"row": row["name"], "threads": row["threads"], "command": row["command"], "goal": row["goal"], "seconds": seconds[0],
              "graphs_per_second": turns[0][0]["graphs"] / statistics.median(seconds[0]), "edit_rate": edits[0], "last": turns[-1][0]}
    if row["peer"]:
        ratios = [b / a for a, b in zip(*seconds)]
        result |= {"peer_seconds": seconds[1], "peer_graphs_per_second": turns[0][1]["graphs"] / statistics.median(seconds[1]),
                   "peer_edit_rate": edits[1], "agree": abs(edits[0] - edits[1]) <= 0.05 * edits[1],
                   "ratio": [statistics.median(seconds[1]) / statistics.median(seconds[0]), min(ratios), max(ratios)]}
    return result


def line(result):
    text = f"{result['row']}\n    threads {result['threads']}: "
    met = result.get("agree", True)
    if result["goal"] and result["goal"][0] == "projection":
        median, last = statistics.median(result["seconds"]), result["last"]
        ok = median < 10 and last["megabytes"] < 1000 and last["projection/residual"] <= 1e-9
        text += f"{median:.3g} s, {last['megabytes']:.0f} MB, low-frequency residual {last['projection/residual']:.1e}, edit rate {last['edit_rate']:.3f}"
        text += f"; goal < 10 s, < 1 GB, <= 1e-9: {'met' if ok else 'MISSED'}"
        return text, met and ok
    text += f"{result['graphs_per_second']:,.0f} graphs/s, edit rate {result['edit_rate']:.3f}"
    if "ratio" in result:
        low, high = result["ratio"][1:]
        text += f"; peer {result['peer_graphs_per_second']:,.0f} graphs/s, {result['peer_edit_rate']:.3f}: {result['ratio'][0]:.1f} times ({low:.1f} to {high:.1f})"
        text += "" if result["agree"] else "; the edit rates DIFFER"
    if result["goal"]:
        ok = result["graphs_per_second"] >= result["goal"][1]
        text += f"; goal {result['goal'][1]:,} graphs/s: {'met' if ok else 'MISSED'}"
        met = met and ok
    return text, met


def main():
    if sys.argv[1:2] == ["--peer"]:
        return peer(sys.argv[2])
    return run(__doc__, rows, measure, line, "graph-augment-cpu.json")


if __name__ == "__main__":
    sys.exit(main())
