# SPDX-License-Identifier: BSD-3-Clause
"""The child of the window's console, spoken to as the window does: lines of JSON over a socket, output in a pipe."""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("ORRERY_BUILD", ROOT / "build"))
SOURCES = ROOT / "app" / "python" / "orrery"  # without the extension: the package can't be imported there
COMMANDS = [
    {"id": "run.tag", "python": "project.tag", "help": "Adds a tag to a run.", "required": 2, "shortcut": "", "title": "",
     "arguments": [{"name": "run", "type": "text", "default": ""}, {"name": "tag", "type": "text", "default": ""}]},
    {"id": "figure.export", "python": "project.export_figure", "help": "", "required": 2, "shortcut": "", "title": "",
     "arguments": [{"name": "figure", "type": "text", "default": ""}, {"name": "path", "type": "text", "default": ""},
                   {"name": "changes", "type": "text", "default": ""}]},
    {"id": "view.theme", "python": "window.view_theme", "help": "Colours.", "required": 1, "shortcut": "", "title": "",
     "arguments": [{"name": "theme", "type": "choice", "default": "system"}]},
]


def without_colours(text):
    return re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text)


class Child:
    """The window's side of one console."""

    def __init__(self, folder, package=SOURCES, program=None):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(folder / "socket"))
        listener.listen(1)
        self.process = subprocess.Popen([*(program or [sys.executable, str(package / "console.py")]), str(folder / "socket")],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=open(folder / "errors", "ab"))
        listener.settimeout(60)
        self.socket = listener.accept()[0]
        self.socket.settimeout(60)
        self.lines = self.socket.makefile("rb")
        self.output = b""
        self.reads = threading.Event()
        self.reads.set()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        self.number = 0
        self.commands = []
        self.answers = {}
        self.send("hello", commands=COMMANDS, project=None)
        self.ready = self.receive()
        assert self.ready["type"] == "ready"

    def read(self):
        while part := os.read(self.process.stdout.fileno(), 65536):
            self.output = (self.output + part)[-1_000_000:]
            self.reads.wait()

    def printed(self):
        """What it has written by now, without colours."""
        return without_colours(self.output.decode(errors="replace"))

    def send(self, kind, **content):
        self.socket.sendall((json.dumps({"type": kind, **content}) + "\n").encode())

    def receive(self):
        line = self.lines.readline()
        return json.loads(line) if line else None

    def begin(self, kind, **content):
        self.number += 1
        self.send(kind, id=self.number, **content)
        return self.number

    def end(self):
        """All messages up to done, by type; commands are answered."""
        got = {}
        while message := self.receive():
            if message["type"] in ("command", "status"):
                self.commands.append(message)
                answer = self.answers.get(message.get("command", "status"), {"done": ""})
                self.send("answer", id=message["id"], **(answer.pop(0) if isinstance(answer, list) else answer))
                continue
            got[message["type"]] = message
            if message["type"] == "done":
                return got
        got["ended"] = self.process.wait(60)
        self.reader.join(60)
        return got

    def run(self, code, **more):
        self.begin("execute", code=code, **more)
        return self.end()

    def wait_for(self, text):
        begun = time.monotonic()
        while text not in self.printed():
            assert time.monotonic() - begun < 60, self.printed()[-500:]
            time.sleep(0.01)

    def close(self):
        self.socket.close()
        self.reads.set()
        self.lines.close()
        self.process.kill()
        self.process.wait()


@pytest.fixture
def child(tmp_path):
    made = Child(tmp_path)
    yield made
    made.close()


def test_the_last_expression_is_shown_and_state_stays(child):
    assert child.run("1 + 1")["result"]["text"] == "2"
    assert child.run("_ * 21")["result"]["text"] == "42"
    assert "result" not in child.run("x = 7")
    assert child.run("y = 1\nx + y")["result"]["text"] == "8"
    assert "result" not in child.run("None")
    assert child.run("def f(n):\n    return n * 2\n\nf(x)")["result"]["text"] == "14"


def test_it_works_without_the_package_and_says_so(child):
    assert "orrery" in child.ready["notice"] and "import" in child.ready["notice"]
    assert child.run("2 ** 10")["result"]["text"] == "1024"


def test_a_broken_package_is_named(tmp_path):
    package = tmp_path / "broken" / "orrery"
    package.mkdir(parents=True)
    for file in SOURCES.glob("console*.py"):
        shutil.copy(file, package)
    (package / "__init__.py").write_text("raise OSError('libtorch is not there')\n")
    made = Child(tmp_path, package)
    try:
        assert "can't be imported: libtorch is not there" in made.ready["notice"]
        assert made.run("3")["result"]["text"] == "3"
    finally:
        made.close()


def test_the_command_line_starts_it_with_the_package(tmp_path):
    made = Child(tmp_path, program=[BUILD / "bin" / "orrery", "script", "--console"])
    try:
        assert made.ready["notice"] == ""
        made.send("project", project=str(tmp_path / "é b.orrery"))
        assert made.run("orrery.__version__, len(project.runs())")["result"]["text"].endswith(", 0)")
        assert "ParameterError" in made.run("project.run('sqg.spectral', kappa=-1)")["error"]["text"]
        assert made.commands == []  # refused before the window is asked
        made.answers["run.tag"] = {"error": "No.", "hint": "Look."}
        made.run("try: project.tag('x', 'y')\nexcept orrery.Error as error: got = error.hint")
        assert made.run("got")["result"]["text"] == "'Look.'"
    finally:
        made.close()


def test_output_is_there_before_the_end_is_told(child):
    for i in range(20):
        child.run(f"print('line {i}', end=' ')")
        child.wait_for(f"line {i} ")
    child.run("import sys; print('to stderr', file=sys.stderr)")
    child.wait_for("to stderr")
    assert b"\x1b[31mto stderr" in child.output


def test_native_code_and_programs_print_too(child):
    child.run("import os; os.write(1, b'native out\\n'); os.write(2, b'native err\\n')")
    child.run("import subprocess; _ = subprocess.run(['sh', '-c', 'echo program; echo its error >&2'])")
    for text in ("native out", "native err", "program", "its error"):
        child.wait_for(text)


def test_an_error_names_file_line_and_column(child, tmp_path):
    error = child.run("x = 1\ny = x / 0")["error"]
    assert "ZeroDivisionError" in without_colours(error["text"])
    assert "y = x / 0" in error["text"]  # the source of what was typed
    assert error["line"] == 2 and error["column"] == 5
    assert "console.py" not in error["text"]
    script = tmp_path / "a script é.py"
    script.write_text("import json\n\n\ndef deep():\n    json.loads('{')\n\n\ndeep()\n")
    child.begin("run_file", path=str(script), arguments=[])
    error = child.end()["error"]
    assert (error["file"], error["line"]) == (str(script), 5)  # not the line inside of json
    assert f'File "{script}", line 5' in without_colours(error["text"])


def test_a_syntax_error_has_its_line_and_a_caret(child, tmp_path):
    script = tmp_path / "wrong.py"
    script.write_text("a = 1\nif a\n    print(a)\n")
    child.begin("run_file", path=str(script))
    error = child.end()["error"]
    assert (error["file"], error["line"], error["column"]) == (str(script), 2, 5)
    assert "^" in error["text"] and "SyntaxError" in without_colours(error["text"])
    error = child.run("1 +", name=str(script), line=40)["error"]
    assert error["line"] == 40  # of a selection that begins there


def test_a_file_is_a_program_and_leaves_its_names(child, tmp_path):
    script = tmp_path / "program.py"
    script.write_text("import sys\nassert __name__ == '__main__'\nassert 'old' not in globals()\n"
                      "import beside\nfound = sys.argv[1:] + [beside.word]\nprint(__file__)\n")
    (tmp_path / "beside.py").write_text("word = 'besides'\n")
    child.run("old = 1")
    child.begin("run_file", path=str(script), arguments=["a b", "c"])
    assert "error" not in child.end()
    assert child.run("found")["result"]["text"] == "['a b', 'c', 'besides']"
    assert child.run("old, __name__")["result"]["text"] == "(1, '__main__')"
    child.begin("run_file", path=str(tmp_path / "none.py"))
    assert "none.py" in child.end()["error"]["text"]


def test_an_endless_loop_is_interrupted(child):
    child.begin("execute", code="kept = 5\nprint('begun')\nwhile True: pass")
    child.wait_for("begun")
    child.process.send_signal(signal.SIGINT)
    error = child.end()["error"]
    assert "KeyboardInterrupt" in error["text"] and error["line"] == 3
    assert child.run("kept")["result"]["text"] == "5"


def test_an_interrupt_while_nothing_runs_is_harmless(child):
    for _ in range(5):
        child.process.send_signal(signal.SIGINT)
        assert child.run("1")["result"]["text"] == "1"


def test_unread_output_waits_in_the_pipe_and_can_be_interrupted(child):
    child.reads.clear()  # as a window that doesn't come along
    child.begin("execute", code="n = 0\nwhile True:\n    n += 1\n    print(n)")
    time.sleep(0.5)
    child.process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    child.reads.set()
    assert "KeyboardInterrupt" in child.end()["error"]["text"]
    assert int(child.run("n")["result"]["text"]) < 200_000  # it was held back


def test_exit_ends_the_script_only(child):
    for code, words in (("import sys; sys.exit()", "Ended by exit()."), ("exit(3)", "exit code 3"),
                        ("quit()", "Ended by"), ("raise SystemExit('no data')", "exit code 1")):
        got = child.run(code)
        assert words in got["note"]["text"] and "error" not in got
    child.wait_for("no data")
    assert child.run("'alive'")["result"]["text"] == "'alive'"


@pytest.mark.parametrize("code, number", [("import os; os.abort()", signal.SIGABRT),
                                          ("import ctypes; print('last words'); ctypes.string_at(0)", signal.SIGSEGV)])
def test_a_native_crash_ends_this_process_alone(child, code, number):
    assert child.run(code)["ended"] == -number
    if number == signal.SIGSEGV:
        assert "last words" in child.printed()


def test_input_has_a_clear_answer(child):
    for code in ("input('Name? ')", "import sys; sys.stdin.readline()"):
        assert "no keyboard input" in child.run(code)["error"]["text"]


def test_errors_of_strange_objects_are_told(child):
    child.run("class Bad(Exception):\n    def __str__(self): raise ValueError('no')\n")
    assert "Bad" in child.run("raise Bad()")["error"]["text"]
    child.run("class Odd:\n    def __repr__(self): raise TypeError('no repr')\n")
    assert "no repr" in child.run("Odd()")["error"]["text"]
    assert "error" not in child.run("import sys; sys.stdout.close()")
    assert child.run("'after'")["result"]["text"] == "'after'"
    text = child.run("'x' * 10**7")["result"]["text"]
    assert "characters)" in text[-40:] and len(text) < 200_000


def test_completion(child):
    def complete(code):
        child.begin("complete", code=code, cursor=len(code))
        return child.receive()
    child.run("import math\nlong_name = [1]")
    got = complete("math.fl")
    assert got["items"] == ["floor"] and got["start"] == 5
    assert "long_name" in complete("y = long_")["items"]
    assert "append" in complete("long_name.")["items"] and "__add__" not in complete("long_name.")["items"]
    assert "__add__" in complete("long_name.__a")["items"]
    assert "while" in complete("whi")["items"] and "print" in complete("pri")["items"]
    assert "json" in complete("import js")["items"]
    assert complete("nothing_there.")["items"] == [] and complete("f().")["items"] == []
    assert "tag" in complete("project.")["items"] and "run" in complete("project.")["items"]
    child.run("class Trap:\n    def __dir__(self): 1 / 0\ntrap = Trap()")
    assert complete("trap.")["items"] == []


def test_a_call_is_described(child):
    child.run("def f(a, b=2):\n    'Adds them.'\n")
    child.begin("inspect", code="g = f(1, ", cursor=9)
    assert child.receive()["text"] == "f(a, b=2)\nAdds them."
    child.begin("inspect", code="project.tag(", cursor=12)
    assert child.receive()["text"].startswith("project.tag(run, tag)\nAdds a tag")


def test_no_answer_to_completion_waits_for_what_runs(child):
    child.begin("execute", code="import time\nprint('begun')\ntime.sleep(60)")
    child.wait_for("begun")
    number = child.begin("complete", code="pri", cursor=3)
    assert child.receive() == {"type": "completions", "id": number, "start": 3, "items": []}
    child.process.send_signal(signal.SIGINT)
    assert "KeyboardInterrupt" in child.end()["error"]["text"]


def test_commands_go_to_the_window(child):
    child.answers["run.tag"] = {"done": "Run k3 has the tag 'good'."}
    got = child.run("project.tag('last', tag='good')")
    assert "error" not in got and got["result"]["text"] == '"Run k3 has the tag \'good\'."'
    assert child.commands[-1]["command"] == "run.tag"
    assert child.commands[-1]["arguments"] == {"run": "last", "tag": "good"}
    child.run("class R: id = 'k3f4'\nproject.tag(R(), 'b')")
    assert child.commands[-1]["arguments"]["run"] == "k3f4"
    child.answers["run.tag"] = {"error": "Run k3 is not there.", "hint": "Look at the list."}
    error = without_colours(child.run("project.tag('k3', 'x')")["error"]["text"])
    assert "CommandError: Run k3 is not there." in error and "Look at the list." in error
    assert "tag(): missing a required argument" in without_colours(child.run("project.tag('k3')")["error"]["text"])
    child.run("project.export_figure({'kind': 'curves'}, 'f.svg', width_mm=180)")
    assert child.commands[-1]["arguments"] == {"figure": '{"kind": "curves"}', "path": "f.svg",
                                               "changes": '{"width_mm": 180}'}
    child.run("window.view_theme('dark')")
    assert child.commands[-1]["command"] == "view.theme"
    assert "has no command" in child.run("window.nothing()")["error"]["text"]
    assert "project.nothing" in child.run("project.nothing()")["error"]["text"]


def test_a_run_is_waited_for(child):
    running = {"status": "running", "progress": 0.5, "doing": "step 5", "error": ""}
    done = {"status": "done", "progress": 1.0, "doing": "", "error": ""}
    child.answers["run.start"] = {"done": "", "runs": ["k3f4"]}
    child.answers["status"] = [{"runs": {"k3f4": running}}, {"runs": {"k3f4": done}}, {"runs": {"k3f4": done}}]
    got = child.run("project.run('a.b', kappa=0.5, flag=True, text='two words', name='n').id")
    assert got["result"]["text"] == "'k3f4'"
    assert child.commands[0]["arguments"] == {
        "experiment": "a.b", "parameters": 'kappa=0.5 flag=true "text=two words"', "seed": 0, "device": "auto",
        "name": "n", "sweep": False}
    child.wait_for("50 % step 5")
    child.commands.clear()
    child.answers["status"] = {"runs": {"k3f4": dict(done, status="failed", error="it broke")}}
    assert "run k3f4 of a.b failed: it broke" in child.run("project.run('a.b')")["error"]["text"]
    child.commands.clear()
    child.answers["run.note"] = {"done": ""}
    got = child.run("project.sweep('a.b', k=[1, 2.5], t=['a,b'], parameters={'for': '1..2:lin:2'}, note='n', tags='x')")
    assert got["result"]["text"] == "[<run k3f4, failed>]"
    assert [c["command"] for c in child.commands[:3]] == ["run.start", "run.note", "run.tag"]
    assert child.commands[0]["arguments"]["parameters"] == "for=1..2:lin:2 k=1,2.5 t=a\\,b"
    assert child.commands[0]["arguments"]["sweep"] is True


def test_an_interrupt_stops_the_run_that_is_waited_for(child):
    child.answers["run.start"] = {"done": "", "runs": ["k3f4"]}
    child.answers["status"] = {"runs": {"k3f4": {"status": "running", "progress": 0.1, "doing": "", "error": ""}}}
    threading.Timer(0.5, lambda: child.process.send_signal(signal.SIGINT)).start()
    assert "KeyboardInterrupt" in child.run("project.run('a.b')")["error"]["text"]
    assert child.commands[-1]["command"] == "run.stop" and child.commands[-1]["arguments"] == {"run": "k3f4"}


def test_the_project_follows_the_window(child):
    assert "none is open" in child.run("project")["result"]["text"]
    child.send("project", project="/tmp/b c.orrery")
    assert "/tmp/b c.orrery" in child.run("project")["result"]["text"]


def test_it_ends_with_the_window(child):
    child.begin("execute", code="while True: pass")
    child.socket.shutdown(socket.SHUT_RDWR)
    assert child.process.wait(60) == 0
