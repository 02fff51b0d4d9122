# SPDX-License-Identifier: BSD-3-Clause
"""Scripting, each number beside its goal: import, metrics from Python, opening a large artifact, figures. tools/bench python"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("ORRERY_BUILD", ROOT / "build"))
sys.path.insert(0, str(BUILD / "python"))


def line(what, values, goal=None, unit="ms"):
    middle = statistics.median(values)
    told = "" if goal is None else f"   goal {goal:g}" + ("" if middle <= goal else "   MISSED")
    print(f"{what:<58} {middle:8.2f} {unit} ({min(values):.2f} to {max(values):.2f}){told}", flush=True)


def imports(times):
    """Each in a fresh process, interleaved with the peers that a script would import."""
    seen = {"orrery": [], "numpy": [], "json": []}
    for _ in range(times):
        for name, values in seen.items():
            code = f"import time; t = time.perf_counter(); import {name}; print((time.perf_counter() - t) * 1e3)"
            done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                                  env={**os.environ, "PYTHONPATH": str(BUILD / "python")})
            values.append(float(done.stdout))
    line("import orrery", seen["orrery"], 100)
    line("  beside it: import numpy", seen["numpy"])


def metrics(project, times):
    runs = [project.run("sample.speed", calls=10000, quiet=True) for _ in range(times)]
    line("10,000 calls of run.metric() in a job", [run.metrics["seconds"].last * 1e3 for run in runs], 50)


def large(project, megabytes, times):
    import numpy

    run = project.run("sample.large", megabytes=megabytes, quiet=True)
    artifact = run.artifacts["u"]
    mapped, read = [], []
    for _ in range(times):
        began = time.perf_counter()
        array = artifact.array()
        mapped.append((time.perf_counter() - began) * 1e3)
        assert array.nbytes == megabytes << 20
        del array
        began = time.perf_counter()
        numpy.fromfile(artifact.path, dtype=numpy.uint8)
        read.append((time.perf_counter() - began) * 1e3)
    line(f"a field of {megabytes} MiB opened as an array", mapped, 50)
    line("  beside it: numpy.fromfile of the same file", read)


def jobs(project, times):
    seconds = {"sample.decay": [], "sqg.spectral": []}
    for _ in range(times):
        for experiment, values in seconds.items():
            small = {"steps": 1} if experiment == "sample.decay" else {"n": 16, "final_time": 0.01, "dt": 0.01}
            began = time.perf_counter()
            project.run(experiment, quiet=True, **small)
            values.append((time.perf_counter() - began) * 1e3)
    line("a run of one step in Python, start to end", seconds["sample.decay"])
    line("  beside it: one of a compiled plugin (with torch)", seconds["sqg.spectral"])


def figures(project, folder, times):
    run = project.run("sample.walk", steps=10000, quiet=True)
    for ending in (".svg", ".png", ".pdf"):
        seen = []
        for place in range(times):
            began = time.perf_counter()
            run.plot("x").save(folder / f"x{place}{ending}")
            seen.append((time.perf_counter() - began) * 1e3)
        line(f"a figure of 10,000 points as {ending}", seen)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    times = 3 if quick else 9
    with tempfile.TemporaryDirectory(prefix="orrery-bench-") as name:
        folder = Path(name)
        os.environ |= {"ORRERY_PLUGIN_PATH": str(ROOT / "tests/python/plugins"), "XDG_STATE_HOME": name, "XDG_CACHE_HOME": name}
        imports(3 * times)
        import orrery

        project = orrery.open(folder / "bench.orrery")
        metrics(project, times)
        jobs(project, times)
        large(project, 64 if quick else 1024, times)
        if (BUILD / "bin/orrery-gui").exists():
            figures(project, folder, times)


if __name__ == "__main__":
    main()
