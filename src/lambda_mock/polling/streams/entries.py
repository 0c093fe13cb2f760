"""Records of a stream as a mapping has read them, and as its function is given them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.event_sources import DYNAMODB, KINESIS
from lambda_mock.events import streams, tables

if TYPE_CHECKING:
    from lambda_mock.domain.neighbours.port import StreamRecord
    from lambda_mock.execution.lineage import Run


@dataclass(slots=True, kw_only=True, eq=False)
class Entry:
    """A record that has been read.

    `arrived` is when it came into the stream and `read` when the mapping saw it, by the mock's clock. `cause` is the
    run of a function that has written it. `text` is what the function is given of it, as JSON, once that is known.
    """

    record: StreamRecord
    shard_id: str
    arrived: float
    read: float
    cause: Run | None
    text: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The stream that a mapping reads, by the ARN that it names; `kind` is `Kinesis` or `DynamoDB`."""

    kind: str
    arn: str

    def told(self, entry: Entry, role: str) -> Mapping[str, Any]:
        """A record as it stands in the event of a function that has this role."""
        return _TOLD[self.kind](self, entry, role)


def _of_kinesis(source: Source, entry: Entry, role: str) -> Mapping[str, Any]:
    record = entry.record
    return streams.record(
        partition_key=record.content["partitionKey"],
        sequence_number=record.sequence_number,
        data=record.content["data"],
        arrived=entry.arrived,
        shard_id=entry.shard_id,
        role=role,
        stream_arn=source.arn,
    )


def _of_dynamodb(source: Source, entry: Entry, _: str) -> Mapping[str, Any]:
    content = entry.record.content
    return tables.record(
        event_id=content["eventID"],
        event_name=content["eventName"],
        arrived=entry.arrived,
        images=content["images"],
        sequence_number=entry.record.sequence_number,
        view=content["StreamViewType"],
        stream_arn=source.arn,
    )


_TOLD: Mapping[str, Callable[[Source, Entry, str], Mapping[str, Any]]] = {
    KINESIS.name: _of_kinesis,
    DYNAMODB.name: _of_dynamodb,
}
