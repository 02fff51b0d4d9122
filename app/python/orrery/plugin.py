# SPDX-License-Identifier: BSD-3-Clause
"""Experiments written in Python: the decorator that declares one, and what its function sees of its run.

    import orrery

    @orrery.experiment("my.decay", "Exponential decay", metrics={"error": "absolute error"})
    def decay(run, rate: orrery.Float(0.1, 10, log=True, doc="Decay rate") = 1.0, steps: int = 100):
        for step in range(steps):
            run.metric("error", step, ...)

The file is a plugin when it lies in a project's plugins/ folder or on $ORRERY_PLUGIN_PATH. It is declared by its text
and imported only by the job that runs it.
"""
import importlib.util
import linecache
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from pathlib import Path

from . import declaration
from .errors import Error, ParameterError, Stopped

_declared = []  # by the file that is being loaded


class Declared:
    """A function with its declaration. It can still be called, with any run."""

    def __init__(self, function, declared):
        self.function, self.declaration = function, declared
        self._check = None
        self.__doc__, self.__name__ = function.__doc__, function.__name__

    def __call__(self, run, *arguments, **parameters):
        return self.function(run, *arguments, **parameters)

    def check(self, function):
        """Decorates a function of the same parameters that yields (parameter, sentence) for what a range can't say."""
        self._check = function
        return function

    def __repr__(self):
        return f"<experiment {self.declaration['id']}: {self.declaration['title']}>"


def experiment(identity, title, *, metrics=None, artifacts=None, version="1", summary=None):
    """Declares a function as an experiment.

    identity: "my.decay"; title: for lists; metrics: {key: help or orrery.Metric(...)}, "loss/*" declares a family;
    artifacts: {name: kind or orrery.Artifact(kind, help)}; version: raise it when the numbers change; summary: default
    is the first paragraph of the docstring. All arguments are literals, since the declaration is read from the text of
    the file. The function's first parameter is the run (orrery.plugin.Run); the others have defaults, and types: float,
    int, bool, str, orrery.Float(low, high, log=, unit=, doc=, live=), Int, Bool, Text, Choice or Path.
    Raises orrery.Error if the declaration can't be used.
    """

    def declare(function):
        try:
            parameters = declaration.parameters_of(function)
            declared = declaration.declare(identity, title, parameters, function.__doc__, metrics, artifacts, version, summary)
        except declaration.Wrong as wrong:
            raise Error(f"{function.__name__}(): {wrong}", wrong.hint) from None
        made = Declared(function, declared)
        _declared.append(made)
        return made

    return declare


class Run:
    """What an experiment sees of its run."""

    def __init__(self, context, declared):
        self._context = context
        self._kinds = {a["name"]: a["kind"] for a in declared["artifacts"]}
        self.metric = context.metric  # metric(key, step, value): the same key and step again replaces; NaN is kept
        self.log = context.log  # log(line): a line in the run's log

    def progress(self, fraction, what=""):
        """`fraction` from 0 to 1, and a few words. Raises Stopped if a stop was requested: the cheapest way to be stoppable.
        An experiment with checkpoints writes them before it calls this."""
        self._context.progress(fraction, what)
        self.stop_point()

    def stop_point(self):
        """Raises orrery.Stopped if a stop was requested."""
        if self._context.stop_requested:
            raise Stopped

    @property
    def stop_requested(self):
        return self._context.stop_requested

    @property
    def seed(self):
        """Of all random numbers of the run."""
        return self._context.seed

    @property
    def device(self):
        """"cpu" or "cuda:N", as torch.device takes it."""
        return self._context.device

    @property
    def scratch(self):
        """A folder for files in the making, on the project's disk; removed at the end."""
        self._context.scratch.mkdir(parents=True, exist_ok=True)
        return self._context.scratch

    def frame(self, channel, values, *, origin=(), spacing=(), unit=""):
        """Shows an array (NumPy or torch) to whoever looks at the run now. [nx, ny] is drawn as a field; `origin` and
        `spacing` are its coordinates. Frames may be dropped and are never queued."""
        self._context.frame(channel, _numpy(values), [float(x) for x in origin], [float(x) for x in spacing], unit)

    def live(self, step):
        """The live parameters that were changed since the last call, by name; empty if none was. Call it once before each
        step: the changes are recorded with it, and replayed when the run is resumed or reproduced."""
        return self._context.live(step)

    def input(self, path):
        """Records that the run read this file (its SHA-256)."""
        self._context.input(Path(path).absolute())

    def artifact(self, name, value, kind=None, **how):
        """Keeps a result: a path (the file is moved in), or a value of its kind.

        field   array [nx, ny] or [steps, nx, ny], or a dict of such by field name; times=, origin=, spacing=, units=
        table   a dict of columns, or a list of dicts (CSV)
        image   uint8 array [height, width] or [height, width, 3 or 4] (PNG; needs Pillow)
        model   a torch.nn.Module (as TorchScript, by torch.jit.script) or a dict of tensors
        report  a text (HTML if it begins with "<", else plain)
        `kind` may be left out where the experiment declares it.
        """
        kind = kind or self._kinds.get(name)
        if kind is None:
            raise Error(f"the artifact '{name}' is not declared", 'declare it: artifacts={"name": "field"}, or give kind=')
        if isinstance(value, (str, os.PathLike)) and not (kind == "report" and not os.path.exists(value)):
            return self._context.artifact(name, kind, Path(value).absolute())
        from . import artifact_files

        file = artifact_files.write(self.scratch, name, kind, value, **how)
        return self._context.artifact(name, kind, file)

    def checkpoint(self, step, state):
        """Keeps what the rest of the run depends on, if that is due (every 30 s, and when a stop was requested); True if it
        was written. `state`: anything that pickle takes, or a function that returns it, called only when it is due.
        `step` is the last one that is done."""
        return self._context.checkpoint(step, lambda: pickle.dumps(state() if callable(state) else state, protocol=5))

    def resume(self):
        """(step, state) of the checkpoint that this run goes on from, or None if it begins."""
        origin = self._context.resume()
        return None if origin is None else (origin[0], pickle.loads(origin[1]))


def _numpy(values):
    import numpy

    if hasattr(values, "detach"):  # a torch tensor, on whatever device
        values = values.detach().cpu().numpy()
    return numpy.asarray(values)


# --- what the job's process calls (app/python/host.cpp) ---


def _place(error, file):
    """The line of the plugin's file that an exception came through last."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename == file:
            line = frame.line if len(frame.line) <= 80 else frame.line[:77] + "..."
            return f" ({Path(file).name}, line {frame.lineno}: {line})"
    return ""


def _failure(error, file, kind="failed"):
    traceback.print_exception(error)
    sys.stderr.flush()
    if isinstance(error, SyntaxError):
        what = f"line {error.lineno} of {Path(file).name} is no valid Python: {error.msg}"
    elif isinstance(error, SystemExit):
        what = f"the experiment called sys.exit({error.code!r})"
    elif isinstance(error, (Error, ParameterError)):
        what = super(Error, error).__str__()
    elif isinstance(error, TypeError) and "incompatible function arguments" in str(error):
        name, given = str(error).split("(")[0], str(error).rpartition("Invoked with:")[2].partition(",")[2]
        what = f"run.{name}() doesn't take the arguments{given.splitlines()[0] if given else ''}"
    else:
        what = f"{type(error).__name__}: {error}"
    hint = getattr(error, "hint", "") or "the log of the run has the traceback"
    return {"kind": kind, "error": " ".join(what.split()) + _place(error, file), "hint": hint}


def load(file):
    """Imports a plugin: the list of its experiments, or what went wrong. What is declared must be what its text says."""
    _declared.clear()
    locks = _descriptors_of_locks()
    os.register_at_fork(after_in_child=lambda: _leave_to_parent(locks))
    sys.path.insert(0, os.path.dirname(file))
    linecache.checkcache(file)
    name = "orrery_plugin_" + Path(file).stem
    try:
        spec = importlib.util.spec_from_file_location(name, file)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        # Not by exec_module: kept bytecode counts for the file as long as size and second of its change are the same.
        exec(spec.loader.source_to_code(spec.loader.get_data(file), file), module.__dict__)
    except BaseException as error:
        return _failure(error, file)
    by_text = declaration.read_file(file) or {"experiments": []}
    if by_text.get("experiments") != [made.declaration for made in _declared]:
        return {"kind": "failed", "error": f"{Path(file).name} declares other experiments when it runs than its text says",
                "hint": by_text.get("error") or "decorate each function where it is defined, at the top level of the file"}
    return list(_declared)


def check(declared, values):
    """All problems as [field, sentence], or what went wrong."""
    if declared._check is None:
        return []
    try:
        return [[field or "", str(sentence)] for field, sentence in declared._check(**values) or ()]
    except BaseException as error:
        return _failure(error, declared.function.__code__.co_filename)


def _leave_to_parent(locks):
    """In a process that an experiment forks: the run and its cores are its parent's, and a SIGTERM ends it."""
    for descriptor in locks:
        try:
            os.close(descriptor)
        except OSError:
            pass
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


def _descriptors_of_locks():
    """Those that this job inherited: --locks 5,7 on its command line."""
    with open("/proc/self/cmdline", "rb") as file:
        words = file.read().decode(errors="replace").split("\0")
    return [int(n) for n in words[words.index("--locks") + 1].split(",")] if "--locks" in words else []


class _Insistence:
    """Raises Stopped in the experiment's thread where it doesn't ask for itself whether it should stop."""

    def __init__(self, context):
        self._ended = threading.Event()
        patience = float(os.environ.get("ORRERY_GRACE_SECONDS") or 30) / 4
        thread = threading.get_ident()

        def watch():
            asked = None
            while not self._ended.wait(0.05):
                if asked is None and context.stop_requested:
                    asked = time.monotonic()
                if asked is not None and time.monotonic() - asked > patience:
                    import ctypes

                    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(Stopped))
                    return

        threading.Thread(target=watch, daemon=True).start()

    def end(self):
        self._ended.set()


def execute(declared, values, context):
    """Runs an experiment. None, or how else it ended: {"kind": "stopped" | "parameters" | "failed", "error", "hint"}."""
    insistence, process = _Insistence(context), os.getpid()
    try:
        declared.function(Run(context, declared.declaration), **values)
        return None
    except (Stopped, KeyboardInterrupt):
        return {"kind": "stopped"}
    except ParameterError as error:
        return _failure(error, declared.function.__code__.co_filename, "parameters")
    except BaseException as error:
        return _failure(error, declared.function.__code__.co_filename)
    finally:
        insistence.end()
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError):  # closed by the experiment
                pass
        if os.getpid() != process:  # forked by the experiment, and come back here
            os._exit(0)
