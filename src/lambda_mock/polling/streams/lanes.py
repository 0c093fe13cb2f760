"""Lanes: what waits in a shard, batch behind batch, and the tumbling window that a lane is in.

A lane never has more than one batch under way. What was split off one comes before whatever else waits.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_mock.events.streams import of_window
from lambda_mock.polling.batches import LARGEST_EVENT, written

if TYPE_CHECKING:
    from lambda_mock.domain.filters import Filter
    from lambda_mock.execution.lineage import Run
    from lambda_mock.polling.streams.entries import Entry
    from lambda_mock.polling.streams.settings import StreamSettings

# Around the records of an event, and around those of one in a window.
_FRAME = 64
_FRAME_OF_WINDOW = 512

Tell = Callable[["Entry"], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """The last run of a batch: `function_error` is None where the function said itself that records have failed."""

    request_id: str
    version: str
    function_error: str | None


@dataclass(slots=True, kw_only=True, eq=False)
class Batch:
    """Records that are given to the function together, until that succeeds or they are given up.

    `due` is when it is run next. `runs` counts those that failed, and `failures` in addition how often Lambda couldn't
    run the function, with `refusal` as the last reason; it is empty again after a run. An `is_final` batch ends a
    window and has no records; it `is_early` where the window's state is too large.
    """

    entries: Sequence[Entry]
    due: float
    runs: int = 0
    failures: int = 0
    refusal: str = ""
    last: Tried | None = None
    is_final: bool = False
    is_early: bool = False

    @property
    def cause(self) -> Run | None:
        """The run of a function that has written the latest of the records."""
        return self.entries[-1].cause if self.entries else None

    def has_an_end(self, settings: StreamSettings) -> bool:
        """Whether waiting for the next try ends before the records expire: by retries that count, or by their age."""
        if self.is_final:
            return False
        return settings.oldest is not None or (settings.retries is not None and not self.refusal)


@dataclass(slots=True, kw_only=True)
class Window:
    """A tumbling window, from `start` up to `end` in epoch seconds, and what the function made of it up to now."""

    start: float
    end: float
    state: Any = field(default_factory=dict)

    def told(self, batch: Batch, shard_id: str, stream_arn: str) -> Mapping[str, Any]:
        """What an event says of the window beside its records."""
        return of_window(
            start=self.start,
            end=self.end,
            state=self.state,
            shard_id=shard_id,
            stream_arn=stream_arn,
            is_final=batch.is_final,
            is_early=batch.is_early,
        )


class Lane:
    """What waits in a shard for one invocation after the other: `batches` are those under way, the first is run.

    `last_turn` is when it was worked on last, so that each lane comes in turn.
    """

    __slots__ = ("_passes", "_ready", "_size", "_waiting", "batches", "last_turn", "shard_id", "window")

    def __init__(self, shard_id: str) -> None:
        self.shard_id = shard_id
        self.batches: deque[Batch] = deque()
        self.window: Window | None = None
        self.last_turn = 0
        self._waiting: deque[Entry] = deque()
        self._ready: deque[Entry] = deque()
        self._size = 0
        self._passes: Filter | None = None

    def add(self, entry: Entry) -> None:
        """Let a record wait for its turn."""
        self._waiting.append(entry)

    def leave(self) -> Sequence[Entry]:
        """Give up what waits, in its order."""
        left = [*self._ready, *self._waiting]
        self._ready.clear()
        self._waiting.clear()
        self._size = 0
        return left

    @property
    def is_empty(self) -> bool:
        """Whether no record is left in it."""
        return not (self.batches or self._ready or self._waiting)

    @property
    def records(self) -> int:
        """How many records are left in it, those that no filter has looked at included."""
        return sum(len(batch.entries) for batch in self.batches) + len(self._ready) + len(self._waiting)

    def sift(self, settings: StreamSettings, tell: Tell) -> None:
        """Drop records that don't pass the filters, as far as the next batch reaches."""
        if self._passes is not settings.passes:
            self._waiting.extendleft(reversed(self._ready))
            self._ready.clear()
            self._size = 0
            self._passes = settings.passes
        while self._waiting and len(self._ready) < settings.batch_size:
            entry = self._waiting.popleft()
            told = tell(entry)
            if settings.passes(told):
                entry.text = written(told)
                self._ready.append(entry)
                self._size += len(entry.text) + 1

    def due(self, settings: StreamSettings, *, is_open: bool) -> tuple[float, bool] | None:
        """When something is to be done, and whether the waiting for that has an end; None where nothing is.

        What has been gathered is due at once when it is a whole batch, or when its window is over.
        """
        if self.batches:
            return self.batches[0].due, self.batches[0].has_an_end(settings)
        if self._ready:
            read = self._ready[0].read
            is_whole = len(self._ready) >= settings.batch_size or self._size + _FRAME_OF_WINDOW >= LARGEST_EVENT
            return read if is_whole else read + settings.gathering, True
        if self.window is None:
            return None
        return self.window.end if is_open and settings.window else 0.0, False

    def begin(self, settings: StreamSettings, now: float) -> Batch:
        """Make the next batch of what is ready, or the one that ends a window that is over."""
        if not self._ready or (self.window is not None and self._ready[0].arrived >= self.window.end):
            batch = Batch(entries=(), due=now, is_final=True)
        else:
            batch = Batch(entries=self._take(settings), due=now)
        self.batches.append(batch)
        return batch

    def open_window(self, seconds: int, entry: Entry) -> None:
        """Begin the window of a record, unless one has begun."""
        if self.window is None:
            start = entry.arrived // seconds * seconds
            self.window = Window(start=start, end=start + seconds)

    def _take(self, settings: StreamSettings) -> Sequence[Entry]:
        if settings.window:
            self.open_window(settings.window, self._ready[0])
        end = float("inf") if self.window is None else self.window.end
        taken: list[Entry] = []
        room = LARGEST_EVENT - (_FRAME if self.window is None else self._frame_of_window(self.window))
        while self._ready and len(taken) < settings.batch_size and self._ready[0].arrived < end:
            size = len(self._ready[0].text) + 1
            if taken and size > room:
                break
            room -= size
            self._size -= size
            taken.append(self._ready.popleft())
        return taken

    @staticmethod
    def _frame_of_window(window: Window) -> int:
        return _FRAME_OF_WINDOW + len(json.dumps(window.state))


def payload_of(batch: Batch, lane: Lane, stream_arn: str) -> bytes:
    """The event with which a batch is run."""
    records = b'{"Records":[' + b",".join(entry.text for entry in batch.entries) + b"]"
    if lane.window is None:
        return records + b"}"
    told = lane.window.told(batch, lane.shard_id, stream_arn)
    return records + b"," + json.dumps(told, separators=(",", ":")).encode()[1:]
