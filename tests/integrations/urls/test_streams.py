"""Function URLs whose responses are streamed, and functions that stream behind URLs that don't."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests

from tests.conformance.runtimes.conftest import ANY_VERSION, archive, needs_node
from tests.integrations.urls.conftest import Shop, opened

pytestmark = [needs_node, pytest.mark.filterwarnings(ANY_VERSION)]

STREAM = "RESPONSE_STREAM"
JSON = "application/json"
HTTP = "stream = awslambda.HttpResponseStream.from(stream, {});"


def deploy(shop: Shop, body: str, mode: str = STREAM, *, timeout: int = 60) -> str:
    """A Node.js function of that body, and its URL."""
    text = f"exports.handler = awslambda.streamifyResponse(async (event, stream) => {{ {body} }})"
    return deploy_text(shop, text, mode, timeout=timeout)


def deploy_text(shop: Shop, text: str, mode: str = STREAM, *, timeout: int = 60) -> str:
    shop.client.create_function(
        FunctionName="orders",
        Role="arn:aws:iam::123456789012:role/lambda-role",
        Runtime="nodejs20.x",
        Handler="index.handler",
        Code={"ZipFile": archive({"index.js": text})},
        Timeout=timeout,
    )
    shop.url = shop.give_url(InvokeMode=mode)
    return shop.url


def from_prelude(prelude: str) -> str:
    return f"stream = awslambda.HttpResponseStream.from(stream, {prelude});"


def test_a_piece_is_there_while_the_function_still_runs(shop: Shop, tmp_path: Path) -> None:
    """The function goes on only when the client has read its first piece."""
    sign = tmp_path / "read"
    deploy(
        shop,
        f"""stream.write('first')
            while (!require('fs').existsSync({str(sign)!r})) await new Promise((resolve) => setTimeout(resolve, 5))
            stream.write('second'); stream.end('third')""",
    )
    with shop.get(stream=True) as answer:
        pieces = answer.iter_content(chunk_size=None)
        assert next(pieces) == b"first"
        sign.touch()
        assert b"".join(pieces) == b"secondthird"
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert "Content-Length" not in answer.headers
    assert answer.headers["Content-Type"] == "application/octet-stream"


def test_a_stream_can_be_read_whole_or_in_parts(shop: Shop) -> None:
    deploy(shop, "stream.setContentType('text/plain'); stream.write('one, '); stream.write('two'); stream.end()")
    assert shop.get().text == "one, two"
    with shop.get(stream=True) as answer:
        assert list(answer.iter_content(chunk_size=2)) == [b"on", b"e,", b" ", b"tw", b"o"]
    with shop.get(stream=True) as answer:
        assert [answer.raw.read(2), answer.raw.read(9), answer.raw.read()] == [b"on", b"e, ", b"two"]
    with shop.get(stream=True) as answer:
        assert list(answer.iter_lines()) == [b"one, two"]


def test_a_large_piece_arrives_whole(shop: Shop) -> None:
    deploy(shop, "stream.write('x'.repeat(50_000)); stream.end('y'.repeat(50_000))")
    assert shop.get().text == "x" * 50_000 + "y" * 50_000


def test_the_prelude_says_status_headers_and_cookies(shop: Shop) -> None:
    prelude = "{statusCode: 201, headers: {'Content-Type': 'text/html', 'X-One': '1'}, cookies: ['a=b', 'c=d']}"
    deploy(shop, f"{from_prelude(prelude)} stream.write('<p>'); stream.end('</p>')")
    answer = shop.get()
    assert (answer.status_code, answer.headers["Content-Type"], answer.text) == (201, "text/html", "<p></p>")
    assert answer.headers["X-One"] == "1"
    assert dict(answer.cookies) == {"a": "b", "c": "d"}


def test_a_prelude_without_a_status_is_200(shop: Shop) -> None:
    deploy(shop, f"{from_prelude('{}')} stream.write('text'); stream.end()")
    answer = shop.get()
    assert (answer.status_code, answer.headers["Content-Type"], answer.text) == (200, JSON, "text")


def test_a_prelude_may_come_in_one_piece_with_the_body_and_in_many(shop: Shop) -> None:
    deploy(
        shop,
        """stream.setContentType('application/vnd.awslambda.http-integration-response')
           stream.write('{"statusCode"'); stream.write(':202}'); stream.write(Buffer.alloc(3))
           stream.write(Buffer.concat([Buffer.alloc(5), Buffer.from('body')])); stream.end('!')""",
    )
    answer = shop.get()
    assert (answer.status_code, answer.text) == (202, "body!")


PRELUDES = ["not JSON", "[]", '{"statusCode": "no"}', '{"headers": 1}', "{" + " " * 70_000]


@pytest.mark.parametrize("mode", [STREAM, "BUFFERED"])
def test_a_prelude_that_is_none_is_a_bad_gateway(shop: Shop, mode: str) -> None:
    deploy(
        shop,
        f"""stream.setContentType('application/vnd.awslambda.http-integration-response')
            stream.write({PRELUDES}[event.rawPath.slice(1)]); stream.write(Buffer.alloc(8)); stream.end('body')""",
        mode,
    )
    for number in range(len(PRELUDES)):
        answer = shop.get(str(number))
        assert (answer.status_code, answer.text) == (502, "Internal Server Error"), PRELUDES[number]


def test_a_response_that_ends_within_its_prelude_is_a_bad_gateway(shop: Shop) -> None:
    deploy(
        shop,
        "stream.setContentType('application/vnd.awslambda.http-integration-response'); stream.end('{\"statusCode\"')",
    )
    assert shop.get().status_code == 502


def test_behind_a_buffered_url_a_stream_is_one_answer(shop: Shop) -> None:
    prelude = "{statusCode: 201, headers: {'Content-Type': 'text/html'}}"
    deploy(shop, f"{from_prelude(prelude)} stream.write('<p>'); stream.end('</p>')", "BUFFERED")
    answer = shop.get()
    assert (answer.status_code, answer.headers["Content-Type"], answer.text) == (201, "text/html", "<p></p>")
    assert answer.headers["Content-Length"] == "7"


def test_behind_a_buffered_url_a_stream_without_a_prelude_is_the_body(shop: Shop) -> None:
    deploy(shop, "stream.write('one, '); stream.end('two')", "BUFFERED")
    answer = shop.get()
    assert (answer.status_code, answer.headers["Content-Type"], answer.text) == (200, JSON, "one, two")


def test_a_function_that_does_not_stream_is_answered_as_behind_a_buffered_url(shop: Shop) -> None:
    deploy_text(shop, "exports.handler = async (event) => ({statusCode: 201, body: 'whole'})")
    answer = shop.get()
    assert (answer.status_code, answer.text, answer.headers["Content-Length"]) == (201, "whole", "5")


def test_a_callable_behind_a_streaming_url_is_answered_whole(shop: Shop) -> None:
    shop.deploy(returns={"statusCode": 201, "body": "whole"}, InvokeMode=STREAM)
    assert (shop.get().status_code, shop.get().text) == (201, "whole")


def test_a_function_that_fails_before_it_streams_is_a_bad_gateway(shop: Shop) -> None:
    deploy(shop, "throw new Error('no such order')")
    answer = shop.get()
    assert (answer.status_code, answer.text) == (502, "Internal Server Error")


def test_a_response_that_breaks_off_is_no_whole_answer(shop: Shop) -> None:
    deploy(
        shop, "stream.write('first'); await new Promise((resolve) => setImmediate(resolve)); throw new Error('late')"
    )
    with shop.get(stream=True) as answer:
        pieces = answer.iter_content(chunk_size=None)
        assert next(pieces) == b"first"
        with pytest.raises(requests.exceptions.ChunkedEncodingError, match="ended before it was whole"):
            next(pieces)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        shop.get()
    with shop.get(stream=True) as answer, pytest.raises(Exception, match="ended before it was whole"):
        answer.raw.read()


def test_an_answer_to_head_has_no_body(shop: Shop) -> None:
    deploy(shop, "stream.end('body')")
    answer = shop.request("HEAD")
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_stream_that_nobody_reads_to_its_end_holds_nothing_up() -> None:
    with opened() as shop:
        deploy(shop, "stream.write('first'); stream.end('second')")
        answer: Any = shop.get(stream=True)
        answer.close()
    assert len(shop.mock.invocations) == 1
