"""Attributes of other libraries that are ours while a mock is active.

One is given back only if it is still ours. Where somebody has patched over it, it stays where it is, does nothing
without an active mock, and is found again by the next one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

import wrapt

from lambda_mock.errors import LambdaMockError

Member = TypeVar("Member")


class Ours:
    """Marks what we put in place of somebody's attribute; `__wrapped__` is what was there."""

    __slots__ = ()

    __wrapped__: Any


class Wrapper(Ours, wrapt.FunctionWrapper):  # type: ignore[type-arg]  # it has none at run time
    """A wrapped function that can be told from everybody else's."""


class Patch:
    """One attribute, by its owner and name, and what to put there: `build` makes it of what it finds."""

    __slots__ = ("_build", "_name", "_owner", "_put")

    def __init__(self, owner: Any, name: str, build: Callable[[Any], Ours]) -> None:
        self._owner = owner
        self._name = name
        self._build = build
        self._put: Ours | None = None

    def apply(self) -> None:
        """Put ours in place, or recognise one that was left behind there."""
        found = vars(self._owner)[self._name]
        if isinstance(found, Ours):
            self._put = found
            return
        if self._put is None or self._put.__wrapped__ is not found:
            self._put = self._build(found)
        setattr(self._owner, self._name, self._put)

    def take_back(self) -> None:
        """Restore what was there before, unless somebody has put something of their own there since."""
        put = self._put
        if put is not None and vars(self._owner).get(self._name) is put:
            setattr(self._owner, self._name, put.__wrapped__)


class Interception(Generic[Member]):
    """The active members, and the patches that are in place while there is at least one.

    It is process-wide on purpose: handlers and other libraries call from threads of their own. Readers take no lock.
    """

    __slots__ = ("_active", "_lock", "_patches")

    def __init__(self, patches: Iterable[Patch] = ()) -> None:
        self._active: tuple[Member, ...] = ()
        self._patches = list(patches)
        self._lock = threading.Lock()

    def add(self, *patches: Patch) -> None:
        """Take further patches; they are applied at once where a member is active already."""
        with self._lock:
            self._patches += patches
            if self._active:
                for patch in patches:
                    patch.apply()

    def enter(self, member: Member) -> None:
        """Make `member` the innermost one."""
        with self._lock:
            if not self._active:
                for patch in self._patches:
                    patch.apply()
            self._active = (member, *self._active)

    def leave(self, member: Member) -> None:
        """Take `member` out, once and wherever it stands; one that isn't active is a LambdaMockError."""
        with self._lock:
            position = next((place for place, active in enumerate(self._active) if active is member), None)
            if position is None:
                message = f"{member!r} isn't active: it has left already, or has never been entered."
                raise LambdaMockError(message)
            self._active = self._active[:position] + self._active[position + 1 :]
            if not self._active:
                for patch in self._patches:
                    patch.take_back()

    def current(self) -> Member | None:
        """The innermost active member."""
        active = self._active
        return active[0] if active else None

    def active(self) -> tuple[Member, ...]:
        """All active members, innermost first."""
        return self._active
