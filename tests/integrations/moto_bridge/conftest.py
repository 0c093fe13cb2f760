"""A function with two versions and an alias, in a mock beside moto, and what it has been told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from moto import mock_aws

from lambda_mock import LambdaMock, mock_lambda

REGION = "us-east-1"
ACCOUNT = "123456789012"
ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders"


def client(service: str, region: str = REGION) -> Any:
    return boto3.client(service, region_name=region)  # type: ignore[call-overload]


@dataclass
class Orders:
    """The function `orders`: version 1 and 2, the alias PROD on version 1, and `$LATEST` like version 2."""

    mock: LambdaMock
    answer: Any = None
    told: list[tuple[str, str, Any]] = field(default_factory=list)

    def publish(self, version: str) -> None:
        self.mock.function("orders", self._handler(version), Publish=True)

    def _handler(self, version: str) -> Callable[[Any, Any], Any]:
        def handler(event: Any, context: Any) -> Any:
            self.told.append((version, context.invoked_function_arn, event))
            return self.answer

        return handler

    @property
    def events(self) -> list[Any]:
        return [event for _, _, event in self.told]

    @property
    def versions(self) -> list[str]:
        return [version for version, _, _ in self.told]

    def grant(self, principal: str, qualifier: str | None = None, **members: str) -> None:
        client("lambda").add_permission(
            FunctionName="orders",
            **({"Qualifier": qualifier} if qualifier else {}),
            StatementId="s",
            Action="lambda:InvokeFunction",
            Principal=principal,
            **members,
        )


def deployed(mock: LambdaMock) -> Orders:
    orders = Orders(mock)
    orders.publish("1")
    orders.publish("2")
    client("lambda").create_alias(FunctionName="orders", Name="PROD", FunctionVersion="1")
    return orders


@pytest.fixture
def config() -> dict[str, Any]:
    """The options of the mock."""
    return {}


@pytest.fixture
def mock(config: dict[str, Any]) -> Iterator[LambdaMock]:
    with mock_aws(), mock_lambda(**config) as mock:
        yield mock


@pytest.fixture
def orders(mock: LambdaMock) -> Orders:
    return deployed(mock)


any_qualifier = pytest.mark.parametrize(
    ("arn", "version"),
    [(ARN, "2"), (f"{ARN}:2", "2"), (f"{ARN}:1", "1"), (f"{ARN}:PROD", "1")],
    ids=["unqualified", "version", "older version", "alias"],
)

enforced = pytest.mark.parametrize("config", [{"enforce_policies": True}], ids=["enforced"])


def bucket(name: str = "photos", **configuration: Any) -> Any:
    s3 = client("s3")
    s3.create_bucket(Bucket=name)
    if configuration:
        s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration=configuration)
    return s3


def notifying(arn: str, *events: str, **members: Any) -> dict[str, Any]:
    one = {"Id": "to-lambda", "LambdaFunctionArn": arn, "Events": list(events or ("s3:ObjectCreated:*",)), **members}
    return {"LambdaFunctionConfigurations": [one]}


def topic(arn: str, **attributes: str) -> str:
    sns = client("sns")
    topic_arn: str = sns.create_topic(Name="news")["TopicArn"]
    sns.subscribe(TopicArn=topic_arn, Protocol="lambda", Endpoint=arn, Attributes=attributes)
    return topic_arn


def rule(*targets: Any, name: str = "rule", pattern: Any = None, **members: Any) -> Any:
    events = client("events")
    bus = {"EventBusName": members["EventBusName"]} if "EventBusName" in members else {}
    given = {} if "ScheduleExpression" in members else {"EventPattern": json.dumps(pattern or {"source": ["shop"]})}
    events.put_rule(Name=name, **given, **members)
    chosen = [{"Id": str(n), **(one if isinstance(one, dict) else {"Arn": one})} for n, one in enumerate(targets)]
    events.put_targets(Rule=name, Targets=chosen, **bus)
    return events


def put(detail: Any = None, **members: Any) -> Any:
    entry = {"Source": "shop", "DetailType": "Order placed", "Detail": json.dumps(detail or {"order": 1}), **members}
    return client("events").put_events(Entries=[entry])


def group(name: str, arn: str, pattern: str = "") -> Any:
    logs = client("logs")
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="stream")
    logs.put_subscription_filter(logGroupName=name, filterName="to-lambda", filterPattern=pattern, destinationArn=arn)
    return logs
