"""SNS: subscriptions of functions to topics, whoever publishes: the test, S3, an alarm, or another function."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from lambda_mock.domain.triggers import Functions, Trigger
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
        event = _event(subscription, text, message_id, subject, message_attributes or {})
        trigger = Trigger(
            function_arn=subscription.endpoint,
            payload=json.dumps(event).encode(),
            principal=PRINCIPAL,
            source_arn=topic.arn,
            source_account=topic.account_id,
        )
    ours.send(trigger)


def _event(
    subscription: Any, message: str, message_id: str, subject: str | None, attributes: Mapping[str, Any]
) -> Mapping[str, Any]:
    topic_arn, arn = subscription.topic.arn, subscription.arn
    partition, region = topic_arn.split(":")[1], topic_arn.split(":")[3]
    host = f"https://sns.{region}.amazonaws.com{'.cn' if partition == 'aws-cn' else ''}"
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": arn,
                "Sns": {
                    "Type": "Notification",
                    "MessageId": message_id,
                    "TopicArn": topic_arn,
                    "Subject": subject,
                    "Message": message,
                    "Timestamp": _now(),
                    "SignatureVersion": "1",
                    "Signature": base64.b64encode(hashlib.sha512(f"{message_id}{message}".encode()).digest()).decode(),
                    "SigningCertUrl": f"{host}/SimpleNotificationService-{_certificate(region)}.pem",
                    "UnsubscribeUrl": f"{host}/?Action=Unsubscribe&SubscriptionArn={arn}",
                    "MessageAttributes": {
                        name: {"Type": attribute["Type"], "Value": str(attribute["Value"])}
                        for name, attribute in attributes.items()
                    },
                },
            }
        ]
    }


def _certificate(region: str) -> str:
    return hashlib.sha256(region.encode()).hexdigest()[:32]


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _subscribe(_: Functions, wrapped: Any, __: Any, topic_arn: str, endpoint: str, protocol: str) -> Any:
    if protocol == "lambda" and topic_arn.endswith(".fifo"):
        from moto.sns.exceptions import SNSInvalidParameter  # noqa: PLC0415 - moto is loaded

        raise SNSInvalidParameter("Invalid parameter: Invalid protocol type: lambda")
    return wrapped(topic_arn, endpoint, protocol)


PLACES = [
    Place(module=_MODELS, owner="Subscription", name="publish", replacement=_publish),
    Place(module=_MODELS, owner="SNSBackend", name="subscribe", replacement=_subscribe),
]
