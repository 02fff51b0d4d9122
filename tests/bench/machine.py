# SPDX-License-Identifier: BSD-3-Clause
"""What a measurement has to say about where it was taken."""
import datetime
import json
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "tests/bench/results"


def cpu_model():
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return "unknown"


def instruction_set():
    """The widest of those that the engine knows which this processor has."""
    with open("/proc/cpuinfo") as file:
        flags = next((line.split() for line in file if line.startswith("flags")), [])
    if "avx512f" in flags:
        return "AVX-512"
    return "AVX2" if "avx2" in flags and "fma" in flags else "scalar"


def machine():
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    return {"date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "commit": commit, "cpu": cpu_model(),
            "cores": len(os.sched_getaffinity(0)), "instruction_set": instruction_set(), "load_at_start": os.getloadavg()[0]}


def write_results(name, document):
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / name
    file.write_text(json.dumps(document, indent=1) + "\n")
    print(f"\nwritten: {file}")
