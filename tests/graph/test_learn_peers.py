# SPDX-License-Identifier: BSD-3-Clause
"""GIN, GCN and GraphSAGE as graph.classify trained them, against PyTorch Geometric's layers with the same weights."""
import csv
import json
import math
import os
import random
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("ORRERY_BUILD", ROOT / "build"))
LABELS = 4

# Reads the weights of model.pt into layers of torch_geometric.nn and answers the logits of all graphs.
PEER = """
import json, sys
import torch
from torch import nn
from torch_geometric.data import Batch, Data
from torch_geometric.nn import GCNConv, GINConv, SAGEConv, global_add_pool, global_max_pool, global_mean_pool

script = torch.jit.load(sys.argv[1])
case = json.load(open(sys.argv[2]))
state = {**dict(script.named_parameters()), **dict(script.named_buffers())}
pool = {"sum": global_add_pool, "mean": global_mean_pool, "max": global_max_pool}[script.readout]

def put(module, prefix, names):
    with torch.no_grad():
        for theirs, ours in names.items():
            target = module.get_parameter(theirs) if not theirs.endswith(("running_mean", "running_var")) else module.get_buffer(theirs)
            target.copy_(state[prefix + ours].view_as(target))
    return module.eval()

def linear(prefix):
    outputs, inputs = state[prefix + "weight"].shape
    return put(nn.Linear(inputs, outputs), prefix, {"weight": "weight", "bias": "bias"})

def normalisation(prefix):
    names = {name: name for name in ("weight", "bias", "running_mean", "running_var")}
    return put(nn.BatchNorm1d(len(state[prefix + "weight"])), prefix, names)

def convolution(kind, prefix):
    if kind == "gin":
        eps = prefix + "eps"
        convolution = GINConv(nn.Sequential(), eps=state[eps].item() if eps in state else 0.0)      # which draws anew what it is given
        convolution.nn = nn.Sequential(linear(prefix + "mlp_0_"), normalisation(prefix + "mlp_1_"), nn.ReLU(), linear(prefix + "mlp_3_"))
        return convolution
    weight = state[prefix + ("weight" if kind == "gcn" else "left_weight")]
    if kind == "gcn":
        return put(GCNConv(weight.shape[1], weight.shape[0]), prefix, {"lin.weight": "weight", "bias": "bias"})
    names = {"lin_l.weight": "left_weight", "lin_l.bias": "left_bias", "lin_r.weight": "right_weight"}
    return put(SAGEConv(weight.shape[1], weight.shape[0]), prefix, names)

graphs = []
for graph in case["graphs"]:
    x = torch.zeros(len(graph["labels"]), len(script.features))
    for node, label in enumerate(graph["labels"]):
        x[node, script.features.index(f"label={label}")] = 1
    edges = torch.tensor(graph["edges"], dtype=torch.long).view(-1, 2).t()
    both = torch.cat([edges, edges.flip(0)], 1)
    weights = torch.tensor(graph["weights"] * 2) if case["weighted"] else None
    graphs.append(Data(x=x, edge_index=both, edge_weight=weights, num_nodes=len(x)))
batch = Batch.from_data_list(graphs)
with torch.no_grad():
    h, reads = batch.x, []
    for layer in range(case["depth"]):
        conv = convolution(case["network"], f"convolutions_{layer}_").eval()
        h = conv(h, batch.edge_index, batch.edge_weight) if case["weighted"] else conv(h, batch.edge_index)
        h = normalisation(f"normalisations_{layer}_")(h).relu()
        if case["jumping"] or layer + 1 == case["depth"]:
            reads.append(pool(h, batch.batch, size=batch.num_graphs))
    logits = linear("head_3_")(normalisation("head_1_")(linear("head_0_")(torch.cat(reads, 1))).relu())
print(json.dumps(logits.double().tolist()))
"""


def random_graph(number, weighted):
    """Isolated nodes included; the class is whether there are many edges."""
    draw = random.Random(number)
    nodes = draw.randint(3, 14)
    edges = [(a, b) for a in range(nodes) for b in range(a) if draw.random() < (0.2 if number % 2 else 0.5)]
    return {"labels": [draw.randrange(LABELS) for _ in range(nodes)], "edges": edges,
            "weights": [draw.uniform(0.2, 2) for _ in edges] if weighted else [], "class": number % 2}


def write_graphml(file, graphs):
    lines = ['<graphml><key id="l" for="node" attr.name="label" attr.type="long"/><key id="c" for="graph" attr.name="label" attr.type="long"/>']
    if any(graph["weights"] for graph in graphs):
        lines.append('<key id="w" for="edge" attr.name="weight" attr.type="double"/>')
    for number, graph in enumerate(graphs):
        lines.append(f'<graph id="g{number}" edgedefault="undirected"><data key="c">{graph["class"]}</data>')
        lines += [f'<node id="n{i}"><data key="l">{label}</data></node>' for i, label in enumerate(graph["labels"])]
        for i, (a, b) in enumerate(graph["edges"]):
            weight = f'<data key="w">{graph["weights"][i]!r}</data>' if graph["weights"] else ""
            lines.append(f'<edge source="n{a}" target="n{b}">{weight}</edge>')
        lines.append("</graph>")
    file.write_text("\n".join(lines + ["</graphml>"]))


def orrery(*arguments):
    done = subprocess.run([BUILD / "bin/orrery", *map(str, arguments)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("network, readout, jumping, weighted", [
    ("gin", "sum", True, False), ("gin", "max", False, False), ("gcn", "mean", True, False), ("gcn", "sum", False, True),
    ("sage", "mean", True, False), ("sage", "max", False, False)])
def test_answers_are_those_of_pytorch_geometric(tmp_path, peer_python, network, readout, jumping, weighted):
    peer = peer_python("torch_geometric")
    graphs = [random_graph(i, weighted) for i in range(60)]
    write_graphml(tmp_path / "graphs.graphml", graphs)
    project = ["--project", tmp_path / "p.orrery"]
    more = ["train_eps=true"] if network == "gin" and jumping else []
    run = json.loads(orrery("run", "graph.classify", f"input={tmp_path}/graphs.graphml", f"network={network}", f"readout={readout}",
                            f"jumping={str(jumping).lower()}", "folds=1", "test=0.5", "validation=0.4", "epochs=25", "width=16", "depth=3", *more,
                            "--device", "cpu", "--json", *project))["run"]
    for artifact, name in [("model", "model.pt"), ("predictions", "predictions.csv")]:
        orrery("export", run, "--artifact", artifact, "--out", tmp_path / name, *project)
    (tmp_path / "case.json").write_text(json.dumps({"graphs": graphs, "network": network, "jumping": jumping, "weighted": weighted,
                                                    "depth": 3}))
    done = subprocess.run([peer, "-c", PEER, tmp_path / "model.pt", tmp_path / "case.json"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    logits = json.loads(done.stdout)
    with open(tmp_path / "predictions.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 30
    ours = [math.log(float(row["p(1)"])) - math.log(float(row["p(0)"])) for row in rows]
    theirs = [logits[int(row["graph"])][1] - logits[int(row["graph"])][0] for row in rows]
    assert max(ours) - min(ours) > 0.1                                  # graphs are told apart
    largest = max(1, *map(abs, theirs))
    assert max(abs(a - b) for a, b in zip(ours, theirs)) <= 1e-5 * largest
