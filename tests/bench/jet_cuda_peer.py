#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""DeepXDE's side of bench_jet_cuda: Burgers' equation with the same network, numbers of points, precision and optimizer, with PyTorch on the
GPU that it finds. One JSON document on stdout.

    DDE_BACKEND=pytorch tests/bench/jet_cuda_peer.py narrow|wide float32|float64 [SECONDS]

Random points and weights are DeepXDE's own: for speed alone, not for the loss.
"""
import json
import os
import sys
import time

os.environ.setdefault("DDE_BACKEND", "pytorch")
answer = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # what DeepXDE prints must not mix with the answer

import deepxde as dde
import numpy as np
import torch


def model_of(wide):
    inside = dde.geometry.GeometryXTime(dde.geometry.Interval(-1, 1), dde.geometry.TimeDomain(0, 1))

    def equation(x, u):
        u_x, u_t = dde.grad.jacobian(u, x, j=0), dde.grad.jacobian(u, x, j=1)
        return u_t + u * u_x - 0.01 / np.pi * dde.grad.hessian(u, x, i=0, j=0)

    edges = dde.icbc.DirichletBC(inside, lambda x: 0, lambda _, on_boundary: on_boundary)
    start = dde.icbc.IC(inside, lambda x: -np.sin(np.pi * x[:, 0:1]), lambda _, on_initial: on_initial)
    data = dde.data.TimePDE(inside, equation, [edges, start], num_domain=(8192 if wide else 2780) - 240, num_boundary=80, num_initial=160)
    net = dde.nn.FNN([2] + ([100] * 5 if wide else [20] * 3) + [1], "tanh", "Glorot normal")
    model = dde.Model(data, net)
    model.compile("adam", lr=1e-3, verbose=0)
    return model


def steps(model, count):
    """The loop of Model._train_sgd without callbacks and tests, which would cost it time."""
    begin = time.perf_counter()
    for _ in range(count):
        model.train_state.set_data_train(*model.data.train_next_batch(model.batch_size))
        model._train_step(model.train_state.X_train, model.train_state.y_train, model.train_state.train_aux_vars)
    torch.cuda.synchronize()
    return time.perf_counter() - begin


def main():
    case, precision = sys.argv[1:3]
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 2
    if not torch.cuda.is_available():
        sys.exit("PyTorch finds no CUDA device.")
    dde.config.set_default_float(precision)
    model = model_of(case == "wide")
    model.batch_size = None
    steps(model, 10)
    block = max(10, int(seconds / 5 / (steps(model, 10) / 10)))
    rates = sorted(block / steps(model, block) for _ in range(5))
    json.dump({"case": case, "precision": precision, "device": torch.cuda.get_device_name(), "deepxde": dde.__version__, "torch": torch.__version__,
               "steps_per_second": {"median": rates[2], "least": rates[0], "largest": rates[4]}}, answer)


if __name__ == "__main__":
    main()
