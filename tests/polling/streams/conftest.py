"""Streams of moto beside a mock whose clock only moves where Lambda waits, or a test lets it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

if TYPE_CHECKING:
    from lambda_mock import LambdaMock

REGION = "us-east-1"
ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/lambda-role"
ORDERS = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders"
NOW = 2_000_000_000
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
_SESSION: Any = boto3.Session(aws_access_key_id=ACCOUNT, aws_secret_access_key="secret", region_name=REGION)


@cache
def _client(service: str) -> Any:
    return _SESSION.client(service)


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
        """What was in the records of each run, in its order."""
        return [data_of(event) for event in self.events]


def data_of(event: Any) -> list[str]:
    """The data of records of Kinesis as text, and the keys of those of tables."""
    return [
        base64.b64decode(record["kinesis"]["data"]).decode()
        if "kinesis" in record
        else record["dynamodb"]["Keys"]["id"]["S"]
        for record in event["Records"]
    ]


def failing(*bad: str | set[str]) -> Callable[[Any], Any]:
    """What fails for batches that have any of this data in them, or always where none is named."""

    def answer(event: Any) -> None:
        named = {data for each in bad for data in ({each} if isinstance(each, str) else each)}
        if not bad or named & set(data_of(event)):
            raise ValueError("intentional failure")

    return answer


@dataclass
class Streams:
    """Moto's streams and tables, and mappings of them for the function `orders`."""

    mock: LambdaMock
    aws: Any

    def client(self, service: str) -> Any:
        return _client(service)

    def stream(self, name: str = "clicks", shards: int = 1) -> str:
        """The ARN of a new stream."""
        self.client("kinesis").create_stream(StreamName=name, ShardCount=shards)
        return f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}"

    def put(self, *data: str, key: str = "k", name: str = "clicks") -> None:
        """Put records in one call."""
        records = [{"Data": each.encode(), "PartitionKey": key} for each in data]
        self.client("kinesis").put_records(StreamName=name, Records=records)

    def table(self, view: str = "NEW_AND_OLD_IMAGES", name: str = "items") -> str:
        """The ARN of the stream of a new table whose key is `id`."""
        table = self.client("dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": view},
        )
        return str(table["TableDescription"]["LatestStreamArn"])

    def item(self, id_: str, name: str = "items", **members: Any) -> None:
        """Put an item."""
        self.client("dynamodb").put_item(TableName=name, Item={"id": {"S": id_}, **members})

    def function(self, answers: Callable[[Any], Any] = lambda _: None, name: str = "orders", **members: Any) -> Handler:
        """A function of that name, which does that with events."""
        handler = Handler(answers)
        self.mock.function(name, handler, Role=ROLE, **members)
        return handler

    def map(self, arn: str, function: str = "orders", **members: Any) -> str:
        """Map a stream to a function; gives the id of the mapping."""
        members.setdefault("StartingPosition", "TRIM_HORIZON")
        mapping = self.aws.create_event_source_mapping(FunctionName=function, EventSourceArn=arn, **members)
        return str(mapping["UUID"])

    def result(self, uuid: str) -> str:
        return str(self.aws.get_event_source_mapping(UUID=uuid)["LastProcessingResult"])

    def queue(self, name: str = "failures") -> str:
        """The ARN of a new queue."""
        self.client("sqs").create_queue(QueueName=name)
        return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"

    def bodies(self, name: str = "failures") -> list[Any]:
        """What is in a queue."""
        sqs = self.client("sqs")
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]


def to(destination: str) -> Any:
    """The setting that has failures told to a destination."""
    return {"OnFailure": {"Destination": destination}}


def sequence_numbers(event: Any) -> Sequence[str]:
    return [
        record["kinesis"]["sequenceNumber"] if "kinesis" in record else record["dynamodb"]["SequenceNumber"]
        for record in event["Records"]
    ]


@pytest.fixture
def streams(mock_lambda: LambdaMock, lambda_client: Any) -> Iterator[Streams]:
    mock_lambda.clock.freeze()
    mock_lambda.clock.advance(NOW - mock_lambda.clock.time())
    with mock_aws():
        streams = Streams(mock_lambda, lambda_client)
        streams.client("iam").create_role(RoleName="lambda-role", AssumeRolePolicyDocument=json.dumps(TRUST))
        yield streams
