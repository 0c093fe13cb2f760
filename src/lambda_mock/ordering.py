"""Turning `mock.fail(...)` into a fault: its names are checked against botocore's model before anything fails."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from lambda_mock.errors import ERRORS, LambdaMockError
from lambda_mock.faults import Fault
from lambda_mock.names import named
from lambda_mock.wire.lambda_model import error_codes, operation_names

# What AWS says with the errors that tests order most; any other gets its own name for a message.
_TEXTS: dict[str, tuple[str, Mapping[str, str]]] = {
    "TooManyRequestsException": ("Rate Exceeded.", {"Reason": "CallerRateLimitExceeded"}),
    "ServiceException": ("The AWS Lambda service encountered an internal error.", {}),
}


def ordered_fault(
    operation: str, error: str, times: int, function: str | None, message: str | None, members: Mapping[str, Any]
) -> Fault:
    """The fault that the test orders, or a LambdaMockError that names what could have been meant."""
    if operation not in operation_names():
        _refuse(f"mock.fail: Lambda has no operation {operation!r}.", operation, operation_names())
    possible = error_codes(operation) | {code for code, kind in ERRORS.items() if not kind.modelled}
    if error not in possible or error not in ERRORS:
        can = ", ".join(sorted(possible))
        _refuse(f"mock.fail: {operation} can't raise {error!r}; it can raise {can}.", error, possible)
    if times < 1:
        _refuse(f"mock.fail: times must be at least 1, and not {times!r}.", "", ())
    text, usual = _TEXTS.get(error, (error, {}))
    return Fault(
        operation=operation,
        error=ERRORS[error](text if message is None else message, **{**usual, **members}),
        remaining=times,
        function=None if function is None else named(function).function,
    )


def _refuse(message: str, name: str, known: Iterable[str]) -> None:
    near = difflib.get_close_matches(name, list(known), n=1)
    raise LambdaMockError(f"{message} Did you mean {near[0]!r}?" if near else message)
