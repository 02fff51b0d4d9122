# SPDX-License-Identifier: BSD-3-Clause
"""orrery export --figure: pictures for paper, drawn without a display, with their data and where they came from."""
import csv
import hashlib
import json
import os
import re
import shutil
import struct
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from conftest import BUILD

pytestmark = pytest.mark.skipif(not (BUILD / "bin/orrery-gui").exists(), reason="built without the window")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def orrery(orrery):
    """Without a display, and with the test's own plugins besides the sample."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        orrery.environment.pop(name, None)
    orrery.environment["ORRERY_PLUGIN_PATH"] += f":{BUILD / 'tests/plugins'}"
    return orrery


@pytest.fixture
def run(orrery):
    return orrery.json("run", "test.walk", "steps=60")["run"]


def sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def texts(path):
    return ["".join(element.itertext()).strip() for element in ElementTree.parse(path).iter(f"{SVG}text")]


def png_chunks(path):
    data, place, chunks = path.read_bytes(), 8, {}
    while place < len(data):
        size, kind = struct.unpack(">I4s", data[place:place + 8])
        chunks.setdefault(kind.decode(), data[place + 8:place + 8 + size])
        place += 12 + size
    return chunks


def picture(orrery, out, *args, code=0):
    """The answer of an export; or what it said where it was refused."""
    seen, answer, err = orrery("export", *args, "--out", out, "--json")
    assert seen == code, (seen, answer, err)
    return json.loads(answer) if code == 0 else err


def test_an_svg_has_the_exact_size_real_text_and_its_data_beside_it(orrery, run):
    out = orrery.folder / "Bilder & Größen" / "loss #1.svg"
    out.parent.mkdir()
    answer = picture(orrery, out, run[:8], "--figure", "place", "--width", 85, "--height", 55.5)
    svg = out.read_text()
    assert 'width="85mm"' in svg and 'height="55.5mm"' in svg and 'viewBox="0 0 425 277.5"' in svg
    assert "<image" not in svg
    assert {"step", "place", "0", "20", "40"} <= set(texts(out))
    assert "DejaVu Sans" in svg
    sidecar = json.loads(Path(answer["sidecar"]).read_text())
    assert sidecar["sha256"] == answer["sha256"] == sha256(out)
    assert sidecar["data"]["sha256"] == sha256(answer["data"])
    assert sidecar["runs"][0]["run"] == run and sidecar["runs"][0]["params"]["steps"] == 60
    assert sidecar["runs"][0]["provenance"]["code/version"] and sidecar["code"]["version"]
    assert sidecar["figure"]["metrics"] == ["place"] and sidecar["logged"] is True
    assert answer["points"] == answer["drawn"] == 60 and answer["notes"] == []
    with open(answer["data"], newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 60 and rows[7]["step"] == "7" and rows[0]["run"] == run


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_the_same_figure_twice_is_the_same_bytes(orrery, run, ending):
    for name in ("a", "b"):
        picture(orrery, orrery.folder / f"{name}.{ending}", run, "--figure", "place", "--title", "Ein Spaziergang")
    # Nor does it depend on the desktop that it is drawn on.
    home = orrery.folder / "home"
    (home / ".config/fontconfig").mkdir(parents=True)
    (home / ".config/fontconfig/fonts.conf").write_text(
        '<?xml version="1.0"?><fontconfig><match target="font"><edit name="antialias" mode="assign"><bool>false</bool></edit>'
        "</match></fontconfig>")
    orrery.environment |= {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "QT_SCALE_FACTOR": "2", "LANG": "de_DE.UTF-8",
                           "QT_QPA_PLATFORM": "xcb", "QT_FONT_DPI": "200", "LC_ALL": "C.UTF-8"}
    picture(orrery, orrery.folder / f"c.{ending}", run, "--figure", "place", "--title", "Ein Spaziergang")
    assert sha256(orrery.folder / f"a.{ending}") == sha256(orrery.folder / f"b.{ending}") == sha256(orrery.folder / f"c.{ending}")


def test_a_png_has_its_dots_an_inch_and_may_be_larger_than_a_screen(orrery, run):
    out = orrery.folder / "f.png"
    picture(orrery, out, run, "--figure", "place", "--preset", "two-columns", "--dpi", "1200")
    chunks = png_chunks(out)
    width, height = struct.unpack(">II", chunks["IHDR"][:8])
    assert (width, height) == (round(180 / 25.4 * 1200), round(81 / 25.4 * 1200))
    across, down, unit = struct.unpack(">IIB", chunks["pHYs"])
    assert across == down == round(1200 / 0.0254) and unit == 1


def test_a_transparent_figure_has_no_background(orrery, run):
    picture(orrery, orrery.folder / "f.png", run, "--figure", "place", "--transparent", "--dpi", "50")
    header = png_chunks(orrery.folder / "f.png")["IHDR"]
    assert header[9] == 6  # with alpha
    picture(orrery, orrery.folder / "white.svg", run, "--figure", "place")
    picture(orrery, orrery.folder / "clear.svg", run, "--figure", "place", "--transparent")
    whole = re.compile(r'<rect x="0" y="0" width="425"')
    assert whole.search((orrery.folder / "white.svg").read_text())
    assert not whole.search((orrery.folder / "clear.svg").read_text())


def test_a_pdf_has_the_size_to_the_nearest_point_and_real_text(orrery, run):
    out = orrery.folder / "f.pdf"
    picture(orrery, out, run, "--figure", "place", "--preset", "one-column")
    data = out.read_bytes()
    box = re.search(rb"/MediaBox\s*\[\s*0 0 (\S+) (\S+?)\s*\]", data)
    assert abs(float(box[1]) - 85 / 25.4 * 72) < 1
    assert b"/Font" in data and b"DejaVu" in data
    other = orrery.folder / "g.pdf"
    picture(orrery, other, run, "--figure", "place", "--preset", "one-column")
    without_date = [re.sub(rb"/CreationDate[^\n]*|[0-9a-f-]{36}|\d{4}-\d\d-\d\dT[^<]*", b"", file.read_bytes()) for file in (out, other)]
    assert without_date[0] == without_date[1]


def test_a_million_points_are_thinned_and_it_is_said(orrery):
    run = orrery.json("run", "test.walk", "steps=1000000")["run"]
    out = orrery.folder / "f.svg"
    answer = picture(orrery, out, run, "--figure", "place")
    assert answer["points"] == 1_000_000 and answer["drawn"] < 20_000
    assert out.stat().st_size < 1_000_000
    assert any("1000000 points" in note and "CSV has all" in note for note in answer["notes"])
    assert json.loads(Path(answer["sidecar"]).read_text())["notes"] == answer["notes"]
    with open(answer["data"]) as file:
        assert sum(1 for _ in file) == 1_000_001


def test_what_orrery_did_not_write_is_never_replaced(orrery, run):
    mine = orrery.folder / "f.svg"
    mine.write_text("mine")
    assert "Orrery did not write it" in picture(orrery, mine, run, "--figure", "place", code=2)
    assert mine.read_text() == "mine" and not (orrery.folder / "f.csv").exists()
    mine.unlink()
    (orrery.folder / "f.json").write_text("{}")
    assert "f.json is there, and Orrery did not write it" in picture(orrery, mine, run, "--figure", "place", code=2)
    (orrery.folder / "f.json").unlink()
    for _ in range(2):
        picture(orrery, mine, run, "--figure", "place")
    mine.write_text(mine.read_text() + "<!-- edited -->")
    assert "was changed since Orrery wrote it" in picture(orrery, mine, run, "--figure", "place", code=2)


def test_what_is_wrong_with_a_figure_is_one_clear_sentence(orrery, run):
    out = orrery.folder / "f.svg"
    said = picture(orrery, out, run, "--figure", "plac", code=2)
    assert "no figure 'plac'" in said and "Did you mean 'place'" in said
    assert "can't be written as '.gif'" in picture(orrery, orrery.folder / "f.gif", run, "--figure", "place", code=2)
    assert "width_mm is '3'" in picture(orrery, out, run, "--figure", "place", "--width", 3, code=2)
    assert "okabe-ito" in picture(orrery, out, run, "--figure", "place", "--palette", "jet", code=2)
    assert "Can't write" in picture(orrery, orrery.folder / "nowhere/f.svg", run, "--figure", "place", code=1)
    assert "--width_mm is for a figure" in picture(orrery, orrery.folder / "t.csv", "--table", "--width", 80, code=2)
    orrery("remove", run)
    assert f"run {run}, which was removed" in picture(orrery, orrery.folder / "g.svg", run, "--figure", "place", code=2)
    assert not list(orrery.folder.glob("g.*")) and not list(orrery.folder.glob(".*.part"))


def test_a_full_disk_leaves_nothing_behind(orrery, run):
    # Room for the project's own files, but not for a picture of 40 megapixels.
    limited = ["bash", "-c", 'ulimit -f 160; exec "$@"', "limited", str(orrery.program), "export", run, "--figure", "place",
               "--dpi", "2400", "--preset", "two-columns", "--height", "60", "--out", str(orrery.folder / "f.png")]
    answer = subprocess.run(limited, env=orrery.environment, cwd=orrery.folder, capture_output=True, text=True, timeout=60)
    assert answer.returncode == 1 and "could not be written" in answer.stderr, answer.stderr
    assert not list(orrery.folder.glob("f.*")) and not list(orrery.folder.glob(".f.*"))


def test_a_legend_names_only_what_differs(orrery):
    runs = [orrery.json("run", "test.walk", "steps=40", f"bias={bias}")["run"] for bias in (0, 0.5)]
    picture(orrery, orrery.folder / "f.svg", *runs, "--figure", "place")
    seen = texts(orrery.folder / "f.svg")
    assert "bias = 0" in seen and "bias = 0.5" in seen and not any("steps" in text for text in seen)
    sweep = picture(orrery, orrery.folder / "s.svg", *runs, "--figure", "place", "--kind", "sweep")
    assert "bias" in texts(orrery.folder / "s.svg") and sweep["points"] == 2


def test_one_point_and_gaps_are_seen(orrery):
    run = orrery.json("run", "test.walk", "steps=1")["run"]
    picture(orrery, orrery.folder / "f.svg", run, "--figure", "place")
    assert "<circle" in (orrery.folder / "f.svg").read_text()
    code, out, _ = orrery("run", "sample.count", "steps=20", "end=nan", "--json")
    answer = picture(orrery, orrery.folder / "g.svg", json.loads(out)["run"], "--figure", "count")
    assert any("not finite" in note for note in answer["notes"])


def test_without_the_window_it_says_so(orrery, run):
    bare = orrery.folder / "bare"
    for name in ("bin/orrery", "lib/liborrery_core.so"):
        (bare / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(BUILD / name, bare / name)
    orrery.program = bare / "bin/orrery"
    orrery.environment["LD_LIBRARY_PATH"] = str(bare / "lib")
    assert "drawn by orrery-gui, which was not built here" in picture(orrery, orrery.folder / "f.svg", run, "--figure", "place", code=2)


needs_pinn = pytest.mark.skipif(not (BUILD / "lib/orrery/plugins/pinn").exists(), reason="the plugin pinn wasn't built")


@pytest.fixture
def field(orrery):
    return orrery.json("run", "sqg.spectral", "n=32", "final_time=0.1", "dt=0.02")["run"]


@needs_pinn
def test_a_field_is_a_picture_between_real_axes(orrery, field):
    out = orrery.folder / "f.svg"
    answer = picture(orrery, out, field, "--figure", "theta", "--colour-map", "viridis", "--step", "0")
    assert "<image" in out.read_text() and {"x", "y", "theta"} <= set(texts(out))
    sidecar = json.loads(Path(answer["sidecar"]).read_text())
    artifact = sidecar["runs"][0]["artifacts"][0]
    assert sidecar["artifacts"][0]["sha256"] == artifact["sha256"] and sidecar["artifacts"][0]["step"] == 0
    with open(answer["data"]) as file:
        assert sum(1 for _ in file) == 32 * 32 + 1
    assert "palette is an entry of curves" in picture(orrery, out, field, "--figure", "theta", "--palette", "gray", code=2)
    orrery("remove", field, "--artifacts")
    assert "brings them back" in picture(orrery, orrery.folder / "g.svg", field, "--figure", "theta", code=2)


@needs_pinn
def test_a_damaged_artifact_is_named(orrery, field):
    stored = next(path for path in (orrery.project / "artifacts").rglob("*") if path.is_file())
    stored.chmod(0o600)
    data = bytearray(stored.read_bytes())
    data[len(data) // 2] ^= 1
    stored.write_bytes(data)
    assert "theta" in picture(orrery, orrery.folder / "f.svg", field, "--figure", "theta", code=1)
    stored.unlink()
    assert "theta" in picture(orrery, orrery.folder / "f.svg", field, "--figure", "theta", code=1)
    assert not list(orrery.folder.glob("f.*"))


@needs_pinn
def test_a_surface_needs_no_display_and_says_what_is_missing_without_opengl(orrery, field):
    pictures = [orrery.folder / name for name in ("a.png", "b.png")]
    for out in pictures:
        picture(orrery, out, field, "--figure", "theta", "--kind", "surface", "--dpi", "150")
    assert sha256(pictures[0]) == sha256(pictures[1])
    flat = orrery.folder / "flat.png"
    picture(orrery, flat, field, "--figure", "theta", "--dpi", "150")
    assert sha256(flat) != sha256(pictures[0])
    picture(orrery, orrery.folder / "s.svg", field, "--figure", "theta", "--kind", "surface")
    svg = (orrery.folder / "s.svg").read_text()
    assert svg.count("<image") == 2 and {"x", "y", "theta"} <= set(texts(orrery.folder / "s.svg"))
    orrery.environment["__EGL_VENDOR_LIBRARY_FILENAMES"] = os.devnull
    said = picture(orrery, orrery.folder / "c.png", field, "--figure", "theta", "--kind", "surface", code=1)
    assert "EGL" in said and "kind 'field'" in said
    assert not list(orrery.folder.glob("c.*"))
    picture(orrery, orrery.folder / "d.png", field, "--figure", "theta")


@pytest.mark.skipif(not (BUILD / "lib/orrery/plugins/graph").exists(), reason="the plugin graph wasn't built")
def test_a_graph_and_its_augmentation_are_lines_and_texts_with_their_edges_beside_them(orrery):
    run = orrery.json("run", "graph.augment", "input=karate", "method=drop-edge", "probability=0.3")["run"]
    out = orrery.folder / "karate.svg"
    answer = picture(orrery, out, run, "--figure", "augmented", "--kind", "graph", "--colour-by", "degree", "--width", "120")
    words = texts(out)
    assert "degree" in words and any(word.startswith("removed") for word in words)
    assert "<image" not in out.read_text().replace("<image", "", 1)  # the colour bar alone
    sidecar = json.loads(Path(answer["sidecar"]).read_text())
    assert [entry["name"] for entry in sidecar["artifacts"]] == ["augmented", "original"]
    assert sidecar["figure"]["original"] == "original" and sidecar["figure"]["colour_by"] == "degree"
    stored = {artifact["name"]: artifact["sha256"] for artifact in sidecar["runs"][0]["artifacts"]}
    assert [entry["sha256"] for entry in sidecar["artifacts"]] == [stored["augmented"], stored["original"]]
    with open(answer["data"], newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(row["part"] == "node" for row in rows) == 34
    assert sum(row["artifact"] == "original" for row in rows) == 78
    again = orrery.folder / "again.svg"
    picture(orrery, again, run, "--figure", "augmented", "--kind", "graph", "--colour-by", "degree", "--width", "120")
    assert sha256(out) == sha256(again)
    assert "no 'clubs'" in picture(orrery, out, run, "--figure", "augmented", "--kind", "graph", "--colour-by", "clubs", code=2)
    assert picture(orrery, orrery.folder / "k.pdf", run, "--figure", "original")["notes"] == []
