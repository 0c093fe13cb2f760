"""The floors: what a call costs in botocore itself, where a handler of the user's gives the same canned answer always.

A `before-call` handler answers before botocore signs and sends, which no mock that answers on the wire can reach; a
`before-send` handler answers in place of the network, and is the least that such a mock costs.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from benchmarks.contestants import new_client

if TYPE_CHECKING:
    from benchmarks.tasks import Task

_URL = "https://lambda.us-east-1.amazonaws.com"


class _Body(io.BytesIO):
    """The body of an HTTP response, as botocore reads it."""

    def stream(self, **_options: Any) -> Iterator[bytes]:
        """All of it, in one piece."""
        yield self.read()


@dataclass(frozen=True, kw_only=True)
class Canned:
    """An answer to give again and again: on the wire, and as botocore's parser made it."""

    status: int
    headers: HTTPHeaders
    body: bytes
    parsed: Mapping[str, Any]


def record(client: Any, task: Task) -> Canned:
    """What `client` answers to a task, taken off the wire."""
    seen: dict[str, Any] = {}

    def note(response_dict: Mapping[str, Any], **_: Any) -> None:
        seen.update(response_dict)

    event = f"before-parse.lambda.{task.operation}"
    client.meta.events.register(event, note)
    if task.prepare is not None:
        task.prepare(client, 0)
    parsed = task.call(client, 0)
    client.meta.events.unregister(event, note)
    assert isinstance(parsed, dict)
    body = parsed["Payload"].read() if task.operation == "Invoke" else seen["body"]
    return Canned(status=seen["status_code"], headers=HTTPHeaders.from_dict(seen["headers"]), body=body, parsed=parsed)


class Floor:
    """A client of its own whose handler gives the answers of `canned`, by operation."""

    prepares = False

    def __init__(self, name: str, canned: Mapping[str, Canned]) -> None:
        self.name = name
        self.client = new_client()
        event, handler = _HANDLERS[name](canned)
        self.client.meta.events.register(event, handler)

    def takes_part_in(self, _task: Task) -> bool:
        """Any task can be answered from a can."""
        return True

    @contextmanager
    def active(self) -> Iterator[None]:
        """Nothing has to be on."""
        yield


def _before_call(canned: Mapping[str, Canned]) -> tuple[str, Callable[..., Any]]:
    answers = {
        operation: (AWSResponse(_URL, each.status, each.headers, _Body(each.body)), each.parsed)
        for operation, each in canned.items()
    }

    def answer(model: Any, **_: Any) -> Any:
        return answers[model.name]

    return "before-call.lambda", answer


def _before_send(canned: Mapping[str, Canned]) -> tuple[str, Callable[..., Any]]:
    answers = {f"before-send.lambda.{operation}": each for operation, each in canned.items()}

    def answer(event_name: str, **_: Any) -> AWSResponse:
        found = answers[event_name]
        return AWSResponse(_URL, found.status, found.headers, _Body(found.body))

    return "before-send.lambda", answer


BEFORE_CALL, BEFORE_SEND = "before-call", "before-send"
_HANDLERS = {BEFORE_CALL: _before_call, BEFORE_SEND: _before_send}
