# SPDX-License-Identifier: BSD-3-Clause
"""The commands of the window as Python functions: project.tag("last", "good") in the console is executed by the
window, so that it can be undone there and its log shows it."""
import inspect
import json
import sys
import time

ENDED = {"done", "failed", "stopped", "lost"}  # states of a run
EVERY = 0.1  # seconds between two looks at a run that goes on


class CommandError(RuntimeError):
    """What a command of the window was refused with, where orrery.Error can't be imported."""


def refused(what, hint="", kind="Error", *more):
    """The exception that a script gets in the same case."""
    try:
        import orrery
        return getattr(orrery, kind)(what, hint, *more)
    except (ImportError, AttributeError):
        return CommandError(f"{what}\n{hint}" if hint else what)


def groups(console):
    """The objects whose methods are commands, by name: project, window, ..."""
    names = {python.partition(".")[0] for python in console.commands}
    made = {name: Group(console, name) for name in names}
    made["project"] = Project(console, "project")
    return made


def answered(answer):
    if "error" in answer:
        raise refused(answer["error"], answer.get("hint", ""))
    return answer


class Action:
    """A command, to be called like the function of the log's line."""

    def __init__(self, console, python):
        self._console = console
        self._python = python
        command = console.commands[python]
        self.__name__ = python.partition(".")[2]
        self.__doc__ = command["help"]
        parameter = inspect.Parameter
        kind = parameter.POSITIONAL_OR_KEYWORD
        self.__signature__ = inspect.Signature(
            [parameter(field["name"], kind, default=parameter.empty if place < command["required"] else field["default"])
             for place, field in enumerate(command["arguments"])])

    def __repr__(self):
        return f"<command {self._python}{self.__signature__}>"

    def __call__(self, *values, **named):
        known = self.__signature__.parameters
        if "changes" in known and "changes" not in named:  # of a figure's specification
            changes = {name: named.pop(name) for name in list(named) if name not in known}
            if changes:
                named["changes"] = changes
        try:
            given = self.__signature__.bind(*values, **named).arguments
        except TypeError as error:
            raise TypeError(f"{self._python}(): {error}") from None
        return execute(self._console, self._console.commands[self._python]["id"], given)["done"] or None


def plain(value):
    """As a command takes it: runs by their ids, specifications of figures as JSON."""
    if isinstance(value, (str, int, float, bool)):
        return value
    value = getattr(value, "specification", value)
    return json.dumps(value) if isinstance(value, (dict, list)) else getattr(value, "id", str(value))


def execute(console, command, arguments):
    """The window's answer. Runs are given by their id, or as objects that have one."""
    given = {name: plain(value) for name, value in arguments.items()}
    return answered(console.link.ask("command", command=command, arguments=given))


class Group:
    def __init__(self, console, name):
        self._console = console
        self._name = name

    def __repr__(self):
        return f"<{self._name}: commands of the window>"

    def __dir__(self):
        prefix = self._name + "."
        return [python[len(prefix):] for python in self._console.commands if python.startswith(prefix)]

    def __getattr__(self, name):
        if f"{self._name}.{name}" in self._console.commands:
            return Action(self._console, f"{self._name}.{name}")
        raise AttributeError(f"{self._name} has no command '{name}'")


class Run:
    """A run where the package orrery can't be imported."""

    def __init__(self, console, run):
        self._console = console
        self.id = run

    @property
    def status(self):
        return states(self._console, [self.id])[self.id]["status"]

    def __repr__(self):
        return f"<run {self.id}, {self.status}>"


def states(console, runs):
    return answered(console.link.ask("status", runs=runs))["runs"]


class Project(Group):
    """The project that the window shows, whichever it is now. Commands go to the window; all else is that of
    orrery.open() on the same folder."""

    _real = None, None  # its folder, and orrery's object of it

    def _opened(self):
        folder = self._console.project
        if folder is None:
            raise refused("No project is open in the window.")
        if self._real[0] != folder:
            import orrery
            self._real = folder, orrery.open(folder)
        return self._real[1]

    def __getattr__(self, name):
        try:
            return super().__getattr__(name)
        except AttributeError:
            if name.startswith("__"):
                raise
        try:
            real = self._opened()
        except (ImportError, AttributeError) as error:
            raise AttributeError(f"project.{name} is no command of the window, and the package orrery, which may have "
                                 f"it, can't be used: {error}") from None
        return getattr(real, name)

    def __dir__(self):
        try:
            own = [name for name in dir(self._opened()) if not name.startswith("_")]
        except Exception:
            own = []
        return sorted({*super().__dir__(), "run", "sweep", "start", *own})

    def __repr__(self):
        folder = self._console.project
        return f"<project {folder}, shown in the window>" if folder else "<project: none is open in the window>"

    def __getitem__(self, key):
        return self._opened()[key]

    def __iter__(self):
        return iter(self._opened())

    def __len__(self):
        return len(self._opened())

    def start(self, experiment, *, note="", tags=(), **options):
        """Puts a run of the experiment into the window's queue, and returns it at once. Arguments as orrery.Project.start;
        with threads or priority this process starts it instead."""
        if options.keys() & {"threads", "priority"}:
            return self._opened().start(experiment, note=note, tags=tags, **options)
        return self._object(self._queue(experiment, False, note, tags, **options)[0])

    def run(self, experiment, *, quiet=None, **options):
        """Runs an experiment in the window's queue, and returns its run when it has ended. An interrupt stops it. Arguments
        as orrery.Project.run."""
        run = self.start(experiment, **options)
        now = self._wait([run.id], quiet)[run.id]
        if now["status"] != "done":
            how = {"stopped": "was stopped", "lost": "got lost: its process is gone"}.get(now["status"], now["status"])
            why = f": {now['error']}" if now["error"] else ""
            raise refused(f"run {run.id} of {experiment} {how}{why}", now.get("hint", ""), "RunFailed", run)
        return run

    def sweep(self, experiment, *, quiet=None, note="", tags=(), **options):
        """Runs every combination of the lists among the parameters in the window's queue; returns an orrery.Table. A run that
        fails doesn't end it. Arguments as orrery.Project.sweep; with jobs or sample this process starts them instead."""
        if options.keys() & {"jobs", "sample", "count"}:
            return self._opened().sweep(experiment, quiet=quiet, note=note, tags=tags, **options)
        runs = self._queue(experiment, True, note, tags, **options)
        self._wait(runs, quiet)
        try:
            import orrery
            real = self._opened()
            return orrery.Table(real, [real[run] for run in runs], sweep=real[runs[0]]._row().get("sweep", ""))
        except (ImportError, AttributeError, CommandError):
            return [Run(self._console, run) for run in runs]

    def _queue(self, experiment, sweep, note, tags, *, parameters=None, seed=0, device="auto", name="", **given):
        given = {**(parameters or {}), **given}
        if not sweep:
            self._check(experiment, given)
        text = " ".join(assignment(key, value, sweep) for key, value in given.items())
        arguments = {"experiment": experiment, "parameters": text, "seed": seed, "device": device, "name": name,
                     "sweep": sweep}
        runs = execute(self._console, "run.start", arguments)["runs"]
        for run in runs:
            if note:
                execute(self._console, "run.note", {"run": run, "text": note})
            for tag in [tags] if isinstance(tags, str) else tags:
                execute(self._console, "run.tag", {"run": run, "tag": tag})
        return runs

    def _check(self, experiment, given):
        """Raises orrery.ParameterError, as a script does; where there is no package the window says what is wrong."""
        try:
            check = self._opened().check
        except (ImportError, AttributeError, CommandError):
            return
        check(experiment, given)

    def _object(self, run):
        try:
            return self._opened()[run]
        except (ImportError, AttributeError, TypeError, CommandError):
            return Run(self._console, run)

    def _wait(self, runs, quiet):
        """Until they have ended, with a line that says how far they are; their last states."""
        try:
            while True:
                now = states(self._console, runs)
                if all(state["status"] in ENDED for state in now.values()):
                    return now
                if not quiet:
                    show_progress(now)
                time.sleep(EVERY)
        except KeyboardInterrupt:
            for run, state in states(self._console, runs).items():
                if state["status"] not in ENDED:
                    execute(self._console, "run.stop", {"run": run})
            raise
        finally:
            if not quiet:
                clear_progress()


def show_progress(now):
    share = sum(1.0 if state["status"] in ENDED else state["progress"] for state in now.values()) / len(now)
    going = next((state["doing"] for state in now.values() if state["status"] == "running"), "")
    bar = "#" * round(20 * share)
    sys.stdout.write(f"\r[{bar:<20}] {100 * share:3.0f} % {going}\x1b[K")
    sys.stdout.flush()


def clear_progress():
    sys.stdout.write("\r\x1b[K")
    sys.stdout.flush()


def literal(value):
    """As the command line takes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)


def assignment(name, value, sweep):
    """name=value, or name=a,b for a list, as one word of the command run.start (quoted as QProcess reads it)."""
    several = sweep and not isinstance(value, str) and hasattr(value, "__iter__")
    parts = [literal(each.item() if hasattr(each, "item") else each) for each in (value if several else [value])]
    if several:
        parts = [part.replace(",", "\\,") for part in parts]
    text = f"{name}={','.join(parts)}"
    if any(character in text for character in ' \t"\n'):
        text = '"' + text.replace('"', '"""') + '"'
    return text
