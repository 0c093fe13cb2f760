"""The execution environments that are alive, of all functions: a limited number at once, warm ones first.

An idle environment of another function makes room; where none is idle, a run waits in line. One that happens inside
another run never waits: the room that it waits for could be its caller's.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_mock.errors import LambdaMockError

if TYPE_CHECKING:
    from lambda_mock.execution.executor import InvocationRequest
    from lambda_mock.execution.lineage import Run
    from lambda_mock.execution.process.environment import ProcessEnvironment

_PATIENCE = 5.0
"""Seconds that the end of a pool waits for runs whose process it has ended; they have nothing left to wait for."""

_Kind = tuple[str, str | None, int | None]


class Pool:
    """Hands environments out. `make` makes one for a request, with the /tmp of one that died or a new one."""

    __slots__ = ("_busy", "_changed", "_closed", "_idle", "_left_over", "_make", "_reserved", "limit")

    def __init__(self, limit: int, make: Callable[[InvocationRequest, Path | None], ProcessEnvironment]) -> None:
        self.limit = limit
        self._make = make
        self._idle: list[ProcessEnvironment] = []
        self._busy: dict[ProcessEnvironment, bool] = {}
        self._reserved = 0
        self._left_over: dict[_Kind, list[Path]] = {}
        self._changed = threading.Condition()
        self._closed = False

    def take(self, request: InvocationRequest, *, waits: bool) -> ProcessEnvironment:
        """The warm environment that was used last, or a new one, which has not started yet."""
        gone: list[ProcessEnvironment] = []
        try:
            with self._changed:
                while True:
                    environment = self._warm(request, gone)
                    if environment is not None:
                        self._busy[environment] = True
                        return environment
                    if not waits or self._has_room(gone):
                        self._reserved += 1
                        break
                    self._changed.wait()
                left_over = self._left_over.get(_kind(request.version.qualified_arn, request.tenant_id, request.pool))
                temporary = left_over.pop() if left_over else None
        finally:
            _close(gone)
        return self._new(request, temporary)

    def _warm(self, request: InvocationRequest, gone: list[ProcessEnvironment]) -> ProcessEnvironment | None:
        """The warmest one that fits. Those of the version that can't serve it any more go."""
        if self._closed:
            raise LambdaMockError(f"{request.version.function_name} can't run any more: its mock has ended.")
        wanted = request.version.qualified_arn, request.tenant_id, request.pool is not None
        for environment in reversed(self._idle):
            if (environment.version.qualified_arn, *environment.shelf) != wanted:
                continue
            if environment.serves(request):
                self._idle.remove(environment)
                return environment
            gone.append(environment)
        self._idle = [environment for environment in self._idle if environment not in gone]
        return None

    def _has_room(self, gone: list[ProcessEnvironment]) -> bool:
        if len(self._idle) + len(self._busy) + self._reserved < self.limit:
            return True
        if self._idle:
            gone.append(self._idle.pop(0))
            return True
        return False

    def _new(self, request: InvocationRequest, temporary: Path | None) -> ProcessEnvironment:
        try:
            environment = self._make(request, temporary)
        except BaseException:
            with self._changed:
                self._reserved -= 1
                self._changed.notify()
            raise
        with self._changed:
            self._reserved -= 1
            self._busy[environment] = not self._closed
            if self._closed:
                self._changed.notify_all()
        return environment

    def give_back(self, environment: ProcessEnvironment, *, usable: bool) -> None:
        """End a run in it. It is kept for the next one, or closed; of one that died, its /tmp is kept."""
        with self._changed:
            wanted = self._busy.get(environment, False)
            keep = wanted and usable
            if keep:
                del self._busy[environment]
                self._idle.append(environment)
                self._changed.notify()
        if keep:
            return
        environment.close()  # it counts as alive until it isn't
        with self._changed:
            self._busy.pop(environment, None)
            if wanted and not self._closed:
                kind = _kind(environment.version.qualified_arn, environment.tenant_id, environment.pool)
                self._left_over.setdefault(kind, []).append(environment.temporary)
            self._changed.notify_all()
        if not wanted:
            shutil.rmtree(environment.temporary, ignore_errors=True)

    def run_of(self, access_key: str) -> Run | None:
        """The run that is under way in the environment of that key."""
        with self._changed:
            found = [environment.occupant for environment in self._busy if environment.access_key == access_key]
        return found[0] if found else None

    def forget(self, version_arn: str) -> None:
        """Close those of a version: the idle ones at once, those in use when their runs have ended."""
        with self._changed:
            gone = [environment for environment in self._idle if environment.version.qualified_arn == version_arn]
            self._idle = [environment for environment in self._idle if environment not in gone]
            for environment in self._busy:
                if environment.version.qualified_arn == version_arn:
                    self._busy[environment] = False
            for kind in [kind for kind in self._left_over if kind[0] == version_arn]:
                for folder in self._left_over.pop(kind):
                    shutil.rmtree(folder, ignore_errors=True)
        _close(gone)
        with self._changed:
            self._changed.notify(len(gone))

    def close(self) -> None:
        """End all of them, in use or not. Whoever waits for one waits in vain."""
        with self._changed:
            self._closed = True
            gone, self._idle = self._idle, []
            for environment in self._busy:
                self._busy[environment] = False
            busy = list(self._busy)
            self._changed.notify_all()
        _close(gone)
        for environment in busy:
            environment.kill()
        with self._changed:
            self._changed.wait_for(lambda: not self._busy and not self._reserved, timeout=_PATIENCE)


def _kind(version_arn: str, tenant_id: str | None, pool: int | None) -> _Kind:
    return version_arn, tenant_id, pool


def _close(environments: list[ProcessEnvironment]) -> None:
    for environment in environments:
        environment.close()
        shutil.rmtree(environment.temporary, ignore_errors=True)
