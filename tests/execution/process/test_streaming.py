"""Responses that a runtime streams: passed on as they come, broken off, or read as a whole."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lambda_mock.execution.process import runtime_api

if TYPE_CHECKING:
    from lambda_mock.domain.version import FunctionVersion
    from tests.execution.conftest import Lambda

Made = Callable[..., "FunctionVersion"]

# Streams the pieces, waiting between them for a file if there is to be one.
STREAMING = """
import pathlib, time
def stream(pieces, trailers=None, wait_for=None, content_type="text/plain"):
    mine = next_id()
    connection.putrequest("POST", f"{ROOT}invocation/{mine}/response")
    connection.putheader("Lambda-Runtime-Function-Response-Mode", "streaming")
    connection.putheader("Content-Type", content_type)
    connection.putheader("Transfer-Encoding", "chunked")
    connection.putheader("Trailer", "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body")
    connection.endheaders()
    for number, piece in enumerate(pieces):
        while number and wait_for and not pathlib.Path(wait_for).exists():
            time.sleep(0.002)
        connection.send(b"%x\\r\\n%s\\r\\n" % (len(piece), piece))
    connection.send(b"0\\r\\n")
    for name, value in (trailers or {}).items():
        connection.send(f"{name}: {value}\\r\\n".encode())
    connection.send(b"\\r\\n")
    response = connection.getresponse()
    return [response.status, response.read().decode()]
"""
BROKEN = base64.b64encode(b'{"errorMessage": "broke", "errorType": "Mine"}').decode()


def trailers(body: str) -> str:
    return f'{{"Lambda-Runtime-Function-Error-Type": "Mine.Type", "Lambda-Runtime-Function-Error-Body": "{body}"}}'


def test_pieces_are_passed_on_as_they_come(aws: Lambda, made: Made, tmp_path: Path) -> None:
    go_on = tmp_path / "go-on"
    function = made(STREAMING + f"print(stream([b'first', b'second'], wait_for={str(go_on)!r}))\nnext_id()")
    response = aws.runner.stream(aws.request(function))
    pieces = iter(response)
    assert (next(pieces), response.content_type) == (b"first", "text/plain")
    go_on.touch()
    assert list(pieces) == [b"second"]
    result = response.result()
    assert (result.payload, result.function_error, result.break_off, result.streamed) == (
        b"firstsecond", None, None, True,
    )  # fmt: skip
    aws.error(function)
    assert '[202, \'{"status":"OK"}\\n\']' in "".join(result.log for _, result, *_ in aws.runs)


def test_an_error_in_the_middle_comes_as_trailers(aws: Lambda, made: Made) -> None:
    function = made(STREAMING + f"stream([b'part'], {trailers(BROKEN)})")
    response = aws.runner.stream(aws.request(function))
    assert list(response) == [b"part"]
    result = response.result()
    assert (result.function_error, result.break_off) == (
        None, ("Mine.Type", '{"errorMessage": "broke", "errorType": "Mine"}'),
    )  # fmt: skip


@pytest.mark.parametrize("body", ["no base64", ""])
def test_what_a_trailer_says_is_passed_on_whatever_it_is(aws: Lambda, made: Made, body: str) -> None:
    function = made(STREAMING + f"stream([b'part'], {trailers(body)})")
    response = aws.runner.stream(aws.request(function))
    assert response.result().break_off == ("Mine.Type", body)


def test_who_asked_for_the_whole_gets_it_at_the_end(aws: Lambda, made: Made) -> None:
    function = made(STREAMING + "stream([b'[1,', b'2]'])")
    assert aws.answer(function) == [1, 2]


@pytest.mark.parametrize(
    ("body", "told"), [(BROKEN, {"errorMessage": "broke", "errorType": "Mine"}), ("", {"errorType": "Mine.Type"})]
)
def test_who_asked_for_the_whole_gets_the_error_in_the_middle(aws: Lambda, made: Made, body: str, told: object) -> None:
    assert aws.error(made(STREAMING + f"stream([b'part'], {trailers(body)})")) == told


DYING = STREAMING + "def die():\n    yield b'part'\n    os._exit(3)\nstream(die())"


def test_a_function_that_dies_in_the_middle_breaks_off_its_response(aws: Lambda, made: Made) -> None:
    response = aws.runner.stream(aws.request(made(DYING)))
    assert list(response) == [b"part"]
    result = response.result()
    assert result.break_off == ("Runtime.TruncatedResponse", "")
    assert (result.function_error, json.loads(result.payload)["errorType"]) == ("Unhandled", "Runtime.ExitError")
    assert result.log.endswith("\tStatus: error\tError Type: Runtime.ExitError\n")


def test_one_that_dies_before_its_response_is_an_exit(aws: Lambda, made: Made) -> None:
    function = made(STREAMING + "stream([b'whole'])\nnext_id()\nos._exit(3)")
    assert aws.runner.stream(aws.request(function)).result().payload == b"whole"
    result = aws.runner.stream(aws.request(function)).result()
    assert (result.break_off, json.loads(result.payload)["errorType"]) == (None, "Runtime.ExitError")


def test_who_asked_for_the_whole_of_a_response_is_told_of_the_exit_in_its_middle(aws: Lambda, made: Made) -> None:
    result = aws.run(made(DYING))
    assert (result.break_off, json.loads(result.payload)["errorType"]) == (None, "Runtime.ExitError")


def test_a_stream_ends_at_the_deadline(aws: Lambda, made: Made) -> None:
    function = made(STREAMING + "stream([b'part', b'late'], wait_for='/no/such/file')")
    response = aws.runner.stream(aws.request(function))
    pieces = iter(response)
    assert next(pieces) == b"part"
    aws.clock.advance(61)
    assert list(pieces) == []
    assert json.loads(response.result().payload)["errorType"] == "Sandbox.Timedout"


def test_an_answer_as_a_whole_is_the_only_piece(aws: Lambda) -> None:
    response = aws.runner.stream(aws.request(aws.of_zip("def handler(event, context): return event\n"), [1]))
    assert list(response) == [b"[1]"]


def test_a_stream_has_its_own_limit(aws: Lambda, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime_api, "LARGEST_STREAM", 8)
    function = made(STREAMING + "print(stream([b'1234', b'5678', b'9'])[0])\nstream([b'12345678'])")
    result = aws.runner.stream(aws.request(function)).result()
    assert json.loads(result.payload)["errorType"] == "Function.ResponseSizeTooLarge"
    assert aws.runner.stream(aws.request(function)).result().payload == b"12345678"


def test_a_stream_for_another_invocation_is_refused_and_reaches_nobody(aws: Lambda, made: Made) -> None:
    function = made(
        STREAMING + "real = next_id()\nnext_id = lambda: 'another'\nprint(stream([b'wrong'])[0])\nanswer(real, 'right')"
    )
    response = aws.runner.stream(aws.request(function))
    assert list(response) == [b'"right"']
    assert "\n400\n" in response.result().log


def test_the_end_of_the_mock_ends_a_stream(aws: Lambda, made: Made) -> None:
    function = made(STREAMING + "stream([b'part', b'late'], wait_for='/no/such/file')", timeout=900)
    response = aws.runner.stream(aws.request(function))
    pieces = iter(response)
    assert next(pieces) == b"part"
    aws.runner.close()
    assert list(pieces) == []
    assert response.result().function_error == "Unhandled"
