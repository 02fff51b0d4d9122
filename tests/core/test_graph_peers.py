# SPDX-License-Identifier: BSD-3-Clause
"""Graph files between Orrery, NetworkX and igraph: what one writes the others read, in both directions."""
import collections
import html
import json
import math
import os
import subprocess
import sys
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
def igraph():
    """Calls igraph where it is installed: (file, format, attribute of names, file to write)."""
    for python in [sys.executable, os.environ.get("ORRERY_IGRAPH_PYTHON", ""), ROOT / ".venv-peers/bin/python"]:
        if python and Path(python).exists() and subprocess.run([python, "-c", "import igraph"], capture_output=True).returncode == 0:
            break
    else:
        pytest.skip("igraph is not installed here")

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
