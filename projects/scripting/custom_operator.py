# SPDX-License-Identifier: BSD-3-Clause
"""Orrery's operators in PyTorch, with derivatives: Poisson's equation on the torus as a minimum of energy.

    .venv/bin/python projects/scripting/custom_operator.py

-Laplace(u) = f minimises E(u) = 1/2 <u, -Laplace(u)> - <f, u>. The Laplacian is a Fourier multiplier, applied by the fused
kernel torch.ops.orrery.spectral_apply (CPU and CUDA); L-BFGS gets the gradient of E by its derivative.
"""
import orrery  # registers torch.ops.orrery as soon as torch is imported
import torch

n = 64
device = "cuda" if torch.cuda.is_available() else "cpu"
x = torch.arange(n, dtype=torch.float64, device=device) * (2 * torch.pi / n)
f = torch.sin(3 * x)[:, None] * torch.cos(2 * x)[None, :] + 0.3 * torch.cos(x)[None, :]

# The symbol of -Laplace: |k|^2 with rows k_1 = 0 ... n/2 - 1, -n/2 ... -1 and columns k_2 = 0 ... n/2.
k1 = torch.fft.fftfreq(n, 1 / n, dtype=torch.float64, device=device)
k2 = torch.fft.rfftfreq(n, 1 / n, dtype=torch.float64, device=device)
symbol = (k1[:, None] ** 2 + k2[None, :] ** 2)[None]  # [1, n, n/2 + 1]: several symbols would share one transform

u = torch.zeros_like(f, requires_grad=True)
optimizer = torch.optim.LBFGS([u], max_iter=200, tolerance_grad=1e-13, tolerance_change=0, line_search_fn="strong_wolfe")


def energy():
    optimizer.zero_grad()
    value = (u * torch.ops.orrery.spectral_apply(u, symbol, [0])[0] / 2 - f * u).mean()
    value.backward()
    return value


optimizer.step(energy)
exact = torch.sin(3 * x)[:, None] * torch.cos(2 * x)[None, :] / 13 + 0.3 * torch.cos(x)[None, :]
error = (u.detach() - exact).norm() / exact.norm()
print(f"relative error {error.item():.1e} on {device}, with {len(orrery.devices())} device(s)")
assert error < 1e-6
