"""Which mocks a test has had, also those that have ended by the time at which it fails.

Following costs a mock one call when it is entered, and the test nothing else.
"""

from __future__ import annotations

from typing import Any

import lambda_mock.mock as place
from lambda_mock.errors import warned
from lambda_mock.mock import LambdaMock, active_mocks


class Attendance:
    """The mocks that were entered since it began, and what those that were active then had recorded already."""

    __slots__ = ("_before", "entered", "since")

    def __init__(self) -> None:
        self.entered: list[LambdaMock] = []
        self.since = {id(mock): (_made(mock.calls), _made(mock.invocations)) for mock in active_mocks()}
        self._before = place.follow
        place.follow = self.entered.append
        warned.clear()

    def had_any(self) -> bool:
        """Whether any mock was there."""
        return bool(self.entered or self.since)

    def end(self) -> None:
        """Follow no longer, and let go of the mocks."""
        place.follow = self._before
        self.entered.clear()
        self.since.clear()


def _made(records: Any) -> int:
    number: int = len(records) + records.dropped
    return number
