# SPDX-License-Identifier: BSD-3-Clause
"""Orrery, scripted.

    import orrery
    project = orrery.open("study.orrery")
    run = project.run("pinn.sqg", kappa=0.05)           # blocks, with a line of progress; start() doesn't
    run.metrics["error/l2"].values                      # NumPy
    run.artifacts["theta"].array()                      # NumPy over the file's memory; .tensor(): torch, no copy
    table = project.sweep("sqg.spectral", kappa=[0.01, 0.1, 1.0], n=128)
    table.plot("rms", x="kappa", log=True).save("rms.pdf", width_mm=85)

torch is not loaded before it is needed; once it is, torch.ops.orrery has every operator of Orrery's compute modules.
"""
from . import _core, _torch_operators, experiments, jet
from .declaration import Artifact, Bool, Choice, Float, Int, Metric, Path, Text
from .errors import Error, ParameterError, RunFailed, Stopped
from .figure import Figure
from .plugin import experiment
from .project import Project
from .project import open_project as open
from .run import Run
from .table import Table

__version__ = _core.version()
__all__ = ["Artifact", "Bool", "Choice", "Error", "Figure", "Float", "Int", "Metric", "ParameterError", "Path", "Project", "Run",
           "RunFailed", "Stopped", "Table", "Text", "devices", "experiment", "experiments", "jet", "open", "plugins"]


def devices():
    """[(name, description)]: "cpu" first, then "cuda:0", ..."""
    return _core.devices()


def plugins(project=None):
    """What there is of plugins and why one can't be used: dicts with id, title, library, state, reason, hint."""
    return _core.plugins("" if project is None else project.folder)


_torch_operators.hook()
