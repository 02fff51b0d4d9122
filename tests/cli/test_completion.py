# SPDX-License-Identifier: BSD-3-Clause
"""orrery completion bash: bash itself, with the words as readline splits them, asks what can stand at the cursor."""
import subprocess
import time

import pytest

from conftest import ORRERY


class Bash:
    def __init__(self, orrery):
        self.orrery = orrery
        code, self.script, _ = orrery("completion", "bash")
        assert code == 0

    def __call__(self, *words):
        """Candidates for the last word."""
        quoted = " ".join("'" + str(word).replace("'", "'\\''") + "'" for word in (ORRERY, *words))
        text = f"{self.script}\nCOMP_WORDS=({quoted})\nCOMP_CWORD={len(words)}\n_orrery\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n"
        done = subprocess.run(["bash", "--norc", "-c", text], capture_output=True, text=True, env=self.orrery.environment,
                              cwd=self.orrery.folder, timeout=20)
        assert done.returncode == 0 and not done.stderr, done.stderr
        return done.stdout.split()


@pytest.fixture
def bash(orrery):
    return Bash(orrery)


def test_commands_options_and_experiments(bash):
    assert {"run", "sweep", "show", "completion"} <= set(bash("")) and "declare" not in bash("") and "complete" not in bash("")
    assert bash("swe") == ["sweep"]
    assert bash("run", "--na") == ["--name"]
    assert "--job" not in bash("run", "--"), "internal options are not offered"
    assert bash("describe", "sample.") == ["sample.count"]
    assert "sample.count" in bash("sweep", "--jobs", "2", "")
    assert bash("nonsense", "") == [] and bash("run", "sample.cuont", "") == []


def test_parameters_and_their_choices(bash):
    assert bash("run", "sample.count", "") == ["steps=", "pause=", "end=", "odd="]
    assert bash("run", "sample.count", "steps", "=", "3", "--seed", "1", "") == ["pause=", "end=", "odd="]
    assert bash("run", "sample.count", "end", "=") == ["done", "error", "exception", "segfault", "exit", "nan"]
    assert bash("run", "sample.count", "end", "=", "e") == ["error", "exception", "exit"]
    assert bash("run", "sample.count", "end=e") == ["end=error", "end=exception", "end=exit"], "a shell that doesn't split at ="
    assert bash("sweep", "sample.count", "end", "=", "done,s") == ["done,segfault"]
    assert bash("run", "sample.count", "end", "=", "done,s") == []
    assert bash("run", "sample.count", "steps", "=") == []


def test_values_of_options(bash):
    assert bash("run", "sample.count", "--device", "c") == ["cpu", "cuda:0"]
    assert bash("run", "sample.count", "--device", "cuda", ":") == ["0"]
    assert bash("metrics", "--format", "") == ["table", "csv", "md", "json", "html"]
    assert bash("completion", "") == ["bash"]


def test_run_ids_and_artifacts_of_the_project(bash, orrery):
    assert bash("show", "") == [] and not orrery.project.exists(), "asking makes no project"
    first = orrery.json("run", "sample.count", "steps=1")["run"]
    second = orrery.json("run", "sample.count", "steps=1")["run"]
    assert bash("show", "") == ["last", second, first]
    assert bash("show", first[:10]) == [first]
    assert bash("export", first, second[:9])[0] == second
    assert bash("export", first, "--artifact", "") == ["result"]
    elsewhere = orrery.folder / "other.orrery"
    third = orrery.json("run", "sample.count", "steps=1", "--project", elsewhere)["run"]
    assert bash("show", "--project", elsewhere, "") == ["last", third]


def test_an_answer_takes_at_most_a_tenth_of_a_second(orrery):
    orrery.json("run", "sample.count", "steps=1")
    for words in (["run", ""], ["run", "pinn.sqg", ""], ["show", ""]):
        times = []
        for _ in range(5):
            began = time.perf_counter()
            orrery("complete", len(words), "orrery", *words)
            times.append(time.perf_counter() - began)
        assert min(times) <= 0.1, times
