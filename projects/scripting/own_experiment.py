# SPDX-License-Identifier: BSD-3-Clause
"""An experiment of your own: a pendulum, by the Störmer-Verlet method.

A file like this in a project's plugins/ folder, or in one that $ORRERY_PLUGIN_PATH names, is a plugin: its experiment has a
form in the window, is swept and reproduced, and every run is recorded with the hash of this file.

    ORRERY_PLUGIN_PATH=projects/scripting build/bin/orrery run pendulum.swing steps=2000
    build/bin/orrery script projects/scripting/own_experiment.py pendulum.orrery
"""
import math
import sys

import orrery


# The declaration is read from this text, without running it: names, types, defaults and ranges are written out.
@orrery.experiment(
    "pendulum.swing", "Pendulum",
    metrics={"angle": orrery.Metric("angle from the vertical", "rad"),
             "error/energy": orrery.Metric("relative error of the energy", lower_is_better=True)},
    artifacts={"orbit": orrery.Artifact("table", "time, angle and velocity")})
def swing(run,
          angle: orrery.Float(-3.1, 3.1, doc="Angle at the beginning", unit="rad") = 1.0,
          gravity: orrery.Float(0.1, 100, log=True, live=True, doc="Gravity over length", unit="1/s^2") = 9.81,
          final_time: orrery.Float(0.01, 1000, doc="End of the time interval", unit="s") = 10.0,
          steps: orrery.Int(10, 10_000_000, doc="Time steps") = 1000):
    """Swings without friction.

    Störmer-Verlet: E. Hairer, C. Lubich, G. Wanner, Acta Numerica 12 (2003), equation (1.5).
    """
    h = final_time / steps
    first, velocity, orbit = 0, 0.0, []
    if origin := run.resume():  # what the checkpoint below kept
        first, (angle, velocity, gravity, orbit) = origin[0] + 1, origin[1]
    energy = None
    for step in range(first, steps):
        gravity = run.live(step).get("gravity", gravity)  # turned while it goes on; recorded, and replayed by `reproduce`
        velocity -= h / 2 * gravity * math.sin(angle)
        angle += h * velocity
        velocity -= h / 2 * gravity * math.sin(angle)
        now = velocity**2 / 2 - gravity * math.cos(angle)
        energy = now if energy is None else energy
        run.metric("angle", step, angle)
        run.metric("error/energy", step, abs(now - energy) / gravity)
        orbit.append(((step + 1) * h, angle, velocity))
        run.checkpoint(step, lambda: (angle, velocity, gravity, orbit))  # written when it is due
        run.progress((step + 1) / steps, f"t = {(step + 1) * h:.2f}")  # ends here if a stop was requested
    run.artifact("orbit", dict(zip(("time", "angle", "velocity"), zip(*orbit))))


# What a range can't say. Told before the first step, in the form and on the command line alike.
@swing.check
def _(angle, gravity, final_time, steps):
    if (h := final_time / steps) ** 2 * gravity > 1:
        yield "steps", f"steps is {steps}: a step of {h:.3g} s is too long for this gravity"


if __name__ == "__main__":
    import shutil

    project = orrery.open(sys.argv[1] if len(sys.argv) > 1 else "pendulum.orrery")
    (project.folder / "plugins").mkdir(exist_ok=True)
    shutil.copy(__file__, project.folder / "plugins")
    table = project.sweep("pendulum.swing", steps="250..4000:log:5")
    errors, sizes = table["error/energy"], table["steps"]
    print(table)
    # The orbit ends after a whole number of steps, so the last error tells the order of the method only roughly.
    print("the error of the energy is", "falling" if errors[-1] < errors[0] / 16 else "NOT falling", "with the steps")
