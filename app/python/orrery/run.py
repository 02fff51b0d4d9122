# SPDX-License-Identifier: BSD-3-Clause
"""Runs with their metrics and artifacts, read from the project when they are asked for."""
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from . import notebook
from .errors import Error

ENDED = ("done", "failed", "stopped", "lost")


class Metric:
    """One metric of a run over its steps."""

    def __init__(self, run, key):
        self.run, self.key = run, key

    def _series(self):
        return self.run.project._core.series(self.run.id, self.key)

    @property
    def values(self):
        """float64 [points]; NaN is a value."""
        return self._series()[1]

    @property
    def steps(self):
        """int64 [points]."""
        return self._series()[0]

    @property
    def elapsed(self):
        """Seconds of computing since the run began, float64 [points]."""
        return self._series()[2]

    @property
    def last(self):
        """The value at the largest step."""
        return float(self.values[-1])

    def plot(self, **style):
        """An orrery.Figure of the values over the steps."""
        return self.run.plot(self.key, **style)

    def __len__(self):
        return len(self.values)

    def __repr__(self):
        values = self.values
        return f"<metric {self.key}: {len(values)} points, last {values[-1]:.6g}>"


class Metrics(Mapping):
    """The metrics of a run by their keys."""

    def __init__(self, run):
        self._run = run

    def __getitem__(self, key):
        if key not in (keys := self._keys()):
            raise KeyError(f"run {self._run.id} has no metric {key!r}; it has: {', '.join(keys) or 'none'}")
        return Metric(self._run, key)

    def __iter__(self):
        return iter(self._keys())

    def __len__(self):
        return len(self._keys())

    def _keys(self):
        return self._run.project._core.metric_keys(self._run.id)

    def last(self):
        """{key: value at the largest step}."""
        return {key: metric.last for key, metric in self.items()}

    def __repr__(self):
        return "\n".join(repr(metric) for metric in self.values()) or "<no metrics>"


class Artifact:
    """A result of a run: a file that is named by its SHA-256. Never write into it."""

    def __init__(self, run, row):
        self.run, self._row = run, row
        self.name, self.kind, self.sha256, self.bytes = row["name"], row["kind"], row["sha256"], row["bytes"]

    @property
    def path(self):
        """Of its file. Raises orrery.Error if it is gone."""
        return Path(self.run.project._core.artifact_path(self.run.id, self.name))

    def _array(self, field):
        from . import artifact_files

        path = self.path
        if self.kind == "field":
            return artifact_files.field_array(path, field)
        if self._row["file"].endswith(".npy"):
            return artifact_files.npy_array(path)
        if self.kind == "image":
            import numpy
            from PIL import Image

            return numpy.array(Image.open(path))
        raise Error(f"the artifact '{self.name}' is a {self.kind}, not an array",
                    "table: .table(); model: .load(); others: .path is its file")

    def array(self, field=None):
        """A read-only NumPy array over the file's memory: a field [steps, nx, ny] (`field` names one of several), a .npy
        file, or an image [height, width, channels] (decoded, needs Pillow). Raises orrery.Error for other kinds."""
        array = self._array(field).view()
        array.flags.writeable = False
        return array

    def tensor(self, field=None, device="cpu"):
        """The same as a torch tensor. On the CPU it shares the file's memory, copied page by page when it is written to:
        the file never changes."""
        import torch

        return torch.from_numpy(self._array(field)).to(device)

    @property
    def times(self):
        """Of a field: the time of each step, float64 [steps]."""
        return self.layout["times"]

    @property
    def layout(self):
        """Of a field: nx, ny, origin, spacing, names, units, times."""
        import numpy

        from . import _core

        layout = _core.field_layout(self.path)
        layout.pop("blocks")
        return layout | {"times": numpy.array(layout["times"])}

    def table(self):
        """Of a table: {column: NumPy array}."""
        from . import artifact_files

        if self.kind != "table":
            raise Error(f"the artifact '{self.name}' is a {self.kind}, not a table")
        return artifact_files.table_columns(self.path, self._row["file"])

    def load(self, device="cpu"):
        """Of a model: the TorchScript module, or the tensors that were saved. It runs no code of the file but TorchScript."""
        import torch

        path = str(self.path)
        try:
            return torch.jit.load(path, map_location=device)
        except RuntimeError:
            return torch.load(path, map_location=device, weights_only=True)

    def text(self):
        """Of a report: its text."""
        return self.path.read_text(encoding="utf-8")

    def verify(self):
        """True; raises orrery.Error if the file's bytes are not those of its SHA-256."""
        self.run.project._core.artifact_path(self.run.id, self.name, True)
        return True

    def save(self, path):
        """Copies the file. `orrery export` converts fields to other formats and writes where they came from."""
        shutil.copyfile(self.path, path)
        return Path(path)

    def plot(self, **style):
        """An orrery.Figure of a field: its last step unless step= says another; kind="surface" for a height surface. Or of
        a graph: original= names the artifact that it is compared with."""
        if self.kind not in ("field", "graph"):
            raise Error(f"the artifact '{self.name}' is a {self.kind}; only fields and graphs are drawn")
        return self.run.project.figure({"kind": self.kind, "runs": [self.run.id], "artifact": self.name} | style)

    def __repr__(self):
        return f"<artifact {self.name}: {self.kind}, {self.bytes} bytes>"


class Artifacts(Mapping):
    """The artifacts of a run by their names."""

    def __init__(self, run):
        self._run = run

    def _by_name(self):
        return {row["name"]: row for row in self._run._row()["artifacts"]}

    def __getitem__(self, name):
        rows = self._by_name()
        if name not in rows:
            why = "they were removed" if self._run._row().get("artifacts_removed") else f"it has: {', '.join(rows) or 'none'}"
            raise KeyError(f"run {self._run.id} has no artifact {name!r}; {why}")
        return Artifact(self._run, rows[name])

    def __iter__(self):
        return iter(self._by_name())

    def __len__(self):
        return len(self._by_name())

    def __repr__(self):
        return "\n".join(repr(artifact) for artifact in self.values()) or "<no artifacts>"


def _from_row(key, doc, otherwise=""):
    return property(lambda self: self._row().get(key, otherwise), doc=doc)


class Run:
    """One execution of an experiment. What is read of it is as the project holds it at that moment."""

    def __init__(self, project, identity, row=None):
        self.project, self.id = project, identity
        self._known, self._seen = row, project._core.changes() if row else None

    def _row(self):
        seen = self.project._core.changes()
        if self._known is None or seen != self._seen or self._known["status"] not in ENDED:
            self._known, self._seen = self.project._core.run(self.id), seen
        return self._known

    experiment = _from_row("experiment", "Id of the experiment.")
    parameters = _from_row("params", "All parameters by name.")
    status = _from_row("status", "queued, running, stopping, done, failed, stopped or lost.")
    device = _from_row("device", '"cpu" or "cuda:N".')
    seconds = _from_row("seconds", "Of computing.")
    seed = _from_row("seed", "Of all random numbers.")
    threads = _from_row("threads", "That it computes with.")
    name = _from_row("name", "Given by people; may be empty.")
    note = _from_row("note", "Given by people; may be empty.")
    tags = _from_row("tags", "Given by people.")
    sweep = _from_row("sweep", "Id of the sweep that it belongs to; empty if it was run alone.")
    created = _from_row("created", "UTC.")
    progress = _from_row("progress", "From 0 to 1.", 1.0)
    error = _from_row("error", "Why it failed, in a sentence; empty if it didn't.")
    hint = _from_row("hint", "What to do about it.")

    @property
    def metrics(self):
        """The metrics by key: run.metrics["loss"].values."""
        return Metrics(self)

    @property
    def artifacts(self):
        """The artifacts by name: run.artifacts["theta"].array()."""
        return Artifacts(self)

    @property
    def provenance(self):
        """Code, plugin, libraries, machine, device: flat, by key."""
        return self.project._core.facts(self.id)["provenance"]

    @property
    def inputs(self):
        """The files that it read: dicts with path, sha256, bytes."""
        return self.project._core.facts(self.id)["inputs"]

    @property
    def live_changes(self):
        """Parameters that were changed while it went on: dicts with step, field, value."""
        return self.project._core.facts(self.id)["live"]

    @property
    def log(self):
        """What it printed."""
        try:
            return Path(self.project._core.facts(self.id)["log"]).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def wait(self, quiet=None):
        """Waits until it has ended; returns it. Ctrl+C asks it to stop. Raises as Project.run does."""
        return self.project._wait([self], quiet)[0]

    def stop(self):
        """Asks it to stop; it writes a checkpoint if it can. Doesn't wait."""
        self.project._core.request_stop(self.id)

    def kill(self):
        """Ends it by force. False if its process is not on this machine, or is gone."""
        return self.project._core.kill(self.id)

    def resume(self, quiet=None):
        """Lets a run that was stopped, failed or got lost go on from its checkpoint, and waits for its end."""
        return self.project.resume(self, quiet=quiet)

    def plot(self, *metrics, **style):
        """An orrery.Figure of these metrics (default: all) over the steps."""
        keys = list(metrics) or list(self.metrics)
        return self.project.figure({"kind": "curves", "runs": [self.id], "metrics": keys} | _figure_words(style))

    def to_dict(self):
        """As `orrery runs --json` prints it."""
        return json.loads(json.dumps(self._row()))

    def __eq__(self, other):
        return isinstance(other, Run) and other.id == self.id and other.project.folder == self.project.folder

    def __hash__(self):
        return hash(self.id)

    def __repr__(self):
        row = self._row()
        return f"<run {self.id} {row['experiment']} {row['status']}{' ' + repr(row['name']) if row['name'] else ''}>"

    def _repr_html_(self):
        return notebook.run_html(self._row())


def _figure_words(style):
    """log=True for both axes as people write it, as the specification's entries."""
    style = dict(style)
    if "log" in style:
        log = style.pop("log")
        axes = {True: "xy", False: ""}.get(log, log)
        if not isinstance(axes, str) or not set(axes) <= set("xy"):
            raise Error(f"log is {log!r}", 'accepted: True, False, "x", "y", "xy"')
        style |= {"log_x": "x" in axes, "log_y": "y" in axes}
    return style
