"""Turning `mock.fail(...)` into a fault: its names are checked against botocore's model before anything fails."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from operator import methodcaller
from typing import Any

from lambda_mock.errors import ERRORS, LambdaMockError
from lambda_mock.faults import Fault
from lambda_mock.names import named
from lambda_mock.wire.lambda_model import error_codes, error_members, members_of, operation_names

# pytest shows where the test went wrong, and not where that was noticed.
__tracebackhide__ = methodcaller("errisinstance", LambdaMockError)

# What AWS says with the errors that tests order most; any other gets its own name for a message.
_TEXTS: dict[str, tuple[str, Mapping[str, str]]] = {
    "TooManyRequestsException": ("Rate Exceeded.", {"Reason": "CallerRateLimitExceeded"}),
    "ServiceException": ("The AWS Lambda service encountered an internal error.", {}),
}


def ordered_fault(
    operation: str, error: str, times: int, function: str | None, message: str | None, members: Mapping[str, Any]
) -> Fault:
    """The fault that the test orders, or a LambdaMockError that names what could have been meant."""
    _check_text("operation", operation, "Invoke")
    if operation not in operation_names():
        _refuse(f"mock.fail: Lambda has no operation {operation!r}.", operation, operation_names())
    _check_text("error", error, "ServiceException")
    possible = error_codes(operation) | {code for code, kind in ERRORS.items() if not kind.modelled}
    if error not in possible or error not in ERRORS:
        can = ", ".join(sorted(possible))
        _refuse(f"mock.fail: {operation} can't raise {error!r}; it can raise {can}.", error, possible)
    asked: object = times
    if isinstance(asked, bool) or not isinstance(asked, int) or asked < 1:
        _refuse(f"mock.fail: times must be a whole number, at least 1, and not {times!r}.", "", ())
    _check_function(operation, function)
    known = error_members(error) if ERRORS[error].modelled else ()
    for name in members:
        if name not in known:
            _refuse(f"mock.fail: {error} has no member {name!r}.", name, known)
    text, usual = _TEXTS.get(error, (error, {}))
    return Fault(
        operation=operation,
        error=ERRORS[error](text if message is None else message, **{**usual, **members}),
        remaining=times,
        function=None if function is None else named(function).function,
    )


def _check_text(what: str, value: object, example: str) -> None:
    if not isinstance(value, str):
        _refuse(f"mock.fail: the {what} is given by its name, such as {example!r}, and not as {value!r}.", "", ())


def _check_function(operation: str, function: str | None) -> None:
    """Refuse a function where no call could ever be about it."""
    if function is None:
        return
    _check_text("function", function, "orders")
    if not {"FunctionName", "Resource"} & set(members_of(operation)):
        _refuse(f"mock.fail: a call of {operation} names no function. Leave out function={function!r}.", "", ())


def _refuse(message: str, name: str, known: Iterable[str]) -> None:
    near = difflib.get_close_matches(name, list(known), n=1)
    raise LambdaMockError(f"{message} Did you mean {near[0]!r}?" if near else message)
