"""What is wrapped in the process while functions run in it: the threads they start are theirs, and they can't end it.

The thread in which a function runs is its main thread, which asyncio asks for.

Only the outermost run wraps, and takes away what is still its own; each time anew, so that what somebody else wrapped
around it meanwhile goes on working.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import partial
from typing import NoReturn

from lambda_mock.execution.failures import ProcessExit
from lambda_mock.execution.lineage import Run, adopt, current
from lambda_mock.execution.worker import WorkerThread


class Guards:
    """In force from the moment they are made until `remove`."""

    __slots__ = ("_exit", "_exit_before", "_main", "_main_before", "_start", "_start_before")

    def __init__(self) -> None:
        self._start_before = threading.Thread.start
        self._start = _start_within_the_run(self._start_before)
        self._exit_before = os._exit
        self._exit = _exit_of_the_function(self._exit_before)
        self._main_before = threading.main_thread
        self._main = _main_thread_of_the_function(self._main_before)
        threading.main_thread = self._main
        threading.Thread.start = self._start  # type: ignore[method-assign, assignment]
        os._exit = self._exit  # type: ignore[assignment]

    def remove(self) -> None:
        """Take them away, where nobody has replaced them."""
        if threading.main_thread is self._main:
            threading.main_thread = self._main_before
        if threading.Thread.start is self._start:
            threading.Thread.start = self._start_before  # type: ignore[method-assign]
        if os._exit is self._exit:
            os._exit = self._exit_before


def _start_within_the_run(below: Callable[[threading.Thread], None]) -> Callable[[threading.Thread], None]:
    def start(thread: threading.Thread) -> None:
        run = current()
        if run is not None and not isinstance(thread, WorkerThread):
            thread.run = partial(_run_within, run, thread.run)  # type: ignore[method-assign]
        below(thread)

    return start


def _run_within(run: Run, target: Callable[[], None]) -> None:
    adopt(run)
    target()


def _main_thread_of_the_function(below: Callable[[], threading.Thread]) -> Callable[[], threading.Thread]:
    def main_thread() -> threading.Thread:
        run = current()
        return (None if run is None else run.main_thread) or below()

    return main_thread


def _exit_of_the_function(below: Callable[[int], NoReturn]) -> Callable[[int], NoReturn]:
    process = os.getpid()

    def exit_process(status: int) -> NoReturn:
        if current() is None or os.getpid() != process:  # a child that a function forked may end
            below(status)
        raise ProcessExit(status)

    return exit_process
