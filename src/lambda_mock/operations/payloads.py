"""Payloads: whether one is JSON, what AWS's parser says of one that isn't, and how large one may be.

Lambda parses payloads with a Java library whose texts callers see. The two that were recorded are reproduced exactly,
the others in its style.
"""

from __future__ import annotations

import json
from typing import NoReturn

from lambda_mock.errors import InvalidRequestContentException, RequestEntityTooLargeException

EVENT_LIMIT = 1_048_576
"""The largest event in bytes."""

_EXPECTED = "JSON String, Number, Array, Object or token 'null', 'true' or 'false'"
_LAST_CONTROL = 0x9F
_FIRST_HIGH_CONTROL = 0x7F
_BLANK = " \t\r\n"


def _refuse_constant(name: str) -> NoReturn:
    raise _complaint(f"Unrecognized token '{name}': was expecting ({_EXPECTED})", 1, 1)


# `int` refuses more than 4300 digits, which are JSON all the same.
_DECODER = json.JSONDecoder(parse_int=str, parse_constant=_refuse_constant)


def check_json(payload: bytes) -> bytes:
    """Give the payload back, or raise InvalidRequestContentException with the parser's complaint."""
    try:
        _DECODER.decode(payload.decode())
    except UnicodeDecodeError as error:
        raise _undecodable(payload, error.start) from error
    except json.JSONDecodeError as error:
        raise _malformed(error) from error
    except RecursionError as error:
        raise _complaint("Document nesting depth exceeds the maximum allowed", 1, 1) from error
    return payload


def check_event_size(payload: bytes, limit: int) -> None:
    """Refuse an asynchronous invocation with more than `limit` bytes with RequestEntityTooLargeException."""
    if len(payload) > limit:
        raise RequestEntityTooLargeException(
            f"{len(payload)} byte payload is too large for the Event invocation type (limit {limit} bytes)"
        )


def _undecodable(payload: bytes, position: int) -> InvalidRequestContentException:
    line, column = _place(payload[:position].decode())
    if not payload[:position].strip():
        return _complaint(_unexpected(chr(payload[position])), line, column)
    return _complaint(f"Invalid UTF-8 start byte 0x{payload[position]:x}", line, column + 1)


def _malformed(error: json.JSONDecodeError) -> InvalidRequestContentException:
    position = error.pos
    if error.msg.startswith("Illegal trailing comma"):  # Python 3.13 points at the comma, not at what may not follow it
        position = error.pos + 1 + _blanks_at(error.doc[error.pos + 1 :])
    before, rest = error.doc[:position], error.doc[position:]
    if not rest.strip(_BLANK) or error.msg.startswith("Unterminated string"):
        return _complaint("Unexpected end-of-input", *_place(error.doc))
    line, column = _place(before)
    first = rest[0]
    if not before.strip(_BLANK) and (first.isalpha() or first in "_$"):
        token = rest.split(maxsplit=1)[0]
        return _complaint(f"Unrecognized token '{token}': was expecting ({_EXPECTED})", line, column + len(token))
    return _complaint(_unexpected(first), line, column)


def _blanks_at(text: str) -> int:
    return len(text) - len(text.lstrip(_BLANK))


def _unexpected(character: str) -> str:
    code = ord(character)
    control = code < ord(" ") or _FIRST_HIGH_CONTROL <= code <= _LAST_CONTROL
    shown = f"(CTRL-CHAR, code {code})" if control else f"'{character}' (code {code})"
    return f"Unexpected character ({shown}): expected a valid value ({_EXPECTED})"


def _place(before: str) -> tuple[int, int]:
    """Line and column, both from 1, of the character behind `before`."""
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _complaint(text: str, line: int, column: int) -> InvalidRequestContentException:
    return InvalidRequestContentException(
        "Could not parse request body into json: Could not parse payload into json: "
        f"{text}\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); "
        f"line: {line}, column: {column}]"
    )
