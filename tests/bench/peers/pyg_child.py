#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""GIN in PyTorch Geometric as a child process: one JSON command a line on stdin, one JSON answer a line on stdout.

    pyg_child.py FOLDER --threads N --batches loader|premade

Reads what bench_graph_gin wrote to FOLDER. loader: torch_geometric's DataLoader puts every batch together, as its examples do;
premade: all batches were put together before the clock runs. Commands: {"do": "reset"}, {"do": "epochs", "count": N} -> seconds,
losses (mean over the graphs of each epoch), {"do": "logits"} -> of all graphs with the weights at the start, {"do": "validate", "splits":
[{train, validation, test}], "epochs", "dropout", "step_epochs", "step_factor"} -> accuracies: of each split's test, with PyTorch's own
weights at the start and the epoch whose validation was best.
"""
import argparse
import json
import os
import sys
import time

answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import numpy as np
import torch
import torch_geometric
from torch import nn
from torch_geometric.data import Batch, Data
from torch_geometric.loader import DataLoader
from torch_geometric.nn import GINConv, global_add_pool


class Gin(nn.Module):
    def __init__(self, case, dropout=0.0):
        super().__init__()
        self.dropout = dropout
        width = case["width"]
        self.convolutions, self.normalisations = nn.ModuleList(), nn.ModuleList()
        for layer in range(case["depth"]):
            inputs = case["inputs"] if layer == 0 else width
            mlp = nn.Sequential(nn.Linear(inputs, width), nn.BatchNorm1d(width), nn.ReLU(), nn.Linear(width, width))
            self.convolutions.append(GINConv(mlp))
            self.normalisations.append(nn.BatchNorm1d(width))
        self.head = nn.Sequential(nn.Linear(width * case["depth"], width), nn.BatchNorm1d(width), nn.ReLU(), nn.Linear(width, case["classes"]))

    def forward(self, data):
        h, reads = data.x, []
        for convolution, normalisation in zip(self.convolutions, self.normalisations):
            h = normalisation(convolution(h, data.edge_index)).relu()
            reads.append(global_add_pool(h, data.batch, size=data.num_graphs))
        g = self.head[:3](torch.cat(reads, 1))
        return self.head[3](nn.functional.dropout(g, self.dropout, self.training))


class Training:
    def __init__(self, args):
        def load(name):
            return torch.from_numpy(np.load(os.path.join(args.folder, name + ".npy")))

        with open(os.path.join(args.folder, "case.json")) as file:
            self.case = json.load(file)
        self.premade = args.batches == "premade"
        x, edges, labels = load("x"), load("edges"), load("labels")
        nodes, entries = load("node_first").tolist(), load("entry_first").tolist()
        self.parameters, self.orders = load("parameters"), load("orders")
        self.graphs = [Data(x=x[nodes[i]:nodes[i + 1]].clone(), edge_index=edges[:, entries[i]:entries[i + 1]].clone(), y=labels[i:i + 1])
                       for i in range(self.case["graphs"])]
        self.reset()

    def reset(self, rate=None):
        self.model = Gin(self.case)
        names = {part["name"].replace(".mlp.", ".nn."): part["shape"] for part in self.case["parts"]}
        state, at = dict(self.model.named_parameters()), 0
        assert set(state) == set(names), set(state) ^ set(names)
        with torch.no_grad():
            for name, shape in names.items():
                size = int(np.prod(shape))
                state[name].copy_(self.parameters[at:at + size].view(shape))
                at += size
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=rate or self.case["rate"])
        self.epoch = 0

    def indices(self, epoch):
        order, size = self.orders[epoch].tolist(), self.case["batch"]
        parts = [order[i:i + size] for i in range(0, len(order), size)]
        if len(parts) > 1 and len(parts[-1]) == 1:
            parts[-2] += parts.pop()
        return parts

    def epochs(self, count):
        premade = {}
        if self.premade:
            for epoch in range(self.epoch, self.epoch + count):
                premade[epoch] = [Batch.from_data_list([self.graphs[i] for i in part]) for part in self.indices(epoch)]
        losses, begin = [], time.perf_counter()
        self.model.train()
        for epoch in range(self.epoch, self.epoch + count):
            total, graphs = 0.0, 0
            for batch in premade[epoch] if self.premade else DataLoader(self.graphs, batch_sampler=self.indices(epoch)):
                self.optimizer.zero_grad()
                loss = nn.functional.cross_entropy(self.model(batch), batch.y)
                loss.backward()
                self.optimizer.step()
                total += loss.item() * batch.num_graphs
                graphs += batch.num_graphs
            losses.append(total / graphs)
        self.epoch += count
        return {"seconds": time.perf_counter() - begin, "losses": losses}

    def logits(self):
        self.reset()
        self.model.eval()
        with torch.no_grad():
            return {"logits": self.model(Batch.from_data_list(self.graphs)).double().flatten().tolist()}


    def validate(self, command):
        return {"accuracies": [self.tested(split, command, seed) for seed, split in enumerate(command["splits"])]}

    def tested(self, split, command, seed):
        torch.manual_seed(seed)
        model = Gin(self.case, command["dropout"])
        optimizer = torch.optim.Adam(model.parameters(), lr=self.case["rate"])
        schedule = torch.optim.lr_scheduler.StepLR(optimizer, command["step_epochs"], command["step_factor"])
        parts = {name: [self.graphs[i] for i in split[name]] for name in split}
        validation, test = (Batch.from_data_list(parts[name]) for name in ("validation", "test"))
        best, accuracy = (-1.0, 0.0), 0.0
        for _ in range(command["epochs"]):
            model.train()
            for batch in DataLoader(parts["train"], batch_size=self.case["batch"], shuffle=True, drop_last=len(parts["train"]) % self.case["batch"] == 1):
                optimizer.zero_grad()
                nn.functional.cross_entropy(model(batch), batch.y).backward()
                optimizer.step()
            schedule.step()
            model.eval()
            with torch.no_grad():
                logits = model(validation)
                score = ((logits.argmax(1) == validation.y).double().mean().item(), -nn.functional.cross_entropy(logits, validation.y).item())
                if score > best:
                    best, accuracy = score, (model(test).argmax(1) == test.y).double().mean().item()
        return accuracy


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batches", choices=["loader", "premade"], default="loader")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    training = Training(args)

    def answer(value):
        answers.write(json.dumps(value) + "\n")
        answers.flush()

    answer({"versions": {"torch": torch.__version__, "torch_geometric": torch_geometric.__version__}})
    for line in sys.stdin:
        command = json.loads(line)
        if command["do"] == "reset":
            answer(training.reset(command.get("rate")) or {})
        elif command["do"] == "epochs":
            answer(training.epochs(command["count"]))
        elif command["do"] == "validate":
            answer(training.validate(command))
        else:
            answer(training.logits())


main()
