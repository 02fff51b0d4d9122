# SPDX-License-Identifier: BSD-3-Clause
"""What the tests of scripting share: the package of this build, projects in odd places, and scripts as processes."""
import os
import signal
import subprocess
import sys

import pytest

from python_under_test import BUILD, PLUGINS


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes many seconds; -m 'not slow' leaves it out")


@pytest.fixture(autouse=True)
def environment(tmp_path, monkeypatch):
    """Nothing of the user's, and the plugins of these tests."""
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("ORRERY_PLUGIN_PATH", str(PLUGINS))
    monkeypatch.setenv("ORRERY_PROJECT", str(tmp_path / "default.orrery"))
    monkeypatch.setenv("PYTHONPATH", str(BUILD / "python"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def time_limit():
    """A test that hangs fails."""
    def give_up(*_):
        raise TimeoutError("the test took more than three minutes")

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(180)
    yield
    signal.alarm(0)


@pytest.fixture
def project(tmp_path):
    import orrery

    return orrery.open(tmp_path / "prüf stand #1.orrery")


class Programs:
    """Each way of running Python with the package: (exit code, stdout, stderr)."""

    def __init__(self, folder):
        self.folder = folder

    def run(self, command, timeout=120, **options):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=timeout, cwd=self.folder, **options)
        return done.returncode, done.stdout, done.stderr

    def orrery(self, *arguments, **options):
        return self.run([BUILD / "bin/orrery", *arguments], **options)

    def write(self, text):
        path = self.folder / "my script é.py"
        path.write_text(text, encoding="utf-8")
        return path

    def script(self, text, *arguments, **options):
        return self.orrery("script", self.write(text), *arguments, **options)

    def python(self, text, *arguments, **options):
        return self.run([sys.executable, self.write(text), *arguments], **options)

    def start(self, text, *arguments):
        return subprocess.Popen([str(BUILD / "bin/orrery"), "script", str(self.write(text)), *map(str, arguments)], cwd=self.folder,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                # Where the tests themselves are run in the background, SIGINT is ignored.
                                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))


@pytest.fixture
def programs(tmp_path):
    return Programs(tmp_path)
