# SPDX-License-Identifier: BSD-3-Clause
"""orrery script FILE.py: as python3 with the package at hand; what goes wrong is told, and no project suffers. [P9]"""
import os
import signal
import time

import pytest


def test_arguments_and_exit_codes_are_the_scripts(programs):
    code, out, err = programs.script("import sys\nprint(sys.argv[1:])\nsys.exit(7)\n", "--flag", "a b", "-x", "--project")
    assert code == 7 and out.strip() == "['--flag', 'a b', '-x', '--project']", err
    assert programs.script("raise SystemExit\n")[0] == 0
    assert programs.script("import sys\nsys.exit('enough')\n")[0::2] == (1, "enough\n")


def test_it_is_the_environment_s_python(programs):
    code, out, err = programs.script("import sys, os\nprint(sys.prefix)\nprint(os.path.realpath(sys.executable))\nprint(__name__, __file__)\n"
                                     "import numpy, pytest\n")
    import sys
    assert code == 0, err
    assert out.split("\n")[0] == sys.prefix and out.split("\n")[1] == os.path.realpath(sys.executable)
    assert out.split("\n")[2].startswith("__main__ ")


def test_multiprocessing_and_threads_work(programs):
    code, out, err = programs.script("import multiprocessing as m, threading\n"
                                     "def f(x): return x * x\n"
                                     "if __name__ == '__main__':\n"
                                     "    with m.get_context('spawn').Pool(2) as p: print(p.map(f, range(4)))\n"
                                     "    t = threading.Thread(target=print, args=('thread',)); t.start()\n"
                                     "    import atexit; atexit.register(print, 'at exit')\n")
    assert code == 0 and out.split("\n")[:3] == ["[0, 1, 4, 9]", "thread", "at exit"], err


WRONG = {
    "syntax error": ("def f(:\n", 1, "SyntaxError"),
    "exception": ("import orrery\norrery.open().run('no.such')\n", 1, "there is no experiment"),
    "native crash": ("import ctypes\nctypes.string_at(0)\n", -signal.SIGSEGV, ""),
    "abort": ("import os\nos.abort()\n", -signal.SIGABRT, ""),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_bad_script_is_told_and_the_project_stays_whole(programs, project, what):
    project.run("sample.decay", steps=3, quiet=True)
    text, code, told = WRONG[what]
    seen, _, err = programs.script(f"import orrery\norrery.open({str(project.folder)!r}).tag('last', 'seen')\n" + text if what != "syntax error"
                                   else text)
    assert seen == code and told in err
    assert project.verify() == []
    if what != "syntax error":
        assert project.last.tags == ["seen"]


def test_an_endless_loop_ends_with_ctrl_c(programs):
    process = programs.start("print('begun', flush=True)\nwhile True: pass\n")
    assert process.stdout.readline() == "begun\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert "KeyboardInterrupt" in err and process.returncode in (130, -signal.SIGINT)


def test_missing_files_and_folders_are_one_sentence(programs, tmp_path):
    for given in ("nothing.py", tmp_path):
        code, out, err = programs.orrery("script", given)
        assert code == 2 and str(given) in err and "Traceback" not in err
    assert programs.orrery("script")[0] == 2


def test_a_wrong_environment_is_one_sentence(programs, monkeypatch, tmp_path):
    monkeypatch.setenv("ORRERY_VENV", str(tmp_path / "no such"))
    code, _, err = programs.script("print(1)\n")
    assert code == 1 and "no such" in err and "tools/setup" in err


def test_runs_go_on_when_the_script_ends(programs, project):
    code, out, err = programs.script("import sys, orrery\nprint(orrery.open(sys.argv[1]).start('sample.walk', steps=40, pause=0.01).id)\n",
                                     project.folder)
    run, end = project[out.strip()], time.monotonic() + 60
    while run.status != "done":
        assert time.monotonic() < end and run.status in ("queued", "running"), run.error
        if run.status == "queued":  # it was not begun before the script was gone: anybody may begin it
            assert programs.orrery("resume", "--queued", "--project", project.folder)[0] == 0
        time.sleep(0.1)
