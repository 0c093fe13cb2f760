"""One HTTP connection of a runtime: bytes become requests, and answers leave in one piece, head and body together.

What requests mean is none of its business. A body is handed on as it comes, since a streamed answer is.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import h11

_READ = 1 << 18
_LARGEST_HEAD = 1 << 21
"""Bytes. A runtime sends X-Ray the cause of an error in a header, which AWS's client lets have a MiB."""


@dataclass(slots=True, kw_only=True)
class Request:
    """A request whose head is here: `headers` by their names in lower case, `trailers` once its body has ended."""

    method: str
    path: str
    headers: Mapping[str, str]
    trailers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    """Whatever the receiver makes of the body while it comes."""


@dataclass(slots=True, kw_only=True)
class Reply:
    """An answer to a runtime."""

    status: int
    body: bytes
    headers: tuple[tuple[str, bytes], ...] = ()


class Receiver(Protocol):
    """Who is told of requests."""

    def head(self, request: Request) -> None:
        """A request has begun."""

    def data(self, request: Request, chunk: bytes) -> None:
        """A piece of its body has come."""

    def end(self, request: Request, connection: Connection) -> Reply | None:
        """It is complete. None: it is answered later, by `connection.send`."""

    def broken(self, request: Request) -> None:
        """The connection has ended before the request was complete."""


class Connection:
    """The server's side of a connection; `open` tells whether it goes on."""

    __slots__ = ("_http", "_receiver", "_request", "_socket", "open")

    def __init__(self, accepted: socket.socket, receiver: Receiver) -> None:
        import h11  # noqa: PLC0415  # only whoever runs processes needs it

        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        accepted.settimeout(0)
        self._socket = accepted
        self._receiver = receiver
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=_LARGEST_HEAD)
        self._request: Request | None = None
        self.open = True

    def fileno(self) -> int:
        """For selectors."""
        return self._socket.fileno()

    def receive(self) -> None:
        """Take what has come. Nonsense is answered with status 400, and ends the connection."""
        import h11  # noqa: PLC0415

        try:
            data = self._socket.recv(_READ)
            self._http.receive_data(data)
            while self._take(self._http.next_event()):
                pass
        except BlockingIOError:
            return
        except OSError:
            self._break_off()
        except h11.RemoteProtocolError as error:
            if self._http.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
                self.send(Reply(status=error.error_status_hint, body=b""))
            self._break_off()

    def _break_off(self) -> None:
        request, self._request = self._request, None
        if request is not None:
            self._receiver.broken(request)
        self.close()

    def _take(self, event: h11.Event | type[h11.NEED_DATA | h11.PAUSED]) -> bool:
        import h11  # noqa: PLC0415

        if isinstance(event, h11.Request):
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in event.headers}
            self._request = Request(method=event.method.decode(), path=event.target.decode("latin-1"), headers=headers)
            self._receiver.head(self._request)
        elif self._request is not None and isinstance(event, h11.Data):
            self._receiver.data(self._request, bytes(event.data))
        elif self._request is not None and isinstance(event, h11.EndOfMessage):
            self._request.trailers |= {name.decode("latin-1"): value.decode("latin-1") for name, value in event.headers}
            request, self._request = self._request, None
            reply = self._receiver.end(request, self)
            if reply is not None:
                self.send(reply)
        elif isinstance(event, h11.ConnectionClosed):
            self.close()
            return False
        else:
            if self._http.they_are_waiting_for_100_continue:
                self._write(self._http.send(h11.InformationalResponse(status_code=100, headers=[])), None)
            return False
        return self.open

    def send(self, reply: Reply, patience: float | None = None) -> bool:
        """Send an answer within `patience` seconds, and tell whether it went out: a runtime that is gone takes none."""
        import h11  # noqa: PLC0415

        headers = [(name.encode(), value) for name, value in reply.headers]
        headers.append((b"Content-Length", str(len(reply.body)).encode()))
        head = self._http.send(h11.Response(status_code=reply.status, headers=headers))
        self._http.send(h11.Data(data=reply.body))
        self._http.send(h11.EndOfMessage())
        if not self._write((head or b"") + reply.body, patience):
            return False
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
        else:
            self.close()
        return True

    def _write(self, data: bytes | None, patience: float | None) -> bool:
        try:
            self._socket.settimeout(patience)
            self._socket.sendall(data or b"")
            self._socket.settimeout(0)
        except OSError:
            self.close()
            return False
        return True

    def close(self) -> None:
        """End it."""
        self.open = False
        with contextlib.suppress(OSError):
            self._socket.close()
