#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The side of tests/bench/pinn_speed.py whose residual is a Python function over tensors: orrery.jet and torch.optim.Adam. The
commands are those of bench_pinn_speed:  pinn_python_child.py FOLDER THREADS
"""
import json
import os
import sys
import time

import numpy as np

from machine import ROOT

sys.path.insert(0, str(ROOT / "build/python"))
import orrery
import torch


def burgers(u, nu):
    return [u["t"] + u[""] * u["x"] - nu * u["xx"]]


def cavity(q, nu):
    value, by_x, by_y, laplacian = q[""], q["x"], q["y"], q["xx"] + q["yy"]
    momentum = [value[0] * by_x[i] + value[1] * by_y[i] + (by_x, by_y)[i][2] - nu * laplacian[i] for i in range(2)]
    return [*momentum, by_x[0] + by_y[1]]


EQUATIONS = {"burgers": ("xt", ["", "x", "t", "xx"], burgers), "cavity": ("xy", ["", "x", "y", "xx", "yy"], cavity)}


class Training:
    def __init__(self, folder):
        with open(os.path.join(folder, "case.json")) as file:
            self.about = json.load(file)
        self.dtype = getattr(torch, self.about["precision"])
        names, self.derivatives, self.residuals = EQUATIONS[self.about["equation"]]
        # The ranges that leave coordinates as they are, which is what DeepXDE's network gets.
        self.net = orrery.jet.Network(names, self.about["width"], self.about["depth"], self.about["outputs"], low=-1, high=1)
        self.start = self.read(folder, "parameters")
        self.points = self.read(folder, "points").T.contiguous()
        places = {}  # conditions at the same points need the network once
        for i, condition in enumerate(self.about["conditions"]):
            rows = self.read(folder, f"condition_{i}")
            points = rows[:2].T.contiguous()
            places.setdefault(points.numpy().tobytes(), (points, []))[1].append((i, condition["output"], rows[2]))
        self.places = list(places.values())
        self.reset()

    def read(self, folder, name):
        return torch.from_numpy(np.load(os.path.join(folder, name + ".npy"))).to(self.dtype)

    def reset(self):
        self.parameters = self.start.clone().requires_grad_()
        self.optimizer = torch.optim.Adam([self.parameters], lr=self.about["rate"])

    def terms(self):
        """In DeepXDE's order: equations, then conditions."""
        inside = self.residuals(self.net(self.parameters, self.points, self.derivatives), self.about["nu"])
        conditions = {}
        for points, wanted in self.places:
            values = self.net.stacked(self.parameters, points)[0]
            conditions.update((i, values[output] - value) for i, output, value in wanted)
        return [term.square().mean() for term in (*inside, *(conditions[i] for i in sorted(conditions)))]

    def steps(self, count):
        begin = time.perf_counter()
        for _ in range(count):
            self.optimizer.zero_grad()
            sum(self.terms()).backward()
            self.optimizer.step()
        return time.perf_counter() - begin


def main():
    torch.set_num_threads(int(sys.argv[2]))
    training = Training(sys.argv[1])
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        answer = {}
        if command["do"] == "reset":
            training.reset()
        elif command["do"] == "steps":
            answer["seconds"] = training.steps(command["count"])
        else:
            with torch.no_grad():
                answer["losses"] = [float(term) for term in training.terms()]
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
