"""A queue of SQS, as whoever polls it sees it: what is in it, and what can be done with that.

Moments are in epoch seconds of the queue's own clock, which knows nothing of the mock's. A message is known by its
`Key`, which stays the same for as long as the message lives.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

Key = Hashable


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSettings:
    """What counts for a consumer of a queue; periods are in seconds.

    `most_receives` is how often a message is received before it goes to the dead-letter queue `dead_letter_arn`; both
    are None where there is no redrive policy, or nothing where it leads to.
    """

    visibility_timeout: int
    retention: int
    is_fifo: bool
    most_receives: int | None = None
    dead_letter_arn: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAttribute:
    """An attribute that the sender has given to a message: its data type, and its value as text or bytes."""

    data_type: str
    text: str | None = None
    binary: bytes | None = None


@dataclass(slots=True, kw_only=True)
class ReceivedMessage:
    """A message, as it is when it is received.

    `md5_of_attributes` is None without attributes. `sent` is in epoch seconds; so is `first_received`, None where this
    is the first time. `trace` is its X-Ray header. It is hidden again until `hidden_until`.
    """

    key: Key
    message_id: str
    receipt_handle: str
    body: str
    md5_of_body: str
    attributes: Mapping[str, MessageAttribute]
    md5_of_attributes: str | None
    sender_id: str
    receives: int
    sent: float
    first_received: float | None
    group: str | None
    deduplication_id: str | None
    sequence_number: str | None
    trace: str | None
    hidden_until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How a message came: when it was sent, from when on it can be received, and the message group that it is of."""

    sent: float
    delayed_until: float
    group: str | None


class Queue(Protocol):
    """One queue. All of it raises NeighbourError where the queue is kept in a way that nobody here knows."""

    def settings(self) -> QueueSettings:
        """How it is set up at the moment."""

    def messages(self, *, newest_first: bool = False) -> Iterator[tuple[Key, float]]:
        """All messages in the order in which they came, each with the moment until which it is hidden."""

    def touched(self) -> int:
        """How many messages somebody has received and not deleted; another number tells that somebody did something."""

    def arrival(self, key: Key) -> Arrival:
        """How a message came."""

    def receives(self, key: Key) -> int:
        """How often a message has been received."""

    def receive(self, keys: Sequence[Key]) -> Sequence[ReceivedMessage]:
        """Receive messages, which hides them for the visibility timeout."""

    def holds(self, receipts: Mapping[Key, str]) -> Collection[Key]:
        """Which messages are still there, and weren't received by anybody else since; by their receipt handles."""

    def delete(self, keys: Collection[Key]) -> None:
        """Delete those messages that are still there."""

    def show(self, keys: Collection[Key]) -> None:
        """Let messages be received from now on."""

    def redrive(self, keys: Collection[Key]) -> None:
        """Move messages to the dead-letter queue."""
