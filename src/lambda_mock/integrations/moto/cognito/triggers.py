"""How Cognito asks a function of a pool: the event, the five seconds and three attempts, and what may come back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lambda_mock.domain.triggers import Functions, Trigger
from lambda_mock.errors import ServiceError
from lambda_mock.events.user_pools import UNDECIDED, trigger_event
from lambda_mock.integrations.moto.cognito.attempt import making
from lambda_mock.integrations.moto.cognito.pools import Pool, refusal, unrecognizable

PRINCIPAL = "cognito-idp.amazonaws.com"
ATTEMPTS = 3
MOST_MILLISECONDS = 5_000.0

_MISSING = object()


def function_of(pool: Pool, trigger: str) -> str | None:
    """The ARN that a pool has for a trigger."""
    arn = pool.triggers.get(trigger)
    return arn if isinstance(arn, str) and arn else None


def ask(
    ours: Functions,
    pool: Pool,
    trigger: str,
    occasion: str,
    *,
    user_name: str | None,
    client_id: str | None,
    request: Mapping[str, Any],
    response: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    version: str = "1",
    arn: str | None = None,
) -> Mapping[str, Any] | None:
    """What the function of a trigger responds; None where the pool has none.

    `occasion` is the second half of `triggerSource`; `metadata` the client's, for the triggers that are told of it.
    `response` is what the function finds there, for a trigger where that isn't always the same.
    Raises the errors of Cognito that its caller gets when the function fails.
    """
    arn = arn or function_of(pool, trigger)
    if arn is None:
        return None
    event = trigger_event(
        trigger,
        occasion,
        region=pool.region,
        pool_id=pool.id,
        user_name=user_name,
        client_id=client_id,
        request=request,
        response=UNDECIDED[trigger] if response is None else response,
        metadata=metadata,
        version=version,
    )
    return _response(_call(ours, pool, trigger, arn, event))


def _call(ours: Functions, pool: Pool, trigger: str, arn: str, event: Mapping[str, Any]) -> bytes:
    asks = Trigger(
        function_arn=arn,
        payload=json.dumps(event).encode(),
        principal=PRINCIPAL,
        source_arn=pool.arn,
        source_account=pool.account_id,
    )
    for _ in range(ATTEMPTS):
        try:
            with making(None):
                response = ours.call(asks)
        except ServiceError as error:
            raise _not_invoked(trigger, error.code) from error
        if response.duration > MOST_MILLISECONDS:
            continue
        if response.function_error is not None:
            message = f"{trigger} failed with error {_told_by(response.payload)}."
            raise refusal("UserLambdaValidationException", message)
        return response.payload
    raise _not_invoked(trigger, "Socket timeout while invoking Lambda function")


def _not_invoked(trigger: str, why: str) -> Exception:
    return refusal("UnexpectedLambdaException", f"{trigger} invocation failed due to error {why}.")


def _told_by(payload: bytes) -> str:
    """The message of a function's error; the error as it is where that isn't in it."""
    try:
        return str(json.loads(payload)["errorMessage"])
    except (ValueError, KeyError, TypeError):
        return payload.decode("utf-8", "replace")


def _response(payload: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(payload)
    except ValueError:
        message = "Invalid lambda function output : Invalid JSON"
        raise refusal("InvalidLambdaResponseException", message) from None
    response = answer.get("response") if isinstance(answer, dict) else None
    if not isinstance(response, dict):
        raise unrecognizable()
    return response


def flag(response: Mapping[str, Any], name: str) -> bool:
    """A yes or no of a response; its absence is a no."""
    value = response.get(name)
    known: Any = _FLAGS.get(value, _MISSING) if isinstance(value, bool | str | None) else _MISSING
    if known is _MISSING:
        raise unrecognizable()
    return bool(known)


_FLAGS: Mapping[bool | str | None, bool] = {True: True, "true": True, False: False, "false": False, None: False}


def mapping(response: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object of a response; its absence is an empty one."""
    value = response.get(name)
    if value is not None and not isinstance(value, dict):
        raise unrecognizable()
    return value or {}


def names(response: Mapping[str, Any], name: str) -> list[str]:
    """A list of texts of a response; its absence is an empty one."""
    value = response.get(name)
    if value is not None and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
        raise unrecognizable()
    return value or []
