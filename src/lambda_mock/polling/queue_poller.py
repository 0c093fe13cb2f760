"""Reads a queue for one mapping, and has its messages run batch by batch.

Messages are received when a batch begins to be gathered. Those of a batch that succeeds are deleted; all others come
back by themselves when their visibility timeout is over, and it is the queue's redrive policy that ends that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_mock.domain.filters import compiled
from lambda_mock.errors import RecursiveInvocationException, ServiceError
from lambda_mock.execution.lineage import Run, living
from lambda_mock.execution.post import DISCARDED, Letter
from lambda_mock.polling.batches import event, fitting, written
from lambda_mock.polling.outcome import complaint, failures, tell_of_what_is_ignored
from lambda_mock.polling.queue_records import record_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from lambda_mock.domain.event_source_mapping import EventSourceMapping
    from lambda_mock.domain.filters import Filter
    from lambda_mock.domain.store import Store
    from lambda_mock.execution.lineage import OpenQueue
    from lambda_mock.polling.poller import Means
    from lambda_mock.polling.queues import Taken, WatchedQueue

FILTERED_OUT = "FilteredOut"
TOO_OLD = "MessageRetentionPeriodExceeded"

_COLONS_OF_UNQUALIFIED = 6


@dataclass(frozen=True, slots=True)
class _Entry:
    """A message that was received and passes the filters, and its record as JSON."""

    taken: Taken
    text: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refused:
    """A batch that Lambda couldn't run, since when it tries again: until its messages can be received anew.

    `inside` is the run in the midst of which that was, which has to end first.
    """

    entries: Sequence[_Entry]
    next_try: float
    tries: int
    inside: Run | None
    why: str

    @property
    def until(self) -> float:
        """When the first of its messages can be received anew."""
        return min(entry.taken.visible_from for entry in self.entries)


class QueuePoller:
    """The poller of a mapping of a queue."""

    __slots__ = (
        "_complaint",
        "_filter",
        "_gathered",
        "_mapping",
        "_means",
        "_queue",
        "_refused",
        "_since",
        "_source",
        "_store",
    )

    def __init__(self, mapping: EventSourceMapping, store: Store, means: Means) -> None:
        self._mapping = mapping
        self._store = store
        self._means = means
        self._source: str = mapping.settings["EventSourceArn"]
        self._queue: WatchedQueue = means.queues.watch(self._source)
        self._filter: Filter = _filter_of(mapping)
        self._gathered: list[_Entry] = []
        self._since = 0.0
        self._refused: _Refused | None = None
        self._complaint = ""

    @property
    def mapping(self) -> EventSourceMapping:
        """The mapping as it is at the moment."""
        return self._mapping

    @mapping.setter
    def mapping(self, mapping: EventSourceMapping) -> None:
        self._mapping = mapping
        self._filter = _filter_of(mapping)

    def look(self) -> None:
        """The queues are looked at for all mappings at once, and for those that are switched off."""

    def due(self) -> float | None:
        """When there is a batch to gather or to run; None without a function, for which nothing is read."""
        if not self._has_function():
            return None
        if self._refused is not None:
            return self._due_again(self._refused)
        arrives = self._queue.due()
        if not self._gathered:
            return arrives
        complete = self._means.clock.time() if self._is_complete() else self._since + self._window
        return complete if arrives is None else min(arrives, complete)

    def has_an_end(self) -> bool:
        """What it would wait for without one is nothing that is due, until the test lets the time pass."""
        return True

    def work(self, drain: OpenQueue) -> None:
        """Gather messages; once they are a batch, have it run."""
        refused = self._refused
        if refused is not None:
            self._refused = None
            if refused.until > self._means.clock.time():
                self._run(refused.entries, drain, refused.tries)
            return
        self._gather()
        over = self._means.clock.time() >= self._since + self._window
        if self._gathered and (over or self._is_complete()):
            number = fitting((len(entry.text) for entry in self._gathered), self._size)
            batch, self._gathered = self._gathered[:number], self._gathered[number:]
            self._run(batch, drain)

    def blocked(self) -> Iterator[str]:
        """What is in the queue, if anything is, and why it isn't run."""
        contents, now = self._queue.contents(), self._means.clock.time()
        if contents.waiting:
            yield f"{contents.waiting} to be received{self._why_not()}"
        if contents.until is not None:
            why = self._complaint if self._refused is None else f"refused: {self._refused.why}"
            yield f"{contents.hidden} in flight, until {contents.until - now:.1f} s from now{why and ', ' + why}"

    def _why_not(self) -> str:
        """What keeps messages from being received that could be; in manual mode that is nothing but the test."""
        if not self._mapping.enabled:
            return ", and the mapping is disabled"
        return "" if self._has_function() else ", and there is no function"

    # The mapping's settings ---------------------------------------------------------------------------------------

    @property
    def _size(self) -> int:
        size: int = self._mapping.settings["BatchSize"]
        return size

    @property
    def _window(self) -> float:
        window: float = self._mapping.settings["MaximumBatchingWindowInSeconds"]
        return window

    def _has_function(self) -> bool:
        reference = self._store.reference(self._mapping.function_arn)
        with self._store.lock:
            function = self._store.functions.get(reference.name)
            return function is not None and function.has(reference.qualifier)

    # Gathering ----------------------------------------------------------------------------------------------------

    def _is_complete(self) -> bool:
        """Whether what is gathered is a batch before its time is over."""
        sizes = [len(entry.text) for entry in self._gathered]
        return len(sizes) >= self._size or fitting(sizes, self._size) < len(sizes)

    def _gather(self) -> None:
        """Receive what is there, as far as it belongs to the next batch."""
        self._drop_what_is_lost()
        while not self._gathered or not self._is_complete():
            haul = self._queue.receive(self._size - len(self._gathered), self._window)
            for taken in haul.expired:
                self._discard(taken, TOO_OLD)
            if not haul.taken:
                return
            if not self._gathered:
                self._since = self._means.clock.time()
            self._sift(haul.taken)

    def _drop_what_is_lost(self) -> None:
        """Forget gathered messages that were deleted meanwhile, or that can be received anew."""
        if self._gathered:
            now = self._means.clock.time()
            held = self._queue.holds([entry.taken for entry in self._gathered])
            self._gathered = [
                entry for entry in self._gathered if entry.taken.message.key in held and entry.taken.visible_from > now
            ]

    def _sift(self, messages: Sequence[Taken]) -> None:
        """Keep what passes the filters, and delete the rest."""
        out = []
        for taken in messages:
            record = record_of(taken, self._source, windowed=self._window > 0)
            if self._filter(record):
                self._gathered.append(_Entry(taken, written(record)))
            else:
                out.append(taken)
        if out:
            self._queue.delete(out)
            for taken in out:
                self._discard(taken, FILTERED_OUT)

    def _discard(self, taken: Taken, condition: str) -> None:
        arn = self._mapping.function_arn
        self._means.post.send(
            Letter(
                kind=DISCARDED,
                to="",
                body=written(record_of(taken, self._source, windowed=self._window > 0)),
                function_arn=arn if arn.count(":") > _COLONS_OF_UNQUALIFIED else f"{arn}:$LATEST",
                request_id=taken.message.message_id,
                condition=condition,
                moment=self._means.clock.time(),
                folder="",
            )
        )

    # Running ------------------------------------------------------------------------------------------------------

    def _run(self, entries: Sequence[_Entry], drain: OpenQueue, tries: int = 0) -> None:
        """Run a batch, and delete what has succeeded. What an error of the test leaves behind comes back by itself."""
        settings = self._mapping.settings
        try:
            payload = event([entry.text for entry in entries])
            request = self._means.resolve(self._mapping.function_arn, payload, self._source)
            result = self._means.run(request, cause=_cause(entries), drain=drain)
        except RecursiveInvocationException:
            self._give_back(entries)
            return
        except ServiceError as refusal:
            self._try_again(entries, tries, refusal)
            return
        identifiers = {entry.taken.message.message_id for entry in entries}
        failed = failures(result, settings, identifiers)
        self._complaint = complaint(result, failed, identifiers)
        self._queue.delete([entry.taken for entry in entries if entry.taken.message.message_id not in failed])
        self._give_back([entry for entry in entries if entry.taken.message.message_id in failed])
        tell_of_what_is_ignored(result, settings, identifiers)

    def _give_back(self, failed: Collection[_Entry]) -> None:
        """Leave messages in the queue, and with them what was gathered of their groups, which would overtake them."""
        if self._gathered and self._source.endswith(".fifo"):
            groups = {entry.taken.message.group for entry in failed}
            self._gathered = [entry for entry in self._gathered if entry.taken.message.group not in groups]

    def _try_again(self, entries: Sequence[_Entry], tries: int, refusal: ServiceError) -> None:
        """Try a batch again that Lambda couldn't run, after a second first and then after twice as long each time."""
        self._refused = _Refused(
            entries=entries,
            next_try=self._means.clock.time() + 2**tries,
            tries=tries + 1,
            inside=living(),
            why=f"{refusal.code}: {refusal.message}",
        )

    def _due_again(self, refused: _Refused) -> float | None:
        """When a batch that was refused is tried again; a queue that will end that is waited for."""
        now = self._means.clock.time()
        if refused.inside is not None:
            return now if refused.inside.ended else None
        due = min(refused.next_try, refused.until)
        settings = self._queue.settings()
        ends = settings is not None and settings.most_receives is not None
        return due if ends or due <= now else None


def _filter_of(mapping: EventSourceMapping) -> Filter:
    return compiled(mapping.settings.get("FilterCriteria", {}), mapping.kind)


def _cause(entries: Sequence[_Entry]) -> Run | None:
    """Of the runs that have sent the messages of a batch the one that others led to the most."""
    causes = {id(entry.taken.cause): entry.taken.cause for entry in entries if entry.taken.cause is not None}
    if len(causes) <= 1:
        return next(iter(causes.values()), None)
    return max(causes.values(), key=lambda run: sum(1 for _ in run.causes()))
