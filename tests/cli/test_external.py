# SPDX-License-Identifier: BSD-3-Clause
"""A plugin outside of the tree (tests/external: 2 files) against an installed Orrery, and against a build folder."""
import json
import re
import shutil
import subprocess

import pytest

from conftest import BUILD, ROOT, CommandLine

EXTERNAL = ROOT / "tests/external"


def run(*command, code=0):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=280)
    output = done.stdout + done.stderr
    assert (done.returncode == 0) == (code == 0), output
    return output


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    prefix = tmp_path_factory.mktemp("prefix") / "opt orrery"
    run("cmake", "--install", BUILD, "--prefix", prefix, "--component", "core")
    return prefix


def build_external(folder, prefix, code=0):
    """The folder with the built plugins, or what the build said."""
    run("cmake", "-S", EXTERNAL, "-B", folder, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}")
    output = run("cmake", "--build", folder, code=code)
    return output if code else folder / "plugins"


@pytest.fixture(scope="module")
def plugins(installed, tmp_path_factory):
    return build_external(tmp_path_factory.mktemp("external"), installed)


def command_line(tmp_path, prefix, plugins):
    orrery = CommandLine(tmp_path, plugins)
    orrery.program = prefix / "bin/orrery"
    return orrery


def test_it_costs_two_files_and_about_fifty_lines():
    files = [p for p in EXTERNAL.iterdir() if p.is_file()]
    assert len(files) == 2
    assert sum(len(p.read_text().splitlines()) for p in files) <= 60


def test_the_installed_orrery_stands_alone(installed, tmp_path):
    orrery = command_line(tmp_path, installed, "")
    assert orrery.json("list") == []
    version = orrery.json("version")
    assert version["build_key"] in (installed / "include/orrery/core/build_key.h").read_text()
    assert version["code/commit"] == (BUILD / "lib/orrery/code_commit").read_text()
    libraries = run("ldd", installed / "bin/orrery")
    assert f"{installed}/lib/liborrery_core.so" in libraries or f"{installed}/bin/../lib/liborrery_core.so" in libraries


@pytest.mark.slow
def test_it_is_listed_run_and_recorded(installed, plugins, tmp_path):
    orrery = command_line(tmp_path, installed, plugins)
    assert [(e["id"], e["plugin"]) for e in orrery.json("list")] == [("pendulum.swing", "pendulum")]
    assert [f["name"] for f in orrery.json("describe", "pendulum.swing")["fields"]] == ["length", "angle", "final_time", "steps"]
    coarse = orrery.json("run", "pendulum.swing", "steps=500")["metrics"]["error/energy"]
    fine = orrery.json("run", "pendulum.swing", "steps=1000")
    assert fine["status"] == "done" and [a["name"] for a in fine["artifacts"]] == ["angles"]
    assert 0 < fine["metrics"]["error/energy"] < coarse
    provenance = orrery.json("show", "last")["provenance"]
    assert orrery.json("version")["build_key"] in json.dumps(provenance)
    assert orrery.json("verify")["ok"]
    code, _, err = orrery("run", "pendulum.swing", "length=-1")
    assert code == 2 and "from 0.01 to 100 (m)" in err
    # The same binary and plugin in the project's own folder.
    shutil.copytree(plugins / "pendulum", orrery.folder / "other.orrery/plugins/pendulum")
    orrery.environment["ORRERY_PLUGIN_PATH"] = ""
    assert orrery.json("run", "pendulum.swing", "--project", orrery.folder / "other.orrery")["status"] == "done"


@pytest.mark.slow
def test_one_that_was_built_against_other_headers_is_refused(installed, plugins, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(installed, other)
    header = other / "include/orrery/core/build_key.h"
    foreign = "0123456789abcdef" * 4
    key = re.search('"([0-9a-f]{64})"', header.read_text())[1]
    header.write_text(header.read_text().replace(key, foreign))
    # Its build ends with the sentence, since this orrery can't declare it ...
    output = build_external(tmp_path / "build", other, code=1)
    assert "was built against another Orrery (build key 0123456789ab, this one is " + key[:12] in output
    # ... and if it comes with the manifest of its own orrery, it is listed as refused and never opened.
    library = tmp_path / "build/plugins/pendulum/pendulum.so"
    assert foreign.encode() in library.read_bytes()
    manifest = json.loads((plugins / "pendulum/plugin.json").read_text()) | {"build_key": foreign}
    (library.parent / "plugin.json").write_text(json.dumps(manifest))
    orrery = command_line(tmp_path, installed, tmp_path / "build/plugins")
    listed = orrery.json("plugins")[0]
    assert listed["state"] == "refused" and "was built against another Orrery" in listed["reason"]
    code, _, err = orrery("run", "pendulum.swing")
    assert code == 2 and "was built against another Orrery" in err
    # A manifest that lies about the key doesn't help either: the library itself is asked.
    (library.parent / "plugin.json").write_text(json.dumps(manifest | {"build_key": key}))
    code, _, err = orrery("run", "pendulum.swing")
    assert code == 1 and "was built against another Orrery" in err
    assert orrery.json("plugins")[0]["state"] == "failed"


@pytest.mark.slow
def test_it_builds_against_a_build_folder_too(tmp_path):
    plugins = build_external(tmp_path / "build", BUILD)
    orrery = CommandLine(tmp_path, plugins)
    assert orrery.json("run", "pendulum.swing", "steps=10")["status"] == "done"


def test_another_compiler_is_told_at_once(installed, tmp_path):
    config = installed / "lib/cmake/Orrery/OrreryConfig.cmake"
    text = config.read_text()
    changed = re.sub(r'STREQUAL "\S+ ', 'STREQUAL "Another ', text)
    assert changed != text
    other = tmp_path / "prefix"
    shutil.copytree(installed, other)
    (other / "lib/cmake/Orrery/OrreryConfig.cmake").write_text(changed)
    output = run("cmake", "-S", EXTERNAL, "-B", tmp_path / "build", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={other}", code=1)
    assert "its plugins would not fit" in re.sub(r"\s+", " ", output)
