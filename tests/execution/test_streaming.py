"""Responses that a function produces piece by piece, in a process of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

import pytest

from lambda_mock.errors import LambdaMockError, TooManyRequestsException
from lambda_mock.execution import runner, streaming
from lambda_mock.execution.executor import InvocationResult
from lambda_mock.execution.lineage import running
from lambda_mock.execution.streaming import LARGEST_STREAM

if TYPE_CHECKING:
    from lambda_mock.execution.executor import InvocationRequest, ResponseStream
    from lambda_mock.execution.streaming import Stream
    from tests.execution.conftest import Lambda

PATIENCE = 30

Produce = Callable[["ResponseStream"], InvocationResult]


class Elsewhere:
    """An executor whose functions stream, as another process does while this one goes on."""

    elsewhere: ClassVar[bool] = True

    def __init__(self, produce: Produce) -> None:
        self._produce = produce

    def run(self, request: InvocationRequest) -> InvocationResult:
        run = running()
        run.begin()
        assert request.stream is not None
        result = self._produce(request.stream)
        run.finish("success")
        return result


def answered(payload: bytes, *, streamed: bool = True, break_off: tuple[str, str] | None = None) -> InvocationResult:
    return InvocationResult(
        payload=payload, function_error=None, log="", duration=1.0, streamed=streamed, break_off=break_off
    )


@pytest.fixture
def stream(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> Callable[[Produce], Stream]:
    def start(produce: Produce) -> Stream:
        monkeypatch.setattr(type(aws.runner), "_choose", lambda *_: Elsewhere(produce))
        return aws.runner.stream(aws.request(aws.of_zip("")))

    return start


Start = Callable[[Produce], "Stream"]


def test_pieces_are_read_while_the_function_still_runs(aws: Lambda, stream: Start) -> None:
    first_is_read = threading.Event()

    def produce(to: ResponseStream) -> InvocationResult:
        to.begin("text/plain")
        to.write(b"one")
        assert first_is_read.wait(PATIENCE)
        to.write(b"two")
        return answered(b"onetwo")

    pieces = stream(produce)
    reading = iter(pieces)
    assert next(reading) == b"one"
    assert aws.runs == []
    first_is_read.set()
    assert list(reading) == [b"two"]
    assert pieces.result().payload == b"onetwo"
    assert pieces.content_type == "text/plain"
    assert [result.payload for _, result, *_ in aws.runs] == [b"onetwo"]


def test_everybody_who_reads_gets_all_pieces(stream: Start) -> None:
    def produce(to: ResponseStream) -> InvocationResult:
        to.begin("")
        for piece in (b"a", b"", b"b"):
            to.write(piece)
        return answered(b"ab")

    pieces = stream(produce)
    assert list(pieces) == list(pieces) == [b"a", b"b"]


def test_a_whole_answer_is_one_piece(stream: Start) -> None:
    assert list(stream(lambda _: answered(b"whole", streamed=False))) == [b"whole"]


def test_why_a_stream_broke_off_is_kept(stream: Start) -> None:
    def produce(to: ResponseStream) -> InvocationResult:
        to.begin("")
        return answered(b"", break_off=("Function.Broken", "why"))

    pieces = stream(produce)
    assert (list(pieces), pieces.result().break_off) == ([], ("Function.Broken", "why"))


def test_what_speaks_to_the_test_is_raised_at_once_where_nothing_was_streamed(stream: Start) -> None:
    def produce(_: ResponseStream) -> InvocationResult:
        raise LambdaMockError("to the test")

    with pytest.raises(LambdaMockError, match="to the test"):
        stream(produce)


def test_and_where_the_stream_is_read_after_it_has_begun(stream: Start) -> None:
    released = threading.Event()

    def produce(to: ResponseStream) -> InvocationResult:
        to.begin("")
        assert released.wait(PATIENCE)
        raise LambdaMockError("to the test")

    pieces = stream(produce)
    released.set()
    with pytest.raises(LambdaMockError, match="to the test"):
        list(pieces)
    with pytest.raises(LambdaMockError, match="to the test"):
        pieces.result()


def test_a_run_that_may_not_begin_is_refused_and_holds_nothing(aws: Lambda, stream: Start) -> None:
    done = []
    version = aws.of_zip("")
    request = aws.request(version, done=lambda: done.append(True))
    request.limits.reserve(0)
    with pytest.raises(TooManyRequestsException):
        aws.runner.stream(request)
    assert done == [True]


def test_the_end_waits_for_streams_that_nobody_reads(aws: Lambda, stream: Start) -> None:
    released = threading.Event()

    def produce(to: ResponseStream) -> InvocationResult:
        to.begin("")
        assert released.wait(PATIENCE)
        return answered(b"")

    stream(produce)
    threading.Timer(0.01, released.set).start()
    aws.runner.close()
    assert len(aws.runs) == 1


def test_no_more_is_streamed_than_lambda_lets_through(stream: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    assert LARGEST_STREAM == 200 * 1024 * 1024
    monkeypatch.setattr(streaming, "LARGEST_STREAM", 10)
    monkeypatch.setattr(runner, "LARGEST_STREAM", 10)

    def produce(to: ResponseStream) -> InvocationResult:
        to.begin("")
        to.write(b"123456789")
        to.write(b"ab")
        to.write(b"c")
        return answered(b"123456789abc")

    pieces = stream(produce)
    assert list(pieces) == [b"123456789", b"a"]
    assert b"ResponseSizeTooLarge" in pieces.result().payload
