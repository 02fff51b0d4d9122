# SPDX-License-Identifier: BSD-3-Clause
"""Plugins that crash, are left out, or lie in a project: what `orrery` says of them and when their code runs."""
import json
import shutil
import signal
import subprocess

import pytest

from conftest import BUILD, ORRERY
from test_command_line import wait_until

MOODY = BUILD / "tests/sample_plugins/moody/moody.so"


def put_moody(folder, plugin_id="moody", experiment="moody.walk"):
    """A plugin that crashes while it is opened, with a sound manifest."""
    target = folder / plugin_id
    target.mkdir(parents=True)
    shutil.copy(MOODY, target / "moody.so")
    subprocess.run([ORRERY, "declare", target / "moody.so", "--out", target / "plugin.json"], check=True,
                   env={"ORRERY_TEST_OPENING": "well"})
    manifest = json.loads((target / "plugin.json").read_text())
    manifest["id"] = plugin_id
    manifest["experiments"][0]["id"] = experiment
    (target / "plugin.json").write_text(json.dumps(manifest))
    return target


@pytest.fixture
def moody(orrery):
    put_moody(orrery.folder / "path")
    orrery.environment["ORRERY_PLUGIN_PATH"] += f":{orrery.folder / 'path'}"

    def open_with(ending, *args):
        orrery.environment["ORRERY_TEST_OPENING"] = ending
        return orrery("run", "moody.walk", "--quiet", *args)
    return open_with


def plugin(orrery, plugin_id="moody", *args):
    return next(p for p in orrery.json("plugins", *args) if p["id"] == plugin_id)


def assert_failed(orrery, words):
    found = plugin(orrery)
    assert found["state"] == "failed" and words in found["reason"], found
    code, _, err = orrery("run", "moody.walk")
    assert code == 2 and words in err and "orrery plugins --disable moody" in err and "--enable moody" in err
    assert err.count("\n") == 2, "one sentence, one hint: " + err
    code, _, err = orrery("check", "moody.walk")
    assert code == 2 and words in err
    assert "moody.walk" not in {e["id"] for e in orrery.json("list")}


@pytest.mark.parametrize("ending, words", [("abort", "SIGABRT"), ("segfault", "SIGSEGV"), ("overflow", "SIGSEGV"),
                                           ("throw", "the licence server is away")])
def test_a_plugin_that_crashes_while_it_is_opened_has_failed(orrery, moody, ending, words):
    code, _, err = moody(ending)
    assert code == 1 and (words in err or ending == "throw")
    assert_failed(orrery, words if ending != "throw" else plugin(orrery)["reason"])
    orrery.json("run", "sample.count", "steps=1")   # the others are well
    assert len(orrery.json("runs")) == 2, "a refused run leaves no row"


def test_it_is_tried_again_on_request_and_when_it_has_changed(orrery, moody):
    moody("abort")
    assert plugin(orrery)["state"] == "failed"
    orrery.environment["ORRERY_TEST_OPENING"] = "well"
    code, out, _ = orrery("plugins", "--enable", "moody")
    assert code == 0 and "failed" not in out
    assert moody("well")[0] == 0 and plugin(orrery)["state"] == "found"
    moody("abort")
    assert plugin(orrery)["state"] == "failed"
    library = orrery.folder / "path/moody/moody.so"
    library.write_bytes(library.read_bytes() + b"\0")
    assert plugin(orrery)["state"] == "found"
    assert moody("well")[0] == 0


@pytest.mark.parametrize("ending", ["kill", "exit"])
def test_one_kill_does_not_brand_a_plugin_but_two_in_a_row_do(orrery, moody, ending):
    moody(ending)
    assert plugin(orrery)["state"] == "found"
    assert moody("well")[0] == 0
    moody(ending)
    assert plugin(orrery)["state"] == "found", "a success in between"
    moody(ending)
    assert_failed(orrery, "the last 2 processes that opened it ended before it was open")


def test_checking_parameters_notes_a_crash_too(orrery, moody):
    orrery.environment["ORRERY_TEST_OPENING"] = "abort"
    assert orrery("check", "moody.walk")[0] == 1
    assert plugin(orrery)["state"] == "failed"


def test_declare_of_a_build_is_not_remembered(orrery, moody):
    orrery.environment["ORRERY_TEST_OPENING"] = "abort"
    code = orrery("declare", orrery.folder / "path/moody/moody.so")[0]
    assert code == -signal.SIGABRT and plugin(orrery)["state"] == "found"


def test_a_plugin_is_left_out_and_taken_in_again(orrery):
    code, out, _ = orrery("plugins", "--disable", "good")
    assert code == 0 and "orrery plugins --enable good" in out
    found = plugin(orrery, "good")
    assert found["state"] == "disabled" and found["experiments"] == ["sample.count"]
    code, _, err = orrery("run", "sample.count")
    assert code == 2 and "left out by the user" in err and "orrery plugins --enable good" in err
    assert not orrery.project.exists()
    assert next(p for p in orrery.json("plugins", "--enable", "good") if p["id"] == "good")["state"] == "found"
    orrery.json("run", "sample.count", "steps=1")


def test_leaving_out_says_what_is_wrong(orrery):
    code, _, err = orrery("plugins", "--disable", "godo")
    assert code == 2 and "there is no plugin 'godo'" in err and "did you mean 'good'" in err
    code, _, err = orrery("plugins", "--disable", "../../x")
    assert code == 2
    code, _, err = orrery("plugins", "--disable", "good", "--enable", "good")
    assert code == 2 and "at once" in err and plugin(orrery, "good")["state"] == "found"


def test_many_processes_may_change_it_at_once(orrery):
    processes = [orrery.start("plugins", "--json", "--disable" if i % 2 else "--enable", "good") for i in range(12)]
    for process in processes:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0 and json.loads(out), err
    orrery("plugins", "--enable", "good")
    assert plugin(orrery, "good")["state"] == "found"


@pytest.mark.parametrize("how", ["before", "after", "environment"])
def test_safe_uses_the_plugins_beside_the_binary_only(orrery, how):
    put_moody(orrery.project / "plugins")
    if how == "environment":
        orrery.environment["ORRERY_SAFE"] = "1"

    def safe(*args):
        return {"before": ["--safe", *args], "after": [*args, "--safe"], "environment": args}[how]
    states = {p["id"]: (p["state"], p["reason"]) for p in orrery.json(*safe("plugins"))}
    assert states["good"] == states["moody"] == ("disabled", "left out by --safe")
    assert {e["plugin"] for e in orrery.json(*safe("list"))} <= {"graph", "pinn"}
    code, _, err = orrery(*safe("run", "sample.count"))
    assert code == 2 and "left out by --safe" in err
    orrery.environment["ORRERY_SAFE"] = "0"
    assert plugin(orrery, "good")["state"] == "found"


def test_every_command_uses_the_plugins_of_the_project(orrery):
    project = orrery.folder / "theirs.orrery"
    put_moody(project / "plugins")
    orrery.environment["ORRERY_TEST_OPENING"] = "well"
    assert "moody.walk" not in {e["id"] for e in orrery.json("list")}
    here = ["--project", project]
    assert "moody.walk" in {e["id"] for e in orrery.json("list", *here)}
    assert orrery.json("describe", "moody.walk", *here)["plugin"] == "moody"
    assert "moody.walk" in orrery("metrics", "--format", "csv", *here)[1]
    assert orrery.json("check", "moody.walk", "steps=2", *here)["ok"]
    assert plugin(orrery, "moody", *here)["state"] == "found"
    for words in (["run", "--project", project, ""], ["run", f"--project={project}", ""], ["--safe", "list", "--"]):
        out = orrery("complete", len(words), "orrery", *words)[1].split()
        assert "moody.walk" in out or words[0] == "--safe" and "--project" in out, (words, out)
    assert orrery.json("run", "moody.walk", "steps=2", *here)["metrics"] == {"step": 1}
    assert len(orrery.json("sweep", "moody.walk", "steps=1,2", *here)["runs"]) == 2
    orrery.environment["ORRERY_PROJECT"] = str(project)
    assert "moody.walk" in {e["id"] for e in orrery.json("list")}


def test_looking_at_a_strangers_project_runs_none_of_its_code(orrery):
    put_moody(orrery.project / "plugins", "stranger", "stranger.walk")     # opening it would abort
    put_moody(orrery.project / "plugins", "thief", "sample.count")
    for command in (["list"], ["describe", "stranger.walk"], ["metrics"], ["plugins"], ["complete", 2, "orrery", "run", ""]):
        code, _, err = orrery(*command)
        assert code == 0, err
    assert not list((orrery.folder / "state").rglob("opening/*")), "something was opened"
    assert plugin(orrery, "stranger")["state"] == "found"
    thief = plugin(orrery, "thief")
    assert thief["state"] == "refused" and "'sample.count' was found before, in the plugin 'good'" in thief["reason"]
    orrery.json("run", "sample.count", "steps=1")


def test_an_opening_that_goes_on_is_no_crash_nor_is_one_kill(orrery, moody):
    orrery.environment["ORRERY_TEST_OPENING"] = "wait"
    process = orrery.start("run", "moody.walk", "--json")
    marks = orrery.folder / "state/orrery/plugins/opening"
    assert wait_until(lambda: marks.exists() and any(not p.name.startswith(".") for p in marks.iterdir()))
    for _ in range(3):
        assert plugin(orrery)["state"] == "found" and len(list(marks.iterdir())) == 1
    process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):      # the plugin doesn't listen while it is opened
        process.wait(timeout=1)
    process.send_signal(signal.SIGINT)                  # which kills it
    process.communicate(timeout=10)
    assert process.returncode == 130
    assert plugin(orrery)["state"] == "found" and not list(marks.iterdir())
    assert moody("well")[0] == 0
