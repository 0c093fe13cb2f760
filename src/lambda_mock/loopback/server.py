"""An HTTP/1.1 server for other processes of this machine: 127.0.0.1, a free port, a thread for each connection.

h11 knows the protocol; what is here are sockets and threads. There is no limit on the threads: whoever answers may wait
for another request to be answered, which a pool would end in a deadlock. Head and body leave in one write, and Nagle's
algorithm is off, since the two together cost up to 40 ms an answer.
"""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from contextvars import Context
from http.client import responses

import h11

from lambda_mock.loopback.messages import BrokenBodyError, HttpAnswer, HttpRequest

Answer = Callable[[HttpRequest], HttpAnswer]
"""Answers a request, and never raises but BrokenBodyError: then the connection ends without an answer."""

Refuse = Callable[[int, str], HttpAnswer]
"""Answers what isn't HTTP, or too much of it: a status, and what is wrong."""

_HOST = "127.0.0.1"
_WAITING_CONNECTIONS = 128
_CHUNK = 262_144
_MOST_OF_A_HEAD = 131_072
_WITHOUT_A_BODY = frozenset({204, 304})
_PATIENCE = 5.0
_BREATH = 0.05
_LAST_WORDS = 1.0


class LoopbackServer:
    """Serves from the moment it is made until `close`."""

    def __init__(self, answer: Answer, refuse: Refuse) -> None:
        self._answer = answer
        self._refuse = refuse
        self._lock = threading.Lock()
        self._connections: dict[_Connection, threading.Thread] = {}
        self._closing = threading.Event()
        self._wake, self._woken = socket.socketpair()
        self._listener = socket.create_server((_HOST, 0), backlog=_WAITING_CONNECTIONS)
        self._listener.settimeout(0)
        self.url = f"http://{_HOST}:{self._listener.getsockname()[1]}"
        self._accepting = _start(self._accept, "accepting")

    def close(self) -> None:
        """Hang up on everybody, and give back the port and the threads.

        A thread whose answer takes more than some seconds still is left behind: it can't be heard any more.
        """
        self._closing.set()
        self._wake.close()
        self._accepting.join()
        self._woken.close()
        self._listener.close()
        with self._lock:
            connections = dict(self._connections)
        for connection in connections:
            connection.hang_up()
        for thread in connections.values():
            thread.join(_PATIENCE)

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while selector.select() and not self._closing.is_set():
                try:
                    accepted, _ = self._listener.accept()
                except OSError:  # it has gone again, or this process has as many files open as it may
                    self._closing.wait(_BREATH)
                    continue
                self._welcome(_Connection(accepted, self._answer, self._refuse))

    def _welcome(self, connection: _Connection) -> None:
        def serve() -> None:
            try:
                connection.serve()
            finally:
                with self._lock:
                    self._connections.pop(connection, None)

        with self._lock:
            try:
                self._connections[connection] = _start(serve, "a connection")
            except RuntimeError:  # this process has as many threads as it may
                connection.close()


def _start(target: Callable[[], None], what: str) -> threading.Thread:
    thread = threading.Thread(target=target, name=f"lambda_mock loopback, {what}", daemon=True)
    # Not in the context of whoever is the first to need the server: it serves everybody.
    Context().run(thread.start)
    return thread


class _Connection:
    """One connection, and the requests that come over it one after the other."""

    def __init__(self, accepted: socket.socket, answer: Answer, refuse: Refuse) -> None:
        accepted.settimeout(None)
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = accepted
        self._answer = answer
        self._refuse = refuse
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=_MOST_OF_A_HEAD)

    def serve(self) -> None:
        """Answer requests until either side has had enough."""
        with self._socket, suppress(OSError, h11.LocalProtocolError, BrokenBodyError):
            while self._exchange():
                self._http.start_next_cycle()

    def close(self) -> None:
        """Close a connection that nobody serves."""
        self._socket.close()

    def hang_up(self) -> None:
        """End the connection, whatever its thread is waiting for."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def _exchange(self) -> bool:
        """One request and its answer; whether another may follow."""
        try:
            request = self._receive()
        except h11.RemoteProtocolError as error:
            self._tell_off(error)
            return False
        if request is None:
            return False
        # A context of its own for each: what one answer leaves behind there is nothing to the next.
        Context().run(self._send, request, self._answer)
        return self._http.our_state is h11.DONE

    def _receive(self) -> HttpRequest | None:
        """The next request; None where the client has hung up instead."""
        head = h11.Request(method=b"GET", target=b"/", headers=[(b"host", b"")])
        body: list[bytes] = []
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                if self._http.they_are_waiting_for_100_continue:
                    self._write(h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue"))
                self._http.receive_data(self._socket.recv(_CHUNK))
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body.append(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage):
                return HttpRequest(
                    method=head.method.decode("latin-1"),
                    target=head.target.decode("latin-1"),
                    headers=tuple(
                        (name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers.raw_items()
                    ),
                    body=b"".join(body),
                )
            else:
                return None

    def _send(self, request: HttpRequest, answer: Answer) -> None:
        found = answer(request)
        headers = [(name.encode(), _sendable(value)) for name, value in found.headers]
        reason = responses.get(found.status, "").encode()
        head = h11.Response(status_code=found.status, headers=headers, reason=reason)
        if isinstance(found.body, bytes):
            wordless = request.method == "HEAD" or found.status in _WITHOUT_A_BODY or not found.body
            self._write(head, *(() if wordless else (h11.Data(data=found.body),)), h11.EndOfMessage())
        else:
            self._stream(head, found.body)

    def _stream(self, head: h11.Response, body: Iterator[bytes]) -> None:
        try:
            self._write(head)
            for chunk in body:
                self._write(h11.Data(data=chunk))
            self._write(h11.EndOfMessage())
        finally:
            close = getattr(body, "close", None)
            if close is not None:
                close()

    def _write(self, *events: h11.Event) -> None:
        self._socket.sendall(b"".join(self._http.send(event) or b"" for event in events))

    def _tell_off(self, error: h11.RemoteProtocolError) -> None:
        refusal = self._refuse(error.error_status_hint, str(error))
        self._send(HttpRequest(method="GET", target="/"), lambda _: refusal)
        # A connection that is closed with something unread is reset, and then the client may never see the answer.
        self._socket.shutdown(socket.SHUT_WR)
        self._socket.settimeout(_LAST_WORDS)
        while self._socket.recv(_CHUNK):
            pass


def _sendable(value: str) -> bytes:
    """A header's value, without what would end the header."""
    return "".join(" " if character < " " or character == "\x7f" else character for character in value).strip().encode()
