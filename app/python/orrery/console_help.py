# SPDX-License-Identifier: BSD-3-Clause
"""What the console offers while a line is written: completions, and the signature of a call."""
import builtins
import inspect
import keyword
import pkgutil
import re
import sys

MOST = 200  # completions
MODULES = []  # names of those that could be imported, asked for once
NAME_BEFORE_CURSOR = re.compile(r"((?:[A-Za-z_]\w*\.)*)([A-Za-z_]\w*|)$")
IMPORT = re.compile(r"^\s*(?:import|from)\s+([\w.]*)$")


def completions(code, names):
    """Where in `code` they begin, and the names that fit, those with an underscore in front last."""
    line = code.rsplit("\n", 1)[-1]
    if imported := IMPORT.match(line):
        return len(code) - len(imported.group(1)), fitting(imported.group(1), modules())
    found = NAME_BEFORE_CURSOR.search(line)
    dotted, begun = found.groups()
    start = len(code) - len(begun)
    if not dotted:
        # Of an attribute of what is no name, nothing can be said without calling it.
        if line[:found.start()].endswith(".") or not begun:
            return start, []
        return start, fitting(begun, {*names, *dir(builtins), *keyword.kwlist})
    owner = value_of(dotted[:-1], names)
    return start, fitting(begun, dir(owner))


def fitting(begun, candidates):
    hidden = begun.startswith("_")
    found = [name for name in candidates if name.startswith(begun) and (hidden or not name.startswith("_"))]
    return sorted(found, key=lambda name: (name.startswith("_"), name.lower()))[:MOST]


def modules():
    if not MODULES:
        MODULES.extend({*sys.builtin_module_names, *(module.name for module in pkgutil.iter_modules())})
    return MODULES


def value_of(dotted, names):
    """The value of a.b.c, or an exception."""
    first, *others = dotted.split(".")
    value = names[first] if first in names else getattr(builtins, first)
    for name in others:
        value = getattr(value, name)
    return value


def described(code, names):
    """Of the call whose brackets are open at the end of `code`: its signature and the first paragraph of its help."""
    depth = 0
    for place in range(len(code) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(code[place], 0)
        if depth < 0:
            break
    else:
        return ""
    called = NAME_BEFORE_CURSOR.search(code[:place])
    name = called.group(0)
    if not name or keyword.iskeyword(name):
        return ""
    value = value_of(name, names)
    try:
        signature = f"{name}{inspect.signature(value)}"
    except (TypeError, ValueError):
        signature = f"{name}(...)"
    help_text = (inspect.getdoc(value) or "").split("\n\n")[0]
    return f"{signature}\n{help_text}".strip()
