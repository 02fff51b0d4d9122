# SPDX-License-Identifier: BSD-3-Clause
"""The training problems of tests/bench/pinn_speed.py, written for DeepXDE 1.15 (PyTorch and JAX backends).

Burgers is DeepXDE's own demo (examples/pinn_forward/Burgers.py); the wide case is the same equation with a wider network and
more points; the cavity has the network and nearly the points of DeepXDE's Kovasznay demo (examples/pinn_forward/Kovasznay_flow.py).
At the demos' rate of Adam the losses of these two jump, and rounding decides when: two backends of DeepXDE differ by 5 % after 1,000
steps. A tenth of the rate lets losses be compared there; the time of a step doesn't depend on it.
"""
import numpy as np

CASES = {
    "burgers": dict(equation="burgers", width=20, depth=3, outputs=1, domain=2540, boundary=80, initial=160, rate=1e-3),
    "burgers-wide": dict(equation="burgers", width=128, depth=4, outputs=1, domain=10000, boundary=80, initial=160, rate=1e-4),
    "cavity": dict(equation="cavity", width=50, depth=4, outputs=3, domain=2601, boundary=400, initial=0, rate=1e-4),
}
NU = {"burgers": 0.01 / np.pi, "cavity": 0.01}


def burgers_data(dde, case, value):
    def residual(x, u):
        du_x = value(dde.grad.jacobian(u, x, i=0, j=0))
        du_t = value(dde.grad.jacobian(u, x, i=0, j=1))
        du_xx = value(dde.grad.hessian(u, x, i=0, j=0))
        return du_t + value(u) * du_x - NU["burgers"] * du_xx

    domain = dde.geometry.GeometryXTime(dde.geometry.Interval(-1, 1), dde.geometry.TimeDomain(0, 0.99))
    ends = dde.icbc.DirichletBC(domain, lambda x: np.zeros((len(x), 1)), lambda _, on_boundary: on_boundary)
    start = dde.icbc.IC(domain, lambda x: -np.sin(np.pi * x[:, 0:1]), lambda _, on_initial: on_initial)
    return dde.data.TimePDE(domain, residual, [ends, start], num_domain=case["domain"], num_boundary=case["boundary"],
                            num_initial=case["initial"])


def cavity_data(dde, case, value):
    def residual(x, y):
        u, v = value(y)[:, 0:1], value(y)[:, 1:2]
        first = {(i, j): value(dde.grad.jacobian(y, x, i=i, j=j)) for i in range(3) for j in range(2)}
        second = {(i, j): value(dde.grad.hessian(y, x, component=i, i=j, j=j)) for i in range(2) for j in range(2)}
        return [u * first[0, 0] + v * first[0, 1] + first[2, 0] - NU["cavity"] * (second[0, 0] + second[0, 1]),
                u * first[1, 0] + v * first[1, 1] + first[2, 1] - NU["cavity"] * (second[1, 0] + second[1, 1]),
                first[0, 0] + first[1, 1]]

    def lid(x):
        return np.where(np.isclose(x[:, 1:2], 1), 16 * x[:, 0:1] ** 2 * (1 - x[:, 0:1]) ** 2, 0)

    domain = dde.geometry.Rectangle([0, 0], [1, 1])
    conditions = [dde.icbc.DirichletBC(domain, lid, lambda _, on_boundary: on_boundary, component=0),
                  dde.icbc.DirichletBC(domain, lambda x: np.zeros((len(x), 1)), lambda _, on_boundary: on_boundary, component=1),
                  dde.icbc.PointSetBC(np.zeros((1, 2)), np.zeros((1, 1)), component=2)]
    return dde.data.PDE(domain, residual, conditions, num_domain=case["domain"], num_boundary=case["boundary"])


def make_data(dde, case):
    """Points and losses. Points depend on NumPy's seed alone, so both backends get the same."""
    np.random.seed(0)
    value = (lambda pair: pair[0]) if dde.backend.backend_name == "jax" else (lambda tensor: tensor)
    make = {"burgers": burgers_data, "cavity": cavity_data}[case["equation"]]
    return make(dde, case, value)
