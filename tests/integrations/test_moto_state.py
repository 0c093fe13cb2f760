"""Moto answers while it is active and in charge, costs nothing else, and may change inside without breaking a test."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Any

import boto3
import moto
import moto.core.models
import moto.sqs.models
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from lambda_mock import LambdaMockWarning, mock_lambda
from lambda_mock.integrations.moto import moto_where_active

ACCOUNT = "123456789012"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:orders"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/orders"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}

FUNCTION: dict[str, Any] = {
    "FunctionName": "orders",
    "Role": ROLE,
    "PackageType": "Image",
    "Code": {"ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:latest"},
}


def has(arn: str) -> bool | None:
    neighbours = moto_where_active()
    assert neighbours is not None
    return neighbours.has(arn)


@pytest.fixture
def queue() -> Iterator[Any]:
    """The state of the queue `orders` in an active moto."""
    with mock_aws():
        boto3.client("sqs", region_name="us-east-1").create_queue(QueueName="orders")
        yield moto.sqs.models.sqs_backends[ACCOUNT]["us-east-1"].queues["orders"]


# When it answers -------------------------------------------------------------------------------------------------


def test_moto_is_active_between_its_start_and_its_stop() -> None:
    assert moto_where_active() is None
    with mock_aws():
        with mock_aws():
            pass
        assert moto_where_active() is not None
    assert moto_where_active() is None


def test_asking_whether_moto_is_active_does_not_import_it() -> None:
    script = (
        "import sys; from lambda_mock.integrations.moto import moto_where_active;"
        "print(moto_where_active(), 'moto' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "None False"


def test_asking_moto_loads_no_service_and_makes_no_state() -> None:
    script = f"""
import sys
from moto import mock_aws
from lambda_mock.domain.neighbours.port import MissingError
from lambda_mock.integrations.moto import moto_where_active

where = {{"account_id": "{ACCOUNT}", "region": "us-east-1"}}
questions = [
    lambda them: them.has("{QUEUE}"),
    lambda them: them.has("arn:aws:sns:us-east-1:{ACCOUNT}:orders"),
    lambda them: them.has("arn:aws:s3:::orders"),
    lambda them: them.has("arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/orders"),
    lambda them: them.has("arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/orders/stream/now"),
    lambda them: them.has("arn:aws:events:us-east-1:{ACCOUNT}:event-bus/orders"),
    lambda them: them.trust_policy("{ROLE}"),
    lambda them: them.vpc_of_subnet("subnet-1", **where),
    lambda them: them.vpc_of_security_group("sg-1", **where),
    lambda them: them.key_state("arn:aws:kms:us-east-1:{ACCOUNT}:key/1"),
    lambda them: them.visibility_timeout("{QUEUE}"),
    lambda them: them.shards("arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/orders"),
    lambda them: them.retention("arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/orders/stream/now"),
    lambda them: them.object_in_s3("orders", "orders.zip", None, **where),
    lambda them: them.image_digest("orders", tag="latest", digest=None, **where),
]
with mock_aws():
    before = set(sys.modules)
    for question in questions:
        try:
            print(question(moto_where_active()), end=" ")
        except MissingError:
            print("missing", end=" ")
    print({{name for name in set(sys.modules) - before if name.startswith("moto.")}})
"""
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", script], check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == [*["False"] * 6, *["missing"] * 8, "None", "set()"]


def test_what_moto_has_no_idea_of_it_does_not_know(queue: Any) -> None:
    assert has(QUEUE) is True
    assert has(f"arn:aws:mq:us-east-1:{ACCOUNT}:broker:orders:b-1") is None
    assert has("orders") is None


@pytest.mark.parametrize(
    "config",
    [{"service_whitelist": ["s3"]}, {"passthrough": {"urls": [], "services": ["sqs"]}}],
    ids=["whitelist", "passthrough"],
)
def test_a_service_that_moto_leaves_alone_is_unknown(config: Any) -> None:
    with mock_aws(config={"core": config}):
        assert has(QUEUE) is None
        assert has("arn:aws:s3:::orders") is False


# In either order -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ours_first", [True, False])
def test_moto_answers_inside_and_outside_a_mock(*, ours_first: bool) -> None:
    order: list[AbstractContextManager[Any]] = [mock_lambda(), mock_aws()]
    if not ours_first:
        order.reverse()
    with ExitStack() as stack:
        for manager in order:
            stack.enter_context(manager)
        client = boto3.client("lambda", region_name="us-east-1")
        with pytest.raises(ClientError, match=r"The role defined for the function cannot be assumed by Lambda\."):
            client.create_function(**FUNCTION)
        boto3.client("iam").create_role(RoleName="orders", AssumeRolePolicyDocument=json.dumps(TRUST))
        client.create_function(**FUNCTION)

        mapping: dict[str, Any] = {"FunctionName": "orders", "EventSourceArn": QUEUE}
        with pytest.raises(ClientError, match=r"The specified queue does not exist\."):
            client.create_event_source_mapping(**mapping)
        boto3.client("sqs", region_name="us-east-1").create_queue(QueueName="orders")
        assert client.create_event_source_mapping(**mapping)["EventSourceArn"] == QUEUE


def test_a_mock_that_outlives_moto_believes_again() -> None:
    with mock_lambda():
        client = boto3.client("lambda", region_name="us-east-1")
        with mock_aws(), pytest.raises(ClientError, match="cannot be assumed"):
            client.create_function(**FUNCTION)
        client.create_function(**FUNCTION)


# Another moto than the ones we know ------------------------------------------------------------------------------


def test_a_moto_that_is_otherwise_inside_is_named_and_believed(queue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(moto.sqs.models, "sqs_backends")
    named = (
        rf"moto {moto.__version__} keeps sqs in a way that lambda_mock doesn't know \(AttributeError: .+sqs_backends"
    )
    with pytest.warns(LambdaMockWarning, match=named):
        assert has(QUEUE) is None


def test_a_lookup_that_fails_inside_moto_is_no_answer(queue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moto.sqs.models, "sqs_backends", {ACCOUNT: {"us-east-1": object()}})
    with pytest.warns(LambdaMockWarning, match="keeps sqs"):
        assert has(QUEUE) is None


def test_a_function_is_created_although_moto_is_otherwise_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_aws(), mock_lambda():
        boto3.client("iam").list_roles()
        monkeypatch.delattr("moto.iam.models.iam_backends")
        client = boto3.client("lambda", region_name="us-east-1")
        with pytest.warns(LambdaMockWarning, match="keeps iam"):
            client.create_function(**FUNCTION)


def test_a_moto_that_switches_otherwise_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_aws():
        monkeypatch.setattr(moto.core.models, "botocore_stubber", object())
        with pytest.warns(LambdaMockWarning, match="keeps its switch"):
            assert moto_where_active() is None
        monkeypatch.undo()
