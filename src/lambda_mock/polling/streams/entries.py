"""Records of a stream as a mapping has read them, and as its function is given them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.event_sources import DYNAMODB, KINESIS

if TYPE_CHECKING:
    from lambda_mock.domain.neighbours.port import StreamRecord
    from lambda_mock.execution.lineage import Run

_DIGITS_A_BYTE = 2
_OF_A_CONTAINER = 3


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

    @property
    def region(self) -> str:
        """The region of the stream."""
        return self.arn.split(":", 4)[3]

    def told(self, entry: Entry, role: str) -> Mapping[str, Any]:
        """A record as it stands in the event of a function that has this role."""
        return _TOLD[self.kind](self, entry, role)


def _of_kinesis(source: Source, entry: Entry, role: str) -> Mapping[str, Any]:
    record = entry.record
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": record.content["partitionKey"],
            "sequenceNumber": record.sequence_number,
            "data": record.content["data"],
            "approximateArrivalTimestamp": round(entry.arrived, 3),
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{entry.shard_id}:{record.sequence_number}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": role,
        "awsRegion": source.region,
        "eventSourceARN": source.arn,
    }


def _of_dynamodb(source: Source, entry: Entry, _: str) -> Mapping[str, Any]:
    content = entry.record.content
    images = content["images"]
    return {
        "eventID": content["eventID"],
        "eventName": content["eventName"],
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": source.region,
        "dynamodb": {
            "ApproximateCreationDateTime": float(int(entry.arrived)),
            **images,
            "SequenceNumber": entry.record.sequence_number,
            "SizeBytes": sum(map(_size_of_item, images.values())),
            "StreamViewType": content["StreamViewType"],
        },
        "eventSourceARN": source.arn,
    }


_TOLD: Mapping[str, Callable[[Source, Entry, str], Mapping[str, Any]]] = {
    KINESIS.name: _of_kinesis,
    DYNAMODB.name: _of_dynamodb,
}


def _size_of_item(item: Mapping[str, Any]) -> int:
    """The size of an item as DynamoDB counts it: names in UTF-8, and values."""
    return sum(len(name.encode()) + _size_of_value(value) for name, value in item.items())


def _size_of_value(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind in {"L", "M"}:
        inner = [_size_of_value(each) for each in content] if kind == "L" else [_size_of_item(content)]
        return _OF_A_CONTAINER + len(content) + sum(inner)
    if kind in {"SS", "NS", "BS"}:
        return sum(_SIZES[kind[0]](each) for each in content)
    return _SIZES[kind](content) if kind in _SIZES else 1


def _size_of_number(text: str) -> int:
    digits = len("".join(letter for letter in text.lower().partition("e")[0] if letter.isdigit()).strip("0"))
    return 1 + (digits + 1) // _DIGITS_A_BYTE + text.startswith("-")


def _size_of_binary(text: str) -> int:
    """The length of what base64 stands for."""
    return len(text) * 3 // 4 - text[-2:].count("=")


_SIZES: Mapping[str, Callable[[str], int]] = {
    "S": lambda text: len(text.encode()),
    "N": _size_of_number,
    "B": _size_of_binary,
}
