# SPDX-License-Identifier: BSD-3-Clause
"""Graph files between Orrery, NetworkX, igraph, SciPy and PyTorch Geometric: what one writes the others read, in both directions."""
import collections
import html
import json
import math
import os
import subprocess
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
CONVERT = Path(os.environ.get("ORRERY_BUILD", ROOT / "build")) / "bin/convert_graphs"
NAMES = ["Zoë", "東京", "two words", "<&>", "it's", "alone"]


def convert(source, target):
    done = subprocess.run([CONVERT, source, target], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return target


def sample(directed=False, several=True):
    """Unicode names, two edges between two nodes, a loop, a node without edges, NaN, integers and texts."""
    graph = (nx.MultiDiGraph if directed else nx.MultiGraph)() if several else (nx.DiGraph if directed else nx.Graph)()
    for i, name in enumerate(NAMES):
        graph.add_node(name, size=i + 0.5 if i else math.nan, count=2**30 + i, kind="Ω≠\n<\"" + str(i))
    edges = [(0, 1), (1, 2), (2, 0), (3, 4), (4, 4)] + ([(1, 0), (0, 1)] if several else [])
    for i, (a, b) in enumerate(edges):
        graph.add_edge(NAMES[a], NAMES[b], weight=0.1 * (i + 1))
    return graph


def edges_of(graph):
    """The ends and weights, in any order."""
    def ends(a, b):
        return (a, b) if graph.is_directed() else tuple(sorted((a, b)))
    return collections.Counter((*ends(a, b), data.get("weight")) for a, b, data in graph.edges(data=True))


def check_same(read, was, attributes=True):
    assert set(read.nodes) == set(was.nodes) and read.is_directed() == was.is_directed()
    assert edges_of(read) == edges_of(was)
    if not attributes:
        return
    for name, data in was.nodes(data=True):
        for key, value in data.items():
            seen = read.nodes[name][key]
            assert seen == value or (seen != seen and value != value), (name, key)


def read_graphml(file):
    return nx.read_graphml(file, force_multigraph=True)


READERS = {".graphml": read_graphml, ".gexf": nx.read_gexf, ".gml": nx.read_gml, ".net": nx.read_pajek}
WRITERS = {".graphml": nx.write_graphml_xml, ".gexf": nx.write_gexf, ".gml": nx.write_gml}


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("source", WRITERS)
@pytest.mark.parametrize("target", READERS)
def test_what_networkx_writes_is_read_and_written_for_it(tmp_path, source, target, directed):
    was = sample(directed, several=(source, target) != (".gml", ".gexf"))    # NetworkX fails at GEXF's edge attribute "key"
    WRITERS[source](was, tmp_path / f"in{source}")
    file = convert(tmp_path / f"in{source}", tmp_path / f"out{target}")
    check_same(READERS[target](file), was, attributes=target != ".net")


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".edges"])
def test_edge_lists(tmp_path, ending):
    was = nx.gnm_random_graph(30, 60, seed=3)
    for i, (a, b) in enumerate(was.edges):
        was[a][b]["weight"] = i / 7
    nx.write_weighted_edgelist(was, tmp_path / "in.edges")
    convert(tmp_path / "in.edges", tmp_path / f"out{ending}")
    separator = {".csv": ",", ".tsv": "\t", ".edges": None}[ending]
    lines = [line for line in (tmp_path / f"out{ending}").read_text().splitlines() if not line.startswith("source")]
    read = nx.parse_edgelist(lines, delimiter=separator, nodetype=int, data=[("weight", float)])
    assert edges_of(read) == edges_of(was)


def test_dictionaries_of_networkx_are_refused_in_a_sentence(tmp_path):
    nx.write_edgelist(nx.Graph([(0, 1, {"weight": 2})]), tmp_path / "in.edges")
    done = subprocess.run([CONVERT, tmp_path / "in.edges", tmp_path / "out.npz"], capture_output=True, text=True)
    assert done.returncode == 1 and "line 1: edges have Python dictionaries" in done.stderr
    nx.write_edgelist(nx.path_graph(3), tmp_path / "plain.edges")    # "0 1 {}"
    convert(tmp_path / "plain.edges", tmp_path / "out.npz")


def test_pajek_of_networkx(tmp_path):
    was = nx.MultiGraph()
    was.add_edge("a", "b c", weight=2.0)
    was.add_edge("a", "Zoë", weight=0.5)
    nx.write_pajek(was, tmp_path / "in.net")
    check_same(read_graphml(convert(tmp_path / "in.net", tmp_path / "out.graphml")), was, attributes=False)


def test_npz_is_read_by_numpy_without_pickle(tmp_path):
    was = sample(directed=True)
    nx.write_graphml_xml(was, tmp_path / "in.graphml")
    with np.load(convert(tmp_path / "in.graphml", tmp_path / "out.npz"), allow_pickle=False) as arrays:
        assert list(arrays["node_count"]) == [6] and list(arrays["edge_count"]) == [7] and list(arrays["directed"]) == [1]
        text, ends = arrays["node/id.text"].tobytes(), arrays["node/id.ends"]
        names = [text[a:b].decode() for a, b in zip([0, *ends[:-1]], ends)]
        assert names == NAMES
        assert list(arrays["node/count"]) == [2**30 + i for i in range(6)] and np.isnan(arrays["node/size"][0])
        seen = collections.Counter((names[a], names[b], w) for (a, b), w in zip(arrays["ends"], arrays["edge/weight"]))
        assert seen == edges_of(was)


IGRAPH = """
import igraph, json, sys
graph = igraph.Graph.Read(sys.argv[1], format=sys.argv[2])
names = next(graph.vs[key] for key in (sys.argv[3], "name", "id") if key in graph.vs.attributes())
print(json.dumps({"directed": graph.is_directed(), "names": names, "edges": [[names[e.source], names[e.target]] for e in graph.es],
                  "weights": graph.es["weight"] if "weight" in graph.es.attributes() else None}))
if len(sys.argv) > 4:
    graph.write(sys.argv[4])
"""


@pytest.fixture(scope="session")
def igraph(peer_python):
    """Calls igraph: (file, format, attribute of names, file to write)."""
    python = peer_python("igraph")

    def call(*arguments):
        done = subprocess.run([python, "-c", IGRAPH, *map(str, arguments)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
    return call


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("ending, form, names", [(".graphml", "graphml", "id"), (".gml", "gml", "label"), (".net", "pajek", "id")])
def test_igraph_reads_what_is_written(tmp_path, igraph, ending, form, names, directed):
    was = sample(directed)
    nx.write_graphml_xml(was, tmp_path / "in.graphml")
    read = igraph(convert(tmp_path / "in.graphml", tmp_path / f"out{ending}"), form, names)
    def name(text):     # it leaves entities of GML as they are, and in names of GraphML "&#38;" of "&amp;"
        return html.unescape(text)
    assert read["directed"] == directed and [name(text) for text in read["names"]] == NAMES

    def ends(a, b):
        return (name(a), name(b)) if directed else tuple(sorted((name(a), name(b))))
    assert collections.Counter((*ends(a, b), w) for (a, b), w in zip(read["edges"], read["weights"])) == edges_of(was)


@pytest.mark.parametrize("between", [".graphml", ".gml"])
def test_what_igraph_writes_is_read(tmp_path, igraph, between):
    was = sample()
    nx.write_graphml_xml(was, tmp_path / "in.graphml")
    igraph(tmp_path / "in.graphml", "graphml", "id", tmp_path / f"between{between}")
    read = read_graphml(convert(tmp_path / f"between{between}", tmp_path / "out.graphml"))
    assert read.number_of_nodes() == 6 and read.number_of_edges() == 7
    weights = sorted(w for *_, w in was.edges(data="weight"))       # of which igraph writes 15 digits
    assert sorted(w for *_, w in read.edges(data="weight")) == pytest.approx(weights, rel=1e-14)
    assert {data["kind"] for _, data in read.nodes(data=True)} == {data["kind"] for _, data in was.nodes(data=True)}


def test_igraph_reads_edge_lists(tmp_path, igraph):
    was = nx.Graph()                                                                    # its ncol knows neither quotes nor comments
    was.add_weighted_edges_from([("a", "Zoë", 0.5), ("Zoë", "東京", 2.25), ("b", "a", 1e-3)])
    nx.write_graphml_xml(was, tmp_path / "in.graphml")
    read = igraph(convert(tmp_path / "in.graphml", tmp_path / "out.edges"), "ncol", "name")
    seen = collections.Counter((*sorted(edge), w) for edge, w in zip(read["edges"], read["weights"]))
    assert seen == edges_of(was)


SCIPY = """
import json, sys
import scipy.io
matrix = scipy.io.mmread(sys.argv[1]).tocoo()
print(json.dumps([list(matrix.shape), sorted(zip(matrix.row.tolist(), matrix.col.tolist(), matrix.data.tolist()))]))
if len(sys.argv) > 2:
    scipy.io.mmwrite(sys.argv[2], matrix, symmetry=sys.argv[3], precision=17)
"""


@pytest.mark.parametrize("directed", [False, True])
def test_scipy_reads_and_writes_matrices(tmp_path, peer_python, directed):
    was = nx.gnm_random_graph(20, 40, seed=4, directed=directed)
    was.add_node(20)                                                                    # without an edge
    for i, (a, b) in enumerate(was.edges):
        was[a][b]["weight"] = (i + 1) / 7
    nx.write_graphml_xml(was, tmp_path / "in.graphml")
    file, back = convert(tmp_path / "in.graphml", tmp_path / "out.mtx"), tmp_path / "back.mtx"
    done = subprocess.run([peer_python("scipy"), "-c", SCIPY, file, back, "general" if directed else "symmetric"], capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stderr
    shape, entries = json.loads(done.stdout)
    expected = [(a, b, w) for a, b, w in was.edges(data="weight")]
    if not directed:
        expected += [(b, a, w) for a, b, w in expected]
    assert shape == [21, 21] and [tuple(entry) for entry in entries] == sorted(expected)
    check_same(nx.relabel_nodes(read_graphml(convert(back, tmp_path / "back.graphml")), int), was, attributes=False)


def test_metis_files_are_what_its_manual_says(tmp_path):
    was = nx.Graph()
    was.add_nodes_from(range(7))
    was.add_weighted_edges_from([(0, 1, 3), (1, 2, 5), (0, 4, 1), (4, 5, 2)])
    nx.write_graphml_xml(was, tmp_path / "in.graphml")
    lines = [line for line in convert(tmp_path / "in.graphml", tmp_path / "out.metis").read_text().splitlines() if not line.startswith("%")]
    assert lines[0].split() == ["7", "4", "001"] or lines[0].split() == ["7", "4", "1"]     # nodes, edges, weights of edges
    seen = set()
    for node, line in enumerate(lines[1:8]):
        numbers = [int(word) for word in line.split()]
        seen |= {(node, neighbour - 1, weight) for neighbour, weight in zip(numbers[::2], numbers[1::2])}
    assert seen == {pair for a, b, w in was.edges(data="weight") for pair in [(a, b, w), (b, a, w)]}


PYG = """
import json, sys
import torch
from torch_geometric.io import read_tu_data
data, slices, sizes = read_tu_data(sys.argv[1], sys.argv[2])
print(json.dumps({"nodes": slices["x"].tolist(), "edges": slices["edge_index"].tolist(), "ends": data.edge_index.t().tolist(),
                  "labels": data.x.argmax(1).tolist(), "classes": data.y.tolist(), "sizes": sizes}))
"""


def test_pytorch_geometric_reads_data_sets(tmp_path, peer_python):
    python = peer_python("torch_geometric")
    graphs = [nx.gnm_random_graph(5 + i, 6 + i, seed=i) for i in range(6)]
    text = ['<graphml><key id="l" for="node" attr.name="label" attr.type="long"/><key id="c" for="graph" attr.name="label" attr.type="long"/>']
    for number, graph in enumerate(graphs):
        graph.add_node(len(graph))                                                      # without an edge, the last one
        text.append(f'<graph edgedefault="undirected"><data key="c">{number % 2}</data>')
        text += [f'<node id="{node}"><data key="l">{node % 3}</data></node>' for node in graph]
        text += [f'<edge source="{a}" target="{b}"/>' for a, b in graph.edges] + ["</graph>"]
    (tmp_path / "set.graphml").write_text("\n".join([*text, "</graphml>"]))
    convert(tmp_path / "set.graphml", tmp_path / "SET")
    done = subprocess.run([python, "-c", PYG, tmp_path / "SET", "SET"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    assert read["classes"] == [0, 1, 0, 1, 0, 1]
    for i, graph in enumerate(graphs):
        first, last = read["nodes"][i:i + 2]
        assert last - first == len(graph) and read["labels"][first:last] == [node % 3 for node in graph]
        ends = {tuple(sorted(edge)) for edge in read["ends"][read["edges"][i]:read["edges"][i + 1]]}
        assert ends == {tuple(sorted(edge)) for edge in graph.edges}
