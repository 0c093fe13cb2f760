"""Events in and results out, as the Python runtime of Lambda reads and writes JSON.

Its JSON is a little wider than the standard library's: a Decimal is a number, a named tuple an object, bytes inside a
result are text. Bytes as the whole result are sent as they are.
"""

from __future__ import annotations

import functools
import inspect
import json
import marshal
import math
from decimal import Decimal
from typing import Any, cast

from lambda_mock.execution.failures import Fault

_DECIMAL = "\0lambda_mock decimal\0"
_FIRST_RUNTIME_WITH_UNICODE = 12

_plain = json.JSONEncoder()
_plain_unicode = json.JSONEncoder(ensure_ascii=False)


def decode(payload: bytes) -> Any:
    """The event; a new one each time, so that what a handler does to it is seen by nobody else."""
    try:
        return json.loads(payload)
    except ValueError as error:
        raise Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from error


def encode(result: object, runtime: str | None) -> bytes:
    """The result as a payload. What JSON can't hold raises the runtime's MarshalError."""
    if isinstance(result, bytes):
        return result
    if inspect.iscoroutine(result):
        result.close()  # nobody awaits it, on Lambda neither
    encoder = _plain if escapes_unicode(runtime) else _plain_unicode
    try:
        return _text(result, encoder).encode()
    except Exception as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from error


def encode_error(described: dict[str, Any], runtime: str | None) -> bytes:
    """The payload of an error, whose texts may hold characters that have no encoding."""
    encoder = _plain if escapes_unicode(runtime) else _plain_unicode
    return encoder.encode(described).encode(errors="replace")


@functools.cache
def escapes_unicode(runtime: str | None) -> bool:
    """Whether the runtime writes an é as an escape sequence: Python's did before 3.12."""
    minor = (runtime or "").removeprefix("python3.")
    return minor.isdecimal() and int(minor) < _FIRST_RUNTIME_WITH_UNICODE


def _text(result: object, encoder: json.JSONEncoder) -> str:
    if _is_plain(result):
        try:
            return encoder.encode(result)
        except TypeError:
            pass  # bytes, or what the rest will complain of
    decimals: list[str] = []
    pieces = encoder.encode(_simplified(result, decimals, frozenset())).split(encoder.encode(_DECIMAL))
    return "".join(piece + number for piece, number in zip(pieces, [*decimals, ""], strict=True))


def _is_plain(result: object) -> bool:
    """Whether there are only instances of built-in classes, none of them of a subclass: `marshal` takes no others."""
    try:
        marshal.dumps(cast("Any", result))
    except ValueError:
        return False
    return True


def _simplified(value: object, decimals: list[str], above: frozenset[int]) -> object:
    """The value in terms of the standard library's JSON. A Decimal leaves a mark, and its digits in `decimals`."""
    if isinstance(value, list | tuple | dict):
        return _simplified_container(value, decimals, above)
    if isinstance(value, bytes):
        return value.decode()
    if not isinstance(value, Decimal):
        return value
    if value.is_nan():
        return math.nan
    decimals.append(str(value))
    return _DECIMAL


def _simplified_container(
    value: list[Any] | tuple[Any, ...] | dict[Any, Any], decimals: list[str], above: frozenset[int]
) -> object:
    if id(value) in above:
        raise ValueError("Circular reference detected")
    above |= {id(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = value._asdict()
    if not isinstance(value, dict):
        return [_simplified(item, decimals, above) for item in value]
    return {
        key.decode() if isinstance(key, bytes) else key: _simplified(item, decimals, above)
        for key, item in value.items()
    }
