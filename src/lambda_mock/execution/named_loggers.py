"""What functions do to loggers that have names while they are loaded, taken back when their mock ends.

On Lambda it ends with the function's process. Here a handler would stay, one more for each test that loads the
function, and every line would be written once for each of them.
"""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper

_State = tuple[int, bool, tuple[logging.Handler, ...]]
_NEW: _State = (logging.NOTSET, True, ())


class NamedLoggers:
    """What the functions of one executor have changed at loggers: handlers that they added, level and propagation."""

    __slots__ = ("_lock", "_taken_over")

    def __init__(self) -> None:
        self._taken_over: list[tuple[logging.Logger, _State, _State]] = []
        self._lock = threading.Lock()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """See what changes meanwhile."""
        before = {logger: _state(logger) for logger in _all()}
        try:
            yield
        finally:
            for logger in _all():
                was, now = before.get(logger, _NEW), _state(logger)
                if now != was:
                    with self._lock:
                        self._taken_over.append((logger, was, now))

    def restore(self) -> None:
        """Take back what is still as the functions made it, the last change first."""
        with self._lock:
            taken_over, self._taken_over = self._taken_over, []
        for logger, (level, propagate, handlers), made in reversed(taken_over):
            for handler in made[2]:
                if handler not in handlers:
                    logger.removeHandler(handler)
                    if isinstance(handler, logging.FileHandler):
                        # Not at once: it may be that of a library, which will add it again.
                        weakref.finalize(handler, _close, handler.stream)
            if logger.level == made[0] != level:
                logger.setLevel(level)
            if logger.propagate is made[1]:
                logger.propagate = propagate


def _close(file: TextIOWrapper | None) -> None:
    """Close the file of a handler, if it was ever opened, when nobody has the handler any more."""
    if file is not None:
        file.close()


def _all() -> list[logging.Logger]:
    known = list(logging.root.manager.loggerDict.values())
    return [logger for logger in known if isinstance(logger, logging.Logger)]


def _state(logger: logging.Logger) -> _State:
    return logger.level, logger.propagate, tuple(logger.handlers)
