#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Measures the window and prints each number beside its goal: start to first paint, the table of 10,000 runs, 100 curves of 10,000
points, images of a field a second, graphs of up to 1,000,000 edges that are asked and moved, drags of the spectrum brush, and resident memory
while 200,000 points a second are plotted.

    tests/bench/gui.py [--bin build/bin] [--quick]       (tools/bench gui builds what it needs; under xvfb-run without a display)

--quick: three starts, one round of the field and graph views and 15 s of live plotting instead of eleven, five, three and 180 s.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def starts(gui, count, environment):
    """Milliseconds from the start of the process to the window's first paint."""
    times = []
    for _ in range(count):
        begun = time.monotonic()
        done = subprocess.run([gui, "--first-paint"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=60, check=True)
        times.append(1000 * (float(done.stdout.split()[-1]) - begun))
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=Path, default=Path("build/bin"))
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    if not os.environ.get("DISPLAY"):
        os.execvp("xvfb-run", ["xvfb-run", "-a", "-s", "-screen 0 1600x1000x24", sys.executable, *sys.argv])
    with tempfile.TemporaryDirectory() as home:
        environment = dict(os.environ, LIBGL_ALWAYS_SOFTWARE="1", XDG_RUNTIME_DIR=home,
                           **{name: home for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")})
        os.chmod(home, 0o700)
        offscreen = dict(environment, QT_QPA_PLATFORM="offscreen")

        def run(name, *options, env=environment):
            return subprocess.run([args.bin / name, *options], env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout

        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, OpenGL by software")
        times = starts(args.bin / "orrery-gui", 3 if args.quick else 11, environment)
        print(f"start to first paint, ms              {statistics.median(times):7.0f}  ({min(times):.0f} to {max(times):.0f})   goal < 1000", flush=True)
        print(run("bench_gui_lists", env=offscreen), "  goal of list, sort and filter: < 300", sep="", flush=True)
        plots = json.loads(run("bench_gui_plots", "15" if args.quick else "180", env=offscreen))
        print(f"100 runs x 10,000 points drawn, ms    {plots['draw_100x10000_ms']:7.0f}                  goal < 500")
        print(f"memory while {plots['live_points'] / 1e6:.1f} million points came, MB: {plots['memory_begin_mb']:.0f} in the beginning, "
              f"{plots['memory_third_mb']:.0f} after a third, {plots['memory_end_mb']:.0f} at the end   goal: flat", flush=True)
        field = json.loads(run("bench_gui_field", "1" if args.quick else "5"))
        print(f"images of a field a second, {field['driver']}; goal at 512: >= 30")
        for row in field["results"]:
            print(f"  {row['n']:5} x {row['n']:<5} {row['as']:8} {row['per_second']:7.0f}  ({row['lowest']:.0f} to {row['highest']:.0f})   one painting {row['paint_ms']:.1f} ms")
        graph = json.loads(run("bench_gui_graph", "1" if args.quick else "3"))
        print("graphs, ms; goals at 1,000,000 edges: pick < 2, at least 5 frames a second while moved (< 200 each)")
        for row in graph["results"]:
            print(f"  {row['edges']:9,} edges   pick {row['pick']:.3f} (at most {row['pick_worst']:.1f}, first {row['first_pick']:.1f})   "
                  f"pointed at {row['hover_frame']:.1f}   node dragged {row['drag_frame']:.1f} (at most {row['drag_frame_worst']:.1f})   "
                  f"moved {row['move_frame']:.1f} (at most {row['move_frame_worst']:.1f})   all drawn {row['all_drawn']:.0f}")
        brush = json.loads(run("bench_gui_brush", "30" if args.quick else "100"))
        print("a drag of the spectrum brush, ms, median (worst); goal: <= 16")
        for nodes in ("100", "300"):
            for output, row in brush[nodes].items():
                print(f"  {nodes} nodes, {output:9}   " + "   ".join(
                    f"{name} {row[key]['median']:.1f} ({row[key]['worst']:.1f})" for name, key in
                    (("computed", "computed_ms"), ("answered", "answered_ms"), ("painted", "paint_ms"), ("seen", "drawn_ms"))))


if __name__ == "__main__":
    main()
