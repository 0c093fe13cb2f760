"""The queue or topic for dead letters has to be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conformance.conftest import Account
    from tests.conformance.neighbours.conftest import Moto

TARGETS = pytest.mark.parametrize(
    ("service", "sending"), [("sqs", "SendMessage on SQS"), ("sns", "Publish on SNS")], ids=["queue", "topic"]
)


@TARGETS
def test_a_target_that_is_not_there_is_refused(aws: Account, moto: Moto, service: str, sending: str) -> None:
    dead = {"TargetArn": f"arn:aws:{service}:us-east-1:123456789012:missing"}
    message = f"The provided execution role does not have permissions to call {sending}"
    assert aws.refused_creation(DeadLetterConfig=dead) == aws.invalid(message)
    aws.create()
    moto.queue()
    moto.topic()
    refusal = aws.refusal("update_function_configuration", FunctionName="orders", DeadLetterConfig=dead)
    assert refusal == aws.invalid(message)
    assert "DeadLetterConfig" not in aws.shown()


def test_a_target_that_is_there_is_shown(aws: Account, moto: Moto) -> None:
    queue, topic = {"TargetArn": moto.queue()}, {"TargetArn": moto.topic()}
    assert aws.create(DeadLetterConfig=queue)["DeadLetterConfig"] == queue
    assert aws.configure(DeadLetterConfig=topic)["DeadLetterConfig"] == topic
    assert "DeadLetterConfig" not in aws.configure(DeadLetterConfig={"TargetArn": ""})


def test_an_update_that_names_no_target_looks_for_none(aws: Account, moto: Moto) -> None:
    queue = {"TargetArn": moto.queue()}
    aws.create(DeadLetterConfig=queue)
    moto.client("sqs").delete_queue(QueueUrl=moto.client("sqs").get_queue_url(QueueName="orders")["QueueUrl"])
    assert aws.configure(DeadLetterConfig={})["DeadLetterConfig"] == queue


def test_an_arn_that_is_cut_short_names_nothing(aws: Account, moto: Moto) -> None:
    moto.queue()
    refusal = aws.refused_creation(DeadLetterConfig={"TargetArn": "arn:aws:sqs:orders"})
    assert refusal == aws.invalid("The provided execution role does not have permissions to call SendMessage on SQS")


@TARGETS
def test_without_moto_every_target_is_believed(aws: Account, service: str, sending: str) -> None:
    dead = {"TargetArn": f"arn:aws:{service}:us-east-1:123456789012:missing"}
    assert aws.create(DeadLetterConfig=dead)["DeadLetterConfig"] == dead
