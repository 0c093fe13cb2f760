"""What stands in for a connection of `requests`: it answers there and then, and nothing is sent.

A response is made as `requests` makes it of what came over the network: streaming, cookies and decoding included.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from http.client import HTTPMessage
from http.client import responses as reasons
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from requests import Request
from requests.adapters import HTTPAdapter
from responses import CallbackResponse
from urllib3 import HTTPHeaderDict, HTTPResponse
from urllib3.exceptions import ProtocolError

from lambda_mock.domain.web.messages import BrokenOffError, WebAnswer, WebRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import PreparedRequest, Response

    from lambda_mock.domain.web.messages import Headers

_ANY_URL = re.compile("")
_SOME_URL = "https://lambda.amazonaws.com/"

Ask = Callable[[WebRequest], WebAnswer | None]


class AnsweringAdapter(HTTPAdapter):
    """The adapter for one URL. What `ask` leaves open is sent by the adapter that `otherwise` gives."""

    def __init__(self, ask: Ask, otherwise: Callable[[], Any]) -> None:
        super().__init__()
        self._ask = ask
        self._otherwise = otherwise

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """The response to a request, whatever somebody has put in place of the class's own `send`."""
        asked = web_request(request.method or "GET", request.url or "", request.headers, request.body)
        answer = self._ask(asked)
        if answer is None:
            sent: Response = self._otherwise().send(request, *args, **kwargs)
            return sent
        return self.build_response(request, response_from(answer, asked.method))


class Answering:
    """A pool of connections to the host of a URL, as far as `HTTPAdapter` uses one."""

    def __init__(self, url: str, ask: Callable[[WebRequest], WebAnswer]) -> None:
        self._url = url
        self._ask = ask

    def urlopen(self, method: str, body: Any = None, headers: Mapping[str, Any] | None = None, **_: Any) -> Any:
        """The response to a request to the URL."""
        return response_from(self._ask(web_request(method, self._url, headers or {}, body)), method)


def web_request(method: str, url: str, headers: Mapping[str, Any], body: Any) -> WebRequest:
    """A request of `requests` as a value. A body that is a file or an iterator is read to its end."""
    parts = urlsplit(url)
    return WebRequest(
        method=method.upper(),
        scheme=parts.scheme.lower(),
        host=host_of(url),
        path=parts.path or "/",
        query=parts.query,
        headers=tuple((_text(name), _text(value)) for name, value in headers.items()),
        body=_read(body),
    )


def host_of(url: str) -> str:
    """The host that a URL names, in lower case; empty where it names none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def response_from(answer: WebAnswer, method: str) -> HTTPResponse:
    """An answer as the response of urllib3 that `requests` makes its own of."""
    if isinstance(answer.body, bytes):
        headers = (*answer.headers, ("Content-Length", str(len(answer.body))))
        if method == "HEAD":
            return _made(answer.status, headers, io.BytesIO(), method)
        return _whole(answer.status, headers, answer.body, method)
    headers = (*answer.headers, ("Transfer-Encoding", "chunked"))
    return _made(answer.status, headers, io.BytesIO() if method == "HEAD" else _Chunked(answer.body), method)


def _whole(status: int, headers: Headers, body: bytes, method: str) -> HTTPResponse:
    """A response that `responses` makes, of whose mocks none is started or asked for it."""
    made = CallbackResponse(method, _ANY_URL, lambda _: (status, list(headers), body), content_type=None)
    return made.get_response(Request(method, _SOME_URL).prepare())


def _made(status: int, headers: Headers, body: Any, method: str) -> HTTPResponse:
    """A response such as `responses` has none of: its body is made as it is read, or only its length is told."""
    return HTTPResponse(
        body=body,
        headers=HTTPHeaderDict(headers),
        status=status,
        reason=reasons.get(status, ""),
        version=11,
        preload_content=False,
        decode_content=False,
        original_response=_Original(headers, method),  # type: ignore[arg-type]  # cookies are looked for there
        request_method=method,
    )


class _Original:
    """What `http.client` would have of a response, as far as cookies and urllib3 ask it."""

    def __init__(self, headers: Headers, method: str) -> None:
        self.msg = HTTPMessage()
        for name, value in headers:
            self.msg[name] = value
        self._method = method

    def isclosed(self) -> bool:
        """It has no connection that would have to be given back."""
        return True

    def close(self) -> None:
        """Nothing is open."""


class _Chunked:
    """A body in chunks, as `http.client` gives it to urllib3: `fp` is what travels, and `read` what is in it."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = _Pieces(pieces)
        self.fp: Any = io.BufferedReader(self._pieces)
        self.closed = False

    def _safe_read(self, amount: int) -> bytes:
        read: bytes = self.fp.read(amount)
        return read

    def read(self, amount: int | None = None) -> bytes:
        """Whatever pieces there are, up to an amount: the one that is next, or all."""
        return self._pieces.plain(amount)

    def close(self) -> None:
        """Take no more of it."""
        self.closed = True
        self._pieces.close()


class _Pieces(io.RawIOBase):
    """Pieces in the chunked encoding, made as they are read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._left = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left and not self._ended:
            piece = self._next()
            self._ended = not piece
            self._left = b"%x\r\n%b\r\n" % (len(piece), piece)
        amount = min(len(buffer), len(self._left))
        buffer[:amount], self._left = self._left[:amount], self._left[amount:]
        return amount

    def plain(self, amount: int | None) -> bytes:
        """The next piece, or as much of it as is asked for; without an amount everything."""
        if amount is None:
            return b"".join(iter(self._next, b""))
        piece = self._left or self._next()
        self._left = piece[amount:]
        return piece[:amount]

    def _next(self) -> bytes:
        try:
            return next(filter(None, self._pieces), b"")
        except BrokenOffError as error:
            raise ProtocolError("Connection broken: the function's response ended before it was whole", error) from None


def _read(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, (str, bytes, bytearray)):
        return body.encode() if isinstance(body, str) else bytes(body)
    if hasattr(body, "read"):
        return _read(body.read())
    return b"".join(_read(piece) for piece in body)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
