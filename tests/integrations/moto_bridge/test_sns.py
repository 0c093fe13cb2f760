"""Topics reach functions that are subscribed to them, with the whole message."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambda_mock import LambdaMock, LambdaMockWarning
from tests.integrations.moto_bridge.conftest import (
    ACCOUNT,
    ARN,
    REGION,
    Orders,
    any_qualifier,
    bucket,
    client,
    enforced,
    topic,
)


def messages(orders: Orders) -> list[str]:
    return [event["Records"][0]["Sns"]["Message"] for event in orders.events]


@any_qualifier
def test_a_message_reaches_exactly_the_arn_that_is_subscribed(orders: Orders, arn: str, version: str) -> None:
    client("sns").publish(TopicArn=topic(arn), Message="hello")
    assert [told[:2] for told in orders.told] == [(version, arn)]


def test_a_record_has_all_that_sns_tells(orders: Orders) -> None:
    topic_arn = topic(f"{ARN}:PROD")
    attributes = {
        "size": {"DataType": "Number", "StringValue": "12"},
        "raw": {"DataType": "Binary", "BinaryValue": b"\x00\x01"},
        "name": {"DataType": "String", "StringValue": "cat"},
    }
    sns = client("sns")
    answer = sns.publish(TopicArn=topic_arn, Message="hello", Subject="news", MessageAttributes=attributes)
    (subscription,) = sns.list_subscriptions()["Subscriptions"]
    (event,) = orders.events
    told = event["Records"][0]["Sns"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told["Timestamp"])
    assert re.fullmatch(r"[A-Za-z0-9+/]+=*", told["Signature"])
    assert re.fullmatch(
        r"https://sns\.us-east-1\.amazonaws\.com/SimpleNotificationService-[0-9a-f]{32}\.pem", told["SigningCertUrl"]
    )
    unsubscribe = f"?Action=Unsubscribe&SubscriptionArn={subscription['SubscriptionArn']}"
    assert event == {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": subscription["SubscriptionArn"],
                "Sns": {
                    "Type": "Notification",
                    "MessageId": answer["MessageId"],
                    "TopicArn": topic_arn,
                    "Subject": "news",
                    "Message": "hello",
                    "Timestamp": told["Timestamp"],
                    "SignatureVersion": "1",
                    "Signature": told["Signature"],
                    "SigningCertUrl": told["SigningCertUrl"],
                    "UnsubscribeUrl": f"https://sns.us-east-1.amazonaws.com/{unsubscribe}",
                    "MessageAttributes": {
                        "size": {"Type": "Number", "Value": "12"},
                        "raw": {"Type": "Binary", "Value": "AAE="},
                        "name": {"Type": "String", "Value": "cat"},
                    },
                },
            }
        ]
    }


def test_a_message_without_a_subject_has_none(orders: Orders) -> None:
    client("sns").publish(TopicArn=topic(ARN), Message="hello")
    told = orders.events[0]["Records"][0]["Sns"]
    assert (told["Subject"], told["MessageAttributes"]) == (None, {})


def test_each_message_of_a_batch_is_an_event(orders: Orders) -> None:
    entries = [{"Id": str(n), "Message": f"m{n}"} for n in range(3)]
    client("sns").publish_batch(TopicArn=topic(ARN), PublishBatchRequestEntries=entries)
    assert messages(orders) == ["m0", "m1", "m2"]


def test_the_text_for_functions_is_taken_from_a_structured_message(orders: Orders) -> None:
    sns, topic_arn = client("sns"), topic(ARN)
    for texts in ({"default": "all", "lambda": "functions"}, {"default": "all", "sqs": "queues"}):
        sns.publish(TopicArn=topic_arn, Message=json.dumps(texts), MessageStructure="json")
    assert messages(orders) == ["functions", "all"]


def test_a_structured_message_without_a_text_for_functions_is_refused(orders: Orders) -> None:
    with pytest.raises(ClientError, match="default"):
        client("sns").publish(TopicArn=topic(ARN), Message='{"sqs": "queues"}', MessageStructure="json")
    assert orders.told == []


def test_a_filter_policy_decides(orders: Orders) -> None:
    sns, topic_arn = client("sns"), topic(ARN, FilterPolicy=json.dumps({"kind": ["cat"]}))
    for kind in ("dog", "cat"):
        sns.publish(
            TopicArn=topic_arn,
            Message=kind,
            MessageAttributes={"kind": {"DataType": "String", "StringValue": kind}},
        )
    assert messages(orders) == ["cat"]


def test_other_subscribers_get_it_as_ever(orders: Orders) -> None:
    topic_arn = topic(ARN)
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    client("sns").subscribe(
        TopicArn=topic_arn,
        Protocol="sqs",
        Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:q",
        Attributes={"RawMessageDelivery": "true"},
    )
    client("sns").publish(TopicArn=topic_arn, Message="hello")
    assert [message["Body"] for message in sqs.receive_message(QueueUrl=url)["Messages"]] == ["hello"]
    assert messages(orders) == ["hello"]


def test_a_fifo_topic_takes_no_functions(mock: LambdaMock) -> None:
    sns = client("sns")
    topic_arn = sns.create_topic(Name="news.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    with pytest.raises(ClientError, match="Invalid parameter: Invalid protocol type: lambda") as caught:
        sns.subscribe(TopicArn=topic_arn, Protocol="lambda", Endpoint=ARN)
    assert caught.value.response["Error"]["Code"] == "InvalidParameter"


def test_what_s3_publishes_reaches_functions_too(orders: Orders) -> None:
    topic_arn = topic(f"{ARN}:PROD")
    s3 = bucket(TopicConfigurations=[{"TopicArn": topic_arn, "Events": ["s3:ObjectCreated:*"]}])
    s3.put_object(Bucket="photos", Key="k", Body=b"")
    _, told = [json.loads(message) for message in messages(orders)]
    assert told["Records"][0]["s3"]["object"]["key"] == "k"
    assert orders.versions == ["1", "1"]


def test_what_ses_tells_of_a_bounce_reaches_functions_too(orders: Orders) -> None:
    ses = client("ses")
    ses.verify_domain_identity(Domain="example.com")
    ses.set_identity_notification_topic(Identity="example.com", NotificationType="Bounce", SnsTopic=topic(ARN))
    ses.send_email(
        Source="shop@example.com",
        Destination={"ToAddresses": ["bounce@simulator.amazonses.com"]},
        Message={"Subject": {"Data": "hi"}, "Body": {"Text": {"Data": "hello"}}},
    )
    (told,) = map(json.loads, messages(orders))
    assert told["bounce"]["bounceType"] == "Permanent"


def test_a_function_that_is_not_there_is_a_warning(mock: LambdaMock) -> None:
    topic_arn = topic(f"{ARN}:PROD")
    with pytest.warns(LambdaMockWarning, match="orders:PROD"):
        client("sns").publish(TopicArn=topic_arn, Message="hello")


@enforced
def test_a_topic_needs_a_grant_on_exactly_the_alias(mock: LambdaMock, orders: Orders) -> None:
    topic_arn: Any = topic(f"{ARN}:PROD")
    orders.grant("sns.amazonaws.com", SourceArn=topic_arn)
    with pytest.warns(LambdaMockWarning, match=r"add_permission\(FunctionName='orders', Qualifier='PROD'"):
        client("sns").publish(TopicArn=topic_arn, Message="hello")
    mock.refusals.assert_refused("orders", principal="sns.amazonaws.com", source_arn=topic_arn, qualifier="PROD")
    orders.grant("sns.amazonaws.com", "PROD", SourceArn=topic_arn)
    client("sns").publish(TopicArn=topic_arn, Message="again")
    assert messages(orders) == ["again"]
