"""Lambda's Runtime API as a state machine: which requests a runtime may make when, and what they are answered.

It knows of no socket, process or clock. States, statuses and messages are those of AWS's own implementation of this
API.
"""

from __future__ import annotations

import base64
import json
import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_mock.execution.process.connection import Connection, Reply, Request
from lambda_mock.execution.streaming import LARGEST_STREAM

if TYPE_CHECKING:
    from lambda_mock.execution.executor import ResponseStream

LARGEST_RESPONSE = 6_291_556

_ROOT = "/2018-06-01/runtime"
_ANSWER = re.compile(rf"{_ROOT}/invocation/(?P<id>[^/]*)/(?P<what>response|error)")
_FIXED = {
    f"{_ROOT}/invocation/next": ("GET", "next"),
    f"{_ROOT}/init/error": ("POST", "init error"),
    f"{_ROOT}/restore/next": ("GET", "restore"),
    f"{_ROOT}/restore/error": ("POST", "restore error"),
}
_JSON = (("Content-Type", b"application/json"),)
_MODE = "lambda-runtime-function-response-mode"
_ERROR_TYPE = "lambda-runtime-function-error-type"
_ERROR_BODY = "lambda-runtime-function-error-body"
TRUNCATED = "Runtime.TruncatedResponse"
"""The type of the error that a streamed response breaks off with where the runtime says nothing of one."""

# The states that a request leads to, by the names that AWS has for them in its messages.
_WANTED = {
    "next": "Ready",
    "init error": "InitError",
    "restore": "Restoring",
    "restore error": "RuntimeRestoreErrorState",
    "response": "InvocationResponse",
    "error": "InvocationErrorResponse",
}
_ALLOWED = {
    "next": {"Started", "Restoring", "Ready", "Running", "RuntimeResponseSentState"},
    "init error": {"Started"},
    "restore": {"Started"},
    "restore error": {"Restoring"},
    "response": {"Running"},
    "error": {"Running"},
}


@dataclass(slots=True, kw_only=True)
class Delivery:
    """An invocation as a runtime gets it: the answer to its request for the next one. `stream` is told of chunks."""

    request_id: str
    reply: Reply
    stream: ResponseStream | None = None


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a runtime said in the end; `kind` is `response`, `error`, `init error`, or `too large` for `limit` bytes.

    `error_type` and `error_body` are those of a streamed answer that broke off; an error has its type, too. `streamed`
    tells that the payload went to somebody while it came.
    """

    kind: str
    payload: bytes = b""
    content_type: str = "application/octet-stream"
    error_type: str | None = None
    error_body: str | None = None
    limit: int = LARGEST_RESPONSE
    streamed: bool = False


class _Body:
    """The body of a runtime's answer while it comes, up to what may be taken."""

    __slots__ = ("chunks", "limit", "size", "stream")

    def __init__(self, limit: int, stream: ResponseStream | None) -> None:
        self.chunks: list[bytes] = []
        self.limit = limit
        self.size = 0
        self.stream = stream

    def add(self, chunk: bytes) -> None:
        if self.size < self.limit:
            self.chunks.append(chunk)
            if self.stream is not None:
                self.stream.write(chunk)
        self.size += len(chunk)


class RuntimeApi:
    """The API of one execution environment. `outcome` is what the runtime has said of its start or its invocation.

    With `concurrent` several workers ask for events at once, and each waits for one of its own.
    """

    __slots__ = ("_concurrent", "_delivery", "_truncated", "_waiting", "outcome", "state", "streaming")

    def __init__(self, *, concurrent: bool = False) -> None:
        self.state = "Started"
        self.outcome: Outcome | None = None
        self.streaming = False
        """Whether somebody has been told the beginning of a response to the invocation."""
        self._concurrent = concurrent
        self._delivery: Delivery | None = None
        self._waiting: deque[Connection] = deque()
        self._truncated: Outcome | None = None

    @property
    def ready(self) -> bool:
        """Whether somebody waits for an invocation."""
        while self._waiting and not self._waiting[0].open:
            self._waiting.popleft()
        return bool(self._waiting)

    def deliver(self, delivery: Delivery, patience: float | None) -> bool:
        """Hand the invocation to who waits for one; False where nobody is left to take it."""
        while self.ready:
            self.state, self._delivery, self.outcome, self._truncated = "Running", delivery, None, None
            self.streaming = False
            if self._waiting.popleft().send(delivery.reply, patience):
                return True
            self.state, self._delivery = "RuntimeResponseSentState", None
        return False

    # The receiver of requests --------------------------------------------------------------------------------------

    def head(self, request: Request) -> None:
        """Begin a body; a streamed one goes on to who waits for it."""
        streams = request.headers.get(_MODE) == "streaming"
        what, request_id = _what(request)
        stream = None
        if what == "response" and streams and self._expects(what, request_id) and self._delivery is not None:
            stream = self._delivery.stream
            if stream is not None:
                self.streaming = True
                stream.begin(request.headers.get("content-type", "application/octet-stream"))
        request.body = _Body(LARGEST_RESPONSE if stream is None else LARGEST_STREAM, stream)

    def data(self, request: Request, chunk: bytes) -> None:
        """Add to a body."""
        request.body.add(chunk)

    def end(self, request: Request, connection: Connection) -> Reply | None:
        """Answer a request, or keep who asks for the next invocation waiting."""
        what, request_id = _what(request)
        if what in {"not found", "method not allowed"}:
            return Reply(status=404 if what == "not found" else 405, body=b"", headers=_JSON)
        if what in {"response", "error"} and (self._delivery is None or self._delivery.request_id != request_id):
            return _refusal(400, "InvalidRequestID", "Invalid request ID")
        if self.state not in _ALLOWED[what]:
            message = (
                f"State transition from {self.state} to {_WANTED[what]} failed for runtime. "
                "Error: State transition is not allowed"
            )
            return _refusal(403, "InvalidStateTransition", message)
        if what == "next":
            return self._next(connection)
        if what == "restore":
            self.state = "Restoring"
            return Reply(status=200, body=b"", headers=_JSON)
        return self._said(what, request)

    def broken(self, request: Request) -> None:
        """A streamed answer that ends in the middle is what has come of it, if the runtime goes on after that."""
        what, request_id = _what(request)
        body: _Body = request.body
        if request.headers.get(_MODE) == "streaming" and what == "response" and self._expects(what, request_id):
            payload, told = b"".join(body.chunks), body.stream is not None
            self._truncated = Outcome(kind="response", payload=payload, error_type=TRUNCATED, streamed=told)

    def _expects(self, what: str, request_id: str) -> bool:
        return self.state in _ALLOWED[what] and self._delivery is not None and self._delivery.request_id == request_id

    def _next(self, connection: Connection) -> Reply | None:
        truncated, self._truncated = self._truncated, None
        if truncated is not None:
            self._end(truncated)
        if self.state == "Running" and not self._concurrent and self._delivery is not None:
            return self._delivery.reply  # who asks again before it has answered is told the same again
        if self.state != "Running":
            self.state = "Ready"
        self._waiting.append(connection)
        return None

    def _said(self, what: str, request: Request) -> Reply:
        body: _Body = request.body
        if body.size > body.limit:
            self._end(Outcome(kind="too large", limit=body.limit, streamed=body.stream is not None))
            message = f"Exceeded maximum allowed payload size ({body.limit} bytes)."
            return _refusal(413, "RequestEntityTooLarge", message)
        payload, error_type = b"".join(body.chunks), request.headers.get(_ERROR_TYPE)
        if what == "response":
            self._end(
                Outcome(
                    kind="response",
                    payload=payload,
                    content_type=request.headers.get("content-type", "application/octet-stream"),
                    error_type=request.trailers.get(_ERROR_TYPE),
                    error_body=_decoded(request.trailers.get(_ERROR_BODY)),
                    streamed=body.stream is not None,
                )
            )
        else:
            if not payload:  # Lambda makes one of the type
                payload = json.dumps({"errorType": error_type or "Unknown"}, separators=(",", ":")).encode()
            kind = "error" if what == "error" else "init error"
            self._end(Outcome(kind=kind, payload=payload, error_type=error_type))
        return Reply(status=202, body=b'{"status":"OK"}\n', headers=_JSON)

    def _end(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.state = "InitError" if outcome.kind == "init error" else "RuntimeResponseSentState"


def _decoded(body: str | None) -> str | None:
    """What the trailer about an error says: base64 of JSON, by Lambda's documentation."""
    try:
        return body and base64.b64decode(body, validate=True).decode()
    except ValueError:
        return body


def _what(request: Request) -> tuple[str, str]:
    """What a request is for, and the request id that it names."""
    path = request.path.partition("?")[0]
    method, what = _FIXED.get(path, ("", ""))
    request_id = ""
    found = None if what else _ANSWER.fullmatch(path)
    if found is not None:
        method, what, request_id = "POST", found["what"], found["id"]
    if not what:
        return "not found", ""
    return (what if request.method == method else "method not allowed"), request_id


def _refusal(status: int, error_type: str, message: str) -> Reply:
    body = json.dumps({"errorMessage": message, "errorType": error_type}, separators=(",", ":"))
    return Reply(status=status, body=body.encode() + b"\n", headers=_JSON)
