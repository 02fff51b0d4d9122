# SPDX-License-Identifier: BSD-3-Clause
"""The commands that the window has as well, as methods of a project: tag, rename, remove, undo, ...

They are made from what the core declares, with the same arguments in the same order; commands.pyi tells them to editors.
"""
import inspect
import json
import os

from . import _core

_TYPES = {"float": float, "int": int, "bool": bool}


def _plain(name, value):
    """Runs by their ids, figures and dicts as JSON, lists and tables as words with blanks or (columns) commas between."""
    if hasattr(value, "specification"):
        value = value.specification
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, (list, tuple)) or hasattr(value, "runs"):
        return ("," if name == "columns" else " ").join(str(_plain(name, item)) for item in value)
    return os.fspath(value) if isinstance(value, os.PathLike) else getattr(value, "id", value)


def signature_of(command):
    """Of the method that executes the command."""
    parameters = [inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)]
    for place, field in enumerate(command["arguments"]):
        default = inspect.Parameter.empty if place < command["required"] else field["default"]
        parameters.append(inspect.Parameter(field["name"], inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default,
                                            annotation=_TYPES.get(field["type"], str)))
    return inspect.Signature(parameters, return_annotation=str)


def _method(command):
    signature = signature_of(command)
    name = command["python"].removeprefix("project.")

    def method(self, *arguments, **named):
        bound = signature.bind(self, *arguments, **named)
        given = {key: _plain(key, value) for key, value in bound.arguments.items() if key != "self"}
        return self._core.execute(command["id"], given)

    method.__name__ = name
    method.__qualname__ = "Project." + name
    method.__signature__ = signature
    lines = [f"    {field['name']}: {field['help']}" for field in command["arguments"] if field["help"]]
    method.__doc__ = "\n".join([command["help"] + " Returns what was done, in a sentence. Raises orrery.Error.", *lines])
    return method


def listed():
    """What is executed by methods of a project."""
    return [command for command in _core.commands() if command["python"].startswith("project.")]


class Commands:
    """One method for each command."""


for _command in listed():
    setattr(Commands, _command["python"].removeprefix("project."), _method(_command))
