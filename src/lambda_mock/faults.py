"""Errors that the test has ordered: the next matching calls fail with them, as AWS's would."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_mock.names import function_named_in

if TYPE_CHECKING:
    from lambda_mock.errors import ServiceError


@dataclass(slots=True, kw_only=True)
class Fault:
    """An error for the next `remaining` calls of `operation`, on one function (by bare name) or on any."""

    operation: str
    error: ServiceError
    remaining: int
    function: str | None = None

    def matches(self, operation: str, function: str | None) -> bool:
        """Whether a call of `operation` on that function is one of those that fail."""
        return self.operation == operation and self.function in {None, function}


class Faults:
    """The faults that are still to strike, in the order in which they were ordered."""

    __slots__ = ("_lock", "_pending")

    def __init__(self) -> None:
        self._pending: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Order a fault."""
        with self._lock:
            self._pending.append(fault)

    def strike(self, operation: str, parameters: Mapping[str, Any]) -> None:
        """Raise the error of the first fault that matches the call, and count it."""
        if not self._pending:
            return
        function = function_named_in(parameters)
        with self._lock:
            for fault in self._pending:
                if fault.matches(operation, function):
                    fault.remaining -= 1
                    if fault.remaining == 0:
                        self._pending.remove(fault)
                    raise fault.error
