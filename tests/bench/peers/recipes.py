#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A published example of DeepXDE 1.15 (PyTorch), trained as published, with its error over time as one JSON document.

    DDE_BACKEND=pytorch recipes.py burgers|helmholtz --precision float32|float64 --seed N --threads N

The error is relative L2 on a grid against the exact solution; the time that it takes to compute it is not counted.
"""
import argparse
import json
import os
import sys
import time

answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import deepxde as dde
import numpy as np
import torch

NU = 0.01 / np.pi


def burgers_solution(x, t):
    """u of u_t + u u_x = nu u_xx, u(x, 0) = -sin(pi x), by the Cole-Hopf integral (Basdevant et al., 1986); trapezoidal rule, which
    converges exponentially here."""
    z = np.linspace(-12, 12, 2401)
    y = x[:, None] - np.sqrt(4 * NU * np.maximum(t, 1e-30))[:, None] * z
    exponent = -np.cos(np.pi * y) / (2 * np.pi * NU) - z**2
    weight = np.exp(exponent - exponent.max(axis=1, keepdims=True))
    return -(np.sin(np.pi * y) * weight).sum(axis=1) / weight.sum(axis=1)


def burgers():
    """examples/pinn_forward/Burgers.py: Adam 15,000, then L-BFGS as it is set."""
    def residual(x, u):
        u_x, u_t = dde.grad.jacobian(u, x, i=0, j=0), dde.grad.jacobian(u, x, i=0, j=1)
        return u_t + u * u_x - NU * dde.grad.hessian(u, x, i=0, j=0)

    domain = dde.geometry.GeometryXTime(dde.geometry.Interval(-1, 1), dde.geometry.TimeDomain(0, 0.99))
    ends = dde.icbc.DirichletBC(domain, lambda x: 0, lambda _, on_boundary: on_boundary)
    start = dde.icbc.IC(domain, lambda x: -np.sin(np.pi * x[:, 0:1]), lambda _, on_initial: on_initial)
    data = dde.data.TimePDE(domain, residual, [ends, start], num_domain=2540, num_boundary=80, num_initial=160)
    net = dde.nn.FNN([2] + [20] * 3 + [1], "tanh", "Glorot normal")
    x, t = np.meshgrid(np.linspace(-1, 1, 256), np.linspace(0, 0.99, 100))
    points = np.stack([x.ravel(), t.ravel()], axis=1)
    exact = np.concatenate([burgers_solution(part[:, 0], part[:, 1]) for part in np.array_split(points, 20)])
    return data, net, points, exact, [("adam", 1e-3, 15000), ("L-BFGS", None, None)]


def helmholtz():
    """examples/pinn_forward/Helmholtz_Dirichlet_2d.py: hard conditions, sine network 3 x 150, Adam 5,000."""
    k = 4 * np.pi

    def residual(x, u):
        source = k**2 * torch.sin(k * x[:, 0:1]) * torch.sin(k * x[:, 1:2])
        return -dde.grad.hessian(u, x, i=0, j=0) - dde.grad.hessian(u, x, i=1, j=1) - k**2 * u - source

    data = dde.data.PDE(dde.geometry.Rectangle([0, 0], [1, 1]), residual, [], num_domain=20**2, num_boundary=4 * 20)
    net = dde.nn.FNN([2] + [150] * 3 + [1], "sin", "Glorot uniform")
    net.apply_output_transform(lambda x, u: x[:, 0:1] * (1 - x[:, 0:1]) * x[:, 1:2] * (1 - x[:, 1:2]) * u)
    x, y = np.meshgrid(np.linspace(0, 1, 101), np.linspace(0, 1, 101))
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    return data, net, points, np.sin(k * points[:, 0]) * np.sin(k * points[:, 1]), [("adam", 1e-3, 5000)]


class Clock:
    """Computes the error before every `period`-th evaluation of the loss, and counts the seconds that training takes
    without it."""

    def __init__(self, net, points, exact, period):
        self.net, self.exact, self.period = net, exact, period
        self.points = torch.as_tensor(points.astype(dde.config.real(np)))
        self.evaluations, self.aside, self.curve, self.begin = 0, 0.0, [], None
        net.register_forward_pre_hook(self.look)

    def look(self, net, _):
        if net.training and torch.is_grad_enabled():
            if self.evaluations % self.period == 0:
                self.record()
            self.evaluations += 1

    def record(self):
        now = time.perf_counter()
        self.begin = self.begin or now  # the first evaluation: loading libraries is not training
        seconds = now - self.begin - self.aside
        self.net.train(False)
        with torch.no_grad():
            values = self.net(self.points).double().numpy()[:, 0]
        self.net.train(True)
        self.curve.append((seconds, self.evaluations, float(np.linalg.norm(values - self.exact) / np.linalg.norm(self.exact))))
        self.aside += time.perf_counter() - now


def main():
    recipes = {"burgers": burgers, "helmholtz": helmholtz}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", choices=recipes)
    parser.add_argument("--precision", choices=["float32", "float64"], default="float32")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--period", type=int, default=50, help="evaluations of the loss from error to error")
    parser.add_argument("--scale", type=float, default=1, help="of the iterations, to try this program")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    dde.config.set_default_float(args.precision)
    np.random.seed(args.seed)
    torch.manual_seed(args.seed)
    data, net, points, exact, stages = recipes[args.recipe]()
    if args.scale < 1:
        dde.optimizers.set_LBFGS_options(maxiter=int(15000 * args.scale))
    model = dde.Model(data, net)
    clock = Clock(net, points, exact, args.period)
    for optimizer, rate, iterations in stages:
        model.compile(optimizer, lr=rate)
        model.train(iterations=int(iterations * args.scale) if iterations else None)
    clock.record()
    print(json.dumps({"recipe": args.recipe, "precision": args.precision, "seed": args.seed, "threads": args.threads,
                      "versions": {"deepxde": dde.__version__, "torch": torch.__version__, "numpy": np.__version__},
                      "seconds": clock.curve[-1][0], "evaluations": clock.curve[-1][1], "error": clock.curve[-1][2], "curve": clock.curve}),
          file=answers, flush=True)


if __name__ == "__main__":
    sys.exit(main())
