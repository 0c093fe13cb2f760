"""Streams as moto keeps them: those of Kinesis, and those of DynamoDB's tables.

Moto's shards have habits of their own. One that was split stays the one that takes the records, though it is closed;
one that was merged begins with copies of what its parents hold, which are no records of their own.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from lambda_mock.domain.neighbours.port import MissingError, Shard, StreamRecord
from lambda_mock.integrations.moto.state import backend_of

_DAY = 86_400.0
_HOUR = 3600.0


def service_of(stream_arn: str) -> str:
    """The service that a stream is of."""
    return stream_arn.split(":", 3)[2]


def shards(stream_arn: str) -> Sequence[Shard]:
    """The shards of a stream, in the order in which they came to be."""
    if service_of(stream_arn) == "dynamodb":
        return [Shard(shard_id=str(_table(stream_arn).stream_shard.id))]
    return [
        Shard(
            shard_id=shard.shard_id,
            parents=tuple(parent for parent in (shard.parent, shard.adjacent_parent) if parent),
            is_open=shard.is_open,
        )
        for shard in _stream(stream_arn).shards.values()
    ]


def records(stream_arn: str, shard_id: str, after: str | None) -> Sequence[StreamRecord]:
    """What is in a shard behind a sequence number."""
    if service_of(stream_arn) == "dynamodb":
        return [_change(each.record) for each in _items_behind(_table(stream_arn).stream_shard, after)]
    stream = _stream(stream_arn)
    shard = stream.shards.get(shard_id)
    return [] if shard is None else [_put(record) for record in _records_behind(stream, shard, after)]


def retention(stream_arn: str) -> float:
    """For how many seconds a stream keeps a record; that of a table for a day."""
    if service_of(stream_arn) == "dynamodb":
        _table(stream_arn)
        return _DAY
    return float(_stream(stream_arn).retention_period_hours * _HOUR)


def _stream(arn: str) -> Any:
    """A stream, by its own ARN or that of a consumer that it has."""
    kinesis, resource = backend_of("kinesis", arn)
    name, _, consumer = resource.removeprefix("stream/").partition("/")
    stream = None if kinesis is None else kinesis.streams.get(name)
    if stream is None or (consumer and stream.get_consumer_by_arn(arn) is None):
        raise MissingError(arn)
    return stream


def _table(arn: str) -> Any:
    """The table whose latest stream that is: one that was enabled anew has another, and the old one is gone."""
    dynamodb, resource = backend_of("dynamodb", arn)
    _, name, _, label = resource.split("/", 3)
    table = None if dynamodb is None else dynamodb.tables.get(name)
    if table is None or table.latest_stream_label != label:
        raise MissingError(arn)
    return table


def _records_behind(stream: Any, shard: Any, after: str | None) -> Iterator[Any]:
    """Moto numbers the records of a shard without gaps, so that what is new is found without a look at the rest.

    A number that the shard hasn't come to was given by a stream of the same name that is gone.
    """
    if not shard.records:
        return
    last = next(reversed(shard.records))
    read = 0 if after is None or int(after) > last else int(after)
    for number in range(max(read, _copies(stream, shard)) + 1, last + 1):
        if number in shard.records:
            yield shard.records[number]


def _copies(stream: Any, shard: Any) -> int:
    """How many copies a merged shard begins with: of what the one parent holds, and then the other."""
    if not shard.adjacent_parent:
        return 0
    own = list(shard.records.values())
    copies = 0
    for parent in (shard.parent, shard.adjacent_parent):
        for original in stream.shards[parent].records.values():
            if copies == len(own) or not _is_copy(own[copies], original):
                break
            copies += 1
    return copies


def _is_copy(record: Any, original: Any) -> bool:
    return bool((record.partition_key, record.data) == (original.partition_key, original.data))


def _put(record: Any) -> StreamRecord:
    return StreamRecord(
        sequence_number=str(record.sequence_number),
        key=record.partition_key,
        arrived=float(record.created_at),
        content={"partitionKey": record.partition_key, "data": record.data},
    )


def _items_behind(shard: Any, after: str | None) -> Iterable[Any]:
    first = 0 if after is None else max(0, int(after) + 1 - shard.starting_sequence_number)
    items: Sequence[Any] = shard.items
    return items[first:]


def _change(record: Mapping[str, Any]) -> StreamRecord:
    """A change of an item, with the images that there are, as its stream tells it."""
    told = record["dynamodb"]
    images = {
        name: {key: _value(value) for key, value in told[name].items()}
        for name in ("Keys", "NewImage", "OldImage")
        if told.get(name)
    }
    return StreamRecord(
        sequence_number=told["SequenceNumber"],
        key=repr(sorted(images["Keys"].items())),
        arrived=_epoch(told["ApproximateCreationDateTime"]),
        content={
            "eventID": record["eventID"],
            "eventName": record["eventName"],
            "images": images,
            "StreamViewType": told["StreamViewType"],
        },
    )


def _epoch(moment: datetime | str) -> float:
    """Moto's moments are naive, in UTC, and text in older versions."""
    naive = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return naive.replace(tzinfo=timezone.utc).timestamp()


def _value(value: Any) -> Any:
    """An attribute value with what is binary in base64, as older versions of moto keep it."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return {key: _value(member) for key, member in value.items()}
    if isinstance(value, list | tuple | set):
        return [_value(member) for member in value]
    return value
