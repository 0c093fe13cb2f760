"""Turning `mock.fail(...)` into a fault and `mock.fail_transition(...)` into a failure.

Their names are checked against botocore's model before anything fails.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from operator import methodcaller
from typing import Any, NoReturn, get_args

from lambda_mock.domain.transition_failures import Failure, Kind
from lambda_mock.domain.version import LATEST, LATEST_PUBLISHED
from lambda_mock.errors import ERRORS, LambdaMockError, ServiceError
from lambda_mock.execution.breakdown import RUN_ERRORS
from lambda_mock.faults import NETWORK_ERRORS, RUN, Fault
from lambda_mock.names import ANY, Named, named
from lambda_mock.wire.lambda_model import enum_values, error_codes, error_members, members_of, operation_names

# pytest shows where the test went wrong, and not where that was noticed.
__tracebackhide__ = methodcaller("errisinstance", LambdaMockError)

# What AWS says with the errors that tests order most; any other gets its own name for a message.
_TEXTS: dict[str, tuple[str, Mapping[str, str]]] = {
    "TooManyRequestsException": ("Rate Exceeded.", {"Reason": "CallerRateLimitExceeded"}),
    "ServiceException": ("The AWS Lambda service encountered an internal error.", {}),
    "ExpiredTokenException": ("The security token included in the request is expired", {}),
    "UnrecognizedClientException": ("The security token included in the request is invalid.", {}),
}

ALWAYS = "always"
_FUNCTION = re.compile(r"[A-Za-z0-9_.-]+")
_MOMENTS = ("before", "after")
# What takes a name of its own, in case one is misspelt: members of errors are keywords, too.
_OPTIONS = ("times", "function", "every", "rate", "latency", "when", "message")

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


@dataclass(frozen=True, slots=True)
class FaultOrder:
    """What a test says to `mock.fail`, as it says it."""

    operation: str
    error: str | None
    times: object
    function: str | None
    every: object
    rate: object
    latency: object
    when: str
    message: str | None
    members: Mapping[str, Any]


def ordered_fault(order: FaultOrder) -> Fault:
    """The fault that the test orders, or a LambdaMockError that names what could have been meant."""
    operation, error = order.operation, order.error
    _check_text("operation", operation, "Invoke")
    if operation not in operation_names():
        _refuse(f"mock.fail: Lambda has no operation {operation!r}.", operation, operation_names())
    latency = _latency(order.latency)
    _check_moment(order)
    answer = _answer(order, latency)
    _check_function(operation, order.function)
    return Fault(
        operation=operation,
        error=error,
        answer=answer,
        about=ANY if order.function is None else _named("mock.fail", order.function),
        after=order.when == "after",
        latency=latency,
        **_chosen("mock.fail", order.times, order.every, order.rate),
    )


def ordered_run_fault(function: str, error: str, times: object, every: object, rate: object) -> Fault:
    """The breakdown of runs that the test orders, or a LambdaMockError that names what could have been meant."""
    for what, value, example in (("function", function, "orders"), ("error", error, "Sandbox.Timedout")):
        if not isinstance(value, str):
            _refuse(
                f"mock.fail_run: the {what} is given by its name, such as {example!r}, and not as {value!r}.", "", ()
            )
    if error not in RUN_ERRORS:
        further = f"It can with {_listed(RUN_ERRORS)}. To let it raise use mock.override({function!r}, handler)."
        _refuse(f"mock.fail_run: a run can't break down with {error!r}.", error, RUN_ERRORS, further)
    chosen = _chosen("mock.fail_run", times, every, rate)
    return Fault(operation=RUN, error=error, about=_named("mock.fail_run", function), **chosen)


def _chosen(order: str, times: object, every: object, rate: object) -> dict[str, Any]:
    """Which calls or runs a fault strikes, as keywords for it."""
    if every is not None and rate is not None:
        _refuse(f"{order}: every= and rate= are two ways to choose. Give one of them.", "", ())
    endless = every is not None or rate is not None
    return {
        "every": _every(order, every) or 1,
        "rate": _rate(order, rate),
        "remaining": _remaining(order, times, otherwise=None if endless else 1),
    }


def _answer(order: FaultOrder, latency: float) -> ServiceError | None:
    """What Lambda is to answer; None where the answer is the usual one, or doesn't arrive."""
    operation, error = order.operation, order.error
    if error is None:
        if not latency:
            _refuse(f"mock.fail: name the error that {operation} is to fail with, or give a latency.", "", ())
        _check_members("a call that only takes its time", order, ())
        return None
    _check_text("error", error, "ServiceException")
    if error in NETWORK_ERRORS:
        _check_network_error(order, error, latency)
        return None
    modelled = error_codes(operation) & set(ERRORS)
    possible = modelled | {code for code, kind in ERRORS.items() if not kind.modelled}
    if error not in possible:
        further = f"It can raise {_listed(possible)}. On the way there can be {_listed(NETWORK_ERRORS)}."
        _refuse(f"mock.fail: {operation} can't raise {error!r}.", error, {*possible, *NETWORK_ERRORS}, further)
    known = error_members(error) if ERRORS[error].modelled else ()
    _check_members(error, order, known)
    text, usual = _TEXTS.get(error, (error, {}))
    return ERRORS[error](text if order.message is None else order.message, **{**usual, **order.members})


def _check_members(what: str, order: FaultOrder, known: Iterable[str]) -> None:
    """Refuse members that the error doesn't have, and any of one that isn't AWS's."""
    if order.message is not None and not isinstance(order.message, str):
        _refuse(f"mock.fail: message is a text, and not {order.message!r}.", "", ())
    for name in order.members:
        if name not in known:
            _refuse(f"mock.fail: {what} has no member {name!r}.", name, {*known, *_OPTIONS})
    if order.message is not None and not known and order.error not in ERRORS:
        _refuse(f"mock.fail: {what} has no message of AWS's. Leave out message={order.message!r}.", "", ())


def _check_network_error(order: FaultOrder, error: str, latency: float) -> None:
    _check_members(error, order, ())
    kind = NETWORK_ERRORS[error]
    if order.when == "after" and not kind.arrives:
        arriving = (name for name, other in NETWORK_ERRORS.items() if other.arrives)
        _refuse(
            f"mock.fail: {error} can't come after the effect, since the request never gets to Lambda. "
            f"What can is {_listed(arriving)}.",
            "",
            (),
        )
    if latency and kind.takes is not None:
        _refuse(f"mock.fail: {error} takes as long as the client's {kind.takes}. Leave out latency.", "", ())


def _check_moment(order: FaultOrder) -> None:
    if order.when not in _MOMENTS:
        _refuse(f"mock.fail: when is 'before' (the effect) or 'after', and not {order.when!r}.", order.when, _MOMENTS)
    if order.when == "after" and order.error is None:
        _refuse("mock.fail: when='after' says when an error comes. Name one.", "", ())


def _latency(latency: object) -> float:
    """The seconds that pass before all else."""
    if latency is None:
        return 0.0
    seconds = latency.total_seconds() if isinstance(latency, timedelta) else latency
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < math.inf:
        _refuse(f"mock.fail: latency is a number of seconds or a timedelta, more than 0, and not {latency!r}.", "", ())
    return float(seconds)


def _every(order: str, every: object) -> int | None:
    if every is None:
        return None
    if isinstance(every, bool) or not isinstance(every, int) or every < 1:
        _refuse(f"{order}: every must be a whole number, at least 1, and not {every!r}.", "", ())
    return every


def _rate(order: str, rate: object) -> float | None:
    if rate is None:
        return None
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 < rate <= 1:
        _refuse(f"{order}: rate is a share, more than 0 and at most 1, and not {rate!r}.", "", ())
    return float(rate)


def _remaining(order: str, times: object, *, otherwise: int | None) -> int | None:
    """How often it is to strike; None without end."""
    if times is None:
        return otherwise
    if times == ALWAYS:
        return None
    if isinstance(times, bool) or not isinstance(times, int) or times < 1:
        complaint = f"{order}: times must be a whole number, at least 1, or {ALWAYS!r}, and not {times!r}."
        _refuse(complaint, times, [ALWAYS])
    return times


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
    _check_times(times)
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


def _check_times(times: object) -> None:
    if isinstance(times, bool) or not isinstance(times, int) or times < 1:
        _refuse(f"mock.fail_transition: times must be a whole number, at least 1, and not {times!r}.", "", ())


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


def _named(order: str, function: str) -> Named:
    """What the name says, with which a call can name a function."""
    name = named(function)
    if name.function is None or _FUNCTION.fullmatch(name.function) is None:
        further = "It is such as 'orders', 'orders:live' or an ARN."
        _refuse(f"{order}: no function can have the name {function!r}.", "", (), further)
    return name


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _refuse(message: str, name: object, known: Iterable[str], further: str = "") -> NoReturn:
    """Raise a LambdaMockError: what is wrong, the name that comes nearest, and at the end what may be long."""
    near = difflib.get_close_matches(str(name), list(known), n=1)
    hint = f"Did you mean {near[0]!r}?" if near else ""
    raise LambdaMockError(" ".join(filter(None, (message, hint, further))))
