"""The bodies that an answer can have, each in both forms: what botocore's parser makes of it, and its bytes.

Which body an operation has is read from its output shape once. Neither form changes the members or keeps any of them.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.eventstream import EventStream
from botocore.parsers import EventStreamJSONParser
from botocore.response import StreamingBody
from botocore.utils import parse_timestamp

from lambda_mock.wire.event_stream import compile_stream
from lambda_mock.wire.plan import Conversion, Leaves, compile_members
from lambda_mock.wire.raw import ArrivingBody, RawBody

if TYPE_CHECKING:
    from botocore.model import OperationModel, Shape

JSON = "application/json"
EVENT_STREAM = "application/vnd.amazon.eventstream"

PARSED: Leaves = {"timestamp": parse_timestamp, "double": float, "blob": bytes}
"""What botocore's parser makes of the leaves; strings, whole numbers and booleans stay what they are."""

_SENT: Leaves = {"blob": lambda value: base64.b64encode(value).decode("ascii")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One kind of body.

    `parsed` makes the output members into those that botocore's parser finds in the body, `sent` into its bytes. A
    `measured` body has a Content-Length. A body of JSON has none: counting its bytes would encode each answer of the
    fast lane, where next to nobody looks at them. (Errors have one: their bodies are small.) One that `is_payload` is
    the output's payload, whose bytes are the caller's.
    """

    parsed: Callable[[Mapping[str, Any]], dict[str, Any]]
    sent: Callable[[Mapping[str, Any]], bytes]
    content_type: str = JSON
    measured: bool = False
    is_payload: bool = False
    pieces: Callable[[Mapping[str, Any]], Iterator[bytes]] | None = None
    """What `sent` gives, piece by piece as they are produced, where that may take its time."""


def body_of(operation: OperationModel) -> Body:
    """The kind of body that an operation's successes have."""
    shape = operation.output_shape
    if shape is None:
        return _NOTHING
    payload = shape.serialization.get("payload")
    if payload is not None:
        return _events(operation, payload) if operation.has_event_stream_output else _stream(payload)
    members = {name: member for name, member in shape.members.items() if "location" not in member.serialization}
    return _json(members) if members else _NOTHING


def to_json(document: Any) -> bytes:
    """A document as AWS sends it: JSON without spaces."""
    return json.dumps(document, separators=(",", ":")).encode()


_NOTHING = Body(parsed=lambda _: {}, sent=lambda _: b"", measured=True)


def _json(members: Mapping[str, Shape]) -> Body:
    sent = _when_needed(lambda: compile_members(members.items(), _SENT))
    return Body(parsed=compile_members(members.items(), PARSED), sent=lambda output: to_json(sent(output)))


def _stream(payload: str) -> Body:
    def sent(output: Mapping[str, Any]) -> bytes:
        return bytes(output.get(payload) or b"")

    def parsed(output: Mapping[str, Any]) -> dict[str, Any]:
        content = sent(output)
        return {payload: StreamingBody(RawBody(content), len(content))}

    return Body(parsed=parsed, sent=sent, measured=True, is_payload=True)


def _events(operation: OperationModel, payload: str) -> Body:
    """A body of events: its member is an iterable of them, each a mapping of the event's name to its members.

    It may be iterated more than once, and may wait for events that are still to come.
    """
    shape: Any = operation.output_shape
    events = shape.members[payload]
    frames = compile_stream(events, _SENT)

    def pieces(output: Mapping[str, Any]) -> Iterator[bytes]:
        return frames(output.get(payload) or ())

    def parsed(output: Mapping[str, Any]) -> dict[str, Any]:
        return {payload: EventStream(ArrivingBody(pieces(output)), events, EventStreamJSONParser(), operation.name)}

    return Body(parsed=parsed, sent=lambda output: b"".join(pieces(output)), content_type=EVENT_STREAM, pieces=pieces)


def _when_needed(compiler: Callable[[], Conversion]) -> Conversion:
    compiled = cache(compiler)

    def convert(value: Any) -> Any:
        return compiled()(value)

    return convert
