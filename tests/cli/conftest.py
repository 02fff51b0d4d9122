# SPDX-License-Identifier: BSD-3-Clause
"""What the tests of the command line share: calling it, and a sample plugin beside those of the build."""
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("ORRERY_BUILD", ROOT / "build"))
ORRERY = BUILD / "bin/orrery"


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes many seconds; -m 'not slow' leaves it out")


class CommandLine:
    def __init__(self, folder, plugins):
        self.folder = Path(folder)
        self.program = ORRERY
        self.project = self.folder / "prüf stand #1.orrery"     # blanks, umlauts and a number sign on purpose
        self.environment = {**os.environ, "ORRERY_PLUGIN_PATH": str(plugins), "XDG_DATA_HOME": str(self.folder / "data"),
                            "XDG_STATE_HOME": str(self.folder / "state"), "XDG_RUNTIME_DIR": str(self.folder),
                            "ORRERY_PROJECT": str(self.project)}

    def start(self, *args):
        return subprocess.Popen([str(self.program), *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                env=self.environment, cwd=self.folder)

    def __call__(self, *args, timeout=120):
        """(exit code, stdout, stderr)"""
        process = self.start(*args)
        out, err = process.communicate(timeout=timeout)
        return process.returncode, out, err

    def json(self, *args, code=0, timeout=120):
        seen, out, err = self(*args, "--json", timeout=timeout)
        assert seen == code, (seen, out[-500:], err[-500:])
        return json.loads(out)


@pytest.fixture(scope="session")
def sample_plugins(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plugins")
    (folder / "good").mkdir()
    shutil.copy(BUILD / "tests/sample_plugins/good/good.so", folder / "good/good.so")
    subprocess.run([ORRERY, "declare", folder / "good/good.so", "--out", folder / "good/plugin.json"], check=True)
    return folder


@pytest.fixture
def orrery(tmp_path, sample_plugins):
    return CommandLine(tmp_path, sample_plugins)
