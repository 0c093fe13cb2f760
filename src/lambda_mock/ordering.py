"""Turning `mock.fail(...)` into a fault and `mock.fail_transition(...)` into a failure.

Their names are checked against botocore's model before anything fails.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from operator import methodcaller
from typing import Any, NoReturn, get_args

from lambda_mock.domain.transition_failures import Failure, Kind
from lambda_mock.domain.version import LATEST, LATEST_PUBLISHED
from lambda_mock.errors import ERRORS, LambdaMockError
from lambda_mock.faults import Fault
from lambda_mock.names import ANY, named
from lambda_mock.wire.lambda_model import enum_values, error_codes, error_members, members_of, operation_names

# pytest shows where the test went wrong, and not where that was noticed.
__tracebackhide__ = methodcaller("errisinstance", LambdaMockError)

# What AWS says with the errors that tests order most; any other gets its own name for a message.
_TEXTS: dict[str, tuple[str, Mapping[str, str]]] = {
    "TooManyRequestsException": ("Rate Exceeded.", {"Reason": "CallerRateLimitExceeded"}),
    "ServiceException": ("The AWS Lambda service encountered an internal error.", {}),
}

_KINDS: Mapping[str, Kind] = {kind: kind for kind in get_args(Kind)}
_REASON_CODES = ("StateReasonCode", "LastUpdateStatusReasonCode")
# Codes of a state that is none of failure.
_NO_FAILURES = frozenset({"Creating", "Idle", "Restoring"})
_USUAL_REASON_CODE = "InternalError"
_USUAL_REASONS: Mapping[Kind, str] = {
    "ProvisionedConcurrency": "FUNCTION_ERROR_INIT_FAILURE",
    # In the manner of the `USER_INITIATED` that a mapping shows for a change by its user.
    "EventSourceMapping": "LAMBDA_INITIATED",
    "CapacityProvider": "",
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
        _refuse(f"mock.fail: {operation} can't raise {error!r}.", error, possible, f"It can raise {_listed(possible)}.")
    _check_times("mock.fail", times)
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
        about=ANY if function is None else named(function),
    )


def ordered_failure(
    function: str, of: str, qualifier: str | None, reason_code: str | None, reason: str | None, times: int
) -> Failure:
    """The end of a change that the test orders, or a LambdaMockError that names what could have been meant."""
    order = "mock.fail_transition"
    for what, value in (("function", function), ("qualifier", qualifier or ""), ("reason", reason or "")):
        if not isinstance(value, str):
            _refuse(f"{order}: the {what} is a string, and not {value!r}.", "", ())
    kind = _KINDS.get(of)
    if kind is None:
        _refuse(f"{order}: of is one of {', '.join(map(repr, _KINDS))}, and not {of!r}.", of, _KINDS)
    name = named(function)
    if None not in {qualifier, name.qualifier} and qualifier != name.qualifier:
        _refuse(f"{order}: {function!r} and qualifier={qualifier!r} contradict each other.", "", ())
    qualifier = qualifier or name.qualifier
    _check_qualifier(kind, qualifier)
    if kind == "CapacityProvider" and not (reason is None and reason_code is None):
        _refuse(f"{order}: a capacity provider that has failed shows neither reason nor code. Leave them out.", "", ())
    _check_times(order, times)
    code = _reason_code(kind, reason_code)
    return Failure(
        kind=kind,
        name=name.function or function,
        qualifier=qualifier,
        reason=reason or code or _USUAL_REASONS[kind],
        reason_code=code,
        remaining=times,
    )


def _check_qualifier(kind: Kind, qualifier: str | None) -> None:
    """Refuse a qualifier at which nothing of that kind ever changes."""
    if qualifier is None or kind == "EventSourceMapping":
        return
    if kind == "Function" and not qualifier.isdecimal() and qualifier not in {LATEST, LATEST_PUBLISHED}:
        _refuse(f"mock.fail_transition: what changes is $LATEST or a version's number, not {qualifier!r}.", "", ())
    if kind == "CapacityProvider":
        _refuse("mock.fail_transition: a capacity provider has no qualifiers. Give its name alone.", "", ())
    if kind == "ProvisionedConcurrency" and qualifier == LATEST:
        _refuse("mock.fail_transition: $LATEST has no provisioned concurrency: give a number or an alias.", "", ())


def _reason_code(kind: Kind, reason_code: str | None) -> str | None:
    """The code to show, which only functions have; InternalError unless the test says otherwise."""
    if kind != "Function":
        if reason_code is not None:
            _refuse(f"mock.fail_transition: of={kind!r} shows no reason code. Say it in reason=.", "", ())
        return None
    known = {code for enum in _REASON_CODES for code in enum_values(enum)} - _NO_FAILURES
    if reason_code is not None and reason_code not in known:
        complaint = f"mock.fail_transition: there is no reason code {reason_code!r}."
        _refuse(complaint, reason_code, known, f"There are {_listed(known)}.")
    return reason_code or _USUAL_REASON_CODE


def _check_times(order: str, times: object) -> None:
    if isinstance(times, bool) or not isinstance(times, int) or times < 1:
        _refuse(f"{order}: times must be a whole number, at least 1, and not {times!r}.", "", ())


def _check_text(what: str, value: object, example: str) -> None:
    if not isinstance(value, str):
        _refuse(f"mock.fail: the {what} is given by its name, such as {example!r}, and not as {value!r}.", "", ())


def _check_function(operation: str, function: str | None) -> None:
    """Refuse a function where no call could ever be about it."""
    if function is None:
        return
    _check_text("function", function, "orders")
    if not {"FunctionName", "Resource", "ResourceArn"} & set(members_of(operation)):
        _refuse(f"mock.fail: a call of {operation} names no function. Leave out function={function!r}.", "", ())


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _refuse(message: str, name: object, known: Iterable[str], further: str = "") -> NoReturn:
    """Raise a LambdaMockError: what is wrong, the name that comes nearest, and at the end what may be long."""
    near = difflib.get_close_matches(str(name), list(known), n=1)
    hint = f"Did you mean {near[0]!r}?" if near else ""
    raise LambdaMockError(" ".join(filter(None, (message, hint, further))))
