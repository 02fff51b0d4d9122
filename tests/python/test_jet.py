# SPDX-License-Identifier: BSD-3-Clause
"""orrery.jet: derivatives of networks as operators, against torch's own."""
import math

import pytest

import orrery
import torch

ACTIVATIONS = {"tanh": torch.tanh, "sin": torch.sin, "silu": torch.nn.functional.silu, "gelu": torch.nn.functional.gelu}
SETS = [[""], ["", "x", "t", "xx"], ["xt", "tt"], ["xxx", "x"], ["xxxx", "xxtt"]]


def points(n=7, dtype=torch.float64, seed=3):
    return (torch.rand(n, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)) * 2 - 1).to(dtype)


def by_torch(parameters, x, sizes, activation):
    """A plain multilayer perceptron of the flat parameters, [n, outputs]."""
    at = 0
    for layer, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        weights = parameters[at:at + inputs * outputs].view(outputs, inputs)
        biases = parameters[at + inputs * outputs:at + (inputs + 1) * outputs]
        at += (inputs + 1) * outputs
        x = x @ weights.T + biases
        if layer < len(sizes) - 2:
            x = ACTIVATIONS[activation](x)
    assert at == parameters.numel()
    return x


def derivative(u, x, name):
    for letter in name:
        u = torch.autograd.grad(u.sum(), x, create_graph=True)[0][:, "xt".index(letter)]
    return u


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_derivatives_are_those_of_torch(activation):
    net = orrery.jet.Network(2, width=6, depth=2, outputs=2, activation=activation)
    p, x = net.parameters(seed=4), points().requires_grad_()
    for names in SETS:
        u = net(p, x, names)
        plain = by_torch(p, x, [2, 6, 6, 2], activation)
        for name in names:
            assert u[name].shape == (2, 7)
            expected = torch.stack([derivative(plain[:, o], x, name) for o in range(2)])
            assert torch.allclose(u[name], expected, rtol=1e-11, atol=1e-12), name


@pytest.mark.parametrize("names", SETS)
@pytest.mark.parametrize("extra", [{}, {"gated": True, "adaptive": True}, {"periodic": {"x": 2.0}, "fourier": 2, "harmonics": 2}])
def test_gradients(names, extra):
    net = orrery.jet.Network("xt", width=4, depth=2, outputs=2, activation="silu", **extra)
    assert torch.autograd.gradcheck(lambda p, x: net.stacked(p, x, names), (net.parameters(seed=1), points(3).requires_grad_()))


def test_single_precision_is_close():
    net = orrery.jet.Network(2, width=20)
    p, x = net.parameters(seed=1), points(100)
    wide, narrow = net.stacked(p, x, SETS[1]), net.stacked(p.float(), x.float(), SETS[1])
    assert narrow.dtype == torch.float32
    assert torch.allclose(wide.float(), narrow, rtol=1e-4, atol=1e-5)
    assert not torch.equal(wide, narrow.double())


def test_periodic_and_ranged_inputs():
    net = orrery.jet.Network("xt", width=8, periodic={"x": 2 * math.pi}, harmonics=2, low=[0, 0], high=[1, 4])
    p, x = net.parameters(), points()
    moved = x + torch.tensor([2 * math.pi, 0.0], dtype=torch.float64)
    assert torch.allclose(net.stacked(p, x, ["", "x", "xt"]), net.stacked(p, moved, ["", "x", "xt"]), atol=1e-12)
    plain = orrery.jet.Network("xt", width=8, low=[0, 0], high=[1, 4])
    p = plain.parameters(seed=2)
    mapped = points() * torch.tensor([2.0, 0.5], dtype=torch.float64) - 1
    assert torch.allclose(plain(p, points())[""], by_torch(p, mapped, [2, 8, 8, 8, 1], "tanh")[:, 0], atol=1e-13)


def residual(u):
    return u["t"] + u[""] * u["x"] - 0.05 * u["xx"]


def test_training_burgers_with_a_residual_in_python():
    net = orrery.jet.Network("xt", width=12, depth=2, low=[-1, 0], high=[1, 1])
    inside = points(200).abs()
    start = torch.stack([torch.linspace(-1, 1, 40, dtype=torch.float64), torch.zeros(40, dtype=torch.float64)], 1)

    def train(fused):
        p = net.parameters(seed=7)
        optimizer = torch.optim.Adam([p], 5e-3)
        losses = []
        for _ in range(150):
            if fused:
                u, first = net(p, inside, ["", "x", "t", "xx"]), net(p, start)[""]
            else:
                x = inside.clone().requires_grad_()
                scale, move = torch.tensor([1.0, 2.0]).double(), torch.tensor([0.0, -1.0]).double()
                value = by_torch(p, x * scale + move, [2, 12, 12, 1], "tanh")[:, 0]
                u = {name: derivative(value, x, name) for name in ("", "x", "t", "xx")}
                first = by_torch(p, start * scale + move, [2, 12, 12, 1], "tanh")[:, 0]
            loss = residual(u).square().mean() + (first + torch.sin(math.pi * start[:, 0])).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return losses

    fused, plain = train(True), train(False)
    assert fused[-1] < 0.3 * fused[0]
    assert fused == pytest.approx(plain, rel=1e-9)


def test_orders_beyond_the_fourth_are_taken_by_autograd_and_it_says_so():
    net = orrery.jet.Network("x", width=5, depth=2)
    p, x = net.parameters(seed=1), points()[:, :1].clone().requires_grad_()
    with pytest.warns(UserWarning, match="above the fourth order"):
        u = net(p, x, ["xxxxx"])["xxxxx"]
    value = by_torch(p, x, [1, 5, 5, 1], "tanh")[:, 0]
    assert torch.allclose(u, derivative(value, x, "xxxxx"), rtol=1e-10)
    for mode in (torch.no_grad, torch.inference_mode):
        with mode(), pytest.warns(UserWarning):
            assert torch.equal(net(p, x, ["xxxxx"])["xxxxx"], u)
    (gradient,) = torch.autograd.grad(u.sum(), p)
    (expected,) = torch.autograd.grad(derivative(value, x, "xxxxx").sum(), p)
    assert torch.allclose(gradient, expected, rtol=1e-9, atol=1e-12)


def test_calls_that_change_points_types_and_numbers_of_threads():
    net = orrery.jet.Network(2, width=5)
    p = net.parameters(seed=1)
    several = points(9)
    expected = by_torch(p, several, [2, 5, 5, 5, 1], "tanh")[:, 0]
    threads = torch.get_num_threads()
    try:
        for n in (9, 1, 4, 0, 9):
            torch.set_num_threads(1 + n % 3)
            assert torch.allclose(net(p, several[:n])[""], expected[:n], atol=1e-14)
            assert torch.allclose(net(p.float(), several[:n].float())[""], expected[:n].float(), atol=1e-5)
        first, moved = net(p, several)[""], net(p, several + 0.5)[""]
        assert torch.equal(first, net(p, several)[""])
        assert not torch.allclose(first, moved)
    finally:
        torch.set_num_threads(threads)
    (gradient,) = torch.autograd.grad(net(p, several[:0], ["x"])["x"].sum(), p)
    assert torch.equal(gradient, torch.zeros_like(p))


def test_a_second_backward_is_refused():
    net = orrery.jet.Network(2, width=5)
    p, x = net.parameters(), points().requires_grad_()
    (once,) = torch.autograd.grad(net(p, x)[""].sum(), x, create_graph=True)
    with pytest.raises(RuntimeError, match="differentiated once, not twice"):
        torch.autograd.grad(once.sum(), p)


@pytest.mark.parametrize("arguments, sentence", [
    ({"inputs": 7}, "no usual names"), ({"inputs": "xx"}, "different letters"), ({"activation": "relu"}, "no activation 'relu'"),
    ({"width": 0}, "width 0"), ({"low": [0, 1, 2]}, "3 numbers for 2 inputs"), ({"low": 2.0}, "is empty"),
    ({"periodic": {"z": 1}}, "'z' can't be periodic"),
])
def test_bad_networks(arguments, sentence):
    with pytest.raises(orrery.Error, match=sentence):
        orrery.jet.Network(**arguments)


def test_bad_calls():
    net = orrery.jet.Network(2, width=5)
    p = net.parameters()
    with pytest.raises(orrery.Error, match="'y', which is no input"):
        net(p, points(), ["xy"])
    with pytest.raises(RuntimeError, match="5 parameters were given for a network that has"):
        net(p[:5], points())
    with pytest.raises(RuntimeError, match=r"shape \[n, 2\]"):
        net(p, points()[:, :1])
    with pytest.raises(RuntimeError, match="same type"):
        net(p, points().float())
    with pytest.raises(RuntimeError, match="float32 or float64"):
        net(p.half(), points().half())
    with pytest.raises(RuntimeError, match="order 13 is beyond"), pytest.warns(UserWarning):
        net(p, points(), ["x" * 13])
