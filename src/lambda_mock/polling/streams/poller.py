"""Reads the shards of one stream for one mapping, and has their records run lane by lane.

Records are read as soon as they are there, while it is still known who wrote them; from then on they wait here. The
records of a shard wait for those of its parents.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zlib import crc32

from lambda_mock.domain.neighbours.port import MissingError
from lambda_mock.errors import ServiceError
from lambda_mock.execution.lineage import living
from lambda_mock.polling.streams.attempts import Attempts
from lambda_mock.polling.streams.entries import Entry, Source
from lambda_mock.polling.streams.lanes import Lane
from lambda_mock.polling.streams.settings import settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from lambda_mock.domain.event_source_mapping import EventSourceMapping
    from lambda_mock.domain.neighbours.port import Shard, StreamRecord
    from lambda_mock.domain.store import Store
    from lambda_mock.execution.lineage import OpenQueue
    from lambda_mock.polling.poller import Means

_A_DAY = 86_400.0
# The clock is a float: two ways to the same moment differ by less.
_SAME_MOMENT = 0.001


@dataclass(slots=True, kw_only=True)
class _Reader:
    """How far a shard has been read: up to the sequence number `position`, into `lanes`."""

    shard: Shard
    position: str | None = None
    lanes: list[Lane] = field(default_factory=list)

    def lane_of(self, key: str) -> Lane:
        return self.lanes[crc32(key.encode()) % len(self.lanes)] if len(self.lanes) > 1 else self.lanes[0]

    def spread(self, factor: int) -> None:
        """Have as many lanes as that. What waits goes to the lane of its key once no batch is under way."""
        if len(self.lanes) == factor or any(lane.batches or lane.window for lane in self.lanes):
            return
        left = [entry for lane in self.lanes for entry in lane.leave()]
        self.lanes = [Lane(self.shard.shard_id) for _ in range(factor)]
        for entry in sorted(left, key=lambda entry: int(entry.record.sequence_number)):
            self.lane_of(entry.record.key).add(entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """A lane that has something to do, when, and whether waiting for that has an end."""

    due: float
    lane: Lane
    has_an_end: bool


class StreamPoller:
    """The poller of a mapping of a stream, which begins at the mapping's starting position."""

    __slots__ = ("_gone", "_mapping", "_means", "_readers", "_reading", "_settings", "_source", "_store", "_turns")

    def __init__(self, mapping: EventSourceMapping, store: Store, means: Means) -> None:
        self._store = store
        self._means = means
        self._mapping = mapping
        self._settings = settings_of(mapping)
        self._source = Source(kind=mapping.kind.name, arn=mapping.settings["EventSourceArn"])
        # What is there when a mapping begins, None before anybody has the stream.
        self._readers: dict[str, _Reader] | None = None
        self._gone = False
        self._reading = threading.RLock()
        self._turns = 0

    @property
    def mapping(self) -> EventSourceMapping:
        """The mapping as it is at the moment."""
        return self._mapping

    @mapping.setter
    def mapping(self, mapping: EventSourceMapping) -> None:
        self._mapping = mapping
        self._settings = settings_of(mapping)

    def look(self) -> None:
        """Read what has come into the stream, on behalf of the function that runs here, if one does."""
        with self._reading:
            shards = self._shards()
            if shards is None:
                return
            is_first = self._readers is None
            readers = self._readers = self._readers or {}
            for shard in shards:
                reader = readers.get(shard.shard_id)
                if reader is None:
                    reader = readers[shard.shard_id] = _Reader(shard=shard)
                    reader.spread(self._settings.factor)
                    if is_first and self._mapping.settings["StartingPosition"] == "LATEST":
                        self._skip(reader)
                reader.shard = shard
                self._read(reader)

    def due(self) -> float | None:
        """The moment at which the first of its lanes has something to do."""
        return min((work.due for work in self._work()), default=None)

    def has_an_end(self) -> bool:
        """Whether one of its lanes waits for something that comes by itself."""
        return any(work.has_an_end for work in self._work())

    def work(self, drain: OpenQueue) -> None:
        """Run the batch that is due first. Of those that are late each lane comes in turn."""
        now = self._means.clock.time()
        due = [work for work in self._work() if work.due <= now + _SAME_MOMENT]
        if not due:
            return
        lane = min(due, key=lambda work: work.lane.last_turn).lane
        self._turns += 1
        lane.last_turn = self._turns
        settings = self._settings
        with self._reading:
            batch = lane.batches[0] if lane.batches else lane.begin(settings, now)
        attempts = Attempts(
            mapping=self._mapping,
            settings=settings,
            store=self._store,
            means=self._means,
            retention=self._retention(),
            drain=drain,
        )
        attempts.attempt(lane, batch)

    def blocked(self) -> Iterator[str]:
        """What waits, and for what, a line for each lane."""
        for reader in (self._readers or {}).values():
            for lane in reader.lanes:
                if lane.batches and lane.batches[0].failures:
                    batch = lane.batches[0]
                    wait = max(0.0, batch.due - self._means.clock.time())
                    why = batch.refusal or f"after {_counted(batch.runs, 'failed run')}"
                    yield f"{lane.shard_id}: {_counted(lane.records, 'record')}, next try in {wait:.1f} s ({why})"
                elif lane.records:
                    yield f"{lane.shard_id}: {_counted(lane.records, 'record')} to be handled"

    # Lanes --------------------------------------------------------------------------------------------------------

    def _work(self) -> Iterator[_Work]:
        role: list[str] = []

        def told(entry: Entry) -> Mapping[str, Any]:
            if not role:
                role.append(self._role())
            return self._source.told(entry, role[0])

        with self._reading:
            found: list[_Work] = []
            for reader in list((self._readers or {}).values()):
                reader.spread(self._settings.factor)
                if not self._has_its_turn(reader):
                    continue
                for lane in reader.lanes:
                    lane.sift(self._settings, told)
                    due = lane.due(self._settings, is_open=reader.shard.is_open)
                    if due is not None:
                        found.append(_Work(due=due[0], lane=lane, has_an_end=due[1]))
        return iter(found)

    def _has_its_turn(self, reader: _Reader) -> bool:
        """Whether nothing is left of the shards that this one came from."""
        parents = (self._readers or {}).get
        return all(
            lane.is_empty
            for name in reader.shard.parents
            if (parent := parents(name)) is not None
            for lane in parent.lanes
        )

    def _role(self) -> str:
        """The role of the function, for which records of Kinesis are read; empty while there is no function."""
        with self._store.lock:
            try:
                reference = self._store.reference(self._mapping.function_arn)
                return self._store.function(reference.name).at(reference.qualifier).configuration.role
            except ServiceError:
                return ""

    # The stream ---------------------------------------------------------------------------------------------------

    def _shards(self) -> Sequence[Shard] | None:
        """The shards of the stream; None where nobody knows them. What was read of a stream that is gone is dropped."""
        neighbours = self._means.neighbours
        if neighbours.active() is None:
            self._gone = False
            return None
        if self._gone:
            return None
        try:
            shards = neighbours.ask(lambda them: them.shards(self._source.arn))
        except MissingError:
            self._readers = {}
            return None
        # One answer is enough of who doesn't know, and warns of it each time.
        self._gone = shards is None
        return shards

    def _records(self, reader: _Reader) -> Sequence[StreamRecord]:
        shard_id, after = reader.shard.shard_id, reader.position
        found = self._means.neighbours.ask(lambda them: them.stream_records(self._source.arn, shard_id, after))
        self._gone = found is None
        return found or ()

    def _skip(self, reader: _Reader) -> None:
        for record in self._records(reader)[-1:]:
            reader.position = record.sequence_number

    def _read(self, reader: _Reader) -> None:
        records = self._records(reader)
        if not records:
            return
        reader.position = records[-1].sequence_number
        clock, cause = self._means.clock, living()
        now, begin = clock.time(), self._mapping.settings.get("StartingPositionTimestamp", 0.0)
        for record in records:
            arrived = clock.moment_of(record.arrived)
            if round(arrived, 3) >= begin:
                reader.lane_of(record.key).add(
                    Entry(record=record, shard_id=reader.shard.shard_id, arrived=arrived, read=now, cause=cause)
                )

    def _retention(self) -> float:
        try:
            seconds = self._means.neighbours.ask(lambda them: them.retention(self._source.arn))
        except MissingError:
            seconds = None
        return _A_DAY if seconds is None else seconds


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
