# SPDX-License-Identifier: BSD-3-Clause
"""A disk that is full or can only be read: a small one of its own where mounting is allowed, and a limit on the size of files, which
works everywhere."""
import ctypes
import os
import resource
import shutil
import subprocess
import time

import pytest

from project_under_test import Orrery, is_one_sentence, orrery  # noqa: F401

CLONE_NEWNS = 0x20000


@pytest.fixture
def small_disk(tmp_path):
    """A file system in memory of 3 MiB, seen by this process and its children alone."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() != 0 or libc.unshare(CLONE_NEWNS) != 0:
        pytest.skip("only root may mount a small disk")
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "--make-rprivate", "/"], capture_output=True).returncode != 0 or \
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "small", place], capture_output=True).returncode != 0:
        pytest.skip("mounting is not allowed here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def fill(disk, leave):
    """A file that leaves about `leave` bytes of room."""
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    (disk / "filler").write_bytes(b"x" * max(free - leave, 0))


def only_files_up_to(size):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return limit


def check_kept(orrery, run):  # noqa: F811
    """What a failed run committed is there, from its first step on without a gap."""
    steps = [step for step, _ in orrery.points(run, "place")]
    assert steps == list(range(len(steps))) and len(steps) > 100
    orrery.whole()


def test_a_run_that_fills_the_disk_fails_with_a_sentence_and_keeps_what_was_written(tmp_path, small_disk):
    orrery = Orrery(tmp_path, small_disk / "p.orrery")  # noqa: F811
    assert orrery("run", "test.walk", "steps=50", "--quiet")[0] == 0
    code, out, err = orrery("run", "test.walk", "steps=2000000", "--quiet")
    assert code == 1 and is_one_sentence(err), err
    assert "full" in err and "Make room" in err
    rows = orrery.json("runs")
    assert [r["status"] for r in rows] == ["done", "failed"]
    assert "full" in orrery("show", rows[1]["run"])[1]
    check_kept(orrery, rows[1]["run"])
    assert not orrery.left_behind()


def test_when_there_is_room_again_runs_go_on(tmp_path, small_disk):
    orrery = Orrery(tmp_path, small_disk / "p.orrery")  # noqa: F811
    assert orrery("run", "test.walk", "steps=50", "--quiet")[0] == 0
    fill(small_disk, 0)
    code, _, err = orrery("run", "test.walk", "steps=50", "--quiet")
    assert code == 1 and is_one_sentence(err) and "full" in err
    assert not orrery.left_behind()
    for reading in (["runs"], ["show", "last"], ["verify"], ["project", "info"]):
        assert orrery(*reading)[0] == 0, reading
    (small_disk / "filler").unlink()
    assert orrery("run", "test.walk", "steps=50", "--quiet")[0] == 0
    assert [r["status"] for r in orrery.json("runs")].count("done") == 2
    orrery.whole()


def test_no_half_project_is_left_on_a_full_disk(tmp_path, small_disk):
    fill(small_disk, 0)
    orrery = Orrery(tmp_path, small_disk / "p.orrery")  # noqa: F811
    code, _, err = orrery("run", "test.walk", "--quiet")
    assert code == 1 and is_one_sentence(err) and "p.orrery" in err, err
    (small_disk / "filler").unlink()
    assert orrery("run", "test.walk", "steps=50", "--quiet")[0] == 0   # what was begun is no obstacle
    assert [r["status"] for r in orrery.json("runs")] == ["done"]
    orrery.whole()


def test_a_limit_on_files_is_a_full_disk_for_all_users(orrery):  # noqa: F811
    assert orrery("run", "test.walk", "steps=50", "--quiet")[0] == 0
    code, _, err = orrery("run", "test.walk", "steps=500000", "--quiet", preexec=only_files_up_to(1_000_000))
    assert code == 1 and is_one_sentence(err), err
    rows = orrery.json("runs")
    assert rows[0]["status"] == "done" and rows[1]["status"] in ("failed", "lost")
    check_kept(orrery, rows[1]["run"])
    assert orrery("run", "test.walk", "steps=50", "--quiet")[0] == 0
    orrery.whole()


def test_no_project_can_be_made_where_no_file_may_grow(orrery):  # noqa: F811
    code, _, err = orrery("run", "test.walk", "--quiet", preexec=only_files_up_to(1000))
    assert code == 1 and is_one_sentence(err), err
    assert orrery("run", "test.walk", "steps=50", "--quiet")[0] == 0
    orrery.whole()


def reads_as_before(orrery, before, out):  # noqa: F811
    assert orrery.json("runs") == before
    assert orrery.json("show", "last")["run"] == before[-1]["run"]
    assert orrery.json("verify")["ok"]
    code, _, err = orrery("export", "last", "--metrics", "--out", out)
    assert code == 0 and out.stat().st_size > 100, err
    code, _, err = orrery("run", "test.walk", "--quiet")
    assert code == 1 and is_one_sentence(err) and "only be read" in err, err


def test_a_project_on_a_read_only_disk_is_read(tmp_path, small_disk):
    orrery = Orrery(tmp_path, small_disk / "p.orrery")  # noqa: F811
    assert orrery("run", "test.walk", "steps=50", "--quiet")[0] == 0
    before = orrery.json("runs")
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    reads_as_before(orrery, before, tmp_path / "walk.csv")


def test_commits_that_are_still_in_the_log_are_read_from_a_read_only_disk(tmp_path, small_disk):
    orrery = Orrery(tmp_path)  # noqa: F811
    process = orrery.start("run", "test.walk", "steps=300", "pause=0.2", "--quiet")
    try:
        for _ in range(200):
            if orrery.project.exists() and any(r["metrics"] for r in orrery.json("runs")):
                break
            time.sleep(0.05)
        shutil.copytree(orrery.project, small_disk / "p.orrery", ignore=shutil.ignore_patterns("*-shm"))
    finally:
        process.terminate()
        process.communicate(timeout=20)
    assert (small_disk / "p.orrery/project.db-wal").stat().st_size > 0
    orrery = Orrery(tmp_path, small_disk / "p.orrery")  # noqa: F811
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    before = orrery.json("runs")
    assert [r["status"] for r in before] == ["lost"] and before[0]["metrics"]
    reads_as_before(orrery, before, tmp_path / "walk.csv")
