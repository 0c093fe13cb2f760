"""Standard streams and `logging` during a run: what the function writes goes to its log, and to the test as ever.

The root logger is the function's own for the time of its run: handlers and level that the function sets stay with its
execution environment, and the test finds its own again afterwards.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from typing import Any, TextIO, cast

from lambda_mock.execution.lineage import current
from lambda_mock.execution.log_handler import InstalledLevel, LogHandler, level_of_function
from lambda_mock.execution.written import written


class Tee:
    """A standard stream that also writes to the log of the run that is writing.

    There is one for each stream, for good: a handler that a function made of it works in the function's later runs too.
    """

    def __init__(self) -> None:
        self.below: Any = None

    def write(self, text: str) -> int:
        """Write to both; a thread that is part of no run writes to the stream alone."""
        run = current()
        if run is not None:
            run.log.append(written(text, run.watch.now()))
        length: int = self.below.write(text)
        return length

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of them."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.below, name)


_out, _err = Tee(), Tee()


def show(text: str) -> None:
    """Write to the test's standard output and to no log."""
    stream = _out.below if cast("object", sys.stdout) is _out else sys.stdout
    stream.write(text)


def tee_streams() -> None:
    """Let `sys.stdout` and `sys.stderr` write to logs too; somebody may have kept a tee of ours there."""
    if cast("object", sys.stdout) is not _out:
        _out.below, sys.stdout = sys.stdout, cast("TextIO", _out)
    if cast("object", sys.stderr) is not _err:
        _err.below, sys.stderr = sys.stderr, cast("TextIO", _err)


def restore_streams() -> None:
    """Put the streams back, unless somebody else has replaced them since."""
    if cast("object", sys.stdout) is _out:
        sys.stdout = _out.below
    if cast("object", sys.stderr) is _err:
        sys.stderr = _err.below


class RootLogger:
    """The root logger as it is at this moment, to be put back."""

    __slots__ = ("_disabled", "handlers", "level")

    def __init__(self) -> None:
        self.handlers = logging.root.handlers
        self.level = logging.root.level
        self._disabled = logging.root.manager.disable

    def restore(self) -> None:
        """Put it back, the very list of handlers included."""
        logging.root.handlers = self.handlers
        _set_level(self.level)
        if logging.root.manager.disable != self._disabled:
            logging.disable(self._disabled)


class FunctionLogging:
    """The root logger as one execution environment knows it: its level, and its handlers before those of the test."""

    __slots__ = ("_handlers", "_lambdas_own", "_level")

    def __init__(self, level: str | None) -> None:
        self._level: int = logging.WARNING if level is None else _level_named(level)
        self._lambdas_own = LogHandler(self._level)
        self._handlers: list[logging.Handler] = [self._lambdas_own]

    def install(self, outside: RootLogger) -> None:
        """Let the root logger serve the function and the test at once."""
        logging.root.handlers = [*self._handlers, *outside.handlers]
        _set_level(InstalledLevel(min(self._level, outside.level)))

    def keep(self, outside: RootLogger) -> None:
        """Keep what the function has changed for its next run."""
        self._handlers = [handler for handler in logging.root.handlers if handler not in outside.handlers]
        self._level = self._lambdas_own.root_level = level_of_function(self._level)


def _level_named(name: str) -> int:
    return logging.DEBUG if name == "TRACE" else int(logging.getLevelName(name))


def _set_level(level: int) -> None:
    root = logging.root
    if root.level == level:
        root.level = level  # the same level needs no new decisions by all loggers
    else:
        root.setLevel(level)
