"""Failures that the test has ordered: the next change of a matching resource that comes to its end ends in one.

A change begins as it always does. What fails it is looked up when it ends, so that an order strikes one that is under
way as well as one that is still to begin.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["Function", "ProvisionedConcurrency", "EventSourceMapping", "CapacityProvider"]
"""What it is that changes. A further kind takes a name here, and a `strike` where a change of its kind ends."""


@dataclass(slots=True, kw_only=True)
class Failure:
    """The end of the next `remaining` changes of a resource.

    `name` is the bare name of the function that changes, or that a mapping is for, or of the capacity provider.
    `qualifier` narrows it to a version (`$LATEST` among them) or, for what has aliases, to an alias. `reason_code` is
    None where the kind has none.
    """

    kind: Kind
    name: str
    qualifier: str | None
    reason: str
    reason_code: str | None
    remaining: int = 1

    def matches(self, kind: Kind, name: str, qualifier: str) -> bool:
        """Whether a change is one of those that end so."""
        return (self.kind, self.name) == (kind, name) and self.qualifier in {None, qualifier}

    def __str__(self) -> str:
        where = self.name if self.qualifier is None else f"{self.name}:{self.qualifier}"
        times = f", {self.remaining} times" if self.remaining > 1 else ""
        return f"{self.kind} {where} → {self.reason_code or self.reason}{times}"


class TransitionFailures:
    """The failures that are still to strike in one store, in the order in which they were ordered."""

    __slots__ = ("_pending",)

    def __init__(self) -> None:
        self._pending: list[Failure] = []

    def __iter__(self) -> Iterator[Failure]:
        """Those that are still to strike."""
        return iter(self._pending)

    def add(self, failure: Failure) -> None:
        """Order a failure."""
        self._pending.append(failure)

    def strike(self, kind: Kind, name: str, qualifier: str) -> Failure | None:
        """The failure that a change ends in, which is counted by that; None where it succeeds."""
        for failure in self._pending:
            if failure.matches(kind, name, qualifier):
                failure.remaining -= 1
                if failure.remaining == 0:
                    self._pending.remove(failure)
                return failure
        return None
