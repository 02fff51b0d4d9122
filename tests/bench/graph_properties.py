#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Properties of graphs beside igraph's, on the same edges, interleaved; values must agree.

    .venv-peers/bin/python tests/bench/graph_properties.py [--quick] [--only TEXT] [--repeats 5] [--out FILE]

A row is a measure of one graph (or of a data set): our one pass against the cheapest of igraph's calls that yields a part of it,
so `distances` (diameter, radius, periphery, centre and mean distance together) stands against igraph's mean distance alone. Also
with one thread, as igraph has it. Printed: igraph's time over ours, by medians, least and largest of the pairs; goal: at least 1.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

import igraph

from machine import ROOT, machine, write_results

PROGRAM = ROOT / "build/bin/bench_graph_properties"
TU = os.environ.get("ORRERY_TU_DATA", ROOT.parent / "shared/data/tu")
MEASURES = {
    "distances": lambda g: g.average_path_length(unconn=True),
    "triangles": lambda g: g.transitivity_undirected(),
    "cores": lambda g: g.coreness(),
    "cuts": lambda g: (g.bridges(), g.articulation_points()),
    "betweenness": lambda g: g.betweenness(directed=False),
}


def everything(graphs):
    """What `all` computes, by the calls that igraph has for it."""
    for g in graphs:
        g.density(), g.is_connected(), g.bridges(), g.articulation_points(), g.coreness(), g.degree()
        g.assortativity_degree(directed=False), g.transitivity_undirected(), g.transitivity_avglocal_undirected(mode="zero")
        g.eccentricity(), g.average_path_length(unconn=True)


# input, measures, whether it is in the quick part
ROWS = [
    ("er(n=1000,p=0.006,seed=1)", ["distances", "triangles", "cores", "cuts", "betweenness"], True),
    ("ba(n=5000,m=3,seed=1)", ["distances", "triangles", "cores", "cuts", "betweenness"], True),
    ("grid(rows=70,columns=70)", ["distances", "cuts"], True),
    ("tree(n=5000,seed=1)", ["distances", "cuts"], True),
    ("path(n=3000)", ["distances"], True),
    ("ws(n=20000,k=6,p=0.1,seed=1)", ["distances", "triangles", "cores"], False),
    ("ba(n=20000,m=3,seed=1)", ["distances", "triangles", "cores"], False),
    ("geometric(n=20000,radius=0.013,seed=1)", ["distances", "triangles", "cores", "cuts"], False),
    ("er(n=300000,p=0.00002,seed=1)", ["triangles", "cores", "cuts"], False),
    ("er(n=1500,p=0.4,seed=1)", ["distances", "triangles"], False),
    (f"{TU}/MUTAG", ["all"], True),
    (f"{TU}/PROTEINS", ["all"], True),
]


class Ours:
    def __init__(self, text, threads, edges):
        self.process = subprocess.Popen([PROGRAM, text, str(threads), edges], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline().strip() != "ready":
            sys.exit(f"bench_graph_properties can't take {text}")

    def time(self, measure):
        self.process.stdin.write(measure + "\n")
        self.process.stdin.flush()
        seconds, value = self.process.stdout.readline().split()
        return float(seconds), float(value)

    def end(self):
        self.process.communicate()


def read_graphs(path):
    with open(path) as file:
        numbers = list(map(int, file.read().split()))
    graphs, at = [], 0
    while at < len(numbers):
        nodes, edges = numbers[at:at + 2]
        at += 2
        graphs.append(igraph.Graph(nodes, list(zip(numbers[at:at + 2 * edges:2], numbers[at + 1:at + 2 * edges:2]))))
        at += 2 * edges
    return graphs


def agrees(measure, graphs, value):
    """Ours against igraph's, exactly for integers, else to 1e-12."""
    if measure == "all":
        expected = sum(g.diameter() + len(g.list_triangles()) for g in graphs)
    elif measure == "distances":
        g = graphs[0]
        lengths = g.path_length_hist(directed=False)
        expected = 2 * sum(int(low) * count for low, _, count in lengths.bins()) + sum(g.eccentricity())
    elif measure == "triangles":
        expected = 3 * len(graphs[0].list_triangles())
    elif measure == "cores":
        expected = sum(graphs[0].coreness())
    elif measure == "cuts":
        expected = len(graphs[0].bridges()) + len(graphs[0].articulation_points())
    else:
        expected = max(graphs[0].betweenness(directed=False))
    return abs(value - expected) <= 1e-12 * abs(expected)


def measure_row(text, measure, graphs, children, repeats):
    peer = everything if measure == "all" else lambda graphs: [MEASURES[measure](g) for g in graphs]
    times = {"igraph": [], **{name: [] for name in children}}
    value = None
    for repeat in range(repeats + 1):
        begin = time.perf_counter()
        peer(graphs)
        times["igraph"].append(time.perf_counter() - begin)
        for name, child in children.items():
            seconds, value = child.time(measure)
            times[name].append(seconds)
    for name in times:
        times[name] = times[name][1:]  # the first one warms up
    row = {"input": text, "measure": measure, "agrees": agrees(measure, graphs, value),
           "seconds": {name: statistics.median(list_) for name, list_ in times.items()}}
    for name in children:
        pairs = [a / b for a, b in zip(times["igraph"], times[name])]
        row[name] = {"ratio": row["seconds"]["igraph"] / row["seconds"][name], "least": min(pairs), "largest": max(pairs)}
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--out", default="graph-properties-cpu.json")
    args = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    document = {"machine": machine(), "igraph": igraph.__version__, "rows": []}
    print(f"{'input':42} {'measure':12} {'igraph':>10} {'1 thread':>10} {'ratio':>18} {cores:2} threads {'ratio':>18}  agree")
    for text, measures, quick in ROWS:
        if (args.quick and not quick) or args.only not in f"{text} {measures}":
            continue
        if text.startswith("/") and not os.path.isdir(text):
            print(f"{text:42} skipped: not there")
            continue
        with tempfile.NamedTemporaryFile() as edges:
            children = {"one": Ours(text, 1, edges.name), "all": Ours(text, cores, edges.name)}
            graphs = read_graphs(edges.name)
            for measure in measures:
                row = measure_row(text, measure, graphs, children, args.repeats)
                document["rows"].append(row)
                one, many, s = row["one"], row["all"], row["seconds"]
                print(f"{text[-42:]:42} {measure:12} {s['igraph']:10.4f} {s['one']:10.4f} {one['ratio']:6.1f} [{one['least']:.1f}, {one['largest']:.1f}]"
                      f"   {s['all']:10.4f} {many['ratio']:6.1f} [{many['least']:.1f}, {many['largest']:.1f}]  {'yes' if row['agrees'] else 'NO'}",
                      flush=True)
            for child in children.values():
                child.end()
    if not args.quick and not args.only:
        write_results(args.out, document)
    missed = [row for row in document["rows"] if not row["agrees"] or row["one"]["ratio"] < 1]
    print(f"{len(missed)} of {len(document['rows'])} rows disagree or are slower than igraph with one thread")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
