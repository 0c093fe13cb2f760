"""The server answers whatever comes, byte for byte, and leaves nothing behind."""

from __future__ import annotations

import http.client
import socket
import struct
import threading
from collections.abc import Iterator
from contextvars import ContextVar, copy_context
from typing import Any

import pytest

from lambda_mock.loopback.messages import BrokenBodyError, HttpAnswer, HttpRequest
from lambda_mock.loopback.server import LoopbackServer

TEXT = (("Content-Type", "text/plain"),)


class Serving:
    """A server, what it was asked, and what it is to answer: the last of `answers` for ever."""

    def __init__(self) -> None:
        self.requests: list[HttpRequest] = []
        self.answers: list[Any] = [answer(b"hello")]
        self.server = LoopbackServer(self._answer, lambda status, problem: answer(problem.encode(), status))
        self.port = int(self.server.url.rpartition(":")[2])

    def _answer(self, request: HttpRequest) -> HttpAnswer:
        self.requests.append(request)
        found = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        return found if isinstance(found, HttpAnswer) else found()

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def client(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)

    def say(self, text: bytes) -> bytes:
        """Send this and no more, and read until the server hangs up."""
        with self.connect() as connection:
            connection.sendall(text)
            connection.shutdown(socket.SHUT_WR)
            return all_of(connection)

    def is_alive(self) -> bool:
        client = self.client()
        client.request("GET", "/alive")
        status = client.getresponse().status
        client.close()
        return status == 200


def answer(body: bytes | Iterator[bytes], status: int = 200) -> HttpAnswer:
    length = (("Content-Length", str(len(body))),) if isinstance(body, bytes) else ()
    return HttpAnswer(status=status, headers=TEXT + length, body=body)


def all_of(connection: socket.socket) -> bytes:
    received = []
    while chunk := connection.recv(65536):
        received.append(chunk)
    return b"".join(received)


@pytest.fixture
def serving() -> Iterator[Serving]:
    serving = Serving()
    yield serving
    serving.server.close()


def test_it_is_to_be_found_on_this_machine_only(serving: Serving) -> None:
    assert serving.server.url == f"http://127.0.0.1:{serving.port}"


def test_an_answer_is_sent_as_it_is(serving: Serving) -> None:
    serving.answers = [
        HttpAnswer(status=404, headers=(("x-amzn-RequestId", "1"), ("Content-Length", "4")), body=b"gone")
    ]
    assert serving.say(b"GET /a%2Fb?c=d HTTP/1.1\r\nHost: here\r\nX-Amz-Date: now\r\nConnection: close\r\n\r\n") == (
        b"HTTP/1.1 404 Not Found\r\nx-amzn-RequestId: 1\r\nContent-Length: 4\r\nConnection: close\r\n\r\ngone"
    )
    (request,) = serving.requests
    assert request == HttpRequest(
        method="GET", target="/a%2Fb?c=d", headers=(("Host", "here"), ("X-Amz-Date", "now"), ("Connection", "close"))
    )


def test_a_connection_is_kept_for_further_requests(serving: Serving) -> None:
    client = serving.client()
    for body in (b"one", b"x" * 1_000_000, b""):
        client.request("POST", "/", body=body)
        assert client.getresponse().read() == b"hello"
    client.close()
    assert [request.body for request in serving.requests] == [b"one", b"x" * 1_000_000, b""]


def test_requests_that_come_at_once_are_answered_in_turn(serving: Serving) -> None:
    serving.answers = [answer(b"1"), answer(b"2")]
    two = b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    assert serving.say(two).count(b"HTTP/1.1 200") == 2


def test_a_client_that_offers_another_protocol_is_answered_in_this_one(serving: Serving) -> None:
    client = serving.client()
    for _ in range(2):
        client.request("GET", "/", headers={"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c"})
        assert client.getresponse().read() == b"hello"
    client.close()


def test_as_many_answers_as_there_are_may_wait_for_one_another(serving: Serving) -> None:
    everybody = threading.Barrier(64)

    def wait() -> HttpAnswer:
        everybody.wait(30)
        return answer(b"met")

    serving.answers = [wait]
    connections = [serving.connect() for _ in range(everybody.parties)]
    for connection in connections:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert all(all_of(connection).endswith(b"met") for connection in connections)
    for connection in connections:
        connection.close()


def test_head_and_body_leave_in_one_write(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    sendall = socket.socket.sendall

    def noted(connection: socket.socket, data: bytes) -> None:
        written.append((data, connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))
        sendall(connection, data)

    client = serving.client()
    client.connect()
    monkeypatch.setattr(socket.socket, "sendall", noted)
    client.request("GET", "/")
    assert client.getresponse().read() == b"hello"
    client.close()
    (answered,) = [(data, undelayed) for data, undelayed in written if data.startswith(b"HTTP/1.1")]
    assert answered[0].endswith(b"\r\n\r\nhello")
    assert answered[1] != 0


def test_a_request_may_come_in_chunks(serving: Serving) -> None:
    client = serving.client()
    client.request("POST", "/", body=iter([b"in ", b"two"]), encode_chunked=True)
    assert client.getresponse().read() == b"hello"
    client.close()
    assert serving.requests[0].body == b"in two"


def test_a_client_that_waits_for_it_is_told_to_go_on(serving: Serving) -> None:
    with serving.connect() as connection:
        connection.sendall(b"PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"body")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
    assert serving.requests[0].body == b"body"


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_an_answer_without_a_body_is_sent_without_one(serving: Serving, method: str, status: int) -> None:
    serving.answers = [answer(b"hello", status)]
    said = serving.say(f"{method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
    assert said.startswith(f"HTTP/1.1 {status}".encode())
    assert said.endswith(b"\r\n\r\n")


def test_what_would_end_a_header_is_left_out_of_it(serving: Serving) -> None:
    serving.answers = [HttpAnswer(status=200, headers=(("X", " a\r\nb: ü\x7f "), ("Content-Length", "0")))]
    assert "\r\nX: a  b: ü\r\n".encode() in serving.say(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")


# Bodies that are made as they are sent ------------------------------------------------------------------------------


def test_a_body_is_sent_chunk_by_chunk_as_it_is_made(serving: Serving) -> None:
    arrived = threading.Event()

    def body() -> Iterator[bytes]:
        yield b"first"
        assert arrived.wait(10), "the first chunk didn't arrive before the second was made"
        yield b"second"

    serving.answers = [answer(body())]
    client = serving.client()
    client.request("GET", "/")
    response = client.getresponse()
    assert response.getheader("Transfer-Encoding") == "chunked"
    assert response.read1(100) == b"first"
    arrived.set()
    assert response.read() == b"second"
    serving.answers = [answer(b"hello")]
    client.request("GET", "/")
    assert client.getresponse().read() == b"hello"
    client.close()


def test_a_body_that_breaks_off_ends_the_connection(serving: Serving) -> None:
    def body() -> Iterator[bytes]:
        yield b"first"
        raise BrokenBodyError

    serving.answers = [answer(body())]
    client = serving.client()
    client.request("GET", "/")
    with pytest.raises(http.client.IncompleteRead):
        client.getresponse().read()
    client.close()
    serving.answers = [answer(b"hello")]
    assert serving.is_alive()


def test_a_body_is_closed_when_nobody_listens_any_more(serving: Serving) -> None:
    closed = threading.Event()

    def body() -> Iterator[bytes]:
        try:
            while True:
                yield b"x" * 65536
        finally:
            closed.set()

    serving.answers = [answer(body())]
    with serving.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        connection.recv(10)
    assert closed.wait(10)


def test_any_iterator_is_a_body(serving: Serving) -> None:
    serving.answers = [lambda: answer(iter([b"in ", b"two"]))]
    client = serving.client()
    client.request("GET", "/")
    assert client.getresponse().read() == b"in two"
    client.close()


# What isn't HTTP, and who hangs up ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nnot a length\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n", b"431"),
        (b"GET /" + b"x" * 1_000_000, b"431"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf", b"400"),
    ],
)
def test_what_is_not_http_is_refused_and_disturbs_nobody(serving: Serving, said: bytes, status: bytes) -> None:
    assert serving.say(said).startswith(b"HTTP/1.1 " + status)
    assert serving.requests == []
    assert serving.is_alive()


@pytest.mark.parametrize("said", [b"", b"GET / HT", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf"])
def test_a_client_that_is_gone_in_the_middle_disturbs_nobody(serving: Serving, said: bytes) -> None:
    with serving.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.sendall(said)
    assert serving.is_alive()


def test_an_answer_that_is_not_http_ends_the_connection_and_no_more(serving: Serving) -> None:
    serving.answers = [HttpAnswer(status=200, headers=(("not a name", "x"),)), answer(b"hello")]
    assert serving.say(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n") == b""
    assert serving.is_alive()


def test_rubbish_after_a_request_comes_after_its_answer(serving: Serving) -> None:
    said = serving.say(b"GET / HTTP/1.1\r\nHost: a\r\n\r\nrubbish\r\n\r\n")
    answered, _, refused = said.partition(b"hello")
    assert answered.startswith(b"HTTP/1.1 200 OK")
    assert refused.startswith(b"HTTP/1.1 400 Bad Request")


def test_a_machine_at_its_limits_is_survived(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_more(*_: object) -> Any:
        monkeypatch.undo()
        raise OSError("too many open files")

    monkeypatch.setattr(socket.socket, "accept", no_more)
    assert serving.is_alive()


def test_a_process_with_too_many_threads_refuses_connections_and_goes_on(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_more(_: threading.Thread) -> None:
        monkeypatch.undo()
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", no_more)
    assert serving.say(b"") == b""
    assert serving.is_alive()


# Beginning and end --------------------------------------------------------------------------------------------------

ASKING: ContextVar[str] = ContextVar("asking", default="nobody")


def test_it_serves_everybody_alike_whoever_started_it(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    start_thread = threading.Thread.start

    def noted(thread: threading.Thread) -> None:
        seen.append(ASKING.get())
        start_thread(thread)

    def note() -> HttpAnswer:
        seen.append(ASKING.get())
        ASKING.set("the one before")
        return answer(b"noted")

    def start() -> Serving:
        ASKING.set("the starter")
        return Serving()

    monkeypatch.setattr(threading.Thread, "start", noted)
    serving = copy_context().run(start)
    serving.answers = [note]
    client = serving.client()
    for _ in range(2):
        client.request("GET", "/")
        client.getresponse().read()
    client.close()
    serving.server.close()
    assert seen == ["nobody"] * 4  # two threads, two answers


def test_nothing_is_left_when_it_is_closed() -> None:
    before = set(threading.enumerate())
    serving = Serving()
    idle, halfway = serving.connect(), serving.connect()
    halfway.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")
    assert serving.is_alive()
    serving.server.close()
    assert all_of(idle) == b""
    idle.close()
    halfway.close()
    assert set(threading.enumerate()) <= before
    with pytest.raises(ConnectionRefusedError):
        serving.connect()


def test_an_answer_that_takes_its_time_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambda_mock.loopback.server._PATIENCE", 0)
    asked, goes_on = threading.Event(), threading.Event()
    serving = Serving()

    def late() -> HttpAnswer:
        asked.set()
        goes_on.wait(10)
        return answer(b"late")

    serving.answers = [late]
    with serving.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert asked.wait(10)
        serving.server.close()
        assert all_of(connection) == b""
    (left,) = [thread for thread in threading.enumerate() if "loopback" in thread.name]
    goes_on.set()
    left.join(10)
    assert not left.is_alive()
