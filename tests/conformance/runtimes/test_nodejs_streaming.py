"""Node.js functions that stream their response: what a caller reads while it is produced, and how it ends."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance.runtimes.conftest import ANY_VERSION, Deployed, needs_node

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Answer

pytestmark = [needs_node, pytest.mark.filterwarnings(ANY_VERSION)]

BOTH_RUNTIMES = pytest.mark.parametrize("runtime", ["nodejs20.x", "nodejs24.x"])


def deploy(orders: Deployed, handler: str, runtime: str = "nodejs20.x", **members: Any) -> None:
    orders.node(f"exports.handler = awslambda.streamifyResponse({handler})", Runtime=runtime, **members)


def events(orders: Deployed, event: Any = None) -> list[Answer]:
    parameters = {"FunctionName": "orders", "Payload": json.dumps(event or {})}
    return list(orders.aws.call("invoke_with_response_stream", **parameters)["EventStream"])


def streamed(orders: Deployed, event: Any = None) -> bytes:
    """The whole response, which must come to a good end."""
    *chunks, end = events(orders, event)
    assert end == {"InvokeComplete": {}}
    return b"".join(chunk["PayloadChunk"]["Payload"] for chunk in chunks)


@BOTH_RUNTIMES
def test_a_response_is_streamed(orders: Deployed, runtime: str) -> None:
    deploy(orders, "async (event, stream) => { stream.write('one, '); stream.write('two'); stream.end() }", runtime)
    assert streamed(orders) == streamed(orders) == b"one, two"


def test_a_chunk_is_there_while_the_function_still_runs(orders: Deployed, tmp_path: Any) -> None:
    """The function goes on only when the caller has read its first chunk."""
    deploy(
        orders,
        """async (event, stream) => {
            const fs = require('node:fs')
            stream.write('first')
            while (!fs.existsSync(event.sign)) await new Promise((resolve) => setTimeout(resolve, 5))
            stream.end('second')
        }""",
        Timeout=20,
    )
    sign = tmp_path / "read"
    parameters = {"FunctionName": "orders", "Payload": json.dumps({"sign": str(sign)})}
    stream = iter(orders.aws.call("invoke_with_response_stream", **parameters)["EventStream"])
    assert next(stream) == {"PayloadChunk": {"Payload": b"first"}}
    sign.touch()
    assert list(stream) == [{"PayloadChunk": {"Payload": b"second"}}, {"InvokeComplete": {}}]


def test_invoke_answers_with_all_that_was_streamed(orders: Deployed) -> None:
    deploy(orders, "async (event, stream) => { stream.write('one, '); stream.end('two') }")
    assert orders.invoke()["Payload"] == b"one, two"


WAYS_TO_WRITE = {
    "stream.end()": b"",
    "stream.end('text')": b"text",
    "stream.write(Buffer.from([0, 255])); stream.end()": b"\x00\xff",
    "stream.write(new Uint8Array([1, 2])); stream.end()": b"\x01\x02",
    "stream.write({json: [1]}); stream.write([2]); stream.end()": b'{"json":[1]}[2]',
    "stream.write('e4', 'hex'); stream.end()": b"\xe4",
    "await require('stream/promises').pipeline(require('stream').Readable.from(['a', 'b']), stream)": b"ab",
    "for (let i = 0; i < 50; i++) stream.write('x'.repeat(10_000)); stream.end()": b"x" * 500_000,
    "for (let i = 0; i < 3; i++) await new Promise((r) => stream.write(String(i), r)); stream.end()": b"012",
    "awslambda.HttpResponseStream.from(stream, {statusCode: 201, cookies: ['a=b']}).write('body'); stream.end()": (
        b'{"statusCode":201,"cookies":["a=b"]}' + bytes(8) + b"body"
    ),
    # Only `write` brings the prelude, as on Lambda.
    "awslambda.HttpResponseStream.from(stream, {statusCode: 201}).end('body')": b"body",
}


def test_a_stream_is_written_to_in_many_ways(orders: Deployed) -> None:
    ways = ", ".join(f"async (stream) => {{ {way} }}" for way in WAYS_TO_WRITE)
    deploy(orders, f"async (event, stream) => {{ await [{ways}][event.way](stream) }}")
    answers = {way: streamed(orders, {"way": number}) for number, way in enumerate(WAYS_TO_WRITE)}
    assert answers == WAYS_TO_WRITE


def test_a_buffer_may_be_given_its_size(orders: Deployed) -> None:
    orders.node("""
        exports.handler = awslambda.streamifyResponse(async (event, stream) => {
            stream.end(String(stream.writableHighWaterMark))
        }, {highWaterMark: 1234})
    """)
    assert streamed(orders) == b"1234"


def test_the_content_type_can_not_be_set_too_late(orders: Deployed) -> None:
    deploy(orders, "async (event, stream) => { stream.write('a'); stream.setContentType('text/plain') }")
    _, end = events(orders)
    assert end["InvokeComplete"]["ErrorCode"] == "Runtime.InvalidStreamingOperation"


@BOTH_RUNTIMES
@pytest.mark.parametrize(
    ("handler", "chunks", "error"),
    [
        ("async (event, stream) => { stream.write('a'); throw new TypeError('broken off') }", [b"a"],
         ("TypeError", "broken off")),
        ("async (event, stream) => { throw new TypeError('at once') }", [], ("TypeError", "at once")),
        ("async (event, stream) => { stream.write('a'); throw Object.assign(new Error('x'), {name: '名前'}) }", [b"a"],
         ("名前", "x")),
    ],
)  # fmt: skip
def test_an_error_is_told_at_the_end(
    orders: Deployed, handler: str, chunks: list[bytes], error: tuple[str, str], runtime: str
) -> None:
    deploy(orders, handler, runtime)
    for _ in range(2):
        *pieces, end = events(orders)
        assert [piece["PayloadChunk"]["Payload"] for piece in pieces] == chunks
        told = end["InvokeComplete"]
        details = json.loads(told["ErrorDetails"])
        assert (details["errorType"], details["errorMessage"]) == error
        assert told["ErrorCode"] == error[0].encode("ascii", "replace").decode()


def test_a_handler_that_is_not_async_is_refused(orders: Deployed) -> None:
    deploy(orders, "(event, stream) => { stream.write('a') }")
    *_, end = events(orders)
    assert json.loads(end["InvokeComplete"]["ErrorDetails"]) == {
        "errorType": "string",
        "errorMessage": "Streaming does not support non-async handlers.",
        "trace": [],
    }


def test_a_handler_that_is_not_async_is_refused_by_node_24_too(orders: Deployed) -> None:
    deploy(orders, "(event, stream) => { stream.write('a') }", "nodejs24.x")
    *_, end = events(orders)
    details = json.loads(end["InvokeComplete"]["ErrorDetails"])
    assert (details["errorType"], details["errorMessage"]) == (
        "Error",
        "Streaming does not support non-async handlers.",
    )


def test_what_the_handler_returns_is_ignored_with_a_warning(orders: Deployed) -> None:
    deploy(orders, "async (event, stream) => { stream.end('streamed'); return 'returned' }")
    answer = orders.invoke(LogType="Tail")
    assert answer["Payload"] == b"streamed"
    assert "\tWARN\tStreaming handlers ignore return values.\n" in base64.b64decode(answer["LogResult"]).decode()


def test_a_process_that_ends_in_the_midst_of_its_response_truncates_it(orders: Deployed) -> None:
    deploy(
        orders,
        """async (event, stream) => {
            stream.write('so far')
            await new Promise((resolve) => setTimeout(resolve, 50))
            process.exit(3)
        }""",
    )
    assert events(orders) == [
        {"PayloadChunk": {"Payload": b"so far"}},
        {"InvokeComplete": {"ErrorCode": "Runtime.TruncatedResponse", "ErrorDetails": ""}},
    ]


@pytest.mark.parametrize("ending", ["stream.destroy()", "stream.destroy(new Error('no more'))"])
def test_a_stream_that_breaks_off_is_told_at_the_end(orders: Deployed, ending: str) -> None:
    deploy(orders, f"async (event, stream) => {{ await new Promise((sent) => stream.write('a', sent)); {ending} }}")
    chunk, end = events(orders)
    assert chunk == {"PayloadChunk": {"Payload": b"a"}}
    assert end["InvokeComplete"]["ErrorCode"] == "Runtime.TruncatedResponse"
    assert orders.failure() == {"errorType": "Runtime.TruncatedResponse"}


def test_the_error_of_a_stream_has_the_trace_of_lambda(orders: Deployed) -> None:
    deploy(orders, "async (event, stream) => { throw new Error('boom') }")
    *_, end = events(orders)
    trace = json.loads(end["InvokeComplete"]["ErrorDetails"])["trace"]
    assert "/var/task/index.js:1:" in trace[1]
    assert orders.failure()["trace"][0] == "Error: boom"


def test_a_stream_that_is_never_ended_runs_into_the_timeout(orders: Deployed, mock_lambda: LambdaMock) -> None:
    deploy(orders, "async (event, stream) => { stream.write('a') }")
    stream = iter(orders.aws.call("invoke_with_response_stream", FunctionName="orders")["EventStream"])
    assert next(stream) == {"PayloadChunk": {"Payload": b"a"}}
    mock_lambda.clock.advance(61)
    [end] = stream
    assert json.loads(end["InvokeComplete"]["ErrorDetails"])["errorType"] == "Sandbox.Timedout"


@pytest.mark.parametrize("waits", [True, False])
def test_the_next_invocation_waits_until_nothing_is_left_to_do_unless_it_need_not(
    orders: Deployed,
    waits: bool,  # noqa: FBT001
) -> None:
    orders.node("""
        let left = 0
        exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {
            context.callbackWaitsForEmptyEventLoop = event.waits
            stream.write(String(left))
            left += 1
            setTimeout(() => { left -= 1 }, 100)
            stream.end()
        })
    """)
    assert [streamed(orders, {"waits": waits}) for _ in range(2)] == [b"0", b"0" if waits else b"1"]
