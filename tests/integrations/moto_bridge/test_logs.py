"""Subscription filters of log groups reach functions, those on logs of functions included."""

from __future__ import annotations

import base64
import gzip
import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambda_mock import LambdaMock, LambdaMockError
from tests.integrations.moto_bridge.conftest import ACCOUNT, ARN, REGION, Orders, any_qualifier, client, enforced, group

REFUSED = (
    "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your "
    "function."
)


def write(logs: Any, *texts: str, name: str = "/app") -> int:
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": text} for text in texts]
    logs.put_log_events(logGroupName=name, logStreamName="stream", logEvents=events)
    return now


def unpacked(event: Any) -> Any:
    return json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))


def texts_of(orders: Orders) -> list[list[str]]:
    return [[one["message"] for one in unpacked(event)["logEvents"]] for event in orders.events]


@any_qualifier
def test_events_of_a_group_reach_exactly_the_arn_of_the_filter(orders: Orders, arn: str, version: str) -> None:
    write(group("/app", arn), "hello")
    assert [told[:2] for told in orders.told] == [(version, arn)]


def test_the_events_are_packed_as_cloudwatch_logs_packs_them(orders: Orders) -> None:
    moment = write(group("/app", f"{ARN}:PROD"), "one", "two")
    (event,) = orders.events
    told = unpacked(event)
    assert set(event) == {"awslogs"}
    assert told == {
        "messageType": "DATA_MESSAGE",
        "owner": ACCOUNT,
        "logGroup": "/app",
        "logStream": "stream",
        "subscriptionFilters": ["to-lambda"],
        "logEvents": [
            {"id": one["id"], "timestamp": moment, "message": text}
            for one, text in zip(told["logEvents"], ["one", "two"], strict=True)
        ],
    }
    assert [len(one["id"]) for one in told["logEvents"]] == [56, 56]


def test_a_pattern_decides_which_events_there_are(orders: Orders) -> None:
    logs = group("/app", ARN, pattern="ERROR")
    write(logs, "all is well")
    write(logs, "ERROR one", "well", "ERROR two")
    assert texts_of(orders) == [["ERROR one", "ERROR two"]]


def test_other_destinations_get_them_as_ever(orders: Orders) -> None:
    logs = client("logs")
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="s", ShardCount=1)
    logs.create_log_group(logGroupName="/app")
    logs.create_log_stream(logGroupName="/app", logStreamName="stream")
    logs.put_subscription_filter(
        logGroupName="/app",
        filterName="f",
        filterPattern="",
        destinationArn=f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/s",
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/r",
    )
    write(logs, "hello")
    shard = kinesis.list_shards(StreamName="s")["Shards"][0]["ShardId"]
    iterator = kinesis.get_shard_iterator(StreamName="s", ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    assert len(kinesis.get_records(ShardIterator=iterator["ShardIterator"])["Records"]) == 1


def test_the_log_of_a_function_reaches_another_one(mock: LambdaMock, orders: Orders) -> None:
    mock.function("noisy", lambda event, context: print("hello"))  # noqa: T201 - that is what it is for
    client("lambda").invoke(FunctionName="noisy")
    client("logs").put_subscription_filter(
        logGroupName="/aws/lambda/noisy", filterName="f", filterPattern="hello", destinationArn=f"{ARN}:PROD"
    )
    client("lambda").invoke(FunctionName="noisy")
    assert texts_of(orders) == [["hello\n"]]
    assert orders.versions == ["1"]


@pytest.mark.parametrize("invocation_type", ["RequestResponse", "Event"])
def test_a_function_that_its_own_log_leads_back_to_is_stopped(
    mock: LambdaMock, orders: Orders, invocation_type: str
) -> None:
    invoke = client("lambda").invoke
    invoke(FunctionName="orders")
    client("logs").put_subscription_filter(
        logGroupName="/aws/lambda/orders", filterName="f", filterPattern="", destinationArn=ARN
    )
    orders.told.clear()
    invoke(FunctionName="orders", InvocationType=invocation_type)
    assert len(orders.told) == 16


def test_what_is_for_the_author_of_a_test_is_heard_though_a_log_led_to_it(mock: LambdaMock, orders: Orders) -> None:
    def fail(event: Any, context: Any) -> None:
        raise LambdaMockError("for the author")

    arn = mock.function("wrong", fail)
    client("lambda").invoke(FunctionName="orders")
    client("logs").put_subscription_filter(
        logGroupName="/aws/lambda/orders", filterName="f", filterPattern="", destinationArn=arn
    )
    with pytest.raises(LambdaMockError, match="for the author"):
        client("lambda").invoke(FunctionName="orders")


@pytest.mark.parametrize("arn", [f"{ARN}:TEST", f"{ARN}:3", f"{ARN}s"])
def test_a_filter_for_a_function_that_is_not_there_is_refused(orders: Orders, arn: str) -> None:
    with pytest.raises(ClientError, match=REFUSED) as caught:
        group("/app", arn)
    assert caught.value.response["Error"]["Code"] == "InvalidParameterException"
    assert client("logs").describe_subscription_filters(logGroupName="/app")["subscriptionFilters"] == []


def test_a_filter_of_a_group_that_is_not_there_is_refused_in_motos_words(orders: Orders) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client("logs").put_subscription_filter(
            logGroupName="/app", filterName="f", filterPattern="", destinationArn=ARN
        )


@enforced
@pytest.mark.parametrize("principal", ["logs.amazonaws.com", "logs.us-east-1.amazonaws.com"])
def test_a_filter_needs_a_grant_on_exactly_the_alias(mock: LambdaMock, orders: Orders, principal: str) -> None:
    source = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/app:*"
    orders.grant(principal, SourceArn=source, SourceAccount=ACCOUNT)
    with pytest.raises(ClientError, match=REFUSED):
        group("/app", f"{ARN}:PROD")
    mock.refusals.assert_refused("orders", qualifier="PROD", principal="logs.amazonaws.com", times=1)
    orders.grant(principal, "PROD", SourceArn=source, SourceAccount=ACCOUNT)
    logs = client("logs")
    logs.put_subscription_filter(logGroupName="/app", filterName="f", filterPattern="", destinationArn=f"{ARN}:PROD")
    write(logs, "hello")
    assert texts_of(orders) == [["hello"]]
