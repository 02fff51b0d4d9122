# SPDX-License-Identifier: BSD-3-Clause
"""The child of the window in which its console and scripts run: Python alone, whether `import orrery` works or not.

Started with the path of a local socket, and with one pipe as standard output and error. What the socket carries are
lines of JSON, objects with "type".

The window sends
    hello     {commands, project}       first of all; commands: CommandSet::to_json, project: its folder or null
    project   {project}                 another one is shown, or none
    execute   {id, code, name?, line?}  name: the file that the code is from, line: the one it begins at
    run_file  {id, path, arguments?, code?}   as a program of its own; then its names are the console's, too; code: what
                                        stands there instead of the file's content
    complete  {id, code, cursor}        cursor: in characters
    inspect   {id, code, cursor}        the call that is being written
    answer    {id, ...}                 to a command or status
and SIGINT to interrupt. At the end of the socket this process ends.

This process sends
    ready        {python, notice}       notice: what to know of the package orrery, or ""
    result       {id, text}             repr of the last expression
    error        {id, text, file, line, column}   a traceback with ANSI colours; where it happened: line 0 if nowhere
    note         {id, text}             a sentence about how it ended
    done         {id}                   always the last of execute and run_file
    completions  {id, start, items}     start: where in code they begin
    inspected    {id, text}             signature and first words of help, or ""
    command      {id, command, arguments}         Invocation::to_json; answered by {done, runs} or {error, hint}
    status       {id, runs}             answered by {runs: {RUN: {status, progress, doing, error}}}
Everything printed, also by native code and programs that are started here, goes to the pipe; what was printed before a
message was sent has been written before it.
"""
import ast
import builtins
import ctypes
import importlib.util
import io
import json
import linecache
import os
import queue
import signal
import socket
import sys
import textwrap
import threading
import traceback
import types

HERE = os.path.dirname(os.path.abspath(__file__))
if __name__ == "__main__":  # started as a file: what lies beside it is in the package
    sys.path[0] = os.path.dirname(HERE)


def beside(name):
    """A module of this folder, also where the package can't be imported."""
    spec = importlib.util.spec_from_file_location(f"orrery_{name}", os.path.join(HERE, f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RED, CYAN, BOLD, PLAIN = "\x1b[31m", "\x1b[36m", "\x1b[1m", "\x1b[0m"
LONGEST_TEXT = 100_000  # characters of a repr or a traceback that are shown


class Link:
    """The socket. Messages are sent by a thread of its own, so that an interrupt never cuts one in two."""

    def __init__(self, path, on_message):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._unsent = queue.SimpleQueue()
        self._answers = {}
        self._next = 0
        self._on_message = on_message
        for work in (self._write, self._read):
            threading.Thread(target=work, daemon=True).start()

    def send(self, kind, **content):
        self._unsent.put({"type": kind, **content})

    def ask(self, kind, **content):
        """Sends it and waits for the answer."""
        self._next += 1
        number, waiting = self._next, queue.SimpleQueue()
        self._answers[number] = waiting
        try:
            self.send(kind, id=number, **content)
            return waiting.get()
        finally:
            self._answers.pop(number, None)

    def _write(self):
        while True:
            line = json.dumps(self._unsent.get()) + "\n"
            try:
                self._socket.sendall(line.encode())
            except OSError:
                os._exit(0)

    def _read(self):
        with self._socket.makefile("rb") as lines:
            for line in lines:
                message = json.loads(line)
                if message["type"] != "answer":
                    self._on_message(message)
                elif message["id"] in self._answers:
                    self._answers[message["id"]].put(message)
        os._exit(0)


class ErrorText(io.TextIOBase):
    """sys.stderr: the same pipe as sys.stdout, in red."""

    encoding, errors = "utf-8", "backslashreplace"

    def __init__(self, out):
        self._out = out

    def writable(self):
        return True

    def fileno(self):
        return 2

    def write(self, text):
        if text:
            self._out.write(f"{RED}{text}\x1b[39m")
            self._out.flush()
        return len(text)

    def flush(self):
        self._out.flush()


class NoInput(io.TextIOBase):
    """sys.stdin: nobody types there."""

    def readable(self):
        return True

    def close(self):  # exit() closes it
        pass

    def read(self, size=-1):
        return no_input()

    def readline(self, size=-1):
        return no_input()


def no_input():
    """What input() says."""
    raise EOFError("the console has no keyboard input: set a variable instead, or give the script arguments and read "
                   "sys.argv")


def take_output():
    os.dup2(1, 2)
    sys.stdout = open(1, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)
    sys.stderr = ErrorText(sys.stdout)
    sys.stdin = NoInput()
    sys.__stdout__, sys.__stderr__, sys.__stdin__ = sys.stdout, sys.stderr, sys.stdin


def coloured(error):
    """The traceback as Python writes it, without the frames of this file."""
    frames = error.__traceback__
    while frames and frames.tb_frame.f_code.co_filename == __file__:
        frames = frames.tb_next
    whole = traceback.TracebackException(type(error), error, frames, compact=True)
    lines = []
    for part in whole.format():
        for line in part.rstrip("\n").split("\n"):
            if line.startswith('  File "'):
                name, closing, rest = line[8:].partition('"')
                line = f'  File "{CYAN}{name}{PLAIN}{closing}{rest}'
            elif line and not line.startswith((" ", "Traceback")):
                kind, colon, words = line.partition(":")
                line = f"{BOLD}{RED}{kind}{PLAIN}{RED}{colon}{words}{PLAIN}"
            lines.append(line)
    return "\n".join(lines), frames


def shortened(text):
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}{PLAIN} ... ({len(text):,} characters)"


def place_of(error, frames, name):
    """File, line and column (from 1; 0: unknown) of the innermost frame in the file `name`, else of the innermost."""
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        return error.filename, error.lineno, error.offset or 0
    places = []
    for frame in traceback.extract_tb(frames):
        places.append((frame.filename, frame.lineno or 0, (getattr(frame, "colno", None) or 0) + 1))
    own = [place for place in places if place[0] == name]
    return (own or places or [("", 0, 0)])[-1]


class Console:
    def __init__(self, path):
        self._running = False
        self._number = self._id = 0
        self._help = beside("console_help")
        self._work = queue.SimpleQueue()
        self.main = types.ModuleType("__main__")
        self.names = self.main.__dict__
        self.names["__builtins__"] = builtins
        self._greeted = threading.Event()
        self.project = None
        self.commands = {}
        signal.signal(signal.SIGINT, self._interrupted)
        sys.displayhook = self._display
        sys.modules["__main__"] = self.main
        self.link = Link(path, self._received)

    # --- messages ---

    def _received(self, message):
        kind = message["type"]
        if kind in ("hello", "project"):
            self.project = message.get("project")
            self.commands = {c["python"]: c for c in message.get("commands", self.commands.values())}
            self._greeted.set()
        elif kind == "complete" and self._running:  # what would be asked is at work
            self.link.send("completions", id=message["id"], start=message["cursor"], items=[])
        elif kind == "inspect" and self._running:
            self.link.send("inspected", id=message["id"], text="")
        else:
            self._work.put(message)

    def serve(self):
        self._greeted.wait()
        notice = self._fill()
        self.link.send("ready", python=sys.version.split()[0], notice=notice)
        work = {"execute": self.execute, "run_file": self.run_file, "complete": self.complete, "inspect": self.inspect}
        while True:
            try:
                message = self._work.get()
                work[message["type"]](message)
            except KeyboardInterrupt:  # came just after the end
                pass

    def _interrupted(self, number, frame):
        if self._running:
            raise KeyboardInterrupt

    def _fill(self):
        """The names that are there from the beginning."""
        self.groups = beside("console_project").groups(self)
        self.names.update(self.groups)
        try:
            import orrery
            if not hasattr(orrery, "open"):
                raise ImportError("its module is not there")
            self.names["orrery"] = orrery
        except Exception as error:  # whatever a broken package raises
            return f"The package orrery can't be imported: {error}. Python and the window's commands work."
        return ""

    # --- executing ---

    def _display(self, value):
        if value is None:
            return
        builtins._ = None  # a repr may print what it is
        text = repr(value)
        builtins._ = value
        self._flush()
        self.link.send("result", id=self._id, text=shortened(text))

    def _guarded(self, message, name, work):
        """Does the work; whatever comes out of it is told, then done."""
        self._id = message["id"]
        error = None
        try:
            try:
                self._running = True
                work()
            finally:
                self._running = False
        except SystemExit as ended:
            self._tell_exit(ended)
        except BaseException as raised:
            error = raised
        self._flush()
        if error is not None:
            self._tell_error(error, name)
        self.link.send("done", id=self._id)

    @staticmethod
    def _flush():
        try:
            sys.stdout.flush()
        except Exception:  # closed, or replaced, by what ran
            take_output()

    def _tell_error(self, error, name):
        try:
            text, frames = coloured(error)
            file, line, column = place_of(error, frames, name)
        except Exception as other:  # an exception whose str() fails
            text, file, line, column = f"{RED}{type(error).__name__} ({other}){PLAIN}", "", 0, 0
        self.link.send("error", id=self._id, text=shortened(text), file=file, line=line, column=column)

    def _tell_exit(self, ended):
        code = ended.code
        if isinstance(code, str):
            print(code, file=sys.stderr)
        with_code = "" if code is None or code == 0 else f" with exit code {code if isinstance(code, int) else 1}"
        self.link.send("note", id=self._id, text=f"Ended by exit(){with_code}. The console stays, with all its names; "
                                                 "Restart begins anew.")

    def execute(self, message):
        self._number += 1
        code, name = textwrap.dedent(message["code"]), message.get("name") or f"<console {self._number}>"
        first = message.get("line", 1)
        if not message.get("name"):
            linecache.cache[name] = (len(code), None, code.splitlines(True), name)
        self._guarded(message, name, lambda: self._run("\n" * (first - 1) + code, name, self.names))

    @staticmethod
    def _run(code, name, names):
        """As a cell: the last expression is shown."""
        tree = compile(code, name, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        last = [tree.body.pop()] if tree.body and isinstance(tree.body[-1], ast.Expr) else []
        exec(compile(tree, name, "exec", dont_inherit=True), names)
        if last:
            exec(compile(ast.Interactive(last), name, "single", dont_inherit=True), names)

    def run_file(self, message):
        path = message["path"]
        self._guarded(message, path, lambda: self._run_program(path, message))

    def _run_program(self, path, message):
        source = message.get("code")
        if source is None:
            with open(path, "rb") as file:
                source = file.read()
            linecache.checkcache(path)
        else:
            linecache.cache[path] = (len(source), None, source.splitlines(True), path)
        program = types.ModuleType("__main__")
        program.__dict__.update(self.groups)
        program.__file__ = path
        kept = sys.argv, list(sys.path)
        sys.argv, sys.modules["__main__"] = [path, *message.get("arguments", [])], program
        sys.path.insert(0, os.path.dirname(path))
        try:
            exec(compile(source, path, "exec", dont_inherit=True), program.__dict__)
        finally:
            sys.argv, sys.modules["__main__"] = kept[0], self.main
            sys.path[:] = kept[1]
            self.names.update({n: v for n, v in program.__dict__.items() if not n.startswith("__")})

    # --- helping to write ---

    def complete(self, message):
        start, items = self._asked("completions", message, (message["cursor"], []))
        self.link.send("completions", id=message["id"], start=start, items=items)

    def inspect(self, message):
        self.link.send("inspected", id=message["id"], text=self._asked("described", message, ""))

    def _asked(self, name, message, nothing):
        try:
            return getattr(self._help, name)(message["code"][:message["cursor"]], self.names)
        except Exception:  # what an attribute of the user's objects raises is no help
            return nothing


def main(path):
    """Serves the window that listens at `path` until it closes the socket."""
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: also if native code never comes back
    except (OSError, AttributeError):
        pass
    take_output()
    Console(path).serve()


if __name__ == "__main__":
    main(sys.argv[1])
