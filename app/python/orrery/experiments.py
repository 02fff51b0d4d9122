# SPDX-License-Identifier: BSD-3-Clause
"""Every experiment as a function: orrery.experiments.pinn.sqg(kappa=0.05) runs it in the project that was opened last.

experiments.pyi, written by the build, tells editors their arguments.
"""
import inspect
import typing

from . import _core

_TYPES = {"float": float, "int": int, "bool": bool, "text": str, "path": str}
_NUMBERS = {"inf": float("inf"), "-inf": float("-inf"), None: float("nan")}


def _default(field):
    return _NUMBERS.get(field["default"], field["default"]) if field["type"] == "float" else field["default"]


def signature_of(declaration):
    """All parameters by name, with types and defaults, then those of Project.run."""
    def parameter(name, default, annotation):
        return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)

    given = []
    for field in declaration["fields"]:
        kind = typing.Literal[tuple(field["choices"])] if field["type"] == "choice" else _TYPES[field["type"]]
        given.append(parameter(field["name"], _default(field), kind))
    taken = {p.name for p in given}
    options = [("device", "auto", str), ("seed", 0, int), ("name", "", str), ("note", "", str), ("threads", 0, int)]
    given += [parameter(*option) for option in options if option[0] not in taken]
    return inspect.Signature(given, return_annotation="orrery.Run")


def document(declaration):
    """What help() shows."""
    lines = [declaration["title"] + (". " + declaration["summary"] if declaration["summary"] else ""), "", "Parameters:"]
    for field in declaration["fields"]:
        bounds = [str(b) for b in (field["min"], field["max"])]
        bounds = f", from {bounds[0]} to {bounds[1]}" if field["type"] == "float" and bounds != ["None", "None"] else ""
        unit = f" [{field['unit']}]" if field["unit"] else ""
        lines.append(f"    {field['name']}: {field['help']}{unit}{bounds}; default {field['default']!r}")
    for title, entries, key in (("Metrics", "metrics", "key"), ("Artifacts", "artifacts", "name")):
        if declaration[entries]:
            lines += ["", title + ":", *(f"    {entry[key]}: {entry['help']}" for entry in declaration[entries])]
    return "\n".join(lines)


class Function:
    """Runs one experiment to its end: Project.run with its parameters."""

    def __init__(self, declaration, project=None):
        self._project, self.declaration = project, declaration
        self.__name__ = declaration["id"].rsplit(".", 1)[-1]
        self.__signature__, self.__doc__ = signature_of(declaration), document(declaration)

    def __call__(self, **given):
        return self._of_project().run(self.declaration["id"], **given)

    def start(self, **given):
        """Starts it and doesn't wait."""
        return self._of_project().start(self.declaration["id"], **given)

    def sweep(self, **given):
        """At every combination of the lists among the parameters: Project.sweep."""
        return self._of_project().sweep(self.declaration["id"], **given)

    def _of_project(self):
        from .project import current

        return self._project or current()

    def __repr__(self):
        return f"<experiment {self.declaration['id']}: {self.declaration['title']}>"


class Namespace:
    """Experiments by the words of their ids."""

    def __init__(self, project=None, prefix=""):
        self._project, self._prefix = project, prefix

    def _declarations(self):
        folder = "" if self._project is None else self._project.folder
        return {d["id"]: d for d in _core.experiments(folder) if d["id"].startswith(self._prefix)}

    def __getattr__(self, word):
        if word.startswith("__"):
            raise AttributeError(word)
        found, whole = self._declarations(), self._prefix + word
        if whole in found:
            return Function(found[whole], self._project)
        if any(identity.startswith(whole + ".") for identity in found):
            return Namespace(self._project, whole + ".")
        raise AttributeError(f"there is no experiment '{whole}'; there is: {', '.join(found) or 'none'}")

    def __dir__(self):
        return sorted({identity[len(self._prefix):].split(".")[0] for identity in self._declarations()})

    def __iter__(self):
        return iter(self._declarations())

    def __repr__(self):
        return "\n".join(f"{identity:<24} {d['title']}" for identity, d in self._declarations().items()) or "<no experiments>"


_all = Namespace()


def __getattr__(word):
    return getattr(_all, word)


def __dir__():
    return dir(_all)
