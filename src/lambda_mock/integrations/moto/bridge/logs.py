"""CloudWatch Logs: subscription filters of log groups that lead to functions.

The logs of functions themselves go this way, too: a filter on the group of the function that it calls is a loop, which
ends as Lambda ends loops.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from lambda_mock.domain.triggers import Functions, Trigger
from lambda_mock.events.logs import subscription
from lambda_mock.integrations.moto.bridge.backends import may_reach
from lambda_mock.integrations.moto.bridge.seam import Place, known

PRINCIPAL = "logs.amazonaws.com"

_MODELS = "moto.logs.models"


def _send_log_events(
    ours: Functions,
    wrapped: Any,
    stream: Any,
    service: str,
    destination_arn: str,
    filter_name: str,
    log_events: Sequence[Mapping[str, Any]],
) -> None:
    if service != "lambda":
        wrapped(service, destination_arn, filter_name, log_events)
        return
    with known("logs"):
        group = stream.log_group
        matching = _matching(group.subscription_filters[filter_name].filter_pattern, log_events)
        payload = _event(stream, filter_name, matching)
    if matching:
        ours.send(_trigger(ours, group, destination_arn, payload))


def _trigger(ours: Functions, group: Any, function_arn: str, payload: bytes) -> Trigger:
    """A trigger by CloudWatch Logs, under that of its two names to which somebody has granted something."""
    with known("logs"):
        by_name = [
            Trigger(
                function_arn=function_arn,
                payload=payload,
                principal=principal,
                source_arn=f"{str(group.arn).removesuffix(':*')}:*",
                source_account=group.account_id,
            )
            for principal in (PRINCIPAL, f"logs.{group.region}.amazonaws.com")
        ]
    return next((trigger for trigger in by_name if ours.has(function_arn) and ours.allows(trigger)), by_name[0])


def _matching(pattern: str | None, events: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The events that a filter lets through, as moto understands patterns."""
    from moto.logs.utils import EventMessageFilter  # noqa: PLC0415 - moto is loaded

    passes = EventMessageFilter(pattern or "")
    return [event for event in events if passes.matches(event["message"])]


def _event(stream: Any, filter_name: str, events: Sequence[Mapping[str, Any]]) -> bytes:
    told = subscription(
        account_id=stream.account_id,
        group=stream.log_group.name,
        stream=stream.log_stream_name,
        filter_name=filter_name,
        log_events=[(int(event["id"]), event["timestamp"], event["message"]) for event in events],
    )
    return json.dumps(told).encode()


def _put_subscription_filter(
    ours: Functions, wrapped: Any, logs: Any, log_group_name: str, *args: Any, **kwargs: Any
) -> Any:
    with known("logs"):
        group = logs.groups.get(log_group_name)
        destination_arn = kwargs["destination_arn"] if "destination_arn" in kwargs else args[2]
        is_function = group is not None and destination_arn.split(":")[2:3] == ["lambda"]
    if is_function and not may_reach(ours, _trigger(ours, group, destination_arn, b"{}")):
        from moto.logs.exceptions import InvalidParameterException  # noqa: PLC0415 - moto is loaded

        raise InvalidParameterException(
            "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute "
            "your function."
        )
    return wrapped(log_group_name, *args, **kwargs)


PLACES = [
    Place(module=_MODELS, owner="LogStream", name="_send_log_events", replacement=_send_log_events),
    Place(module=_MODELS, owner="LogsBackend", name="put_subscription_filter", replacement=_put_subscription_filter),
]
