"""`os.environ` during a run: the test's own variables, with those of the execution environment over them.

`os.environ` stays the same object and is lent another table, so that the test's own is never touched; C code and child
processes are told of each difference. What a function changes stays with its execution environment.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Collection, Iterable, Mapping
from itertools import starmap
from typing import Any, cast

Table = dict[Any, Any]
"""Variables as `os.environ` keeps them: bytes on POSIX."""

_UTC = ":UTC"


class Variables:
    """What one execution environment makes of the variables that it finds. None as a value takes a variable away."""

    __slots__ = ("_plan", "_text")

    def __init__(self, text: Mapping[str, str | None]) -> None:
        self._text: dict[str, str | None] = dict(text)
        self._plan: Plan | None = None

    def plan(self, before: Table, outside: Table, further: Mapping[str, str]) -> Plan:
        """How to get from the table `before` to these and `further` over the table `outside`, and back."""
        plan, latest = self._plan, _encoded(further)
        if plan is None or plan.before != before or plan.outside != outside:
            shown = {**outside, **_encoded(self._text), **latest}
            for key in [key for key, value in shown.items() if value is None]:
                del shown[key]
            self._plan = plan = Plan(before.copy(), outside.copy(), shown)
        plan.shown.update(latest)
        plan.latest = latest
        return plan

    def keep(self, changes: Table) -> None:
        """Make what a function has changed part of these."""
        for key, value in changes.items():
            self._text[os.fsdecode(key)] = None if value is None else os.fsdecode(value)
        self._plan = None

    @property
    def zone(self) -> str | None:
        """The time zone in them."""
        return self._text.get("TZ")


class Plan:
    """The differences between two tables, found once for as long as they are the same but for `latest`."""

    __slots__ = ("_added", "_put", "_put_back", "_removed", "before", "latest", "outside", "shown")

    def __init__(self, before: Table, outside: Table, shown: Table) -> None:
        self.before = before
        self.outside = outside
        self.shown = shown
        self.latest: Table = {}
        self._put = [(key, value) for key, value in shown.items() if before.get(key) != value]
        self._removed = [key for key in before if key not in shown]
        self._put_back = [(key, value) for key, value in before.items() if shown.get(key) != value]
        self._added = [key for key in shown if key not in before]

    def tell(self) -> None:
        """Let C code see the variables as shown."""
        _tell([*self._put, *self.latest.items()], self._removed)

    def tell_back(self, changed: Collection[Any] = ()) -> None:
        """Let C code see the variables as they were before, these `changed` ones too."""
        _tell(self._put_back, self._added)
        if changed:
            known = self.before.keys() & changed
            _tell([(key, self.before[key]) for key in known], set(changed) - known)


def _tell(put: Iterable[tuple[Any, Any]], removed: Iterable[Any]) -> None:
    if isinstance(os.environ, os._Environ):  # noqa: SLF001  # what a test puts in its place is no concern of C's
        deque(starmap(os.putenv, put), maxlen=0)
        deque(map(os.unsetenv, removed), maxlen=0)


def _encoded(text: Mapping[str, str | None]) -> Table:
    if not isinstance(os.environ, os._Environ):  # noqa: SLF001
        return dict(text)
    key_of, value_of = os.environ.encodekey, os.environ.encodevalue
    return {key_of(key): None if value is None else value_of(value) for key, value in text.items()}


def _table() -> Table:
    """The table behind `os.environ`; copying and comparing it costs little next to doing so through `os.environ`."""
    return cast("Table", getattr(os.environ, "_data", os.environ))


def _lend(table: Table) -> None:
    """Make this the table of `os.environ`, or where a test has put a dict there, that dict."""
    if isinstance(os.environ, os._Environ):  # noqa: SLF001
        cast("Any", os.environ)._data = table  # noqa: SLF001
        if os.supports_bytes_environ:
            cast("Any", os.environb)._data = table  # noqa: SLF001
    else:
        os.environ = table  # noqa: B003


class Shown:
    """The variables while one run lasts; `before` is the table that it found."""

    __slots__ = ("_environ", "_plan", "_variables", "_zone", "before")

    def __init__(self, variables: Variables) -> None:
        self._variables = variables
        self._environ = os.environ
        self._plan: Plan | None = None
        self._zone = False
        self.before = _table()

    def begin(self, further: Mapping[str, str], outside: Table | None) -> None:
        """Show the environment's variables and `further` over the test's: over `outside`, or over what is there."""
        self._plan = plan = self._variables.plan(self.before, self.before if outside is None else outside, further)
        plan.tell()
        _lend(plan.shown.copy())
        self._zone = self._variables.zone != _UTC or bool(time.timezone or time.daylight)
        if self._zone:
            _read_zone()

    def end(self) -> None:
        """Put the variables back, and keep what has changed."""
        now, plan = _table(), self._plan
        os.environ = self._environ  # noqa: B003  # the very object that it was, should the function have replaced it
        _lend(self.before)
        if plan is None:
            return
        shown = plan.shown
        if now == shown or now is self.before:
            plan.tell_back()
        else:
            changes = {key: now.get(key) for key in now.keys() | shown.keys() if now.get(key) != shown.get(key)}
            self._variables.keep(changes)
            plan.tell_back(changes)
        if self._zone:
            _read_zone()


def _read_zone() -> None:
    if hasattr(time, "tzset"):
        time.tzset()
