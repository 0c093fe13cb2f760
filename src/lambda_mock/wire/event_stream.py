"""Events to bytes: the frames of `application/vnd.amazon.eventstream`, which botocore's EventStream reads.

A frame is a prelude (two lengths and their CRC), headers, a payload, and a CRC of all that.
"""

from __future__ import annotations

import json
import struct
from binascii import crc32
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from lambda_mock.wire.plan import Leaves, compile_members

_STRING_HEADER = 7
_PRELUDE_AND_CRCS = 16

_Frame = Callable[[Mapping[str, Any]], bytes]


def compile_stream(shape: Any, leaves: Leaves) -> Callable[[Iterable[Mapping[str, Any]]], Iterator[bytes]]:
    """A function from events, each a mapping of one event's name to its members, to their frames, made one by one."""
    frames = {name: _compile_frame(name, event, leaves) for name, event in shape.members.items()}

    def encode(events: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
        return (frames[name](members) for event in events for name, members in event.items())

    return encode


def frame(headers: Mapping[str, str], payload: bytes) -> bytes:
    """One message of an event stream; all its headers are strings."""
    head = b"".join(_header(name, value) for name, value in headers.items())
    prelude = struct.pack("!II", len(head) + len(payload) + _PRELUDE_AND_CRCS, len(head))
    message = prelude + struct.pack("!I", crc32(prelude)) + head + payload
    return message + struct.pack("!I", crc32(message))


def _header(name: str, value: str) -> bytes:
    key, text = name.encode(), value.encode()
    return struct.pack("!B", len(key)) + key + struct.pack("!BH", _STRING_HEADER, len(text)) + text


def _compile_frame(name: str, event: Any, leaves: Leaves) -> _Frame:
    blobs = [member for member, shape in event.members.items() if shape.serialization.get("eventpayload")]
    payload = _blob(blobs[0]) if blobs else _json(event, leaves)
    headers = {
        ":event-type": name,
        ":content-type": "application/octet-stream" if blobs else "application/json",
        ":message-type": "event",
    }
    return lambda members: frame(headers, payload(members))


def _blob(member: str) -> _Frame:
    return lambda members: members.get(member) or b""


def _json(event: Any, leaves: Leaves) -> _Frame:
    plan = compile_members(event.members.items(), leaves)
    return lambda members: json.dumps(plan(members)).encode()
