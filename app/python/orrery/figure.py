# SPDX-License-Identifier: BSD-3-Clause
"""Figures: specifications that render again to the same picture."""
import tempfile
from pathlib import Path


def _plain(entries):
    """Runs by their ids."""
    if "runs" in entries:
        entries = entries | {"runs": [getattr(run, "id", run) for run in entries["runs"]]}
    return entries


class Figure:
    """A picture of a project's data as a specification: what is shown, how, and how large.

    Entries (the same as in core/figure/figure.h, on the command line and in the gallery):
        kind: "curves", "sweep", "field", "surface" or "graph"
        runs, sweep, metrics, x, value: what curves show; artifact, field, step: what pictures of fields show
        artifact, graph, original, shown, places: what pictures of graphs show
        colour_by, size_by, node_size, node_labels, edge_weights: how
        title, x_label, y_label, log_x, log_y, x_range, y_range, grid, legend, labels, smoothing, palette, line_width, markers
        colour_map, range, log_colours, centred, colour_bar, smooth, relief, azimuth, elevation, zoom, centre
        preset ("one-column": 85 mm, "two-columns": 180 mm), width_mm, height_mm, font, font_size, background, dpi
    """

    def __init__(self, project, specification=None, name="", **entries):
        self.project, self.name = project, name
        self.specification = project._core.checked_figure({**(specification or {}), **_plain(entries)})

    def using(self, **entries):
        """The same figure with these entries replaced. A preset replaces what it stands for."""
        return Figure(self.project, self.project._core.changed_figure(self.specification, _plain(entries)), self.name)

    def save(self, path, **entries):
        """Writes PNG, SVG or PDF, by the ending; beside f.svg it writes f.json (specification, runs, code, hashes) and f.csv (the
        data). A file that Orrery didn't write is never replaced. Returns {"file", "sidecar", "data", "sha256", "notes", ...}.
        Entries replace those of the figure for this once: save("f.png", width_mm=180, dpi=600). Raises orrery.Error."""
        figure = self.using(**entries) if entries else self
        return self.project._core.write_figure(figure.specification, Path(path).expanduser(), self.name, True)

    def keep(self, name):
        """Saves it in the project under this name, for the gallery and `orrery export --figure NAME`."""
        return self.project.save_figure(name, self)

    @property
    def data(self):
        """What it shows, as the CSV beside an exported figure."""
        return self.project._core.figure_csv(self.specification)

    def _picture(self, ending, **entries):
        figure = self.using(**entries) if entries else self
        with tempfile.TemporaryDirectory(prefix="orrery-figure-") as folder:
            path = Path(folder) / ("figure" + ending)
            self.project._core.write_figure(figure.specification, path, self.name, False)
            return path.read_bytes()

    def _repr_html_(self):
        return self._picture(".svg").decode()

    def _repr_png_(self):
        return self._picture(".png", dpi=150)

    def __repr__(self):
        about = self.specification.get("metrics") or [self.specification.get("artifact", "")]
        return f"<figure: {self.specification['kind']} of {', '.join(about)}>"
