# SPDX-License-Identifier: BSD-3-Clause
"""Declares experiments in Python, and reads such declarations from the text of a file without running it.

Standard library only: a child process reads files with this module alone (orrery declare FILE.py).
"""
import ast
import inspect
import math


class Float:
    """A number. `low` and `high` are inclusive and may be left out."""

    type = "float"

    def __init__(self, low=None, high=None, *, log=False, unit="", doc="", live=False, group=""):
        self.low, self.high, self.log = low, high, log
        self.unit, self.doc, self.live, self.group = unit, doc, live, group


class Int(Float):
    """A whole number. `low` and `high` are inclusive and may be left out."""

    type = "int"


class _Text:
    low = high = None
    log = False

    def __init__(self, *, doc="", live=False, group=""):
        self.unit, self.doc, self.live, self.group = "", doc, live, group


class Bool(_Text):
    """True or False."""

    type = "bool"


class Text(_Text):
    """A text."""

    type = "text"


class Path(_Text):
    """A file. `kind` says what it must hold ("field", "table"), for the window's file dialog."""

    type = "path"

    def __init__(self, *, kind="", doc="", live=False, group=""):
        super().__init__(doc=doc, live=live, group=group)
        self.kind = kind


class Choice(_Text):
    """One of several texts."""

    type = "choice"

    def __init__(self, *choices, doc="", live=False, group=""):
        super().__init__(doc=doc, live=live, group=group)
        self.choices = list(choices)


class Metric:
    """What a metric means. `tolerance`: relative, for `orrery reproduce`; `timing`: differs by nature, never compared."""

    def __init__(self, doc="", unit="", *, lower_is_better=False, tolerance=0.0, timing=False):
        self.doc, self.unit = doc, unit
        self.lower_is_better, self.tolerance, self.timing = lower_is_better, tolerance, timing


class Artifact:
    """What an artifact holds; `kind` is field, particles, graph, image, boxes, table, model or report."""

    def __init__(self, kind, doc=""):
        self.kind, self.doc = kind, doc


KINDS = ("field", "particles", "graph", "image", "boxes", "table", "model", "report")
_PLAIN = {bool: Bool, int: Int, float: Float, str: Text, "bool": Bool, "int": Int, "float": Float, "str": Text}
_FIELDS = (Float, Int, Bool, Text, Path, Choice)
_NAMES = {c.__name__: c for c in (*_FIELDS, Metric, Artifact)}


class Wrong(Exception):
    """A declaration that can't be used: a sentence, what to do, and the line."""

    def __init__(self, sentence, hint="", line=0):
        super().__init__(sentence)
        self.hint, self.line = hint, line


def _bound(value):
    if value is None or not math.isinf(value):
        return value
    return "inf" if value > 0 else "-inf"


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _field(name, annotation, default):
    """The declaration of one parameter, as `describe --json` has it."""
    if annotation is None:  # by its default
        annotation = _PLAIN.get(type(default))
        if annotation is None:
            raise Wrong(f"the parameter '{name}' has neither a type nor a default that tells one")
    if not isinstance(annotation, _FIELDS):
        kind = annotation if isinstance(annotation, type) and annotation in _FIELDS else _PLAIN.get(annotation)
        if kind is None:
            raise Wrong(f"the type of the parameter '{name}' is {annotation!r}",
                        "accepted: float, int, bool, str, orrery.Float(...), Int, Bool, Text, Choice, Path")
        annotation = kind()
    fits = {"float": _is_number(default), "bool": isinstance(default, bool),
            "int": isinstance(default, int) and not isinstance(default, bool)}
    if not fits.get(annotation.type, isinstance(default, str)):
        raise Wrong(f"the default of the parameter '{name}' is {default!r}, which is no {annotation.type}",
                    "every parameter has a default of its own type")
    if annotation.type == "float":
        default = float(default)
        default = "nan" if math.isnan(default) else _bound(default)
    choices = getattr(annotation, "choices", [])
    if annotation.type == "choice" and default not in choices:
        raise Wrong(f"the default of the parameter '{name}' is {default!r}, which is not among its choices",
                    "accepted: " + ", ".join(map(repr, choices)))
    low, high = annotation.low, annotation.high
    if any(bound is not None and not _is_number(bound) for bound in (low, high)):
        raise Wrong(f"the bounds of the parameter '{name}' are {low!r} and {high!r}", "give numbers")
    if _is_number(default) and ((low is not None and default < low) or (high is not None and default > high)):
        raise Wrong(f"the default of the parameter '{name}' is {default}, outside of its range {low} to {high}")
    return {"name": name, "type": annotation.type, "default": default, "min": _bound(low), "max": _bound(high),
            "choices": choices, "unit": annotation.unit, "help": annotation.doc, "log10": bool(annotation.log),
            "live": bool(annotation.live), "kind": getattr(annotation, "kind", ""), "group": annotation.group}


def _metric(key, given):
    metric = given if isinstance(given, Metric) else Metric(given)
    return {"key": key, "help": metric.doc, "unit": metric.unit, "lower_is_better": bool(metric.lower_is_better),
            "tolerance": float(metric.tolerance), "timing": bool(metric.timing)}


def _artifact(name, given):
    artifact = given if isinstance(given, Artifact) else Artifact(given)
    if artifact.kind not in KINDS:
        raise Wrong(f"the kind of the artifact '{name}' is {artifact.kind!r}", "accepted: " + ", ".join(KINDS))
    return {"name": name, "kind": artifact.kind, "help": artifact.doc}


def declare(identity, title, parameters, docstring, metrics=None, artifacts=None, version="1", summary=None):
    """The complete declaration, as `describe --json` prints it (less the plugin).

    `parameters`: (name, annotation or None, default) for each. Raises Wrong.
    """
    for what, text in (("id", identity), ("title", title), ("version", version)):
        if not isinstance(text, str) or not text:
            raise Wrong(f"the {what} of an experiment is {text!r}", "give a text")
    if not all(part and part.replace("_", "a").replace("-", "a").isalnum() for part in identity.split(".")):
        raise Wrong(f"the id '{identity}' can't be used", "accepted: words of letters, digits, _ and -, with points between")
    if summary is None:
        summary = " ".join(inspect.cleandoc(docstring or "").split("\n\n")[0].split())
    return {"id": identity, "version": version, "title": title, "summary": summary,
            "fields": [_field(*parameter) for parameter in parameters],
            "metrics": [_metric(key, given) for key, given in (metrics or {}).items()],
            "artifacts": [_artifact(name, given) for name, given in (artifacts or {}).items()]}


def parameters_of(function):
    """(name, annotation, default) of each parameter after the run. Raises Wrong."""
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
        raise Wrong(f"{function.__name__}() is a coroutine or a generator", "an experiment is a plain function: def f(run, ...)")
    try:
        parameters = list(inspect.signature(function, eval_str=True).parameters.values())
    except NameError as error:
        raise Wrong(f"{function.__name__}() has an annotation that can't be known: {error}") from None
    if not parameters:
        raise Wrong(f"{function.__name__}() takes no run", "its first parameter is the run: def f(run, ...)")
    for p in parameters[1:]:
        if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) or p.default is p.empty:
            raise Wrong(f"the parameter '{p.name}' has no default", "every parameter has a default of its own type")
    return [(p.name, None if p.annotation is p.empty else _evaluated(p.annotation, function), p.default) for p in parameters[1:]]


def _evaluated(annotation, function):
    """A text inside of a text: "..." under `from __future__ import annotations`."""
    return eval(annotation, function.__globals__) if isinstance(annotation, str) else annotation


# --- from the text of a file ---


_aliases = {}  # of the file that is being read: "F" stands for "Float"


def _value(node, what):
    """A literal, or a call of Float, Int, ... with literals."""
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        name = _aliases.get(name, name)
        if name in _NAMES and not any(k.arg is None for k in node.keywords):
            arguments = [_value(a, what) for a in node.args]
            try:
                return _NAMES[name](*arguments, **{k.arg: _value(k.value, what) for k in node.keywords})
            except TypeError as error:
                raise Wrong(f"{what}: {error}", "", node.lineno) from None
        if name == "float" and len(node.args) == 1 and not node.keywords:
            return float(_value(node.args[0], what))
    if isinstance(node, ast.Dict) and None not in node.keys:
        return {_value(k, what): _value(v, what) for k, v in zip(node.keys, node.values)}
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        raise Wrong(f"{what} is `{ast.unparse(node)}`, which can't be known without running the file",
                    "write it as a literal, or as orrery.Float(...), Int, Bool, Text, Choice, Path, Metric or Artifact of literals",
                    node.lineno) from None


def _annotation(node, name):
    if node is None:
        return None
    if isinstance(node, ast.Name) and node.id in ("bool", "int", "float", "str"):
        return node.id
    if isinstance(node, ast.Constant) and isinstance(node.value, str):  # from __future__ style
        return _annotation(ast.parse(node.value, mode="eval").body, name)
    if isinstance(node, (ast.Name, ast.Attribute)):
        called = ast.Call(func=node, args=[], keywords=[])
        ast.copy_location(called, node)
        node = ast.fix_missing_locations(called)
    return _value(node, f"the type of the parameter '{name}'")


def _parameters(function):
    a = function.args
    positional = a.posonlyargs + a.args
    if not positional:
        raise Wrong(f"{function.name}() takes no run", "its first parameter is the run: def f(run, ...)", function.lineno)
    if a.vararg or a.kwarg:
        raise Wrong(f"{function.name}() takes * or ** parameters", "name each parameter, with a default", function.lineno)
    defaults = [None] * (len(positional) - len(a.defaults)) + list(a.defaults)
    given = list(zip(positional, defaults))[1:] + list(zip(a.kwonlyargs, a.kw_defaults))
    found = []
    for argument, default in given:
        if default is None:
            raise Wrong(f"the parameter '{argument.arg}' has no default", "every parameter has a default of its own type",
                        argument.lineno)
        found.append((argument.arg, _annotation(argument.annotation, argument.arg),
                      _value(default, f"the default of the parameter '{argument.arg}'")))
    return found


def _names_of_decorator(tree):
    """What stands for `orrery` and for `orrery.experiment` in this file."""
    modules, functions = set(), set()
    _aliases.clear()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {a.asname or a.name for a in node.names if a.name == "orrery"}
        elif isinstance(node, ast.ImportFrom) and node.module == "orrery" and not node.level:
            _aliases.update({a.asname: a.name for a in node.names if a.asname and a.name in _NAMES})
            functions |= {a.asname or a.name for a in node.names if a.name == "experiment"}
    return modules, functions


def _decorations(function, modules, functions):
    for node in function.decorator_list:
        called = node.func if isinstance(node, ast.Call) else node
        ours = (isinstance(called, ast.Name) and called.id in functions) or (
            isinstance(called, ast.Attribute) and called.attr == "experiment"
            and isinstance(called.value, ast.Name) and called.value.id in modules)
        if not ours:
            continue
        named = {k.arg for k in node.keywords} if isinstance(node, ast.Call) else set()
        if not isinstance(node, ast.Call) or len(node.args) + len(named & {"identity", "title"}) < 2:
            raise Wrong("@orrery.experiment lacks an id and a title", '@orrery.experiment("my.id", "Title")', node.lineno)
        if len(node.args) > 2 or any(k.arg is None for k in node.keywords):
            raise Wrong("@orrery.experiment takes an id, a title and named arguments", "", node.lineno)
        yield node


_KEYWORDS = ("metrics", "artifacts", "version", "summary")


def _of_function(function, decoration):
    given = {}
    for keyword in decoration.keywords:
        if keyword.arg not in (*_KEYWORDS, "identity", "title"):
            raise Wrong(f"@orrery.experiment has no argument '{keyword.arg}'", "accepted: " + ", ".join(_KEYWORDS),
                        decoration.lineno)
        given[keyword.arg] = _value(keyword.value, keyword.arg)
    given |= {name: _value(a, f"the {name}") for a, name in zip(decoration.args, ("identity", "title"))}
    identity, title = given.pop("identity"), given.pop("title")
    try:
        return declare(identity, title, _parameters(function), ast.get_docstring(function), **given)
    except Wrong as wrong:
        named = "" if str(wrong).startswith(function.name + "()") else f"{function.name}(): "
        raise Wrong(f"{named}{wrong}", wrong.hint, wrong.line or function.lineno) from None
    except (TypeError, AttributeError, ValueError) as error:
        raise Wrong(f"{function.name}(): {error}", "", function.lineno) from None


def declarations_in(text):
    """The declarations of all experiments in a file's text, and its title. Raises Wrong or SyntaxError."""
    tree = ast.parse(text)
    modules, functions = _names_of_decorator(tree)
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        for decoration in _decorations(node, modules, functions):
            if isinstance(node, ast.AsyncFunctionDef):
                raise Wrong(f"{node.name}() is a coroutine", "an experiment is a plain function: def f(run, ...)", node.lineno)
            if node not in tree.body:
                raise Wrong(f"{node.name}() is decorated inside of something else", "define it at the top level of the file", node.lineno)
            found.append(_of_function(node, decoration))
    identities = [declared["id"] for declared in found]
    for identity in identities:
        if identities.count(identity) > 1:
            raise Wrong(f"the experiment '{identity}' is declared twice", "give one of them another id")
    docstring = ast.get_docstring(tree) or ""
    return found, docstring.split("\n")[0]


def read_file(path):
    """{"title", "experiments"}, {"error", "hint", "line"}, or None if the file declares no experiment."""
    with open(path, "rb") as file:
        text = file.read()
    try:
        found, title = declarations_in(text)
    except SyntaxError as error:
        return {"error": f"line {error.lineno or 0} is no valid Python: {error.msg}", "hint": "mend it", "line": error.lineno or 0}
    except Wrong as wrong:
        at = f"line {wrong.line}: " if wrong.line else ""
        return {"error": f"{at}{wrong}", "hint": wrong.hint, "line": wrong.line}
    except (ValueError, RecursionError, MemoryError) as error:  # a null byte, nesting without end
        return {"error": f"it can't be read as Python: {error}", "hint": "mend it", "line": 0}
    if not found:
        return None
    stem = path.rsplit("/", 1)[-1].removesuffix(".py")
    return {"title": title or stem, "experiments": found}
