# SPDX-License-Identifier: BSD-3-Clause
"""How fast does a field decay? A sweep over the dissipation coefficient, and a figure of it fit for a paper.

    build/bin/orrery script projects/scripting/sweep_with_figure.py decay.orrery decay.pdf
"""
import sys

import orrery

project = orrery.open(sys.argv[1] if len(sys.argv) > 1 else "decay.orrery")
out = sys.argv[2] if len(sys.argv) > 2 else "decay.svg"

# A list is an axis of the sweep; every combination is a run of its own, recorded with all that it came from.
table = project.sweep("sqg.spectral", kappa=[0.01, 0.1, 1.0], n=[32, 64], final_time=0.2, dt=0.01)
print(table)

# Columns are NumPy arrays, of parameters as well as of metrics.
assert (table["rms"][table["kappa"] == 1.0] < table["rms"][table["kappa"] == 0.01]).all()

# One point for each run, one curve for each n. Beside the picture lie decay.json (where it came from) and decay.csv.
figure = table.plot("rms", x="kappa", log="x", title="Decay by t = 0.2")
print(figure.save(out, preset="one-column")["file"])

# The same as curves over time, kept in the project: the window's gallery and `orrery export` know it by its name.
table.where(n=64).plot("rms", x="step", y_label="rms").keep("decay over time")
