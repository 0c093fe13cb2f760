"""Threads for functions that have a deadline: one for each execution environment, as the main thread of its function.

A thread can't be stopped. At the deadline it is given up: nobody takes its result any more, and an exception ends it
when it next executes a line of its own, or comes back from a call of Lambda.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from lambda_mock.execution.failures import GivenUp

K = TypeVar("K")
T = TypeVar("T")

_OURS = __name__.partition(".")[0]
# Time passes on the mock's clock too, which tells nobody.
_BETWEEN_LOOKS = 0.02
_TRACED_THREADS_WOULD_WAIT = sys.version_info[:2] == (3, 11)
_DEBUGGERS = frozenset({"bdb", "pdb", "pydevd", "_pydevd_bundle", "_pydevd_frame_eval"})


class OutOfTime(Exception):  # noqa: N818  # no error, but one of the ways in which a run may end
    """The work wasn't done when its time was over, and goes on without anybody waiting for it."""


class WorkerThread(threading.Thread):
    """A thread of the mock's own, though functions run in it."""


class _Task(Generic[T]):
    """One piece of work, and what comes of it."""

    __slots__ = ("_error", "_lock", "_value", "_work", "done", "given_up")

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._value: T | None = None
        self._error: BaseException | None = None
        self.done = threading.Lock()
        self.done.acquire()
        self.given_up = False

    def perform(self) -> None:
        """Do the work, in the worker's thread."""
        value: T | None = None
        raised: BaseException | None = None
        try:
            value = self._work()
        except BaseException as error:  # noqa: BLE001  # it is raised where somebody waits for the work
            raised = error
        with self._lock:
            if not self.given_up:
                self._value, self._error = value, raised
                self.done.release()

    def give_up(self) -> bool:
        """Take its end no more; False where it has come to its end before."""
        with self._lock:
            self.given_up = self.done.locked()
            return self.given_up

    def result(self) -> T:
        """What the work has answered; what it has raised is raised here."""
        error, self._error = self._error, None
        if error is None:
            return self._value  # type: ignore[return-value]
        try:
            raise error
        finally:
            del error  # whose traceback holds this frame


class Worker:
    """A thread that does one piece of work after the other."""

    __slots__ = ("_tasks", "_thread", "usable")

    def __init__(self, name: str) -> None:
        self._tasks: SimpleQueue[_Task[Any] | None] = SimpleQueue()
        self.usable = True
        """False after work that was given up."""
        self._thread = WorkerThread(target=_serve, args=[self._tasks], name=name, daemon=True)
        self._thread.start()

    def do(self, work: Callable[[], T], time_left: Callable[[], float]) -> T:
        """Have `work` done in the context of the caller, and wait for it.

        Raises OutOfTime as soon as `time_left()`, in seconds, has come down to 0.
        """
        context = copy_context()
        task = _Task(lambda: context.run(work))
        self._tasks.put(task)
        try:
            _wait(task.done, time_left)
        except BaseException:  # time is over, or the test was interrupted
            if task.give_up():
                self.usable = False
                self._interrupt()
                raise
        return task.result()

    def end(self) -> None:
        """Let the thread end as soon as it has nothing to do."""
        self._tasks.put(None)

    def join(self) -> None:
        """Wait for the end of a thread that has nothing to do."""
        if self.usable and self._thread is not threading.current_thread():
            self._thread.join()

    def is_in_a_debugger(self) -> bool:
        """Whether somebody is looking at what the thread does."""
        return not _DEBUGGERS.isdisjoint(self._packages())

    def _packages(self) -> list[str]:
        """The packages whose code the thread is in, the innermost first."""
        found = []
        frame = sys._current_frames().get(self._thread.ident or 0)  # noqa: SLF001  # the only way to another's stack
        while frame is not None:
            found.append(str(frame.f_globals.get("__name__")).partition(".")[0])
            frame = frame.f_back
        return found

    def _interrupt(self) -> None:
        """Raise GivenUp in the thread; not while it makes a call of Lambda, which must not be torn apart.

        Python 3.11 has every thread that is traced stand still until the exception has arrived, and that may be never.
        """
        if _TRACED_THREADS_WOULD_WAIT and sys.gettrace() is not None:
            return
        packages = self._packages()
        while packages and packages[-1] in {_OURS, "threading"}:  # how it comes to the function
            packages.pop()
        if _OURS not in packages:
            thread = ctypes.c_ulong(self._thread.ident or 0)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(GivenUp))


def _wait(done: threading.Lock, time_left: Callable[[], float]) -> None:
    while not done.acquire(timeout=min(max(time_left(), 0), _BETWEEN_LOOKS)):
        if time_left() <= 0:
            raise OutOfTime


def _serve(tasks: SimpleQueue[_Task[Any] | None]) -> None:
    with suppress(GivenUp):
        while (task := tasks.get()) is not None:
            task.perform()
            if task.given_up:
                break
            del task
    _close_event_loop()


def _close_event_loop() -> None:
    """Close the event loop that a function has left in this thread; where it has left none, asyncio says so."""
    asyncio: Any = sys.modules.get("asyncio")
    if asyncio is not None:
        # Of the two the one that doesn't warn of its own end.
        ask = asyncio if sys.version_info >= (3, 12) else asyncio.get_event_loop_policy()
        with suppress(RuntimeError):
            ask.get_event_loop().close()


class Workers(Generic[K]):
    """A worker for each execution environment. Of those that are used least lately, the ones too many are let go."""

    __slots__ = ("_lock", "_most", "_workers")

    def __init__(self, most: int = 64) -> None:
        self._most = most
        self._workers: OrderedDict[K, Worker] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, environment: K, name: str) -> Worker:
        """The environment's worker, whose thread has that name."""
        with self._lock:
            worker = self._workers.get(environment)
            if worker is None:
                worker = self._workers[environment] = Worker(name)
            self._workers.move_to_end(environment)
            if len(self._workers) > self._most:
                self._workers.popitem(last=False)[1].end()
            return worker

    def drop(self, gone: Callable[[K], bool]) -> None:
        """Let go of the workers of environments that are gone."""
        with self._lock:
            for environment in [known for known in self._workers if gone(known)]:
                self._workers.pop(environment).end()

    def close(self) -> None:
        """Let go of all of them, and wait for those that are idle."""
        with self._lock:
            workers = list(self._workers.values())
            self._workers.clear()
        for worker in workers:
            worker.end()
        for worker in workers:
            worker.join()
