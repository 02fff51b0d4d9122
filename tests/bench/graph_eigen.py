#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Eigenpairs of graph Laplacians against NumPy and SciPy, and how long a layout takes to settle.

    tests/bench/graph_eigen.py [--quick] [--only ROW] [--repeats 7]

Each contestant is a process that has read the graphs and computes on command; one computes at a time, in turn, A-B-A-B. Ours
builds the Laplacians within the time, the peers have theirs. Printed: the median seconds of each, the ratio of the medians,
and the least and largest ratio of one turn. PROTEINS is read from $ORRERY_TU_DATA or ../shared/data/tu; where it is absent
random graphs of the same sizes stand in. --quick: a tenth of the large graphs, three turns.
"""
import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from machine import ROOT, machine, write_results

PROGRAM = ROOT / "build/bin/bench_graph_eigen"
PEERS = ROOT / ".venv-peers/bin/python"


def tu_graphs(folder):
    """(nodes, edges) of each graph of PROTEINS; edges once, without loops."""
    indicator = [int(line) for line in (folder / "PROTEINS_graph_indicator.txt").read_text().split()]
    first, graphs = {}, []
    for node, graph in enumerate(indicator):
        if graph not in first:
            first[graph] = node
            graphs.append([0, set()])
        graphs[graph - 1][0] += 1
    for line in (folder / "PROTEINS_A.txt").read_text().splitlines():
        a, b = (int(part) - 1 for part in line.split(","))
        if a != b:
            graph = indicator[a]
            graphs[graph - 1][1].add((min(a, b) - first[graph], max(a, b) - first[graph]))
    return [(n, sorted(edges)) for n, edges in graphs]


def connected(n, edges):
    parent = list(range(n))

    def root(i):
        while parent[i] != i:
            parent[i] = i = parent[parent[i]]
        return i

    for a, b in edges:
        parent[root(a)] = root(b)
    return len({root(i) for i in range(n)}) == 1


def random_graph(bits, n, m):
    edges = {tuple(sorted(bits.sample(range(n), 2))) for _ in range(m)}
    return n, sorted(edges)


def proteins():
    folder = Path(os.environ.get("ORRERY_TU_DATA", ROOT.parent / "shared/data/tu")) / "PROTEINS"
    if folder.exists():
        kept = [(n, e) for n, e in tu_graphs(folder) if 8 <= n <= 100 and connected(n, e)]
        return f"PROTEINS, {len(kept)} connected graphs of 8 to 100 nodes", kept
    bits = random.Random(0)
    sizes = [min(100, max(8, int(bits.lognormvariate(3.2, 0.6)))) for _ in range(931)]
    return "931 random graphs of 8 to 100 nodes (PROTEINS is absent)", [random_graph(bits, n, 2 * n) for n in sizes]


def blocks(n, count, inner, outer):
    """Stochastic blocks of equal size with these mean degrees."""
    bits, size, edges = random.Random(1), n // count, set()
    while len(edges) < inner * n / 2:
        first = bits.randrange(count) * size
        a, b = first + int(bits.random() * size), first + int(bits.random() * size)
        if a != b:
            edges.add((min(a, b), max(a, b)))
    while len(edges) < (inner + outer) * n / 2:
        a, b = int(bits.random() * n), int(bits.random() * n)
        if a != b:
            edges.add((min(a, b), max(a, b)))
    return n, sorted(edges)


def grid(side):
    edges = [(i * side + j, i * side + j + 1) for i in range(side) for j in range(side - 1)]
    return side * side, edges + [(i * side + j, (i + 1) * side + j) for i in range(side - 1) for j in range(side)]


def scale_free(n, m):
    """Barabasi and Albert's: each node brings m edges to nodes drawn by their degrees."""
    bits, edges, ends = random.Random(2), set(), list(range(m))
    for node in range(m, n):
        for other in {bits.choice(ends) for _ in range(m)}:
            edges.add((other, node))
            ends += [other, node]
    return n, sorted(edges)


def write(file, graphs):
    with open(file, "w") as out:
        for n, edges in graphs:
            out.write(f"{n} {len(edges)}\n" + " ".join(f"{a} {b}" for a, b in edges) + "\n")


class Child:
    def __init__(self, name, command, threads):
        self.name, cores = name, sorted(os.sched_getaffinity(0))[:threads]
        limits = {key: str(threads) for key in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, **limits}, preexec_fn=lambda: os.sched_setaffinity(0, cores))
        self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.name} ended with {self.process.wait()}")
        return json.loads(line)

    def ask(self, **command):
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def end(self):
        self.process.communicate()


def peer(file):
    """The other side: numpy.linalg.eigh one by one; scipy.sparse.linalg.eigsh on 2 d I - L or, for a grid, by shift-invert."""
    import time

    import numpy
    import scipy.sparse
    import scipy.sparse.linalg

    numbers = numpy.fromstring(Path(file).read_text(), dtype=numpy.int64, sep=" ")
    laplacians, at = [], 0
    while at < len(numbers):
        n, m = numbers[at:at + 2]
        i, j = numbers[at + 2:at + 2 + 2 * m].reshape(m, 2).T
        at += 2 + 2 * m
        adjacency = scipy.sparse.coo_matrix((numpy.ones(2 * m), (numpy.r_[i, j], numpy.r_[j, i])), shape=(n, n)).tocsr()
        laplacian = (scipy.sparse.diags(numpy.asarray(adjacency.sum(1)).ravel()) - adjacency).tocsr()
        laplacians.append(laplacian.toarray() if n <= 1000 else laplacian)
    print(json.dumps({"ready": len(laplacians)}), flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        begin = time.perf_counter()
        if command["do"] == "all":
            values = [numpy.linalg.eigh(laplacian)[0] for laplacian in laplacians]
            seconds = time.perf_counter() - begin
            result = {"check": float(sum((v * v).sum() for v in values))}
        else:
            laplacian, count = laplacians[0], command["count"]
            start = numpy.random.default_rng(0).standard_normal(laplacian.shape[0])
            if command["method"] == "shift-invert":
                values, vectors = scipy.sparse.linalg.eigsh(laplacian.tocsc(), k=count, sigma=-1e-6, which="LM", v0=start)
            else:
                shift = 2 * laplacian.diagonal().max()
                shifted = scipy.sparse.diags(numpy.full(laplacian.shape[0], shift)) - laplacian
                values, vectors = scipy.sparse.linalg.eigsh(shifted.tocsr(), k=count, which="LA", v0=start)
                values = shift - values
            seconds = time.perf_counter() - begin
            residual = numpy.linalg.norm(laplacian @ vectors - vectors * values, axis=0).max()
            result = {"check": float(values.sum()), "residual": float(residual), "method": command["method"]}
        print(json.dumps({"seconds": seconds, **result}), flush=True)
    return 0


def measure(row, repeats, folder):
    """All contestants in turn; their results must agree."""
    file = Path(folder) / "graphs.txt"
    write(file, row["graphs"])
    ours = Child("orrery", [PROGRAM, file], row["threads"])
    children = [ours] + ([Child("peer", [PEERS, __file__, "--peer", file], row["threads"])] if row["peer"] else [])
    command = {**row["command"], "threads": row["threads"]}
    for child in children:
        child.ask(**command)
    turns = [[child.ask(**command) for child in children] for _ in range(repeats)]
    for child in children:
        child.end()
    seconds = [[turn[k]["seconds"] for turn in turns] for k in range(len(children))]
    result = {"row": row["name"], "threads": row["threads"], "command": row["command"], "goal": row["goal"], "seconds": seconds[0],
              "last": turns[-1][0], "peer_seconds": seconds[1] if row["peer"] else None, "peer_last": turns[-1][1] if row["peer"] else None}
    if row["peer"]:
        checks = [turns[-1][k]["check"] for k in (0, 1)]
        result["agree"] = abs(checks[0] - checks[1]) <= 1e-8 * max(1, abs(checks[1]))
        ratios = [a / b for a, b in zip(*seconds)]
        result["ratio"] = [statistics.median(seconds[0]) / statistics.median(seconds[1]), min(ratios), max(ratios)]
    return result


def rows(quick):
    large = 20_000 if quick else 200_000
    name, small = proteins()
    everything = {"do": "all"}
    yield dict(name=name, graphs=small, threads=1, command=everything, peer=True, goal=("ratio", 1.0))
    yield dict(name=name, graphs=small, threads=2, command=everything, peer=True, goal=None)
    sbm = [blocks(large, 16, 16, 1)]
    edges = len(sbm[0][1])
    for threads in (2, 1):
        yield dict(name=f"16 blocks, {large:,} nodes, {edges:,} edges, 16 lowest", graphs=sbm, threads=threads, peer=True,
                   command={"do": "lowest", "count": 16, "method": "Lanczos"}, goal=("seconds", 10) if threads == 2 else None)
    yield dict(name="grid 141 x 141, 17 lowest", graphs=[grid(141)], threads=2, peer=True,
               command={"do": "lowest", "count": 17, "method": "shift-invert"}, goal=("seconds", 0.22))
    yield dict(name="layout, 50,000 nodes, 100,000 edges by preference", graphs=[scale_free(50_000, 2)], threads=2, peer=False,
               command={"do": "layout"}, goal=("seconds", 10))
    yield dict(name="layout, 16 blocks, 20,000 nodes, 100,000 edges", graphs=[blocks(20_000, 16, 9, 1)], threads=2, peer=False,
               command={"do": "layout"}, goal=("seconds", 10))
    yield dict(name="layout, grid 224 x 224, 100,000 edges", graphs=[grid(224)], threads=2, peer=False, command={"do": "layout"},
               goal=("seconds", 10))


def line(result):
    median = statistics.median(result["seconds"])
    text = f"{result['row']}\n    threads {result['threads']}: {median:.3g} s"
    met = True
    if result["peer_seconds"]:
        low, high = result["ratio"][1:]
        text += f", peer {statistics.median(result['peer_seconds']):.3g} s, ratio {result['ratio'][0]:.2f} ({low:.2f} to {high:.2f})"
        met = result["agree"]
    last = {key: value for key, value in result["last"].items() if key not in ("seconds", "check")}
    text += "".join(f", {key} {value:.3g}" if isinstance(value, float) else f", {key} {value}" for key, value in last.items())
    if result["goal"]:
        kind, bound = result["goal"]
        met = met and (result["ratio"][0] if kind == "ratio" else median) <= bound and result["last"].get("settled", True)
        text += f"; goal {kind} <= {bound}: {'met' if met else 'MISSED'}"
    if not result.get("agree", True):
        text += "; the results DIFFER"
    return text, met


def run(description, rows, measure, line, results_name):
    """The rows of a benchmark one after the other: measured, printed, kept. Returns the exit status."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="", help="rows whose name contains this text")
    parser.add_argument("--repeats", type=int, default=7)
    args = parser.parse_args()
    repeats = 3 if args.quick else args.repeats
    results, missed = [], 0
    for row in rows(args.quick):
        if args.only not in row["name"]:
            continue
        with tempfile.TemporaryDirectory() as folder:
            results.append(measure(row, repeats, folder))
        text, met = line(results[-1])
        missed += not met
        print(text, flush=True)
    if not args.quick and not args.only:
        write_results(results_name, {"machine": machine(), "repeats": repeats, "rows": results})
    return 1 if missed else 0


def main():
    if sys.argv[1:2] == ["--peer"]:
        return peer(sys.argv[2])
    return run(__doc__, rows, measure, line, "graph-eigen-cpu.json")


if __name__ == "__main__":
    sys.exit(main())
