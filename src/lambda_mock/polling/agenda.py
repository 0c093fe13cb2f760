"""The agenda: the pollers of all mappings that are switched on, and which of them has something to do first.

A poller is made when its mapping is first seen switched on, which is right after the call that did it: that is where
`LATEST` begins. It is kept while the mapping is switched off, and goes on where it stood.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambda_mock.domain.backend import Backend
    from lambda_mock.domain.event_source_mapping import EventSourceMapping
    from lambda_mock.domain.store import Store
    from lambda_mock.execution.lineage import OpenQueue
    from lambda_mock.polling.poller import MakePoller, Means, Poller


@dataclass(slots=True)
class _Entry:
    """A poller, and when it had its last turn: of several with work at the same moment each comes in turn."""

    poller: Poller
    last_turn: int = 0


@dataclass(frozen=True, slots=True)
class _Turn:
    """The turn of a poller at a moment."""

    due: float
    _entry: _Entry
    _number: int

    def work(self, drain: OpenQueue) -> None:
        """Let it do what is due."""
        self._entry.last_turn = self._number
        self._entry.poller.work(drain)


class Agenda:
    """Who polls what for the mappings of a backend; `kinds` makes pollers, by the name of the kind of source."""

    __slots__ = ("_backend", "_entries", "_kinds", "_means", "_noticing", "_turns")

    def __init__(self, backend: Backend, kinds: Mapping[str, MakePoller], means: Means) -> None:
        self._backend = backend
        self._kinds = kinds
        self._means = means
        self._entries: dict[str, _Entry] = {}
        self._turns = 0
        self._noticing = threading.RLock()

    def notice(self) -> None:
        """See which mappings are there by now: new ones begin to be polled, those that are gone end.

        One thread at a time: what another one has seen that began later would be forgotten, and begin anew. Where
        nobody keeps queues and streams at the moment there is nothing to begin with.
        """
        if self._means.neighbours.active() is not None:
            with self._noticing:
                self._notice()

    def begin(self) -> None:
        """Whoever lets the time pass, records get older."""

    def rest(self) -> None:
        """Nothing is left out of it."""

    def first(self, *, everything: bool) -> _Turn | None:
        """What is to be done first; without `everything` only what is due by now, or whose waiting has an end."""
        if not self._entries:
            return None
        self.notice()
        now = self._means.clock.time()
        found: tuple[float, int, _Entry] | None = None
        for entry in self._entries.values():
            poller = entry.poller
            due = poller.due() if _is_on(poller.mapping) else None
            if due is None or (due > now and not everything and not poller.has_an_end()):
                continue
            # Of those that are late none comes before the others for that.
            due = max(due, now)
            if found is None or (due, entry.last_turn) < found[:2]:
                found = due, entry.last_turn, entry
        if found is None:
            return None
        self._turns += 1
        return _Turn(found[0], found[2], self._turns)

    def blocked(self) -> Iterator[str]:
        """What waits in sources, a line each: from which source and for which function."""
        for entry in self._entries.values():
            mapping = entry.poller.mapping
            source = mapping.settings["EventSourceArn"].split(":", 5)[-1]
            for line in entry.poller.blocked():
                yield f"{mapping.kind.name} {source} ──▶ {mapping.function_arn.split(':', 6)[-1]}: {line}"

    def _notice(self) -> None:
        seen: dict[str, _Entry] = {}
        for store in self._backend.stores():
            if len(store.mappings):
                with store.lock:
                    mappings = list(store.mappings.values())
                for mapping in mappings:
                    entry = self._entry(mapping, store)
                    if entry is not None:
                        seen[mapping.uuid] = entry
                        if _is_on(mapping):
                            entry.poller.look()
        self._entries = seen
        self._means.queues.notice()

    def _entry(self, mapping: EventSourceMapping, store: Store) -> _Entry | None:
        entry = self._entries.get(mapping.uuid)
        if entry is None:
            make = self._kinds.get(mapping.kind.name)
            return None if make is None or not _is_on(mapping) else _Entry(make(mapping, store, self._means))
        if entry.poller.mapping is not mapping:
            entry.poller.mapping = mapping
        return entry


def keep_result(store: Store, mapping: EventSourceMapping, result: str) -> None:
    """Show what came of the last batch as the mapping's LastProcessingResult, unless it has been deleted meanwhile."""
    with store.lock:
        current = store.mappings.get(mapping.uuid)
        if current is not None and current.last_result not in {None, result}:
            store.mappings[mapping.uuid] = replace(current, last_result=result)


def _is_on(mapping: EventSourceMapping) -> bool:
    return mapping.enabled and mapping.transition is None
