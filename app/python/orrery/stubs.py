# SPDX-License-Identifier: BSD-3-Clause
"""Writes experiments.pyi and commands.pyi, from which editors complete: python -m orrery.stubs [FOLDER] [PROJECT].

The build calls it for the plugins of Orrery; with a PROJECT the experiments of its own plugins are among them.
"""
import sys
from pathlib import Path

from . import _core, commands, experiments

_HEAD = '# Written by `python -m orrery.stubs`: what editors know of {}.\n'


def _indented(text, depth):
    pad = "    " * depth
    return "\n".join(pad + line if line else "" for line in text.split("\n"))


def _docstring(text, depth):
    quoted = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return _indented(f'"""{quoted}\n"""' if "\n" in text else f'"""{quoted}"""', depth)


def _annotation(annotation):
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation).replace("typing.", ""))


def _default(value):
    return f"float('{value}')" if isinstance(value, float) and (value != value or abs(value) == float("inf")) else repr(value)


def _parameters(signature):
    parts = []
    for p in signature.parameters.values():
        kind = "" if p.annotation is p.empty else ": " + (str(p.annotation).replace("typing.", "") if "Literal" in str(p.annotation)
                                                          else _annotation(p.annotation))
        parts.append(p.name + kind + ("" if p.default is p.empty else " = " + _default(p.default)))
    return parts


def _experiment(name, declaration, depth):
    signature = experiments.signature_of(declaration)
    head = f"@staticmethod\ndef {name}(\n    *,\n    " + ",\n    ".join(_parameters(signature)) + ",\n) -> Run:"
    return _indented(head, depth) + "\n" + _docstring(experiments.document(declaration), depth + 1) + "\n"


def _tree(declarations):
    tree = {}
    for identity, declaration in declarations.items():
        place = tree
        *words, last = identity.split(".")
        for word in words:
            place = place.setdefault(word, {})
        place[last] = declaration
    return tree


def _classes(tree, depth=0):
    text = ""
    for word, entry in tree.items():
        if not word.isidentifier():
            continue
        if "fields" in entry and "title" in entry:
            text += _experiment(word, entry, depth)
        else:
            text += _indented(f"class {word}:", depth) + "\n" + _classes(entry, depth + 1) + "\n"
    return text


def experiments_stub(project=""):
    declarations = {d["id"]: d for d in _core.experiments(project)}
    return _HEAD.format("orrery.experiments") + "from typing import Literal\n\nfrom .run import Run\n\n" + _classes(_tree(declarations))


def commands_stub():
    text = _HEAD.format("the commands of a project") + "\nclass Commands:\n"
    for command in commands.listed():
        name = command["python"].removeprefix("project.")
        signature = commands.signature_of(command)
        text += f"    def {name}({', '.join(_parameters(signature))}) -> str:\n"
        text += _docstring(command["help"], 2) + "\n"
    return text


def main(arguments):
    folder = Path(arguments[0]) if arguments else Path(__file__).parent
    project = arguments[1] if len(arguments) > 1 else ""
    for name, text in (("experiments.pyi", experiments_stub(project)), ("commands.pyi", commands_stub())):
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
