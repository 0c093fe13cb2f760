"""What functions behind custom resources answer: a PUT to a URL that CloudFormation made for one request."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from lambda_mock.integrations.moto.stacks.failures import ResourceError
from lambda_mock.loopback.messages import HttpAnswer

if TYPE_CHECKING:
    from lambda_mock.loopback.messages import HttpRequest

_PATH = "/cloudformation-custom-resource-response/"
_LONGEST = 4096
_STATUSES = ("SUCCESS", "FAILED")


class Answers:
    """The answers to the requests of this mock; `url` gives the address under which it serves."""

    def __init__(self, url: Callable[[], str]) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._awaited: dict[str, bytes | None] = {}

    def expect(self, stack_id: str, logical_id: str, request_id: str) -> str:
        """The ResponseURL of a request."""
        key = f"{stack_id}|{logical_id}|{request_id}"
        with self._lock:
            self._awaited[key] = None
        return f"{self._url()}{_PATH}{quote(key, safe='')}"

    def take(self, stack_id: str, logical_id: str, request_id: str) -> bytes | None:
        """What has been answered, None where nothing has; from now on it is too late."""
        with self._lock:
            return self._awaited.pop(f"{stack_id}|{logical_id}|{request_id}", None)

    def receive(self, request: HttpRequest) -> HttpAnswer | None:
        """Take an answer, as S3 would; None for what is no request to a ResponseURL."""
        if not request.path.startswith(_PATH):
            return None
        key = unquote(request.path.removeprefix(_PATH))
        with self._lock:
            known = key in self._awaited
            if known and request.method == "PUT":
                self._awaited[key] = request.body
        return HttpAnswer(status=(200 if request.method == "PUT" else 405) if known else 403)


def read(body: bytes, request: dict[str, Any]) -> dict[str, Any]:
    """An answer to a request, checked as CloudFormation does; a ResourceError where it is none."""
    if len(body) > _LONGEST:
        raise ResourceError("Response object is too long.")
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise ResourceError(f"Invalid Response object: {error}") from error
    if not isinstance(answer, dict):
        raise ResourceError("Invalid Response object: it is no JSON object")
    status = answer.get("Status")
    if status not in _STATUSES:
        raise ResourceError(f"Invalid Response object: '{status}' is not a valid ResponseStatus")
    for name in ("StackId", "RequestId", "LogicalResourceId"):
        if answer.get(name) != request[name]:
            raise ResourceError(f"Invalid Response object: {name} isn't that of the request")
    if not isinstance(answer.get("Data") or {}, dict):
        raise ResourceError("Invalid Response object: Data is no JSON object")
    return answer
