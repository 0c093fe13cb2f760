"""SNS's events: messages of topics, for functions that are subscribed and by way of queues."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from lambda_mock.events.made_up import ACCOUNT, REGION, Event, account_in, arn_of, body_of, region_in, uuid_of
from lambda_mock.events.message_attributes import Attributes, attributes_of
from lambda_mock.events.moments import Moment, epoch, to_the_millisecond
from lambda_mock.events.queues import SqsMessage, sqs


def notification(
    *,
    topic_arn: str,
    subscription_arn: str,
    message: str,
    message_id: str,
    subject: str | None,
    attributes: Mapping[str, Mapping[str, str]],
    timestamp: str,
) -> Event:
    """What a function is given that is subscribed to a topic. `attributes` have `Type` and `Value`, and are texts."""
    host = _host(topic_arn)
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": subscription_arn,
                "Sns": {
                    "Type": "Notification",
                    "MessageId": message_id,
                    "TopicArn": topic_arn,
                    "Subject": subject,
                    "Message": message,
                    "Timestamp": timestamp,
                    "SignatureVersion": "1",
                    "Signature": _signature(message_id, message),
                    "SigningCertUrl": f"{host}/SimpleNotificationService-{_certificate(topic_arn)}.pem",
                    "UnsubscribeUrl": f"{host}/?Action=Unsubscribe&SubscriptionArn={subscription_arn}",
                    "MessageAttributes": {name: dict(attribute) for name, attribute in attributes.items()},
                },
            }
        ]
    }


def _host(topic_arn: str) -> str:
    ending = ".cn" if topic_arn.split(":")[1] == "aws-cn" else ""
    return f"https://sns.{region_in(topic_arn)}.amazonaws.com{ending}"


def _signature(message_id: str, message: str) -> str:
    return base64.b64encode(hashlib.sha512(f"{message_id}{message}".encode()).digest()).decode()


def _certificate(topic_arn: str) -> str:
    return hashlib.sha256(region_in(topic_arn).encode()).hexdigest()[:32]


# Builders -------------------------------------------------------------------------------------------------------------


def sns(
    message: object = "Hello",
    *,
    subject: str | None = None,
    attributes: Attributes | None = None,
    topic: str = "topic",
    message_id: str | None = None,
    subscription_id: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """A message of a topic, for a function that is subscribed to it: `events.sns({"order": 1}, topic="orders")`.

    A text is the message as it is, anything else is sent as JSON. `topic` is a name or an ARN. Attributes are given as
    plain values, `{"kind": "cat", "size": 3, "raw": b"..."}`, or as boto3 takes them.

    Source: "Using AWS Lambda with Amazon SNS" in the developer guide of Lambda.
    """
    arn, text, message_id = _told(topic, message, message_id, region, account_id)
    return notification(
        topic_arn=arn,
        subscription_arn=f"{arn}:{subscription_id or uuid_of('subscription', arn)}",
        message=text,
        message_id=message_id,
        subject=subject,
        attributes=_typed(attributes),
        timestamp=to_the_millisecond(epoch(at)),
    )


def sns_to_sqs(
    message: object = "Hello",
    *,
    raw: bool = False,
    subject: str | None = None,
    attributes: Attributes | None = None,
    topic: str = "topic",
    queue: str = "queue",
    message_id: str | None = None,
    subscription_id: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """A message of a topic by way of a queue that a function reads: `events.sns_to_sqs({"order": 1}, raw=True)`.

    The body tells of the message, as JSON; with `raw`, for subscriptions with raw delivery, it is the message, and the
    attributes are those of the queue's message. `topic` and `queue` are names or ARNs, the rest is as for `events.sns`.

    Source: "Fanout Amazon SNS notifications to Amazon SQS queues" in the developer guide of SNS.
    """
    arn, text, message_id = _told(topic, message, message_id, region, account_id)
    if raw:
        return sqs(SqsMessage(text, attributes=attributes), queue=queue, region=region, account_id=account_id, at=at)
    host = _host(arn)
    subscription_arn = f"{arn}:{subscription_id or uuid_of('subscription', arn)}"
    typed = _typed(attributes)
    body = {
        "Type": "Notification",
        "MessageId": message_id,
        "TopicArn": arn,
        **({} if subject is None else {"Subject": subject}),
        "Message": text,
        "Timestamp": to_the_millisecond(epoch(at)),
        "SignatureVersion": "1",
        "Signature": _signature(message_id, text),
        "SigningCertURL": f"{host}/SimpleNotificationService-{_certificate(arn)}.pem",
        "UnsubscribeURL": f"{host}/?Action=Unsubscribe&SubscriptionArn={subscription_arn}",
        **({"MessageAttributes": typed} if typed else {}),
    }
    return sqs(json.dumps(body), queue=queue, region=region, account_id=account_id, at=at)


def _told(topic: str, message: object, message_id: str | None, region: str, account_id: str) -> tuple[str, str, str]:
    """The topic's ARN, the text of the message, and its id."""
    arn = arn_of("topic", topic, "sns", region, account_id)
    text = body_of("message", message)
    return arn, text, message_id or uuid_of("sns", account_in(arn), arn, text)


def _typed(attributes: Attributes | None) -> dict[str, dict[str, Any]]:
    return {
        name: {
            "Type": attribute.data_type,
            "Value": attribute.text if attribute.binary is None else base64.b64encode(attribute.binary).decode(),
        }
        for name, attribute in attributes_of(attributes).items()
    }
