"""An event source mapping: which queue or stream feeds which function, how, and what is under way with it.

A mapping is a value, and every change makes a new one. It outlives its function: only its own deletion ends it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from lambda_mock.domain.event_sources import SourceKind, addresses
from lambda_mock.errors import ResourceConflictException, ResourceInUseException


class Transition(Enum):
    """What can be under way with a mapping; the value is the State that it shows meanwhile."""

    CREATING = "Creating"
    UPDATING = "Updating"
    ENABLING = "Enabling"
    DISABLING = "Disabling"
    DELETING = "Deleting"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSourceMapping:
    """One mapping.

    `function_arn` is the function as it was named, so that a mapping of an alias follows the alias. `settings` are kept
    by AWS's names, as they are answered. `last_modified` is in epoch seconds.
    """

    uuid: str
    arn: str
    kind: SourceKind
    function_arn: str
    settings: Mapping[str, Any]
    enabled: bool
    last_modified: float
    transition: Transition | None = Transition.CREATING
    last_result: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """The State to show: what is under way, or where it has settled."""
        if self.transition is not None:
            return self.transition.value
        return "Enabled" if self.enabled else "Disabled"

    def settled(self) -> EventSourceMapping | None:
        """The mapping once nothing is under way any more; None where it was being deleted."""
        if self.transition is Transition.DELETING:
            return None
        return replace(self, transition=None)

    def check_settled(self, verb: str) -> None:
        """Refuse to `verb` (update, delete) a mapping with which something is under way."""
        if self.transition is not None:
            raise ResourceInUseException(f"Cannot {verb} the event source mapping because it is in use.")

    def updated(
        self, *, function_arn: str, settings: Mapping[str, Any], enabled: bool | None, now: float
    ) -> EventSourceMapping:
        """The mapping with an update under way; `enabled` None leaves it on or off as it is."""
        if enabled is None or enabled == self.enabled:
            transition = Transition.UPDATING
        else:
            transition = Transition.ENABLING if enabled else Transition.DISABLING
        return replace(
            self,
            function_arn=function_arn,
            settings=settings,
            enabled=self.enabled if enabled is None else enabled,
            transition=transition,
            last_modified=now,
        )

    def deleted(self, now: float) -> EventSourceMapping:
        """The mapping with its deletion under way."""
        return replace(self, transition=Transition.DELETING, last_modified=now)

    def check_unique(self, others: Iterable[EventSourceMapping]) -> None:
        """Refuse a second mapping from a source to a function as named; two aliases of one function are two."""
        for other in others:
            if other.function_arn == self.function_arn and other.uuid != self.uuid and self._reads_from(other):
                raise ResourceConflictException(self._told_twice(other.uuid))

    def _reads_from(self, other: EventSourceMapping) -> bool:
        """Whether both read the same; of self-managed Kafka one server in common is enough."""
        mine, theirs = self.settings, other.settings
        shared = set(addresses(mine)) & set(addresses(theirs))
        return bool(shared) and all(mine.get(member) == theirs.get(member) for member in ("Topics", "Queues"))

    def _told_twice(self, uuid: str) -> str:
        conflict = self.kind.twice.format(
            source=",".join(addresses(self.settings)),
            name=self.function_arn.partition(":function:")[2],
            function_arn=self.function_arn,
            topics=",".join(self.settings.get("Topics", ())),
        )
        return f"{conflict} Please update or delete the existing mapping with UUID {uuid}"
