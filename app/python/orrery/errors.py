# SPDX-License-Identifier: BSD-3-Clause
"""What Orrery raises: each error says what happened and why, and, as `hint`, what to do."""


class Error(Exception):
    """Ends an operation. `hint` says what to do; it may be empty."""

    def __init__(self, what, hint=""):
        super().__init__(what)
        self.hint = hint

    def __str__(self):
        what = super().__str__()
        return f"{what}\n{self.hint}" if self.hint else what


class ParameterError(Error, ValueError):
    """Parameters that an experiment doesn't accept. `problems` lists (field, sentence), all of them."""

    def __init__(self, what, problems=()):
        self.problems = list(problems)
        super().__init__(what)


class RunFailed(Error):
    """A run ended without having reached its end. `run` is what it left."""

    def __init__(self, what, hint="", run=None):
        super().__init__(what, hint)
        self.run = run


class Stopped(Exception):
    """Raised inside an experiment whose run was asked to stop; not a failure."""

    def __init__(self):
        super().__init__("the run was asked to stop")
