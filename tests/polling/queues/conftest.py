"""Queues of moto beside a mock whose clock only moves where Lambda waits, or a test lets it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from lambda_mock import mock_lambda

if TYPE_CHECKING:
    from lambda_mock import LambdaMock

REGION = "us-east-1"
ACCOUNT = "123456789012"
OTHER_ACCOUNT = "210987654321"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/lambda-role"
ORDERS = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders"
NOW = 2_000_000_000
REPORTS: Any = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@cache
def _client(service: str, region: str, account: str) -> Any:
    session: Any = boto3.Session(aws_access_key_id=account, aws_secret_access_key="secret", region_name=region)
    client = session.client(service)
    if account != ACCOUNT:
        client.meta.events.register(
            "before-call", lambda params, **_: params["headers"].update({"x-moto-account-id": account})
        )
    return client


@dataclass
class Handler:
    """A function that keeps the events that it was given, and then does what `answers` with each of them."""

    answers: Callable[[Any], Any] = lambda _: None
    events: list[Any] = field(default_factory=list)

    def __call__(self, event: Any, _: Any) -> Any:
        self.events.append(deepcopy(event))
        return self.answers(event)

    @property
    def batches(self) -> list[list[str]]:
        """The bodies that were in each run, in its order."""
        return [bodies_of(event) for event in self.events]

    @property
    def receives(self) -> list[str]:
        """How often the first message of each run had been received."""
        return [event["Records"][0]["attributes"]["ApproximateReceiveCount"] for event in self.events]


def bodies_of(event: Any) -> list[str]:
    return [record["body"] for record in event["Records"]]


def failing(*bad: str, times: int | None = None) -> Callable[[Any], Any]:
    """What fails for batches with any of these bodies, or always where none is named; or only so many times."""
    left = [times]

    def answer(event: Any) -> None:
        if left[0] == 0 or (bad and not set(bad) & set(bodies_of(event))):
            return
        left[0] = None if left[0] is None else left[0] - 1
        raise ValueError("intentional failure")

    return answer


def reporting(*bad: str) -> Callable[[Any], Any]:
    """What says of these bodies that they have failed."""

    def answer(event: Any) -> Any:
        failed = [record["messageId"] for record in event["Records"] if record["body"] in bad]
        return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}

    return answer


@dataclass
class Queues:
    """Moto's queues, and mappings of them for the function `orders`."""

    mock: LambdaMock
    aws: Any

    def sqs(self, arn: str = "") -> Any:
        region, account = arn.split(":")[3:5] if arn else (REGION, ACCOUNT)
        return _client("sqs", region, account)

    def client(self, service: str) -> Any:
        return _client(service, REGION, ACCOUNT)

    def queue(self, name: str = "jobs", account: str = ACCOUNT, region: str = REGION, **attributes: Any) -> str:
        """The ARN of a new queue."""
        if name.endswith(".fifo"):
            attributes["FifoQueue"] = "true"
        _client("sqs", region, account).create_queue(
            QueueName=name, Attributes={key: str(value) for key, value in attributes.items()}
        )
        return f"arn:aws:sqs:{region}:{account}:{name}"

    def with_dead_letters(self, times: int = 3, name: str = "jobs", **attributes: Any) -> str:
        """The ARN of a new queue whose messages go to the queue `dead` when they were received so many times."""
        dead = self.queue("dead.fifo" if name.endswith(".fifo") else "dead")
        policy = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": times})
        return self.queue(name, RedrivePolicy=policy, **attributes)

    def url(self, arn: str) -> str:
        return str(self.sqs(arn).get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"])

    def send(self, arn: str, *bodies: str, **members: Any) -> None:
        """Send messages in one call."""
        entries = [{"Id": str(place), "MessageBody": body, **members} for place, body in enumerate(bodies)]
        self.sqs(arn).send_message_batch(QueueUrl=self.url(arn), Entries=entries)

    def send_to_group(self, arn: str, group: str, *bodies: str) -> None:
        """Send messages of a group to a FIFO queue in one call."""
        entries = [
            {
                "Id": str(place),
                "MessageBody": body,
                "MessageGroupId": group,
                "MessageDeduplicationId": f"{group}{body[:9]}",
            }
            for place, body in enumerate(bodies)
        ]
        self.sqs(arn).send_message_batch(QueueUrl=self.url(arn), Entries=entries)

    def receive(self, arn: str, **members: Any) -> list[Any]:
        """What a consumer of the test's own receives."""
        received = self.sqs(arn).receive_message(QueueUrl=self.url(arn), MaxNumberOfMessages=10, **members)
        return list(received.get("Messages", []))

    def bodies(self, arn: str) -> list[str]:
        return [message["Body"] for message in self.receive(arn)]

    def counts(self, arn: str) -> tuple[int, int]:
        """How many messages of a queue can be received, and how many are in flight."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        told = self.sqs(arn).get_queue_attributes(QueueUrl=self.url(arn), AttributeNames=names)["Attributes"]
        return int(told[names[0]]), int(told[names[1]])

    def function(self, answers: Callable[[Any], Any] = lambda _: None, name: str = "orders", **members: Any) -> Handler:
        """A function of that name, which does that with events."""
        handler = Handler(answers)
        self.mock.function(name, handler, Role=ROLE, **members)
        return handler

    def map(self, arn: str, function: str = "orders", **members: Any) -> str:
        """Map a queue to a function; gives the id of the mapping."""
        mapping = self.aws.create_event_source_mapping(FunctionName=function, EventSourceArn=arn, **members)
        return str(mapping["UUID"])

    @property
    def now(self) -> Any:
        """How far the clock has moved, in seconds."""
        return self.mock.clock.time() - NOW


@contextmanager
def beside_moto(mock: LambdaMock) -> Iterator[Queues]:
    """Moto's queues beside a mock, whose clock stands at NOW."""
    mock.clock.freeze()
    mock.clock.advance(NOW - mock.clock.time())
    with mock_aws():
        _client("iam", REGION, ACCOUNT).create_role(RoleName="lambda-role", AssumeRolePolicyDocument=json.dumps(TRUST))
        yield Queues(mock, _client("lambda", REGION, ACCOUNT))


@pytest.fixture
def queues(mock_lambda: LambdaMock) -> Iterator[Queues]:
    with beside_moto(mock_lambda) as queues:
        yield queues


@pytest.fixture
def drained() -> Iterator[Queues]:
    """Nothing is read before `mock.drain()`."""
    with mock_lambda(async_mode="manual") as mock, beside_moto(mock) as queues:
        yield queues
