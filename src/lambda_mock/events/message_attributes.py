"""Attributes of messages of queues and topics: from plain values to what SQS and SNS have, and their MD5."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lambda_mock.errors import LambdaMockError

Attributes = Mapping[str, Any]
"""By name: texts, numbers, bytes; or `{"DataType": "String", "StringValue": "..."}` as boto3 takes it."""

_TEXT, _BINARY = b"\x01", b"\x02"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """An attribute: its data type, and its value as text or bytes."""

    data_type: str
    text: str | None = None
    binary: bytes | None = None


def attributes_of(given: Attributes | None) -> dict[str, Attribute]:
    """Attributes as a test gives them. LambdaMockError for a value of another kind."""
    return {name: _attribute(name, value) for name, value in (given or {}).items()}


def _attribute(name: str, value: Any) -> Attribute:
    if isinstance(value, str):
        return Attribute(data_type="String", text=value)
    if isinstance(value, bytes):
        return Attribute(data_type="Binary", binary=value)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return Attribute(data_type="Number", text=str(value))
    if isinstance(value, Mapping) and "DataType" in value and ("StringValue" in value or "BinaryValue" in value):
        return Attribute(data_type=value["DataType"], text=value.get("StringValue"), binary=value.get("BinaryValue"))
    raise LambdaMockError(
        f"The attribute {name!r} can't be {value!r}. Give a text, a number, bytes, or "
        "{'DataType': 'String', 'StringValue': '...'}."
    )


def md5_of(attributes: Mapping[str, Attribute]) -> str | None:
    """The MD5 that SQS tells of a message's attributes; None where it has none."""
    if not attributes:
        return None
    digest = hashlib.md5(usedforsecurity=False)
    for name, attribute in sorted(attributes.items()):
        kind = _TEXT if attribute.binary is None else _BINARY
        value = (attribute.text or "").encode() if attribute.binary is None else attribute.binary
        digest.update(_counted(name.encode()) + _counted(attribute.data_type.encode()) + kind + _counted(value))
    return digest.hexdigest()


def _counted(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value
