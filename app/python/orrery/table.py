# SPDX-License-Identifier: BSD-3-Clause
"""Runs side by side: what varies among their parameters, and what came out."""
from pathlib import Path

from . import _core, notebook
from .errors import Error
from .run import _figure_words


class Table:
    """Runs in an order. `varied` names the parameters that differ among them."""

    def __init__(self, project, runs, varied=None, sweep="", refused=()):
        self.project, self.runs, self.sweep, self.refused = project, list(runs), sweep, list(refused)
        self._varied = varied

    @property
    def varied(self):
        if self._varied is not None:
            return list(self._varied)
        rows = [run.parameters for run in self.runs]
        names = dict.fromkeys(name for row in rows for name in row)
        return [name for name in names if any(row.get(name) != rows[0].get(name) for row in rows)]

    @property
    def metrics(self):
        """Keys that any of the runs has."""
        return list(dict.fromkeys(key for run in self.runs for key in run._row()["metrics"]))

    @property
    def columns(self):
        several = len({run.experiment for run in self.runs}) > 1
        named = any(run.name for run in self.runs)
        return ["run", *(["experiment"] if several else []), *(["name"] if named else []), *self.varied, "status", *self.metrics]

    def _cell(self, run, column):
        row = run._row()
        if column == "run":
            return run.id
        if column in ("experiment", "name", "status", "device", "seconds", "seed", "note", "created"):
            return row[column]
        if column in row["params"]:
            return row["params"][column]
        if column in row["metrics"]:
            value = row["metrics"][column]
            return {None: float("nan"), "inf": float("inf"), "-inf": float("-inf")}.get(value, value)
        return None

    @property
    def rows(self):
        """[{column: value}]."""
        columns = self.columns
        return [{column: self._cell(run, column) for column in columns} for run in self.runs]

    def __getitem__(self, key):
        """A column as a NumPy array by its name (parameter, metric, "seconds", ...), a run by its place, or a slice."""
        if isinstance(key, int):
            return self.runs[key]
        if isinstance(key, slice):
            return Table(self.project, self.runs[key], self._varied, self.sweep)
        import numpy

        cells = [self._cell(run, key) for run in self.runs]
        self._expect(key)
        if all(cell is None or isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in cells) and None in cells:
            cells = [float("nan") if cell is None else cell for cell in cells]
        return numpy.array(cells)

    def __iter__(self):
        return iter(self.runs)

    def __len__(self):
        return len(self.runs)

    def _expect(self, column):
        """Raises KeyError if none of the runs has it."""
        if self.runs and all(self._cell(run, column) is None for run in self.runs):
            raise KeyError(f"there is no column {column!r}; there is: {', '.join(self._known())}")

    def _known(self):
        return self.columns + [name for name in self.runs[0].parameters if name not in self.columns]

    def where(self, *tests, **parameters):
        """The runs that pass every test (a function of a run) and have these values."""
        for column in parameters:
            self._expect(column)
        kept = [run for run in self.runs if all(test(run) for test in tests)
                and all(self._cell(run, column) == value for column, value in parameters.items())]
        return Table(self.project, kept, None, self.sweep)

    def sorted(self, column, descending=False):
        """By a column; runs without a value come last."""
        self._expect(column)
        cells = [(self._cell(run, column), place, run) for place, run in enumerate(self.runs)]
        have = [cell for cell in cells if cell[0] is not None and cell[0] == cell[0]]
        have.sort(key=lambda cell: cell[0], reverse=descending)
        rest = [cell for cell in cells if cell[0] is None or cell[0] != cell[0]]
        return Table(self.project, [run for _, _, run in have + rest], self._varied, self.sweep)

    def best(self, metric, highest=False):
        """The run with the lowest last value of the metric, or the highest, among those that are done."""
        have = [run for run in self.runs if run.status == "done" and self._cell(run, metric) == self._cell(run, metric) and self._cell(run, metric) is not None]
        if not have:
            raise Error(f"none of these runs is done and has a value of the metric '{metric}'", f"they have: {', '.join(self.metrics)}")
        return (max if highest else min)(have, key=lambda run: self._cell(run, metric))

    def plot(self, *metrics, x=None, **style):
        """An orrery.Figure: each metric over the parameter x, one point for each run; x="step" or "time" draws the curves of
        all runs. Default for x: the parameter that varies. log: True, "x", "y". Others: entries of a figure."""
        if not self.runs:
            raise Error("there are no runs to draw")
        style = _figure_words(style)
        if x in ("step", "time") or (x is None and not self.varied):
            spec = {"kind": "curves", "x": x or "step"}
        else:
            spec = {"kind": "sweep", "x": x or self.varied[0]}
        return self.project.figure(spec | {"runs": [run.id for run in self.runs], "metrics": list(metrics) or self.metrics[:1]} | style)

    # --- leaving ---

    def to_csv(self, path=None):
        """RFC 4180: nan, inf, -inf; as a text, or written to a file, whose path is returned."""
        return self._leave("csv", path)

    def to_json(self, path=None):
        """{"columns", "rows": [{name: value}]}; NaN is null."""
        return self._leave("json", path)

    def to_markdown(self, path=None):
        """A GitHub table."""
        return self._leave("md", path)

    def to_html(self, path=None):
        """A complete page."""
        return self._leave("html", path)

    def to_pandas(self):
        """A pandas.DataFrame; needs pandas."""
        import pandas

        return pandas.DataFrame(self.rows, columns=self.columns)

    def _leave(self, form, path):
        text = _core.table_text(self.columns, [list(row.values()) for row in self.rows], form)
        if path is None:
            return text
        Path(path).write_text(text, encoding="utf-8", newline="")
        return Path(path)

    def __repr__(self):
        shown = [[notebook.text_of(cell) for cell in row.values()] for row in self.rows[:50]]
        lines = [self.columns, *shown]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.columns))]
        text = "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines)
        text += f"\n... {len(self.runs)} runs" if len(self.runs) > 50 else ""
        return text + (f"\n{len(self.refused)} points were refused: {self.refused[0][0]}" if self.refused else "")

    def _repr_html_(self):
        rows = [list(row.values()) for row in self.rows[:200]]
        more = f"the first 200 of {len(self.runs)} runs" if len(self.runs) > 200 else f"{len(self.runs)} runs"
        return notebook.table_html(self.columns, rows, more)
