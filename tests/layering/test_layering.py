# SPDX-License-Identifier: BSD-3-Clause
"""Who may include whom (docs: the folder table of the design), and who links what."""
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("ORRERY_BUILD", ROOT / "build"))
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)
SOURCES = {".h", ".cpp", ".cu", ".cuh", ".inl"}

QT = re.compile(r"^(Q[A-Z]\w*|qcustomplot\.h|Qsci/.*)$")
VTK = re.compile(r"^vtk")
TORCH = re.compile(r"^(torch|ATen|c10|caffe2)/")
CUDA = re.compile(r"^(cuda|cufft|cusolver|cublas|curand|cub/|thrust/)")

# folder: (own folders it may include by quotes, patterns it may not include by brackets)
RULES = {
    "core": (["core/"], [QT, VTK, TORCH, CUDA]),
    "gpu": (["gpu/", "core/array.h", "core/api.h", "core/error.h", "core/graph/graph.h"], [QT, VTK]),
    "plugins": (["plugins/", "gpu/", "core/"], [QT, VTK]),
    "views": (["views/", "core/"], [TORCH, CUDA]),
    "app/orrery": (["app/orrery/", "core/"], [QT, VTK, TORCH, CUDA]),
    "app/python": (["app/python/", "core/"], [QT, VTK, TORCH, CUDA]),
    "app/gui": (["app/gui/", "views/", "core/"], [TORCH, CUDA]),
}


def sources(folder):
    return sorted(p for p in (ROOT / folder).rglob("*") if p.suffix in SOURCES)


def breaches(folder):
    allowed, forbidden = RULES[folder]
    for path in sources(folder):
        for quote, name in INCLUDE.findall(path.read_text()):
            if quote == '"':
                # A name without a folder lies beside the including file: not our way of writing it.
                if not any(name == a or (a.endswith("/") and name.startswith(a)) for a in allowed):
                    yield f"{path.relative_to(ROOT)} includes \"{name}\""
            elif any(pattern.match(name) for pattern in forbidden):
                yield f"{path.relative_to(ROOT)} includes <{name}>"


@pytest.mark.parametrize("folder", [f for f in RULES if (ROOT / f).is_dir()])
def test_no_include_breaks_a_direction(folder):
    assert sources(folder), f"{folder} holds no sources"
    assert list(breaches(folder)) == []


def test_one_plugin_does_not_include_another():
    found = []
    for plugin in (p for p in (ROOT / "plugins").iterdir() if p.is_dir()):
        for path in sources(f"plugins/{plugin.name}"):
            for _, name in INCLUDE.findall(path.read_text()):
                if name.startswith("plugins/") and not name.startswith(f"plugins/{plugin.name}/"):
                    found.append(f"{path.relative_to(ROOT)} includes {name}")
    assert found == []


def test_sql_lies_in_one_folder():
    statement = re.compile(r'"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE TABLE|PRAGMA|BEGIN IMMEDIATE)\b', re.I)
    found = [str(p.relative_to(ROOT)) for f in ("core", "gpu", "plugins", "app") for p in sources(f)
             if "core/database" not in str(p) and statement.search(p.read_text())]
    assert found == []


def test_trainer_cannot_see_a_reference_solution():
    included = [f"{p.relative_to(ROOT)}: {name}" for p in sources("plugins/pinn/training") + sources("plugins/pinn/problem")
                for _, name in INCLUDE.findall(p.read_text()) if "plugins/pinn/reference" in name]
    assert included == []
    # What the linker sees: every symbol that the reference defines is unknown to the trainer.
    def symbols(part, *flags):
        library = BUILD / f"plugins/pinn/liborrery_pinn_{part}.a"
        library = library if library.exists() else BUILD / f"lib/liborrery_pinn_{part}.a"
        out = subprocess.run(["nm", "-C", *flags, str(library)], capture_output=True, text=True, check=True).stdout
        return {line.split(" ", 2)[-1].strip() for line in out.splitlines() if "orrery::" in line}
    reference = {s for s in symbols("reference", "--defined-only") if "pinn::reference" in s or "pinn" in s}
    wanted = {s[2:] if s.startswith("U ") else s for s in symbols("training", "--undefined-only")}
    problem = symbols("problem", "--defined-only")
    assert reference, "the reference defines nothing"
    assert (reference - problem) & wanted == set()


def test_command_line_links_neither_qt_nor_vtk_nor_torch_nor_python():
    out = subprocess.run(["ldd", BUILD / "bin/orrery"], capture_output=True, text=True, check=True).stdout
    assert "liborrery_core" in out
    assert not re.search(r"libQt|libvtk|libtorch|libpython|libcuda", out), out


def test_every_source_names_its_licence():
    files = [p for f in ("app", "core", "gpu", "plugins", "views", "tests", "cmake") if (ROOT / f).is_dir()
             for p in (ROOT / f).rglob("*") if p.suffix in SOURCES | {".py", ".cmake"} or p.name == "CMakeLists.txt"]
    files += [p for p in (ROOT / "tools").iterdir() if p.is_file()]
    bare = []
    for path in files:
        head = "\n".join(path.read_text().splitlines()[:3])
        gpl = any(path.is_relative_to(ROOT / folder) for folder in ("views", "app/gui", "tests/gui")) or \
            path.match("tests/bench/gui_*.cpp")
        if f"SPDX-License-Identifier: {'GPL-3.0-or-later' if gpl else 'BSD-3-Clause'}" not in head:
            bare.append(str(path.relative_to(ROOT)))
    assert bare == []
