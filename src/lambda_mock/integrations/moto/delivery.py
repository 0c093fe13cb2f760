"""What Lambda sends to other services, sent to moto's by clients of its own: as that account, and to nowhere else.

Their requests go the way that all requests of botocore go, so that moto's services check and answer them as anybody's.
Nothing of the user's settings counts: no profile, no endpoint, no credentials.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from lambda_mock.domain.neighbours.port import Attributes, RefusedError
from lambda_mock.errors import LambdaMockError, LambdaMockWarning
from lambda_mock.integrations.moto.state import is_active, mocks

_ACCOUNT_HEADER = "x-moto-account-id"
_SETTINGS: Any = {
    "ignore_configured_endpoint_urls": True,
    "retries": {"mode": "standard", "total_max_attempts": 1},
    "use_dualstack_endpoint": False,
    "use_fips_endpoint": False,
}
_making_clients = threading.Lock()


def send_message(queue_arn: str, body: str, attributes: Attributes, trace: str | None) -> bool | None:
    """Send a message to a queue, with a trace header if there is one."""
    region, account_id, name = _parts(queue_arn)

    def send(sqs: Any) -> None:
        sqs.send_message(
            QueueUrl=f"{sqs.meta.endpoint_url}/{account_id}/{name}",
            MessageBody=body,
            MessageAttributes=_members(attributes),
            MessageSystemAttributes=_members({} if trace is None else {"AWSTraceHeader": ("String", trace)}),
        )

    return _send("sqs", region, account_id, send)


def publish(topic_arn: str, message: str, attributes: Attributes) -> bool | None:
    """Publish a message to a topic."""
    region, account_id, _ = _parts(topic_arn)

    def send(sns: Any) -> None:
        sns.publish(TopicArn=topic_arn, Message=message, MessageAttributes=_members(attributes))

    return _send("sns", region, account_id, send)


def put_event(bus_arn: str, detail_type: str, resources: Sequence[str], detail: str) -> bool | None:
    """Put an event on a bus."""
    region, account_id, _ = _parts(bus_arn)
    entry = {
        "Source": "lambda",
        "DetailType": detail_type,
        "Resources": resources,
        "Detail": detail,
        "EventBusName": bus_arn,
    }

    def send(events: Any) -> None:
        (result,) = events.put_events(Entries=[entry])["Entries"]
        if "ErrorCode" in result:
            raise RefusedError(f"{result['ErrorCode']}: {result['ErrorMessage']}")

    return _send("events", region, account_id, send)


def put_object(bucket: str, key: str, body: bytes, account_id: str, region: str) -> bool | None:
    """Put an object into a bucket."""

    def send(s3: Any) -> None:
        s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json")

    return _send("s3", region, account_id, send)


def _send(service: str, region: str, account_id: str, send: Callable[[Any], None]) -> bool | None:
    """Whether it was sent; None where moto isn't in charge of the service. Whatever goes wrong is a refusal."""
    if not mocks(service):
        return None
    try:
        send(_client(service, region, account_id))
    except (RefusedError, LambdaMockError, LambdaMockWarning):
        # The last two speak to the test, whose function ran because of what was sent.
        raise
    except Exception as error:
        raise RefusedError(f"{type(error).__name__}: {error}") from error
    return True


def _parts(arn: str) -> tuple[str, str, str]:
    """Region, account and name of what an ARN names; empty where it is cut short."""
    region, account_id, name = (*arn.split(":", 5), "", "", "")[3:6]
    return region, account_id, name


def _members(attributes: Attributes) -> Mapping[str, Mapping[str, str]]:
    return {name: {"DataType": kind, "StringValue": value} for name, (kind, value) in attributes.items()}


@cache
def _client(service: str, region: str, account_id: str) -> Any:
    """A client that works as an account, whatever access keys moto's IAM has handed out."""
    from botocore.config import Config  # noqa: PLC0415 - loaded where something is sent

    with _making_clients:
        client = _session().create_client(
            service,
            region_name=region,
            aws_access_key_id="lambda",
            aws_secret_access_key="lambda",  # noqa: S106 - nobody checks it
            config=Config(**_SETTINGS),
        )

    def as_account(params: Any, **_: object) -> None:
        params["headers"][_ACCOUNT_HEADER] = account_id

    client.meta.events.register("before-call", as_account)
    client.meta.events.register_first("before-send", _stay_inside)
    return client


@cache
def _session() -> Any:
    from botocore.session import Session  # noqa: PLC0415

    nowhere = (None, None, os.devnull, None)
    return Session({"profile": (None, None, None, None), "config_file": nowhere, "credentials_file": nowhere})


def _stay_inside(**_: object) -> None:
    if not is_active():
        raise RefusedError("moto has ended meanwhile.")
