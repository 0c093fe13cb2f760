"""Attempts: a batch is run, and what comes of that decides what its lane does next.

A function that fails is tried again, after a while that doubles each time. What the function has got rid of, by halving
or by saying how far it came, begins to count anew. Lambda's own refusals to run it aren't counted: only their age ends
those records.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_mock.errors import ServiceError, warn
from lambda_mock.events.discards import RETRIES_EXHAUSTED, TOO_OLD
from lambda_mock.execution.lineage import telling_of
from lambda_mock.polling.outcome import failures, tell_of_what_is_ignored
from lambda_mock.polling.streams.discards import Discard, letter_about
from lambda_mock.polling.streams.lanes import Batch, Tried, payload_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_mock.domain.event_source_mapping import EventSourceMapping
    from lambda_mock.domain.store import Store
    from lambda_mock.execution.executor import InvocationRequest, InvocationResult
    from lambda_mock.execution.lineage import OpenQueue
    from lambda_mock.polling.poller import Means
    from lambda_mock.polling.streams.entries import Entry
    from lambda_mock.polling.streams.lanes import Lane, Window
    from lambda_mock.polling.streams.settings import StreamSettings

OK = "OK"
PROBLEM = "PROBLEM: Function call failed"

SHORTEST_DELAY = 0.5
LONGEST_DELAY = 300.0
"""Seconds before a batch is tried again: twice as long each time."""

LARGEST_STATE = 1_048_576
"""Bytes of the state of a tumbling window, as JSON."""

_DOUBLINGS = 10
# The clock is a float: two ways to the same moment differ by less.
_SAME_MOMENT = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """Runs batches of a mapping as it is at the moment; `retention` is for how many seconds the stream keeps records.

    The runs belong to `drain`.
    """

    mapping: EventSourceMapping
    settings: StreamSettings
    store: Store
    means: Means
    retention: float
    drain: OpenQueue

    def attempt(self, lane: Lane, batch: Batch) -> None:
        """Run the first batch of a lane, less what has become too old for that."""
        self._discard_old(batch)
        if self._is_over(lane, batch):
            lane.batches.popleft()
            return
        # Whatever may come of it, such as an error for the test, it isn't tried again at once.
        batch.due = self._next_try(batch)
        if self.settings.window and batch.entries:
            lane.open_window(self.settings.window, batch.entries[0])
        payload = payload_of(batch, lane, self.mapping.settings["EventSourceArn"])
        try:
            request = self.means.resolve(self.mapping.function_arn, payload, self.mapping.settings["EventSourceArn"])
            result = self.means.run(request, cause=batch.cause, drain=self.drain)
        except ServiceError as refusal:
            self._refused(batch, refusal)
        else:
            self._ended(lane, batch, request, result)

    # What is too old ----------------------------------------------------------------------------------------------

    @property
    def _oldest(self) -> float:
        return self.retention if self.settings.oldest is None else min(self.settings.oldest, self.retention)

    def _discard_old(self, batch: Batch) -> None:
        too_old = self.means.clock.time() - self._oldest + _SAME_MOMENT
        old = [entry for entry in batch.entries if entry.arrived <= too_old]
        if old:
            # First of all they are gone: where warnings are errors, nobody is told of them twice.
            batch.entries = batch.entries[len(old) :]
            self._discard(batch, old, TOO_OLD, batch.runs + 1)

    def _is_over(self, lane: Lane, batch: Batch) -> bool:
        """Whether nothing is left to be run; the end of a window may come too late, too."""
        if not batch.is_final:
            return not batch.entries
        late = lane.window is None or self.means.clock.time() > lane.window.end + self._oldest
        if late and lane.window is not None:
            self._drop_window(lane, "it has become too old")
        return late

    # How a run ended ----------------------------------------------------------------------------------------------

    def _refused(self, batch: Batch, refusal: ServiceError) -> None:
        batch.failures += 1
        batch.refusal = f"{refusal.code}: {refusal.message}"
        self._note(PROBLEM)

    def _ended(self, lane: Lane, batch: Batch, request: InvocationRequest, result: InvocationResult) -> None:
        reply = _parsed(result) if result.function_error is None else None
        batch.refusal = ""
        batch.last = Tried(
            request_id=request.request_id, version=request.version.version, function_error=result.function_error
        )
        places = {entry.record.sequence_number: place for place, entry in enumerate(batch.entries)}
        failed = failures(result, self.mapping.settings, places.keys())
        lacks_state = lane.window is not None and not batch.is_final and not _has_state(reply)
        if result.function_error is not None or lacks_state:
            self._failed(lane, batch, 0, reply)
        elif failed:
            self._failed(lane, batch, min(places[number] for number in failed), reply)
        else:
            self._succeeded(lane, batch, reply)
        tell_of_what_is_ignored(result, self.mapping.settings, places.keys())

    def _succeeded(self, lane: Lane, batch: Batch, reply: Any) -> None:
        lane.batches.popleft()
        self._note(OK)
        if batch.is_final:
            lane.window = None
        elif lane.window is not None:
            self._keep_state(lane.window, lane, reply)

    def _keep_state(self, window: Window, lane: Lane, reply: Any) -> None:
        """Keep what the function made of its window. What is too large ends the window before its time."""
        window.state = reply["state"]
        if len(json.dumps(window.state, separators=(",", ":")).encode()) > LARGEST_STATE:
            now = self.means.clock.time()
            lane.batches.appendleft(Batch(entries=(), due=now, is_final=True, is_early=True))

    def _failed(self, lane: Lane, batch: Batch, first: int, reply: Any) -> None:
        """Have the records from the `first` one on tried again, or give them up.

        What is less than before is tried at once, and has all its retries.
        """
        self._note(PROBLEM)
        if first > 0:
            self._replace(lane, [batch.entries[first:]])
            if lane.window is not None:
                self._keep_state(lane.window, lane, reply)
        elif self.settings.splits and len(batch.entries) > 1:
            half = len(batch.entries) // 2
            self._replace(lane, [batch.entries[:half], batch.entries[half:]])
        else:
            batch.runs += 1
            batch.failures += 1
            if self.settings.retries is not None and batch.runs > self.settings.retries:
                self._give_up(lane, batch)

    def _replace(self, lane: Lane, parts: Sequence[Sequence[Entry]]) -> None:
        """Have parts of the batch run, one after the other, in its place."""
        lane.batches.popleft()
        now = self.means.clock.time()
        lane.batches.extendleft(reversed([Batch(entries=part, due=now) for part in parts]))

    def _give_up(self, lane: Lane, batch: Batch) -> None:
        lane.batches.popleft()
        if batch.is_final:
            self._drop_window(lane, "its retries are exhausted")
        else:
            self._discard(batch, batch.entries, RETRIES_EXHAUSTED, batch.runs)

    def _next_try(self, batch: Batch) -> float:
        """When a batch is tried again if it fails now; what gets too old before is given up then."""
        now = self.means.clock.time()
        delay = SHORTEST_DELAY * (1 << min(batch.failures, _DOUBLINGS))
        due = now + min(delay, LONGEST_DELAY)
        return min(due, batch.entries[0].arrived + self._oldest) if batch.entries else due

    # What is told of it -------------------------------------------------------------------------------------------

    def _note(self, result: str) -> None:
        self.means.note(self.store, self.mapping, result)

    def _discard(self, batch: Batch, entries: Sequence[Entry], condition: str, attempts: int) -> None:
        discard = Discard(
            mapping=self.mapping,
            entries=entries,
            condition=condition,
            attempts=attempts,
            last=batch.last,
            request_id=self.means.post.new_id() if batch.last is None else batch.last.request_id,
            moment=self.means.clock.time(),
        )
        with telling_of(batch.cause):
            self.means.post.send(letter_about(discard, self.settings.destination))
        if condition == TOO_OLD and self.settings.oldest is None and not self.settings.destination:
            why = batch.refusal or ("its runs fail" if batch.runs else "it wasn't run in time")
            _warn(
                f"{len(entries)} records of {self.mapping.settings['EventSourceArn']} that wait for "
                f"{self.mapping.function_arn} have expired: the stream keeps them for {self.retention:g} seconds. {why}"
            )

    def _drop_window(self, lane: Lane, why: str) -> None:
        lane.window = None
        _warn(
            f"The final invocation of {self.mapping.function_arn} for a window of "
            f"{self.mapping.settings['EventSourceArn']} is given up: {why}."
        )


def _parsed(result: InvocationResult) -> Any:
    """What the function returned; text that isn't JSON stays text."""
    try:
        return json.loads(result.payload or b"null")
    except ValueError:
        return result.payload.decode(errors="replace")


def _has_state(reply: Any) -> bool:
    return isinstance(reply, dict) and "state" in reply


def _warn(message: str) -> None:
    warn(message)
