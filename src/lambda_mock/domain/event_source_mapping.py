"""An event source mapping: which queue or stream feeds which function, how, and what is under way with it.

A mapping is a value, and every change makes a new one. It outlives its function: only its own deletion ends it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from lambda_mock.domain.event_sources import SourceKind, addresses
from lambda_mock.domain.sorted_names import SortedNames
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
    by AWS's names, as they are answered. `last_modified` is in epoch seconds. `failure` says why Lambda has switched it
    off, where a change of it has failed.
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
    failure: str | None = None
    tags: Mapping[str, str]

    def is_for(self, function_arn: str) -> bool:
        """Whether it is for the function of that unqualified ARN, or for a version or alias of it."""
        return f"{self.function_arn}:".startswith(f"{function_arn}:")

    @property
    def state(self) -> str:
        """The State to show: what is under way, or where it has settled."""
        if self.transition is not None:
            return self.transition.value
        return "Enabled" if self.enabled else "Disabled"

    @property
    def reason(self) -> str:
        """Why it is in its state: by the user, or what has failed."""
        return self.kind.reason if self.failure is None else self.failure

    def settled(self, failure: str | None = None) -> EventSourceMapping | None:
        """The mapping once nothing is under way any more; None where it was being deleted.

        A change that ends in a `failure` leaves the mapping switched off, with the settings that it was given.
        """
        if self.transition is Transition.DELETING:
            return None
        return replace(self, transition=None, enabled=self.enabled and failure is None, failure=failure)

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
            failure=None,
        )

    def deleted(self, now: float) -> EventSourceMapping:
        """The mapping with its deletion under way."""
        return replace(self, transition=Transition.DELETING, last_modified=now, failure=None)

    def check_unique(self, among: Mappings) -> None:
        """Refuse a second mapping from a source to a function as named; two aliases of one function are two.

        Of self-managed Kafka one server in common is enough for the source to be the same.
        """
        for address in addresses(self.settings):
            for other in among.listed(_both(self.function_arn, address)):
                if other.uuid != self.uuid and self._reads_the_same_as(other):
                    raise ResourceConflictException(self._told_twice(other.uuid))

    def _reads_the_same_as(self, other: EventSourceMapping) -> bool:
        mine, theirs = self.settings, other.settings
        return all(mine.get(member) == theirs.get(member) for member in ("Topics", "Queues"))

    def _told_twice(self, uuid: str) -> str:
        conflict = self.kind.twice.format(
            source=",".join(addresses(self.settings)),
            name=self.function_arn.partition(":function:")[2],
            function_arn=self.function_arn,
            topics=",".join(self.settings.get("Topics", ())),
        )
        return f"{conflict} Please update or delete the existing mapping with UUID {uuid}"


class Mappings(SortedNames[str, EventSourceMapping]):
    """The mappings of a store by their ids, and those of one function or source without a look at the others.

    They are listed under the ARN of the function as it was named, under each address of the source, and under both.
    """

    __slots__ = ("_lists",)

    def __init__(self) -> None:
        super().__init__()
        self._lists: dict[str, SortedNames[str, EventSourceMapping]] = {}

    def __setitem__(self, uuid: str, mapping: EventSourceMapping) -> None:
        self._unlist(self.get(uuid))
        super().__setitem__(uuid, mapping)
        for heading in _headings(mapping):
            self._lists.setdefault(heading, SortedNames())[uuid] = mapping

    def pop(self, uuid: str) -> EventSourceMapping | None:
        """Remove the mapping of that id and give it, or None where there is none."""
        removed = super().pop(uuid)
        self._unlist(removed)
        return removed

    def listed(self, heading: str) -> list[EventSourceMapping]:
        """The mappings under a heading, by their ids."""
        return [mapping for _, mapping in self.listed_after(heading, None)]

    def listed_after(self, heading: str | None, uuid: str | None) -> Iterator[tuple[str, EventSourceMapping]]:
        """The entries under a heading, or all for None, whose ids come behind `uuid`."""
        found = self if heading is None else self._lists.get(heading)
        return iter(()) if found is None else found.after(uuid)

    def _unlist(self, mapping: EventSourceMapping | None) -> None:
        if mapping is None:
            return
        for heading in _headings(mapping):
            found = self._lists[heading]
            found.pop(mapping.uuid)
            if not len(found):
                del self._lists[heading]


def _headings(mapping: EventSourceMapping) -> Iterator[str]:
    yield mapping.function_arn
    for address in set(addresses(mapping.settings)):
        yield address
        yield _both(mapping.function_arn, address)


def _both(function_arn: str, address: str) -> str:
    return f"{function_arn} {address}"
