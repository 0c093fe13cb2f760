"""The port: what Lambda asks of other services, in its own words, and brings them. moto is behind it, where active.

Every answer to a question is a fact. None says that nobody knows, MissingError that there is no such thing. What is
sent is either taken, which is True, or refused: RefusedError.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from lambda_mock.domain.neighbours.queues import Queue
    from lambda_mock.domain.triggers import Functions

Attributes = Mapping[str, tuple[str, str]]
"""Attributes of a message: by name their data type, `String` or `Number`, and their value as text."""


class NeighbourError(LookupError):
    """What a neighbour says instead of a fact."""


class MissingError(NeighbourError):
    """The neighbour knows that there is no such thing."""


class NoSuchBucketError(MissingError):
    """S3 has no such bucket."""


class NoSuchKeyError(MissingError):
    """The bucket has no such object, or no such version of it."""


class BucketElsewhereError(NeighbourError):
    """The bucket is in another region, which is the argument."""


class BucketClosedError(NeighbourError):
    """The bucket is another account's, and not open to this one."""


class RefusedError(NeighbourError):
    """The neighbour doesn't take what was sent to it; the argument says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A schedule that brings something to functions.

    `expression` is `rate(...)`, `cron(...)` or `at(...)`, in the time `zone` of that name. It counts from `begins`, or
    from when it was first seen where that is None, until `ends`, both in epoch seconds. A rate has its first turn after
    one period, or `at_once`. `fire` sends what it brings at the moment that it was due; `over` is called when it comes
    round no more. `functions` are the ARNs of those that it leads to, for pictures alone.
    """

    arn: str
    expression: str
    fire: Callable[[Functions, float], None]
    over: Callable[[], None]
    at_once: bool = False
    zone: str = "UTC"
    begins: float | None = None
    ends: float | None = None
    functions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """A shard of a stream; `parents` are those that it came from, whose records come before its own."""

    shard_id: str
    parents: tuple[str, ...] = ()
    is_open: bool = True


@dataclass(slots=True, kw_only=True)
class StreamRecord:
    """A record of a shard. What has the same `key` keeps its order.

    `arrived` is in epoch seconds of the real clock. `content` is what a function is told of it beside its number, by
    the names that it has there.
    """

    sequence_number: str
    key: str
    arrived: float
    content: Mapping[str, Any]


class Neighbours(Protocol):
    """The other services, as far as Lambda reaches into them."""

    def object_in_s3(self, bucket: str, key: str, version: str | None, *, account_id: str, region: str) -> bytes | None:
        """The object's content. Raises any of the errors above."""

    def has(self, arn: str) -> bool | None:
        """Whether there is that queue, topic, event bus, bucket, stream or consumer of a stream."""

    def trust_policy(self, role_arn: str) -> str | None:
        """Who may assume the role: a policy in JSON."""

    def vpc_of_subnet(self, subnet_id: str, *, account_id: str, region: str) -> str | None:
        """The id of the VPC that the account's subnet is in."""

    def vpc_of_security_group(self, group_id: str, *, account_id: str, region: str) -> str | None:
        """The id of the VPC that the account's security group is in."""

    def key_state(self, key_arn: str) -> str | None:
        """The state of a KMS key: `Enabled`, `Disabled`, `PendingDeletion` and so on."""

    def visibility_timeout(self, queue_arn: str) -> int | None:
        """For how many seconds a queue hides a message that was received."""

    def queue(self, queue_arn: str) -> Queue | None:
        """The queue itself, for whoever polls it. Raises MissingError, and NeighbourError where it can't be read."""

    def shards(self, stream_arn: str) -> Sequence[Shard] | None:
        """The shards of a stream, or of the stream of a consumer, parents first. Raises MissingError."""

    def stream_records(self, stream_arn: str, shard_id: str, after: str | None) -> Sequence[StreamRecord] | None:
        """What is in a shard behind a sequence number, or all for None. Raises MissingError."""

    def retention(self, stream_arn: str) -> float | None:
        """For how many seconds a stream keeps a record. Raises MissingError."""

    def image_digest(
        self, repository: str, *, tag: str | None, digest: str | None, account_id: str, region: str
    ) -> str | None:
        """The digest, `sha256:...`, of the image with that tag or digest in a repository of ECR."""

    def send_message(self, queue_arn: str, body: str, attributes: Attributes, *, trace: str) -> bool | None:
        """Send a message to a queue, with that X-Ray header."""

    def publish(self, topic_arn: str, message: str, attributes: Attributes) -> bool | None:
        """Publish a message to a topic."""

    def put_event(self, bus_arn: str, *, detail_type: str, resources: Sequence[str], detail: str) -> bool | None:
        """Put an event of the source `lambda` on an event bus; `detail` is a JSON object."""

    def put_object(self, bucket: str, key: str, body: bytes, *, account_id: str, region: str) -> bool | None:
        """Put a JSON object into a bucket, as that account from that region."""

    def schedules(self) -> Sequence[Schedule] | None:
        """Every schedule that is switched on, of all accounts and regions."""

    def keep_log(
        self, group: str, stream: str, events: Sequence[tuple[float, str]], *, account_id: str, region: str
    ) -> None:
        """Add events, each with its moment in epoch seconds, to a log stream of CloudWatch Logs.

        What isn't there yet is made. Raises NeighbourError where they can't be kept.
        """
