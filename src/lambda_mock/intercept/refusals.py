"""Errors for whoever asks over HTTP, in the form that their SDK reads: each of AWS's protocols has its own.

Which one it is can only be told from the request. It is never a status that an SDK would try again.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from uuid import uuid4
from xml.sax.saxutils import escape

from lambda_mock.loopback.messages import HttpAnswer

if TYPE_CHECKING:
    from lambda_mock.loopback.messages import HttpRequest

_Form = Callable[[str, str], tuple[str, bytes]]
"""From a code and a message to a content type and a body."""

_IN_XML_ALONE = frozenset({"s3", "s3-outposts", "s3express", "s3-object-lambda"})
_IN_XML = frozenset({"cloudfront", "route53"})


def refusal(
    code: str, message: str, *, status: int = 400, request: HttpRequest | None = None, service: str | None = None
) -> HttpAnswer:
    """An error with a code and a message. Without a request, or where nothing speaks against it, in Lambda's form."""
    return _answer(code, status, *_form(request, service)(code, message))


def refusal_as_it_is(code: str, document: Mapping[str, object], *, status: int) -> HttpAnswer:
    """An error whose whole body is known."""
    return _answer(code, status, "application/json", json.dumps(document, separators=(",", ":")).encode())


def _answer(code: str, status: int, content_type: str, body: bytes) -> HttpAnswer:
    headers = {
        "x-amzn-RequestId": str(uuid4()),
        "x-amzn-ErrorType": code,
        "Content-Type": content_type,
        "Content-Length": str(len(body)),
    }
    return HttpAnswer(status=status, headers=tuple(headers.items()), body=body)


def _form(request: HttpRequest | None, service: str | None) -> _Form:
    content_type = ((None if request is None else request.header("Content-Type")) or "").partition(";")[0]
    if request is not None and request.header("smithy-protocol") == "rpc-v2-cbor":
        return _cbor
    if service == "ec2":
        return _xml_of_ec2
    if service in _IN_XML_ALONE:
        return _xml
    if service in _IN_XML or content_type == "application/x-www-form-urlencoded":
        return _xml_of_a_query
    return _json_with_type if content_type.startswith("application/x-amz-json") else _json


def _json(_code: str, message: str) -> tuple[str, bytes]:
    return "application/json", json.dumps({"Type": "User", "message": message}, separators=(",", ":")).encode()


def _json_with_type(code: str, message: str) -> tuple[str, bytes]:
    return "application/x-amz-json-1.1", json.dumps({"__type": code, "message": message}).encode()


def _xml(code: str, message: str) -> tuple[str, bytes]:
    return "application/xml", f"<Error>{_elements(code, message)}</Error>".encode()


def _xml_of_a_query(code: str, message: str) -> tuple[str, bytes]:
    error = f"<Error><Type>Sender</Type>{_elements(code, message)}</Error>"
    return "text/xml", f"<ErrorResponse>{error}</ErrorResponse>".encode()


def _xml_of_ec2(code: str, message: str) -> tuple[str, bytes]:
    error = f"<Error>{_elements(code, message)}</Error>"
    return "text/xml", f"<Response><Errors>{error}</Errors></Response>".encode()


def _elements(code: str, message: str) -> str:
    return f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"


def _cbor(code: str, message: str) -> tuple[str, bytes]:
    texts = b"".join(map(_cbor_text, ("__type", code, "message", message)))
    return "application/cbor", b"\xa2" + texts


def _cbor_text(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack("!BI", 0x7A, len(encoded)) + encoded
