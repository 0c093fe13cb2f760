"""Queues of SQS as moto keeps them, for whoever polls them.

Messages are taken and deleted many at a time, in one pass over what moto keeps: its own way goes through the queue once
for each message. What is done here is what moto does for ReceiveMessage and DeleteMessage.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import wraps
from typing import Any, TypeVar

from lambda_mock.domain.neighbours.port import MissingError
from lambda_mock.domain.neighbours.queues import Arrival, Key, MessageAttribute, QueueSettings, ReceivedMessage
from lambda_mock.integrations.moto.state import backend_of, reach, strange

_Method = TypeVar("_Method", bound=Callable[..., Any])

_MILLISECONDS = 1000


def queue(queue_arn: str) -> MotoQueue:
    """A queue. Raises MissingError."""
    sqs, name = backend_of("sqs", queue_arn)
    found = None if sqs is None else sqs.queues.get(name)
    if found is None:
        raise MissingError(queue_arn)
    return MotoQueue(found)


def _guarded(method: _Method) -> _Method:
    """Make whatever moto's inside does unexpectedly a NeighbourError."""

    @wraps(method)
    def guarded(self: Any, *arguments: Any, **options: Any) -> Any:
        return reach("sqs", lambda: method(self, *arguments, **options))

    return guarded  # type: ignore[return-value]


class MotoQueue:
    """One queue; two of these are equal when they are of the same queue. Keys are moto's own messages."""

    __slots__ = ("_queue",)

    def __init__(self, its: Any) -> None:
        self._queue = its

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MotoQueue) and other._queue is self._queue

    def __hash__(self) -> int:
        return hash(id(self._queue))

    @_guarded
    def settings(self) -> QueueSettings:
        """How the queue is set up."""
        its = self._queue
        policy, target = its.redrive_policy, its.dead_letter_queue
        leads = bool(policy) and target is not None and _is_there(target)
        return QueueSettings(
            visibility_timeout=int(its.visibility_timeout),
            retention=int(its.message_retention_period),
            is_fifo=bool(its.fifo_queue),
            most_receives=int(policy["maxReceiveCount"]) if leads else None,
            dead_letter_arn=str(target.queue_arn) if leads else None,
        )

    def messages(self, *, newest_first: bool = False) -> Iterator[tuple[Key, float]]:
        """All messages, and until when each is hidden."""
        try:
            kept = _kept(self._queue)
            for message in reversed(kept) if newest_first else kept:
                hidden = message.visible_at
                delayed = message.delayed_until
                yield message, (max(delayed, hidden)) / _MILLISECONDS
        except Exception as error:
            raise strange("sqs", error) from error

    @_guarded
    def touched(self) -> int:
        """How many messages somebody has received and not deleted."""
        return len(self._queue._pending_messages)  # noqa: SLF001 - moto has no other way

    @_guarded
    def arrival(self, key: Any) -> Arrival:
        """How a message came."""
        return Arrival(
            sent=key.sent_timestamp / _MILLISECONDS,
            delayed_until=key.delayed_until / _MILLISECONDS,
            group=key.group_id,
        )

    @_guarded
    def receives(self, key: Any) -> int:
        """How often a message has been received."""
        return int(key.approximate_receive_count)

    @_guarded
    def receive(self, keys: Sequence[Any]) -> Sequence[ReceivedMessage]:
        """Receive messages."""
        received = []
        for message in keys:
            first = message.approximate_first_receive_timestamp
            message.mark_received(visibility_timeout=self._queue.visibility_timeout)
            self._queue._pending_messages.add(message)  # noqa: SLF001
            received.append(_received(message, first))
        return received

    @_guarded
    def holds(self, receipts: Mapping[Key, str]) -> Collection[Key]:
        """Which messages are still there, and have these receipt handles."""
        return {
            message
            for message in _kept(self._queue)
            if message in receipts and receipts[message] == message.receipt_handle
        }

    @_guarded
    def delete(self, keys: Collection[Any]) -> None:
        """Delete messages."""
        for message in self._taken_out(keys):
            self._queue.deleted_messages.update(message.all_receipt_handles)

    @_guarded
    def show(self, keys: Collection[Any]) -> None:
        """Let messages be received from now on."""
        for message in keys:
            message.visible_at = message.delayed_until = 0.0
            self._queue._pending_messages.discard(message)  # noqa: SLF001

    @_guarded
    def redrive(self, keys: Collection[Any]) -> None:
        """Move messages to the dead-letter queue."""
        target = self._queue.dead_letter_queue
        moved = self._taken_out(keys)
        self.show(moved)
        with target._messages_lock:  # noqa: SLF001
            _kept(target).extend(moved)
            target._messages_lock.notify_all()  # noqa: SLF001

    def _taken_out(self, keys: Collection[Any]) -> list[Any]:
        """Take messages out, which are mostly at the beginning; gives those that were still there."""
        kept, found = _kept(self._queue), []
        wanted = set(keys)
        with self._queue._messages_lock:  # noqa: SLF001
            places = []
            for place, message in enumerate(kept):
                if message in wanted:
                    places.append(place)
                    found.append(message)
                    if len(places) == len(wanted):
                        break
            for place in reversed(places):
                del kept[place]
        self._queue._pending_messages.difference_update(found)  # noqa: SLF001
        return found


def _kept(its: Any) -> Any:
    return its._messages  # noqa: SLF001 - what moto shows to everybody leaves out what is hidden


def _is_there(its: Any) -> bool:
    sqs, name = backend_of("sqs", its.queue_arn)
    return sqs is not None and sqs.queues.get(name) is its


def _received(message: Any, first: float | None) -> ReceivedMessage:
    attributes = {name: _attribute(value) for name, value in (message.message_attributes or {}).items()}
    trace = (message.system_attributes or {}).get("AWSTraceHeader")
    return ReceivedMessage(
        key=message,
        message_id=message.id,
        receipt_handle=message.receipt_handle,
        # moto 5.1.0 shows the body as XML has it, and the body itself under another name.
        body=getattr(message, "original_body", None) or message.body,
        md5_of_body=message.body_md5,
        attributes=attributes,
        md5_of_attributes=message.attribute_md5 if attributes else None,
        sender_id=message.sender_id,
        receives=message.approximate_receive_count,
        sent=message.sent_timestamp / _MILLISECONDS,
        first_received=None if first is None else first / _MILLISECONDS,
        group=message.group_id,
        deduplication_id=message.deduplication_id,
        sequence_number=message.sequence_number,
        trace=None if trace is None else _attribute(trace).text,
        hidden_until=max(message.visible_at, message.delayed_until) / _MILLISECONDS,
    )


def _attribute(value: Mapping[str, Any]) -> MessageAttribute:
    """An attribute, by the names that botocore gives to its members or by those of moto 5.1.0."""
    members = {name.replace("_", "").lower(): member for name, member in value.items()}
    binary = members.get("binaryvalue")
    text = members.get("stringvalue")
    return MessageAttribute(
        data_type=members["datatype"],
        text=None if text is None else str(text),
        binary=base64.b64decode(binary) if isinstance(binary, str) else binary,
    )
