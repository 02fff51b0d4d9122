# SPDX-License-Identifier: BSD-3-Clause
"""Experiments of the tests"""
import os
import time

import orrery


@orrery.experiment("sample.decay", "Exponential decay",
                   metrics={"error": orrery.Metric("absolute error", lower_is_better=True), "value": "u"},
                   artifacts={"u": orrery.Artifact("table", "the solution")})
def decay(run, rate: orrery.Float(0.1, 10, log=True, doc="Decay rate", unit="1/s") = 1.0, steps: orrery.Int(1, 100000) = 100,
          scheme: orrery.Choice("euler", "midpoint") = "euler"):
    """Solves u' = -rate u on [0, 1].

    With two schemes."""
    value, values = 1.0, []
    h = rate / steps
    for step in range(steps):
        value *= 1 - h if scheme == "euler" else 1 - h + h * h / 2
        run.metric("value", step, value)
        run.metric("error", step, abs(value - 2.718281828459045 ** (-rate * (step + 1) / steps)))
        values.append(value)
    run.artifact("u", {"t": [(i + 1) / steps for i in range(steps)], "u": values})


@decay.check
def _(rate, steps, scheme):
    if rate / steps > 1:
        yield "steps", f"steps is {steps}; with rate {rate} at least {int(rate) + 1} are needed"


@orrery.experiment("sample.walk", "Random walk", metrics={"x": "place"}, artifacts={"path": "field"})
def walk(run, steps: int = 1000, pause: orrery.Float(0, 10) = 0.0, drift: orrery.Float(-1, 1, live=True) = 0.0):
    import random

    origin = run.resume()
    first, (x, state, drift) = (origin[0] + 1, origin[1]) if origin else (0, (0.0, random.Random(run.seed).getstate(), drift))
    chance = random.Random()
    chance.setstate(state)
    for step in range(first, steps):
        drift = run.live(step).get("drift", drift)
        x += chance.gauss(drift, 1)
        run.metric("x", step, x)
        run.frame("place", [[x, step], [drift, 0.5], [1, 2]], origin=(0, 1), spacing=(0.5, 0.25), unit="m")
        run.checkpoint(step, lambda: (x, chance.getstate(), drift))
        run.progress((step + 1) / steps, f"step {step}")
        if pause:
            time.sleep(pause)


@orrery.experiment("sample.ending", "Ends in a bad way")
def ending(run, how: orrery.Choice("exception", "error", "parameters", "exit", "abort", "segfault", "endless", "print") = "exception"):
    run.metric("before", 0, 1.0)
    if how == "exception":
        return 1 / int("0")
    if how == "error":
        raise orrery.Error("the sky fell", "look up")
    if how == "parameters":
        raise orrery.ParameterError("how is strange")
    if how == "exit":
        raise SystemExit("enough")
    if how == "abort":
        os.abort()
    if how == "segfault":
        import ctypes
        ctypes.string_at(0)
    if how == "print":
        print("hello from", run.device, run.seed)
        return None
    while True:
        pass


@orrery.experiment("sample.artifacts", "Results of every kind",
                   artifacts={"fields": "field", "rows": "table", "model": "model", "words": "report", "page": "report", "raw": "particles"})
def artifacts(run, n: int = 8):
    import numpy
    import torch

    x = numpy.arange(n * (n + 1), dtype=numpy.float64).reshape(n, n + 1)
    run.frame("a", x, origin=(0, 1), spacing=(0.5, 0.25), unit="m")
    run.artifact("fields", {"a": numpy.stack([x, 2 * x, 3 * x]), "b": -numpy.stack([x, x, x])}, times=[0, 0.5, 1],
                 spacing=(0.5, 0.25), units={"a": "m"})
    run.artifact("single", x.astype(numpy.float32), "field")
    run.artifact("rows", [{"name": "one", "x": 1, "y": 0.5}, {"name": "two, three", "x": 2}])
    torch.manual_seed(run.seed)
    run.artifact("model", torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh()))
    run.artifact("tensors", {"w": torch.arange(4.0)}, "model")
    run.artifact("words", "nothing to see")
    run.artifact("page", "<p>nothing</p>")
    numpy.save(run.scratch / "raw.npy", x.astype("float32"))
    run.artifact("raw", run.scratch / "raw.npy")


@orrery.experiment("sample.large", "A large field", artifacts={"u": "field"})
def large(run, megabytes: int = 8):
    import numpy

    # Zeros that are not in memory until they are written, step by step.
    run.artifact("u", numpy.zeros((megabytes, 256, 512)))


@orrery.experiment("sample.speed", "Many metrics")
def speed(run, calls: int = 10000):
    metric = run.metric
    began = time.perf_counter()
    for step in range(calls):
        metric("value", step, 0.5)
    run.metric("seconds", 0, time.perf_counter() - began)
