"""Errors that the test has ordered: the next matching calls fail with them, as AWS's would."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_mock.names import ANY, Named, named_in

if TYPE_CHECKING:
    from lambda_mock.errors import ServiceError


@dataclass(slots=True, kw_only=True)
class Fault:
    """An error for the next `remaining` calls of `operation` that name what `about` names; by itself any will do."""

    operation: str
    error: ServiceError
    remaining: int
    about: Named = ANY

    def matches(self, operation: str, called: Named) -> bool:
        """Whether a call of `operation` that names `called` is one of those that fail."""
        return self.operation == operation and self.about.covers(called)

    def __str__(self) -> str:
        times = f", {self.remaining} times" if self.remaining > 1 else ""
        return f"{self.operation}{'' if self.about == ANY else f' {self.about}'} → {self.error.code}{times}"


class Faults:
    """The faults that are still to strike, in the order in which they were ordered."""

    __slots__ = ("_lock", "_pending")

    def __init__(self) -> None:
        self._pending: list[Fault] = []
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Fault]:
        """Those that are still to strike."""
        with self._lock:
            return iter(list(self._pending))

    def add(self, fault: Fault) -> None:
        """Order a fault."""
        with self._lock:
            self._pending.append(fault)

    def strike(self, operation: str, parameters: Mapping[str, Any], *, region: str, account_id: str) -> None:
        """Raise the error of the first fault that matches a call from that region and account, and count it."""
        if not self._pending:
            return
        called = named_in(parameters, region=region, account_id=account_id)
        with self._lock:
            for fault in self._pending:
                if fault.matches(operation, called):
                    fault.remaining -= 1
                    if fault.remaining == 0:
                        self._pending.remove(fault)
                    raise fault.error
