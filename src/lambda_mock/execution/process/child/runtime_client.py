"""Speaks to the Runtime API for awslambdaric on a Python for which its compiled `runtime_client` was not built.

The functions, their arguments and what they give are those of the compiled module.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from http import HTTPStatus

_BASE = "/2018-06-01/runtime/invocation"
_NAMES = (
    "Lambda-Runtime-Aws-Request-Id",
    "Lambda-Runtime-Trace-Id",
    "Lambda-Runtime-Invoked-Function-Arn",
    "Lambda-Runtime-Client-Context",
    "Lambda-Runtime-Cognito-Identity",
    "Lambda-Runtime-Aws-Tenant-Id",
    "Lambda-Runtime-Invocation-Id",
    "Content-Type",
)
_DEADLINE = "Lambda-Runtime-Deadline-Ms"

_connections: dict[int, _Connection] = {}
_headers: dict[str, str] = {}


class _Connection:
    def __init__(self) -> None:
        self.host = os.environ["AWS_LAMBDA_RUNTIME_API"]
        host, _, port = self.host.partition(":")
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def ask(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        length = {} if body is None else {"Content-Length": str(len(body))}
        sent = {"Host": self.host, **_headers, **headers, **length}
        head = "\r\n".join([f"{method} {path} HTTP/1.1", *map(": ".join, sent.items()), "", ""])
        self.socket.sendall(head.encode() + (body or b""))
        status = int(self.file.readline().split()[1])
        answered: dict[str, str] = {}
        while line := self.file.readline().strip():
            name, _, value = line.decode().partition(":")
            answered[name.lower()] = value.strip()
        return status, answered, self.file.read(int(answered.get("content-length", 0)))


def _ask(
    what: str, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> tuple[dict[str, str], bytes]:
    process = os.getpid()  # a worker that was forked has a connection of its own
    try:
        if process not in _connections:
            _connections[process] = _Connection()
        status, answered, content = _connections[process].ask(method, f"{_BASE}/{path}", body, headers or {})
    except (OSError, IndexError, ValueError) as error:
        _connections.pop(process, None)
        raise RuntimeError(f"Failed to {what}") from error
    if status not in {HTTPStatus.OK, HTTPStatus.ACCEPTED}:
        raise RuntimeError(f"Failed to {what}")
    return answered, content


def initialize_client(user_agent: str) -> None:
    """Say who asks."""
    _headers["User-Agent"] = user_agent


def next() -> tuple[bytes, dict[str, str | int | None]]:  # noqa: A001  # the name is awslambdaric's
    """Wait for an invocation: its event, and its headers."""
    answered, event = _ask("get next", "GET", "next")
    headers: dict[str, str | int | None] = {name: answered.get(name.lower()) or None for name in _NAMES}
    headers[_DEADLINE] = int(answered.get(_DEADLINE.lower(), 0))
    return event, headers


def post_invocation_result(
    request_id: str, result: bytes, content_type: str, _invocation_id: str | None = None
) -> None:
    """Answer an invocation."""
    headers = {"Content-Type": content_type}
    _ask("post invocation response", "POST", f"{request_id}/response", result, headers)


def post_error(request_id: str, error: str, _xray_fault: str, _invocation_id: str | None = None) -> None:
    """Answer an invocation with an error. What X-Ray would be told is left out."""
    headers = {"Content-Type": "application/json"}
    _ask("post invocation error", "POST", f"{request_id}/error", error.encode(errors="replace"), headers)
