"""The frames of an event stream are those that botocore reads."""

from __future__ import annotations

from typing import Any

from botocore.eventstream import EventStreamBuffer

from lambda_mock.wire.event_stream import compile_stream, frame


def messages(stream: bytes) -> list[tuple[dict[str, str], bytes]]:
    buffer: Any = EventStreamBuffer()
    buffer.add_data(stream)
    return [(message.headers, message.payload) for message in buffer]


def test_a_frame_holds_headers_and_payload() -> None:
    headers = {":message-type": "event", "größe": "x" * 300}
    assert messages(frame(headers, b"\x00payload")) == [(headers, b"\x00payload")]


def test_a_frame_without_headers_and_payload_is_whole() -> None:
    assert frame({}, b"") == bytes.fromhex("00000010 00000000 05c248eb 7d98c8ff")


def test_frames_follow_one_another_in_the_order_of_the_events(operation_model: Any) -> None:
    shape = operation_model("InvokeWithResponseStream").output_shape.members["EventStream"]
    stream = compile_stream(shape, {})(
        [
            {"PayloadChunk": {"Payload": b"one"}},
            {"PayloadChunk": {}},
            {"InvokeComplete": {"ErrorCode": "Unhandled", "LogResult": None}},
        ]
    )
    chunk = {":event-type": "PayloadChunk", ":content-type": "application/octet-stream", ":message-type": "event"}
    end = {":event-type": "InvokeComplete", ":content-type": "application/json", ":message-type": "event"}
    assert messages(b"".join(stream)) == [(chunk, b"one"), (chunk, b""), (end, b'{"ErrorCode": "Unhandled"}')]


def test_a_stream_of_no_events_is_empty(operation_model: Any) -> None:
    shape = operation_model("InvokeWithResponseStream").output_shape.members["EventStream"]
    assert list(compile_stream(shape, {})([])) == []
