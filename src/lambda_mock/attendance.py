"""Which mocks a test has had, also those that have ended by the time at which it fails.

It costs a mock one call when it begins, and the test nothing else.
"""

from __future__ import annotations

from typing import Any

from lambda_mock.errors import warned
from lambda_mock.mock import LambdaMock, active_mocks
from lambda_mock.observing import end, observe


class Attendance:
    """The mocks that have begun since it began, and what those that were active then had recorded already."""

    __slots__ = ("_were_active", "entered", "since")

    def __init__(self) -> None:
        self.entered: list[LambdaMock] = []
        # By their lists, which are others where a mock begins anew, and kept, so that no other list has the same id.
        self._were_active = [(mock.calls, mock.invocations) for mock in active_mocks()]
        self.since = {id(calls): (_made(calls), _made(runs)) for calls, runs in self._were_active}
        observe(self)
        warned.clear()

    def watch(self, activation: Any) -> None:
        """Note the mock that begins."""
        self.entered.append(activation.owner)

    def had_any(self) -> bool:
        """Whether any mock was there."""
        return bool(self.entered or self.since)

    def end(self) -> None:
        """Note no more of them, and let go of those that were noted."""
        end(self)
        self.entered.clear()
        self.since.clear()
        self._were_active.clear()


def _made(records: Any) -> int:
    number: int = len(records) + records.dropped + records.cleared
    return number
