# SPDX-License-Identifier: BSD-3-Clause
"""One line of progress on stderr, where a person looks on; nothing in a pipe."""
import shutil
import sys
import time


def _is_watched():
    return sys.stderr is not None and (sys.stderr.isatty() or "ipykernel" in sys.modules)


class ProgressLine:
    """Use as a context manager; the line is gone at the end."""

    def __init__(self, title, shown=None):
        self._title, self._shown = title, _is_watched() if shown is None else shown
        self._began, self._length = time.monotonic(), 0

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.clear()

    def update(self, fraction, what):
        if not self._shown:
            return
        left = ""
        if 0 < fraction < 1:
            seconds = (time.monotonic() - self._began) * (1 - fraction) / fraction
            left = f", {seconds:.0f} s left" if seconds < 90 else f", {seconds / 60:.0f} min left"
        filled = round(20 * max(0.0, min(1.0, fraction)))
        line = f"{self._title} [{'#' * filled}{'.' * (20 - filled)}] {100 * fraction:3.0f} %{left}  {what}"
        line = line[: shutil.get_terminal_size().columns - 1]
        sys.stderr.write("\r" + line + " " * (self._length - len(line)))
        sys.stderr.flush()
        self._length = len(line)

    def clear(self):
        if self._length:
            sys.stderr.write("\r" + " " * self._length + "\r")
            sys.stderr.flush()
            self._length = 0

    def say(self, sentence):
        self.clear()
        if self._shown:
            print(f"orrery: {sentence}", file=sys.stderr)
