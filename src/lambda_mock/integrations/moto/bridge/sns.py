"""SNS: subscriptions of functions to topics, whoever publishes: the test, S3, an alarm, or another function."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from lambda_mock.domain.triggers import Functions, Trigger
from lambda_mock.events.moments import to_the_millisecond
from lambda_mock.events.topics import notification
from lambda_mock.integrations.moto.bridge.seam import Place, known

PRINCIPAL = "sns.amazonaws.com"

_MODELS = "moto.sns.models"


def _publish(
    ours: Functions,
    wrapped: Any,
    subscription: Any,
    message: Any,
    message_id: str,
    subject: str | None = None,
    message_attributes: Mapping[str, Any] | None = None,
    **others: Any,
) -> None:
    with known("sns"):
        topic = subscription.topic
        is_ours = subscription.protocol == "lambda"
        filters = subscription._filter_policy_matcher  # noqa: SLF001 - where moto keeps it
        text = message if isinstance(message, str) else json.dumps(message)
    if not is_ours:
        wrapped(message, message_id, subject=subject, message_attributes=message_attributes, **others)
        return
    with known("sns"):
        if filters is not None and not filters.matches(message_attributes, text):
            return
    if others.get("message_structure") == "json":
        text = subscription._parse_message_structure(text, "lambda")  # noqa: SLF001 - moto's own way
    with known("sns"):
        event = notification(
            topic_arn=topic.arn,
            subscription_arn=subscription.arn,
            message=text,
            message_id=message_id,
            subject=subject,
            attributes=_typed(message_attributes or {}),
            timestamp=to_the_millisecond(time.time()),
        )
        trigger = Trigger(
            function_arn=subscription.endpoint,
            payload=json.dumps(event).encode(),
            principal=PRINCIPAL,
            source_arn=topic.arn,
            source_account=topic.account_id,
        )
    ours.send(trigger)


def _typed(attributes: Mapping[str, Any]) -> Mapping[str, Mapping[str, str]]:
    return {
        name: {"Type": attribute["Type"], "Value": str(attribute["Value"])} for name, attribute in attributes.items()
    }


def _subscribe(_: Functions, wrapped: Any, __: Any, topic_arn: str, endpoint: str, protocol: str) -> Any:
    if protocol == "lambda" and topic_arn.endswith(".fifo"):
        from moto.sns.exceptions import SNSInvalidParameter  # noqa: PLC0415 - moto is loaded

        raise SNSInvalidParameter("Invalid parameter: Invalid protocol type: lambda")
    return wrapped(topic_arn, endpoint, protocol)


PLACES = [
    Place(module=_MODELS, owner="Subscription", name="publish", replacement=_publish),
    Place(module=_MODELS, owner="SNSBackend", name="subscribe", replacement=_subscribe),
]
