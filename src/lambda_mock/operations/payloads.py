"""Payloads: whether one is JSON, and how large one may be."""

from __future__ import annotations

import json
from typing import NoReturn

from lambda_mock.errors import InvalidRequestContentException, RequestEntityTooLargeException
from lambda_mock.operations import parser_complaints

EVENT_LIMIT = 1_048_576
"""The largest event in bytes."""


class _NotANumberError(ValueError):
    """NaN and its like, which Python would take."""


def _refuse_constant(name: str) -> NoReturn:
    raise _NotANumberError(name)


# `int` refuses more than 4300 digits, which are JSON all the same.
_DECODER = json.JSONDecoder(parse_int=str, parse_constant=_refuse_constant)


def check_json(payload: bytes) -> bytes:
    """Give the payload back, or raise InvalidRequestContentException with the parser's complaint."""
    try:
        _DECODER.decode(payload.decode())
    except UnicodeDecodeError as error:
        raise _refusal(parser_complaints.undecodable(payload, error.start)) from error
    except json.JSONDecodeError as error:
        raise _refusal(parser_complaints.malformed(error)) from error
    except _NotANumberError as error:
        raise _refusal(parser_complaints.not_a_number(payload.decode(), str(error))) from error
    except RecursionError as error:
        raise _refusal(parser_complaints.too_deep(payload.decode())) from error
    return payload


def check_event_size(payload: bytes, limit: int) -> None:
    """Refuse an asynchronous invocation with more than `limit` bytes with RequestEntityTooLargeException."""
    if len(payload) > limit:
        raise RequestEntityTooLargeException(
            f"{len(payload)} byte payload is too large for the Event invocation type (limit {limit} bytes)"
        )


def _refusal(complaint: str) -> InvalidRequestContentException:
    return InvalidRequestContentException(
        f"Could not parse request body into json: Could not parse payload into json: {complaint}"
    )
