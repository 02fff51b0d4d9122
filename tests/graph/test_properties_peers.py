# SPDX-License-Identifier: BSD-3-Clause
"""graph.properties against NetworkX and, where it is installed, igraph: 500 random graphs, disconnected ones included."""
import csv
import json
import math
import os
import random
import subprocess
from pathlib import Path

import pytest

nx = pytest.importorskip("networkx")
numpy = pytest.importorskip("numpy")

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("ORRERY_BUILD", ROOT / "build"))
GRAPHS = 500


def random_graph(i):
    n = random.Random(i).randint(1, 60)
    make = [lambda: nx.gnp_random_graph(n, 3 / n, seed=i),
            lambda: nx.gnp_random_graph(n, 0.7 / n, seed=i),
            lambda: nx.gnp_random_graph(n, 0.4, seed=i),
            lambda: nx.barabasi_albert_graph(max(n, 3), 2, seed=i),
            lambda: nx.random_labeled_tree(n, seed=i),
            lambda: nx.random_geometric_graph(n, 0.2, seed=i),
            lambda: nx.watts_strogatz_graph(max(n, 5), 4, 0.1, seed=i),
            lambda: nx.disjoint_union(nx.cycle_graph(max(n, 3)), nx.path_graph(i % 5))]
    return nx.Graph(make[i % len(make)]())


def write_tu(folder, graphs):
    """A TU data set: what every reader of graph classification data knows."""
    name, base = folder.name, 0
    folder.mkdir()
    edges, indicator = [], []
    for number, graph in enumerate(graphs, 1):
        edges += [f"{base + a + 1}, {base + b + 1}\n{base + b + 1}, {base + a + 1}\n" for a, b in graph.edges()]
        indicator += [f"{number}\n"] * len(graph)
        base += len(graph)
    (folder / f"{name}_A.txt").write_text("".join(edges))
    (folder / f"{name}_graph_indicator.txt").write_text("".join(indicator))
    (folder / f"{name}_graph_labels.txt").write_text("".join(f"{i % 2}\n" for i in range(len(graphs))))


def expected_by_networkx(graph):
    degrees = [d for _, d in graph.degree()]
    components = [graph.subgraph(c) for c in nx.connected_components(graph)]
    distances = dict(nx.all_pairs_shortest_path_length(graph))
    eccentricity = [max(d.values()) for d in distances.values()]
    lengths = [length for d in distances.values() for length in d.values() if length > 0]
    adjacency = nx.to_numpy_array(graph)
    eigenvalues = numpy.linalg.eigvalsh(numpy.diag(adjacency.sum(axis=0)) - adjacency)
    n = len(graph)
    betweenness = list(nx.betweenness_centrality(graph).values())
    integers = {
        "nodes": n, "edges": graph.number_of_edges(), "components": len(components), "connected": int(len(components) == 1),
        "bridges": len(list(nx.bridges(graph))), "articulation_points": len(list(nx.articulation_points(graph))),
        "degree/min": min(degrees), "degree/max": max(degrees), "core": max(nx.core_number(graph).values()),
        "triangles": sum(nx.triangles(graph).values()) // 3, "diameter": max(eccentricity), "radius": min(eccentricity),
        "periphery": eccentricity.count(max(eccentricity)), "center": eccentricity.count(min(eccentricity)),
    }
    reals = {
        "density": nx.density(graph) if n > 1 else math.nan, "largest_component": max(map(len, components)) / n,
        "degree/mean": sum(degrees) / n, "transitivity": nx.transitivity(graph), "average_clustering": nx.average_clustering(graph),
        "average_shortest_path": sum(lengths) / len(lengths) if lengths else math.nan,
        "algebraic_connectivity": math.nan if n == 1 else 0.0 if len(components) > 1 else eigenvalues[1],
        "largest_eigenvalue": eigenvalues[-1],
        "betweenness/max": max(betweenness) if n > 2 else math.nan, "betweenness/mean": sum(betweenness) / n if n > 2 else math.nan,
    }
    # Where nearly all edges join equal degrees NetworkX divides a rounding error by another.
    spread = [(graph.degree(a), graph.degree(b)) for a, b in graph.edges()]
    if len({d for pair in spread for d in pair}) > 1:
        reals["assortativity"] = nx.degree_assortativity_coefficient(graph)
    return integers, reals


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    folder = tmp_path_factory.mktemp("peers")
    graphs = [random_graph(i) for i in range(GRAPHS)]
    write_tu(folder / "RANDOM", graphs)
    done = subprocess.run([BUILD / "bin/orrery", "run", "graph.properties", f"input={folder}/RANDOM", "betweenness=true", "--json",
                           "--project", folder / "p.orrery"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    run = json.loads(done.stdout)["run"]
    table = folder / "properties.csv"
    out = subprocess.run([BUILD / "bin/orrery", "export", run, "--artifact", "properties", "--out", table, "--project", folder / "p.orrery"],
                         capture_output=True, text=True, timeout=60)
    assert out.returncode == 0, out.stderr
    with open(table, newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == GRAPHS
    return graphs, rows


def value(row, key):
    return float(row[key]) if row[key] != "" else math.nan


def same(ours, theirs):
    return (math.isnan(ours) and math.isnan(theirs)) or abs(ours - theirs) <= 1e-12 * max(1, abs(theirs))


def test_properties_are_those_of_networkx(measured):
    graphs, rows = measured
    disconnected = 0
    for i, (graph, row) in enumerate(zip(graphs, rows)):
        integers, reals = expected_by_networkx(graph)
        disconnected += integers["connected"] == 0
        for key, expected in integers.items():
            assert value(row, key) == expected, (i, key)
        for key, expected in reals.items():
            # Both solvers are within some units of rounding of the largest eigenvalue, not of their own.
            scale = max(1, reals["largest_eigenvalue"]) if "eigen" in key or "algebraic" in key else 1
            assert same(value(row, key) / scale, expected / scale), (i, key, row[key], expected)
    assert disconnected > 100


IGRAPH = """
import json, sys
import igraph
rows = []
for nodes, edges in json.load(open(sys.argv[1])):
    g = igraph.Graph(nodes, edges)
    pairs = (nodes - 1) * (nodes - 2) / 2
    rows.append([{"diameter": g.diameter(), "radius": g.radius(), "components": len(g.connected_components()), "bridges": len(g.bridges()),
                  "articulation_points": len(g.articulation_points()), "core": max(g.coreness()), "triangles": len(g.list_triangles())},
                 {"average_shortest_path": g.average_path_length(), "assortativity": g.assortativity_degree(directed=False),
                  "average_clustering": g.transitivity_avglocal_undirected(mode="zero"),
                  **({"betweenness/max": max(g.betweenness(directed=False)) / pairs} if pairs else {})}])
print(json.dumps(rows))
"""


def test_properties_are_those_of_igraph(measured, peer_python, tmp_path):
    graphs, rows = measured
    (tmp_path / "graphs.json").write_text(json.dumps([[len(graph), list(graph.edges())] for graph in graphs]))
    done = subprocess.run([peer_python("igraph"), "-c", IGRAPH, tmp_path / "graphs.json"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    for i, (row, (integers, reals)) in enumerate(zip(rows, json.loads(done.stdout), strict=True)):
        for key, expected in integers.items():
            assert value(row, key) == expected, (i, key)
        for key, expected in reals.items():
            assert same(value(row, key), expected), (i, key, row[key], expected)
