"""Replies to what the client sees: the mirror image of botocore's rest-json parser, and the HTTP that it would parse.

Both forms come from one reply, by plans of the same shapes, so `parsed` is what botocore makes of `http`. Neither
shares a container with the reply.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lambda_mock.wire.bodies import JSON, PARSED, body_of, to_json
from lambda_mock.wire.plan import compile_members

if TYPE_CHECKING:
    from botocore.model import OperationModel, Shape, StructureShape

    from lambda_mock.errors import ServiceError
    from lambda_mock.wire.reply import Reply

_OK = 200

_HeaderMembers = tuple[tuple[str, str], ...]
"""Members that travel in headers, each with its header's name in lower case."""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """An answer as it is on the wire; the names of `headers` are in lower case.

    A body that is still being produced comes in `pieces`, and `body` is empty.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    pieces: Iterator[bytes] | None = None


class ErrorForm:
    """How the errors of one code are sent, and which of their members botocore shows at the top of its response."""

    def __init__(self, shape: StructureShape | None) -> None:
        """`shape` is the model's, or None for an error that it doesn't have."""
        members = dict(shape.members) if shape is not None else {}
        self.header_members = _header_members(members)
        self._elsewhere = dict(self.header_members)
        in_body = [(name, member) for name, member in members.items() if name not in self._elsewhere]
        self._parsed = compile_members(in_body, PARSED)

    def document(self, error: ServiceError) -> dict[str, Any]:
        """The body: `Type` if AWS sends one, the message even if it is null, and what else the error has."""
        document: dict[str, Any] = {"Type": error.fault} if error.typed else {}
        document[error.message_member] = error.message
        return document | {name: value for name, value in error.members.items() if name not in self._elsewhere}

    def parsed(self, error: ServiceError, headers: Mapping[str, str]) -> dict[str, Any]:
        """The members that the model gives the error, as botocore's Endpoint adds them once its parser is through."""
        return {**_taken(self.header_members, headers), **self._parsed(self.document(error))}


class Encoder:
    """Encodes the replies of one operation; `error_form` gives the form of an error by its code."""

    def __init__(self, operation: OperationModel, error_form: Callable[[str], ErrorForm]) -> None:
        members = dict(operation.output_shape.members) if operation.output_shape is not None else {}
        self._body = body_of(operation)
        self._error_form = error_form
        self._header_members = _header_members(members)
        self._status_members = _located(members, "statusCode")

    def headers(self, reply: Reply) -> dict[str, str]:
        """The headers of the answer, with their names in lower case, as botocore shows them."""
        error = reply.error
        headers = {
            "date": _http_date(int(reply.date)),
            "content-type": JSON if error is not None else self._body.content_type,
            "connection": "keep-alive",
            "x-amzn-requestid": reply.request_id,
        }
        if error is not None:
            headers["content-length"] = str(len(self.body(reply)))
            headers["x-amzn-errortype"] = error.code
            return _put(self._error_form(error.code).header_members, error.members, headers)
        if self._body.measured:
            headers["content-length"] = str(len(self._body.sent(reply.members)))
            if self._body.is_payload and reply.status != _OK:
                del headers["content-type"]  # nothing is there that it could be the type of
        return _put(self._header_members, reply.members, {**headers, **reply.headers})

    def body(self, reply: Reply) -> bytes:
        """The bytes of the answer's body."""
        if reply.error is not None:
            return to_json(self._error_form(reply.error.code).document(reply.error))
        return self._body.sent(reply.members)

    def http(self, reply: Reply) -> HttpResponse:
        """The answer as it is on the wire."""
        headers = self.headers(reply)
        if self._body.pieces is not None and reply.error is None:
            return HttpResponse(reply.status, headers, b"", self._body.pieces(reply.members))
        return HttpResponse(reply.status, headers, self.body(reply))

    def parsed(self, reply: Reply, headers: dict[str, str]) -> dict[str, Any]:
        """What a botocore client returns for the answer, or what its ClientError has as `response`.

        `headers` are the answer's; they become part of it.
        """
        metadata = {
            "RequestId": reply.request_id,
            "HTTPStatusCode": reply.status,
            "HTTPHeaders": headers,
            "RetryAttempts": 0,
        }
        error = reply.error
        if error is not None:
            summary = {"Message": error.message, "Code": error.code}
            modelled = self._error_form(error.code).parsed(error, headers)
            return {"Error": summary, "ResponseMetadata": metadata, **modelled}
        return {
            "ResponseMetadata": metadata,
            **dict.fromkeys(self._status_members, reply.status),
            **_taken(self._header_members, headers),
            **self._body.parsed(reply.members),
        }


def _located(members: Mapping[str, Shape], location: str) -> list[str]:
    return [name for name, shape in members.items() if shape.serialization.get("location") == location]


def _header_members(members: Mapping[str, Shape]) -> _HeaderMembers:
    return tuple((name, members[name].serialization.get("name", name).lower()) for name in _located(members, "header"))


def _put(located: _HeaderMembers, members: Mapping[str, Any], headers: dict[str, str]) -> dict[str, str]:
    for name, header in located:
        value = members.get(name)
        if value is not None:
            headers[header] = str(value)
    return headers


def _taken(located: _HeaderMembers, headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[header] for name, header in located if header in headers}


@lru_cache(maxsize=64)
def _http_date(second: int) -> str:
    return formatdate(second, usegmt=True)
