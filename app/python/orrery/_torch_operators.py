# SPDX-License-Identifier: BSD-3-Clause
"""Registers Orrery's operators as torch.ops.orrery as soon as torch is imported, and not before."""
import importlib.util
import sys

from . import _core


def _load():
    import torch

    library = _core.installation() / "lib" / "liborrery_gpu.so"
    if library.exists():
        torch.ops.load_library(str(library))


class _Loader:
    """torch's own loader, and then _load."""

    def __init__(self, loader):
        self._loader = loader

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        _load()

    def __getattr__(self, name):
        return getattr(self._loader, name)


class _Finder:
    def find_spec(self, name, path=None, target=None):
        if name != "torch":
            return None
        sys.meta_path.remove(self)  # once; and the others are to find it
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


def hook():
    if "torch" in sys.modules:
        _load()
    elif not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
