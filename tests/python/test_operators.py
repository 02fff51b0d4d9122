# SPDX-License-Identifier: BSD-3-Clause
"""Every operator of gpu/ as torch.ops.orrery.*, with derivatives."""
import re
from pathlib import Path

import pytest

import orrery  # noqa: F401 (registers the operators as soon as torch is there)
import torch

GPU = Path(__file__).resolve().parents[2] / "gpu"
# library.def("name(...) -> ...") in the sources.
DECLARED = sorted({name for path in GPU.rglob("*.cpp") for name in re.findall(r'\bdef\(\s*"(\w+)\(', path.read_text())})


def test_every_operator_is_reachable():
    assert len(DECLARED) >= 5
    for name in DECLARED:
        assert hasattr(torch.ops.orrery, name), name


def field(n=8, seed=0):
    return torch.randn(n, n, dtype=torch.float64, generator=torch.Generator().manual_seed(seed), requires_grad=True)


def spectrum(n=6, seed=1):
    return torch.fft.rfft2(field(n, seed).detach(), norm="forward").requires_grad_()


def table(n, m=2, seed=2):
    return torch.randn(m, n, n // 2 + 1, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


OPERATORS = torch.ops.orrery
CASES = {
    "spectral_apply": (lambda f: OPERATORS.spectral_apply(f, even(table(6)), [0, 0]), lambda: field(6)),
    "spectral_apply_adjoint": (lambda f: OPERATORS.spectral_apply_adjoint(f, even(table(6)), [0, 0]),
                               lambda: torch.stack([field(6), field(6, 3)]).detach().requires_grad_()),
    "spectral_transport": (lambda f: OPERATORS.spectral_transport(f),
                           lambda: torch.stack([field(6, k) for k in range(4)]).detach().requires_grad_()),
    "spectral_shift": (lambda c: OPERATORS.spectral_shift(c, 0.3, -0.2), spectrum),
    "spectral_power": (lambda c: OPERATORS.spectral_power(c, table(6, 1).abs()), spectrum),
    "spectral_interpolate": (lambda c: OPERATORS.spectral_interpolate(c, torch.tensor([[0.1, 2.0], [3.0, 0.4]], dtype=torch.float64)),
                             spectrum),
}


def even(symbols):
    """Symbols of real multipliers: equal at k and -k in the first column and the last, where both are stored."""
    mirrored = torch.roll(symbols.flip(-2), 1, -2)
    for column in (0, -1):
        symbols[..., column] = (symbols[..., column] + mirrored[..., column]) / 2
    return symbols


@pytest.mark.parametrize("name", CASES)
def test_gradients(name):
    assert name in DECLARED
    function, value = CASES[name]
    assert torch.autograd.gradcheck(function, (value(),))


def test_a_multiplier_is_what_its_symbol_says():
    n = 16
    x = torch.arange(n, dtype=torch.float64) * 2 * torch.pi / n
    f = (torch.sin(3 * x)[:, None] * torch.cos(2 * x)[None, :]).requires_grad_()
    k = torch.cat([torch.arange(0, n // 2), torch.arange(-n // 2, 0)]).double()
    symbol = (k[:, None] ** 2 + torch.arange(0, n // 2 + 1).double()[None, :] ** 2)[None]
    (g,) = OPERATORS.spectral_apply(f, symbol, [0])
    assert torch.allclose(g, 13 * f, atol=1e-11)  # minus the Laplacian
    (derivative,) = torch.autograd.grad((g * g).sum() / 2, f)
    assert torch.allclose(derivative, 169 * f, atol=1e-9)
