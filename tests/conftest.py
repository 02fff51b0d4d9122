# SPDX-License-Identifier: BSD-3-Clause
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def peer_python():
    """peer_python("igraph"): a Python that has the module, which only comparisons need; without one the test is skipped, and says so."""
    found = {}

    def find(module):
        if module not in found:
            places = [sys.executable, os.environ.get("ORRERY_PEERS_PYTHON", ""), ROOT / ".venv-peers/bin/python"]
            found[module] = next((str(python) for python in places if python and Path(python).exists() and subprocess.run(
                [python, "-c", f"import {module}"], capture_output=True).returncode == 0), None)
        if not found[module]:
            pytest.skip(f"{module} is not installed here; tools/bench graph makes .venv-peers, which has it, and $ORRERY_PEERS_PYTHON names another")
        return found[module]
    return find
