# SPDX-License-Identifier: BSD-3-Clause
"""A project: the folder NAME.orrery that holds runs, and the way to make more."""
import atexit
import os
import sys
import time
import warnings
import weakref
from pathlib import Path

from . import _core
from .commands import Commands
from .errors import Error, ParameterError, RunFailed
from .figure import Figure
from .progress import ProgressLine
from .run import ENDED, Run
from .table import Table

_current = None
_open = weakref.WeakSet()


@atexit.register
def _leave_all():
    """Runs that are at work go on; what still waits is said, since nobody will begin it by himself."""
    for project in list(_open):
        if waiting := project._core.leave():
            print(f"orrery: {len(waiting)} run{'s' if len(waiting) > 1 else ''} of {project.folder} still wait; "
                  "orrery resume --queued begins them", file=sys.stderr)


def default_folder():
    """$ORRERY_PROJECT, else ./orrery-project.orrery, as on the command line."""
    return os.environ.get("ORRERY_PROJECT") or "orrery-project.orrery"


def open_project(folder=None, *, create=True, read_only=False):
    """Opens a project; makes it if it isn't there and create is true. Default folder: $ORRERY_PROJECT, else
    ./orrery-project.orrery. Raises orrery.Error."""
    global _current
    access = _core.Access.read if read_only else _core.Access.create if create else _core.Access.write
    _current = Project(folder or default_folder(), access)
    return _current


def current():
    """The project that was opened last; the default one if there is none."""
    return _current or open_project()


class Project(Commands):
    """A project that is open. Runs are given as orrery.Run, id, a unique beginning of one, or "last"."""

    def __init__(self, folder, access=_core.Access.create):
        self._core = _core.Project(Path(folder).expanduser(), access)
        _open.add(self)
        self._ours = set()  # ids of runs that this process started and has not seen the end of

    @property
    def folder(self):
        return self._core.folder

    @property
    def writable(self):
        return self._core.writable

    @property
    def notice(self):
        """Why it can only be read, where it was to be written; else empty."""
        return self._core.notice

    # --- experiments and runs ---

    @property
    def experiments(self):
        """The experiments that this project can run, also those of its own plugins: project.experiments.my.decay(rate=2)."""
        from .experiments import Namespace

        return Namespace(self)

    def check(self, experiment, parameters=None, **given):
        """All parameters, complete. Raises ParameterError that names every problem."""
        if not isinstance(experiment, str):
            raise Error(f"the experiment is {experiment!r}", 'give its id: "pinn.sqg"')
        values, problems = _core.checked_parameters(self.folder, experiment, {**(parameters or {}), **given})
        if problems:
            raise _parameter_error(experiment, problems)
        return values

    def start(self, experiment, *, parameters=None, device="auto", seed=0, name="", note="", tags=(), threads=0, priority=0,
              **given):
        """Starts a run in a process of its own and returns it at once; it goes on when this program ends. Parameters are named
        arguments, or a dict where a name is taken. device: "auto", "cpu" or "cuda:N"; threads: 0 for all cores.
        Raises ParameterError with every problem, orrery.Error for what else is wrong."""
        values = self.check(experiment, parameters, **given)
        options = _checked_options(device, seed, name, note, tags, threads)
        ids = self._core.start(experiment, [values], priority=priority, **options)
        self._ours.update(ids)
        return Run(self, ids[0])

    def run(self, experiment, *, quiet=None, **options):
        """Runs an experiment to its end and returns the run; arguments as for start(). quiet: no line of progress (default:
        one on a terminal). Ctrl+C stops it, once more kills it. Raises RunFailed if it doesn't reach its end."""
        return self._wait([self.start(experiment, **options)], quiet)[0]

    def resume(self, run, *, quiet=None):
        """Lets a run that was stopped, failed or got lost go on from its checkpoint, and waits for its end."""
        run = self[run]
        self._core.resume(run.id)
        self._ours.add(run.id)
        return self._wait([run], quiet)[0]

    def stop(self, run):
        """Asks a run to stop, wherever it computes."""
        self[run].stop()

    def kill(self, run):
        """Ends a run by force."""
        return self[run].kill()

    def sweep(self, experiment, *, parameters=None, device="auto", seed=0, name="", note="", tags=(), jobs=1, sample=None, count=0,
              quiet=None, **given):
        """Runs an experiment at every combination of the lists among its parameters, and returns a Table.

        A parameter is a value, a list or array of values, or a text as on the command line: "0.01,0.1,1", "1e-3..1:log:4".
        sample="random" or "sobol" takes `count` points in the ranges instead ("1e-3..1:log"). jobs: how many at once.
        A run that fails doesn't end the sweep. Raises ParameterError before the first run if a point is wrong.
        """
        given = {**(parameters or {}), **given}
        if empty := [key for key, value in given.items() if hasattr(value, "__len__") and len(value) == 0 and value != ""]:
            raise _parameter_error(experiment, [(key, f"{key} has no values") for key in empty])
        assignments = [f"{key}={_assignment(value)}" for key, value in given.items()]
        varied, points, problems = _core.sweep_points(self.folder, experiment, assignments, sample or "grid", count, seed)
        if problems:
            raise _parameter_error(experiment, problems)
        sweep = _core.new_run_id()
        threads = max(1, (os.cpu_count() or 1) // max(1, jobs))
        options = _checked_options(device, seed, name, note, tags, threads)
        ids = self._core.start(experiment, points, sweep=sweep, **options)
        self._ours.update(ids)
        refused = self._see_to_the_end([Run(self, identity) for identity in ids], quiet)
        if refused:
            warnings.warn(f"{len(refused)} of {len(ids)} points were refused: {next(iter(refused.values()))[0]}", stacklevel=2)
        return Table(self, [Run(self, i) for i in ids if i not in refused], varied, sweep, list(refused.values()))

    # --- reading ---

    def runs(self, *tests, experiment=None, status=None, tag=None, sweep=None, removed=False):
        """A Table of the runs in order of creation; tests are functions of a run."""
        found = []
        for row in self._core.runs(removed):
            run = Run(self, row["run"], row)
            if ((experiment is None or row["experiment"] == experiment) and (status is None or row["status"] == status)
                    and (tag is None or tag in row["tags"]) and (sweep is None or row.get("sweep", "") == sweep)
                    and all(test(run) for test in tests)):
                found.append(run)
        return Table(self, found)

    def __getitem__(self, run):
        """The run of that id, of a unique beginning of one, or "last". Raises orrery.Error."""
        return run if isinstance(run, Run) else Run(self, self._core.find(str(run)))

    @property
    def last(self):
        """The newest run."""
        return self["last"]

    def compare(self, *runs):
        """What differs between runs, as `orrery compare --json` prints it."""
        return self._core.compare([self[run].id for run in runs])

    def verify(self):
        """What is not as it was written: [(object, what)]; empty if all is sound."""
        return self._core.verify()

    # --- figures ---

    @property
    def figures(self):
        """The saved figures by name."""
        return {name: self.figure(name) for name in self._core.figures()}

    def figure(self, figure=None, **entries):
        """A Figure: by its specification (a dict or entries, see orrery.Figure), the saved one of that name, or one of a metric
        or a field artifact of the runs (`runs=[...]`). Entries replace its own. Raises orrery.Error that names every wrong one."""
        if isinstance(figure, Figure):
            return figure.using(**entries) if entries else figure
        if not isinstance(figure, str):
            return Figure(self, figure, **entries)
        runs = [self[run].id for run in entries.pop("runs", ())]
        found = Figure(self, self._core.named_figure(figure, runs), figure)
        return found.using(**entries) if entries else found

    def export_figure(self, figure, path, **entries):
        """Writes a figure, or the saved one of that name, as PNG, SVG or PDF: Figure.save."""
        return self.figure(figure).save(path, **entries)

    # --- what others measured ---

    def import_metrics(self, path, parameters="", name="", experiment="", tags="", again=False):
        """Brings metrics of other programs in as runs, and returns a Table of the new ones: a CSV file, a TensorBoard log or a
        folder of logs. parameters: what the runs were made with, a dict or "name=value name=value"; experiment: they belong to
        imported.NAME; again: also what was imported before. Raises orrery.Error; then nothing is imported."""
        if isinstance(parameters, dict):
            parameters = " ".join(f"{key}={_assignment(value)}" for key, value in parameters.items())
        before = {run.id for run in self.runs(removed=True)}
        super().import_metrics(path, parameters, name, experiment, tags, again)
        return self.runs(lambda run: run.id not in before)

    # --- jobs ---

    def _wait(self, runs, quiet=None):
        """Waits for the ends, and raises unless all were reached."""
        refused = self._see_to_the_end(runs, quiet)
        for run in runs:
            if sentences := refused.get(run.id):
                raise ParameterError("The parameters can't be used:\n" + "\n".join(sentences), [("", line) for line in sentences])
            if run.status != "done":
                raise RunFailed(f"run {run.id} of {run.experiment} {_ending(run.status)}{': ' + run.error if run.error else ''}",
                                run.hint, run)
        return runs

    def _see_to_the_end(self, runs, quiet):
        """Returns {id: sentences} of the runs that never began, since their own code refused the parameters. Ctrl+C stops
        the runs, once more kills them, and is raised again when they have ended."""
        pending, refused, interrupts, told = [run.id for run in runs], {}, 0, ""
        with ProgressLine(runs[0].experiment if runs else "", None if quiet is None else not quiet) as line:
            while pending:
                try:
                    refused |= self._take_ended(pending, interrupts > 0)
                    told = self._tell(line, len(runs), pending, told)
                except KeyboardInterrupt:
                    interrupts += 1
                    line.say("stopping; once more kills" if interrupts == 1 else "killing")
                    self._end(pending, by_force=interrupts > 1)
        if interrupts:
            raise KeyboardInterrupt
        return refused

    def _take_ended(self, pending, interrupted):
        """Waits a moment for some to end, and takes those out of `pending`. Returns {id: sentences} of the refused ones."""
        refused = {}
        ours = [identity for identity in pending if identity in self._ours]
        for identity, _, sentences in self._core.wait(ours, 100):
            self._ours.discard(identity)
            pending.remove(identity)
            if sentences:
                refused[identity] = sentences
        if not ours:
            time.sleep(0.1)
        for identity in list(pending):
            if identity in self._ours and not interrupted:
                continue  # its queue tells
            try:
                ended = self._core.run(identity)["status"] in ENDED
            except Error:  # it never began, and is gone
                ended = True
            if ended:
                self._ours.discard(identity)
                pending.remove(identity)
        return refused

    def _tell(self, line, total, pending, told):
        """Shows how far they are; returns what it said of why they don't begin."""
        hindrance = self._core.hindrance()
        if not pending:
            return hindrance
        if hindrance and hindrance != told:
            line.say(f"run {pending[0]} {hindrance}")
        try:
            row = self._core.run(pending[0])
        except Error:
            return hindrance
        progress = row.get("progress", 1.0)
        if total == 1:
            line.update(progress, row.get("doing", ""))
        else:
            done = total - len(pending)
            line.update((done + progress) / total, f"{done} of {total} runs")
        return hindrance

    def _end(self, pending, by_force):
        for identity in pending:
            try:
                self._core.kill(identity) if by_force else self._core.request_stop(identity)
            except KeyboardInterrupt:  # once more: by force, from the first on
                return self._end(pending, True)
            except Error:  # it has ended meanwhile, or has not begun
                if by_force:
                    self._end_waiting(identity)

    def _end_waiting(self, identity):
        try:
            self._core.request_stop(identity)
        except Error:
            pass

    # --- what people see ---

    def __repr__(self):
        return f"<project {self.folder}>"

    def _repr_html_(self):
        return self.runs()._repr_html_()


def _ending(status):
    return {"failed": "failed", "stopped": "was stopped", "lost": "got lost: its process is gone"}.get(status, status)


def _parameter_error(experiment, problems):
    return ParameterError(f"The parameters of {experiment} can't be used:\n" + "\n".join(line for _, line in problems), problems)


def _checked_options(device, seed, name, note, tags, threads):
    """Arguments of a start. Raises orrery.Error in a sentence."""
    for what, text in (("device", device), ("name", name), ("note", note)):
        if not isinstance(text, str):
            raise Error(f"{what} is {text!r}", "accepted: a text")
    for what, number, low, high in (("seed", seed, 0, 2**63 - 1), ("threads", threads, 0, 4096)):
        if not hasattr(number, "__index__") or not low <= number.__index__() <= high:
            raise Error(f"{what} is {number!r}", f"accepted: a whole number from {low} to {high}")
    tags = [tags] if isinstance(tags, str) else [str(tag) for tag in tags]
    return {"device": device, "seed": seed.__index__(), "name": name, "note": note, "tags": tags, "threads": threads.__index__()}


def _assignment(value):
    """The text that stands for a value, or for several, on the command line."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (set, frozenset)):
        value = sorted(value)
    if hasattr(value, "__next__"):  # a generator
        value = list(value)
    if isinstance(value, (list, tuple, range)):
        return ",".join(_word(item) for item in value)
    return value if isinstance(value, str) else _word(value)


def _word(value):
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).replace(",", "\\,") if isinstance(value, (str, os.PathLike)) else repr(value)
