# SPDX-License-Identifier: BSD-3-Clause
"""Networks whose derivatives are computed by the fused jet engine, for losses written in Python.

    net = orrery.jet.Network("xt", width=20, depth=3)
    p = net.parameters(seed=0)
    u = net(p, points, ["", "x", "t", "xx"])                   # one pass for all of them
    loss = (u["t"] + u[""] * u["x"] - nu * u["xx"]).square().mean()
    loss.backward()

The results can be differentiated once more, by the parameters and by the points.
"""
import math
import random
import warnings

from .errors import ParameterError

_NAMES = {1: "x", 2: "xt", 3: "xyt", 4: "xyzt"}
_ACTIVATIONS = ("tanh", "sin", "silu", "gelu")


class Network:
    """A multilayer perceptron of named coordinates.

    inputs      how many, or their names, a letter each: 2 is "xt", 3 is "xyt", 4 is "xyzt"
    low, high   range of each coordinate, a number or a list; it is mapped to [-1, 1]
    periodic    {name: period}: exactly periodic there, by cosines and sines of the first `harmonics` multiples
    fourier     number of random waves, each a cosine and a sine, with normal frequencies of deviation `fourier_scale`
    activation  tanh, sin, silu or gelu; adaptive: with a factor a layer that is trained (Jagtap et al., 2019)
    gated       the modified multilayer perceptron of Wang, Teng and Perdikaris (2020)
    """

    def __init__(self, inputs=2, width=20, depth=3, outputs=1, activation="tanh", *, low=-1.0, high=1.0, periodic=None,
                 harmonics=1, fourier=0, fourier_scale=1.0, fourier_seed=0, gated=False, adaptive=False):
        if isinstance(inputs, int):
            if inputs not in _NAMES:
                raise ParameterError(f"{inputs} inputs have no usual names; give one letter for each, such as \"abcde\".")
            inputs = _NAMES[inputs]
        self.names = "".join(inputs)
        if len(set(self.names)) != len(self.names) or not self.names:
            raise ParameterError(f"The names of the inputs, {self.names!r}, must be different letters.")
        if activation not in _ACTIVATIONS:
            raise ParameterError(f"There is no activation {activation!r}; there are {', '.join(_ACTIVATIONS)}.")
        for what, number in (("width", width), ("depth", depth), ("outputs", outputs)):
            if number < 1:
                raise ParameterError(f"A network can't have {what} {number}; it must be at least 1.")
        self.outputs = outputs
        self._shape = [len(self.names), width, depth, outputs, _ACTIVATIONS.index(activation), int(adaptive), int(gated)]
        self._features = []
        self._add_features(_each(low, self.names, "low"), _each(high, self.names, "high"), dict(periodic or {}), harmonics)
        self._add_fourier(fourier, fourier_scale, random.Random(fourier_seed))

    def _add_features(self, low, high, periodic, harmonics):
        for name in periodic:
            if name not in self.names:
                raise ParameterError(f"{name!r} can't be periodic: the inputs are {', '.join(self.names)}.")
        for i, name in enumerate(self.names):
            wave = [0.0] * len(self.names)
            if name in periodic:
                for m in range(1, harmonics + 1):
                    wave[i] = 2 * math.pi * m / periodic[name]
                    self._features += wave + [0.0, 1.0] + wave + [-math.pi / 2, 1.0]
            else:
                if not high[i] > low[i]:
                    raise ParameterError(f"The range of {name}, from {low[i]} to {high[i]}, is empty.")
                wave[i] = 2 / (high[i] - low[i])
                self._features += wave + [-(high[i] + low[i]) / (high[i] - low[i]), 0.0]

    def _add_fourier(self, count, scale, generator):
        for _ in range(count):
            wave = [generator.gauss(0, scale) for _ in self.names]
            self._features += wave + [0.0, 1.0] + wave + [-math.pi / 2, 1.0]

    def parameters(self, seed=0, dtype=None, device=None):
        """Glorot-normal weights as one vector that wants its gradient; float64 where no dtype is given."""
        import torch

        made = torch.ops.orrery.jet_parameters(self._shape, self._features, seed)
        return made.to(dtype=dtype or torch.float64, device=device).requires_grad_()

    def orders(self, derivative):
        """Order by coordinate: "xxt" of "xt" is [2, 1]."""
        for name in derivative:
            if name not in self.names:
                raise ParameterError(f"The derivative {derivative!r} is by {name!r}, which is no input; they are "
                                     f"{', '.join(self.names)}.")
        return [derivative.count(name) for name in self.names]

    def __call__(self, parameters, points, derivatives=("",)):
        """Derivatives at points [n, inputs] by name ("" is the value): each [n], or [outputs, n] where there are several."""
        values = self.stacked(parameters, points, derivatives)
        return {name: values[k, 0] if self.outputs == 1 else values[k] for k, name in enumerate(derivatives)}

    def stacked(self, parameters, points, derivatives=("",)):
        """The same as one tensor [derivatives, outputs, n]."""
        import torch

        orders = [order for name in derivatives for order in self.orders(name)]
        if max(map(len, derivatives), default=0) > 4:
            warnings.warn("Derivatives above the fourth order are beyond the fused engine and taken by autograd, which is slower.",
                          stacklevel=2)
        return torch.ops.orrery.jet(parameters, points, orders, self._shape, self._features)


def _each(value, names, what):
    values = [float(v) for v in value] if isinstance(value, (list, tuple)) else [float(value)] * len(names)
    if len(values) != len(names):
        raise ParameterError(f"{what} has {len(values)} numbers for {len(names)} inputs.")
    return values
