"""Outcomes of events reach moto's queues, topics, buses and buckets, in whichever account and region they are."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from lambda_mock import LambdaMock, LambdaMockError, LambdaMockWarning
from lambda_mock.domain.neighbours.port import RefusedError
from lambda_mock.domain.tracing import trace_header
from lambda_mock.integrations.moto import delivery, moto_where_active

REGION = "us-east-1"
ACCOUNT = "123456789012"
OTHER_ACCOUNT = "210987654321"
ORDERS = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/lambda-role"
UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}

_SESSIONS: dict[str, Any] = {
    account: boto3.Session(aws_access_key_id=account, aws_secret_access_key="secret")
    for account in (ACCOUNT, OTHER_ACCOUNT)
}


class Services:
    """Moto's services, asked by an account as production code would."""

    def client(self, service: str, region: str = REGION, account: str = ACCOUNT) -> Any:
        client = _SESSIONS[account].client(service, region_name=region)
        if account != ACCOUNT:
            client.meta.events.register(
                "before-call", lambda params, **_: params["headers"].update({"x-moto-account-id": account})
            )
        return client

    def queue(self, name: str = "outcomes", region: str = REGION, account: str = ACCOUNT, **attributes: str) -> str:
        """The ARN of a new queue."""
        self.client("sqs", region, account).create_queue(QueueName=name, Attributes=attributes)
        return f"arn:aws:sqs:{region}:{account}:{name}"

    def messages(self, arn: str) -> list[Any]:
        """What is in a queue, with all that SQS says of it."""
        region, account, name = arn.split(":")[3:]
        sqs = self.client("sqs", region, account)
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        received = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["AWSTraceHeader"], MessageAttributeNames=["All"]
        )
        return list(received.get("Messages", []))

    def bodies(self, arn: str) -> list[Any]:
        return [json.loads(message["Body"]) for message in self.messages(arn)]


@pytest.fixture
def services(mock_lambda: LambdaMock) -> Iterator[Services]:
    """Moto inside the mock, with the role of its functions. Only what Lambda waits for moves the mock's clock."""
    mock_lambda.clock.freeze()
    mock_lambda.clock.advance(2_000_000_000 - mock_lambda.clock.time())
    with mock_aws():
        services = Services()
        services.client("iam").create_role(RoleName="lambda-role", AssumeRolePolicyDocument=json.dumps(TRUST))
        yield services


def works(event: Any, context: Any) -> Any:
    if event.get("raise_error"):
        raise ValueError("intentional failure")
    return {"arn": context.invoked_function_arn, "id": context.aws_request_id}


def orders(mock: LambdaMock, client: Any, destination: str | None = None, **members: Any) -> None:
    """A function that tells a destination how it ended, and is tried once."""
    mock.function("orders", works, Role=ROLE, **members)
    sides = ["OnFailure"] if destination and ":s3:" in destination else ["OnSuccess", "OnFailure"]
    destinations = {side: {"Destination": destination} for side in sides} if destination else {}
    client.put_function_event_invoke_config(
        FunctionName="orders", MaximumRetryAttempts=0, DestinationConfig=destinations
    )


def send(client: Any, event: Any) -> str:
    """Send an event, and give its request id."""
    answer = client.invoke(FunctionName="orders", InvocationType="Event", Payload=json.dumps(event))
    return str(answer["ResponseMetadata"]["RequestId"])


def success(request_id: str, event: Any) -> Any:
    return {
        "version": "1.0",
        "timestamp": "2033-05-18T03:33:20.000Z",
        "requestContext": {
            "requestId": request_id,
            "functionArn": f"{ORDERS}:$LATEST",
            "condition": "Success",
            "approximateInvokeCount": 1,
        },
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST"},
        "responsePayload": {"arn": ORDERS, "id": request_id},
    }


def failure(request_id: str, event: Any, delivered: Any) -> Any:
    """The record of a failure, whose stack trace is taken from what was delivered."""
    trace = delivered["responsePayload"]["stackTrace"]
    assert trace[-1].endswith('    raise ValueError("intentional failure")\n')
    expected = success(request_id, event)
    expected["requestContext"]["condition"] = "RetriesExhausted"
    expected["responseContext"]["functionError"] = "Unhandled"
    expected["responsePayload"] = {
        "errorMessage": "intentional failure",
        "errorType": "ValueError",
        "requestId": request_id,
        "stackTrace": trace,
    }
    return expected


def trace_of(request_id: str) -> str:
    return trace_header(None, request_id, ORDERS)


# Destinations ---------------------------------------------------------------------------------------------------------


def test_a_queue_is_sent_the_record(mock_lambda: LambdaMock, lambda_client: Any, services: Services) -> None:
    queue = services.queue()
    orders(mock_lambda, lambda_client, queue)
    request_id = send(lambda_client, {})
    (message,) = services.messages(queue)
    assert message == {
        "Attributes": {"AWSTraceHeader": trace_of(request_id)},
        "Body": json.dumps(success(request_id, {}), separators=(",", ":")),
        "MD5OfBody": hashlib.md5(message["Body"].encode()).hexdigest(),  # noqa: S324 - SQS's own
        "MessageId": message["MessageId"],
        "ReceiptHandle": message["ReceiptHandle"],
    }
    failed = send(lambda_client, {"raise_error": 1})
    (record,) = services.bodies(queue)
    assert record == failure(failed, {"raise_error": 1}, record)


def test_the_record_tells_how_often_an_event_was_tried(
    mock_lambda: LambdaMock, lambda_client: Any, services: Services
) -> None:
    queue = services.queue()
    orders(mock_lambda, lambda_client, queue)
    lambda_client.update_function_event_invoke_config(FunctionName="orders", MaximumRetryAttempts=2)
    request_id = send(lambda_client, {"raise_error": 1})
    (record,) = services.bodies(queue)
    expected = failure(request_id, {"raise_error": 1}, record)
    expected["requestContext"]["approximateInvokeCount"] = 3
    assert record == expected | {"timestamp": "2033-05-18T03:36:20.000Z"}


def test_a_topic_is_sent_the_record_as_message(mock_lambda: LambdaMock, lambda_client: Any, services: Services) -> None:
    queue, sns = services.queue(), services.client("sns")
    topic = sns.create_topic(Name="outcomes")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    orders(mock_lambda, lambda_client, topic)
    request_id = send(lambda_client, {})
    (notification,) = services.bodies(queue)
    assert (notification["Type"], notification["TopicArn"]) == ("Notification", topic)
    assert json.loads(notification["Message"]) == success(request_id, {})
    assert "MessageAttributes" not in notification


@pytest.mark.parametrize("fails", [True, False])
def test_an_event_bus_is_sent_the_record_as_detail(
    mock_lambda: LambdaMock, lambda_client: Any, services: Services, *, fails: bool
) -> None:
    queue, events = services.queue(), services.client("events")
    bus = events.create_event_bus(Name="outcomes")["EventBusArn"]
    events.put_rule(Name="all", EventBusName="outcomes", EventPattern='{"source": ["lambda"]}')
    events.put_targets(Rule="all", EventBusName="outcomes", Targets=[{"Id": "queue", "Arn": queue}])
    orders(mock_lambda, lambda_client, bus)
    request_id = send(lambda_client, {"raise_error": fails})
    (event,) = services.bodies(queue)
    event.pop("ingestion-time", None)  # of moto alone, some of which leave out the account
    event["account"] = ACCOUNT
    payload = {"raise_error": fails}
    assert event == {
        "account": ACCOUNT,
        "detail": failure(request_id, payload, event["detail"]) if fails else success(request_id, payload),
        "detail-type": f"Lambda Function Invocation Result - {'Failure' if fails else 'Success'}",
        "id": event["id"],
        "region": REGION,
        "resources": [bus, f"{ORDERS}:$LATEST"],
        "source": "lambda",
        "time": event["time"],
        "version": "0",
    }


def test_a_bucket_is_put_the_record_of_a_failure(
    mock_lambda: LambdaMock, lambda_client: Any, services: Services
) -> None:
    s3 = services.client("s3")
    s3.create_bucket(Bucket="outcomes")
    orders(mock_lambda, lambda_client, "arn:aws:s3:::outcomes")
    send(lambda_client, {})
    request_id = send(lambda_client, {"raise_error": 1})
    (stored,) = s3.list_objects_v2(Bucket="outcomes")["Contents"]
    folder, _, last = stored["Key"].rpartition("2033-05-18T03.33.20-")
    assert folder == "aws/lambda/async/orders/2033/05/18/"
    assert UUID.fullmatch(last)
    found = s3.get_object(Bucket="outcomes", Key=stored["Key"])
    record = json.load(found["Body"])
    assert record == failure(request_id, {"raise_error": 1}, record)
    assert found["ContentType"] == "application/json"


@pytest.mark.parametrize(("region", "account"), [("eu-west-1", ACCOUNT), (REGION, OTHER_ACCOUNT)])
def test_a_queue_may_be_in_another_region_and_account(
    mock_lambda: LambdaMock, lambda_client: Any, services: Services, region: str, account: str
) -> None:
    services.queue()
    queue = services.queue(region=region, account=account)
    orders(mock_lambda, lambda_client, queue)
    request_id = send(lambda_client, {})
    assert services.bodies(queue) == [success(request_id, {})]
    assert services.bodies(f"arn:aws:sqs:{REGION}:{ACCOUNT}:outcomes") == []


def test_every_delivery_is_on_record(mock_lambda: LambdaMock, lambda_client: Any, services: Services) -> None:
    queue = services.queue()
    orders(mock_lambda, lambda_client, queue)
    request_id = send(lambda_client, {})
    (delivered,) = mock_lambda.deliveries.assert_delivered(queue, kind="destination", function="orders")
    assert delivered.record == success(request_id, {})


@pytest.mark.lambda_mock(async_mode="manual")
def test_nothing_is_delivered_before_the_queue_is_drained(
    mock_lambda: LambdaMock, lambda_client: Any, services: Services
) -> None:
    queue = services.queue()
    orders(mock_lambda, lambda_client, queue)
    request_id = send(lambda_client, {})
    assert services.messages(queue) == []
    mock_lambda.drain()
    assert services.bodies(queue) == [success(request_id, {})]


# Dead letters ---------------------------------------------------------------------------------------------------------


def test_a_queue_of_dead_letters_is_sent_the_event(
    mock_lambda: LambdaMock, lambda_client: Any, services: Services
) -> None:
    queue = services.queue()
    orders(mock_lambda, lambda_client, DeadLetterConfig={"TargetArn": queue})
    send(lambda_client, {})
    request_id = send(lambda_client, {"raise_error": 1})
    (message,) = services.messages(queue)
    assert message == {
        "Attributes": {"AWSTraceHeader": trace_of(request_id)},
        "Body": '{"raise_error": 1}',
        "MD5OfBody": "ba08269cbd0ce515889bfba6593731e1",
        "MD5OfMessageAttributes": message["MD5OfMessageAttributes"],
        "MessageAttributes": {
            "ErrorCode": {"DataType": "Number", "StringValue": "200"},
            "ErrorMessage": {"DataType": "String", "StringValue": "intentional failure"},
            "RequestID": {"DataType": "String", "StringValue": request_id},
        },
        "MessageId": message["MessageId"],
        "ReceiptHandle": message["ReceiptHandle"],
    }


def test_a_topic_of_dead_letters_is_sent_the_event(
    mock_lambda: LambdaMock, lambda_client: Any, services: Services
) -> None:
    queue, sns = services.queue(), services.client("sns")
    topic = sns.create_topic(Name="dead")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    orders(mock_lambda, lambda_client, DeadLetterConfig={"TargetArn": topic})
    request_id = send(lambda_client, {"raise_error": 1})
    (notification,) = services.bodies(queue)
    assert notification["Message"] == '{"raise_error": 1}'
    assert notification["MessageAttributes"] == {
        "ErrorCode": {"Type": "Number", "Value": "200"},
        "ErrorMessage": {"Type": "String", "Value": "intentional failure"},
        "RequestID": {"Type": "String", "Value": request_id},
    }


# What isn't taken -----------------------------------------------------------------------------------------------------


def test_a_queue_that_was_deleted_is_sent_nothing(
    mock_lambda: LambdaMock, lambda_client: Any, services: Services
) -> None:
    queue, sqs = services.queue(), services.client("sqs")
    orders(mock_lambda, lambda_client, queue)
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName="outcomes")["QueueUrl"])
    with pytest.warns(LambdaMockWarning, match=f"record of .* to {queue}.*DestinationDeliveryFailures.*does not exist"):
        send(lambda_client, {})
    (delivered,) = mock_lambda.deliveries
    assert delivered.error is not None
    mock_lambda.deliveries.assert_not_delivered(queue)


def test_a_topic_that_was_deleted_is_sent_nothing(
    mock_lambda: LambdaMock, lambda_client: Any, services: Services
) -> None:
    sns = services.client("sns")
    topic = sns.create_topic(Name="outcomes")["TopicArn"]
    orders(mock_lambda, lambda_client, DeadLetterConfig={"TargetArn": topic})
    sns.delete_topic(TopicArn=topic)
    with pytest.warns(LambdaMockWarning, match=rf"dead letter of .* to {topic}.*DeadLetterErrors.*NotFound"):
        send(lambda_client, {"raise_error": 1})


def test_a_bus_that_was_deleted_is_sent_nothing(
    mock_lambda: LambdaMock, lambda_client: Any, services: Services
) -> None:
    events = services.client("events")
    bus = events.create_event_bus(Name="outcomes")["EventBusArn"]
    orders(mock_lambda, lambda_client, bus)
    events.delete_event_bus(Name="outcomes")
    with pytest.warns(LambdaMockWarning, match="ResourceNotFoundException"):
        send(lambda_client, {})


def test_a_bucket_that_was_deleted_is_put_nothing(
    mock_lambda: LambdaMock, lambda_client: Any, services: Services
) -> None:
    s3 = services.client("s3")
    s3.create_bucket(Bucket="outcomes")
    orders(mock_lambda, lambda_client, "arn:aws:s3:::outcomes")
    s3.delete_bucket(Bucket="outcomes")
    with pytest.warns(LambdaMockWarning, match="NoSuchBucket"):
        send(lambda_client, {"raise_error": 1})


def test_a_record_that_is_too_large_for_its_queue_is_dropped(
    mock_lambda: LambdaMock, lambda_client: Any, services: Services
) -> None:
    queue = services.queue(MaximumMessageSize="1024")
    orders(mock_lambda, lambda_client, queue)
    with pytest.warns(LambdaMockWarning, match="Message must be shorter than 1024 bytes"):
        send(lambda_client, {"long": "a" * 1024})
    assert services.messages(queue) == []


def test_what_speaks_to_the_test_is_no_refusal(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    def ended() -> bool:
        raise LambdaMockError("said to the test")

    monkeypatch.setattr(delivery, "is_active", ended)
    services.client("sqs").create_queue(QueueName="jobs")
    with pytest.raises(LambdaMockError, match="said to the test"):
        delivery.send_message(f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs", "a", {}, None)


def test_an_event_that_a_bus_does_not_take_is_refused(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    services.client("events").create_event_bus(Name="outcomes")
    them = moto_where_active()
    assert them is not None
    with pytest.raises(RefusedError, match=r"MalformedDetail: Detail is malformed\."):
        them.put_event(
            f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/outcomes", detail_type="A", resources=[], detail="no JSON"
        )


def test_an_arn_that_is_cut_short_leads_nowhere(services: Services) -> None:
    them = moto_where_active()
    assert them is not None
    with pytest.raises(RefusedError):
        them.send_message("arn:aws:sqs:orders", "body", {}, trace="Root=1")


# Only moto ------------------------------------------------------------------------------------------------------------


def test_a_service_that_moto_leaves_alone_is_sent_nothing(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:outcomes"
    with mock_aws(config={"core": {"service_whitelist": ["s3"]}}):
        orders(mock_lambda, lambda_client, queue)
        send(lambda_client, {})
    mock_lambda.deliveries.assert_delivered(queue, times=1)


def test_nothing_is_sent_once_moto_has_ended(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = services.queue()
    monkeypatch.setattr(delivery, "is_active", lambda: False)
    them = moto_where_active()
    assert them is not None
    with pytest.raises(RefusedError, match="moto has ended"):
        them.send_message(queue, "body", {}, trace="Root=1")
    assert services.messages(queue) == []


def test_the_users_settings_do_not_count(
    mock_lambda: LambdaMock, lambda_client: Any, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = services.queue(region="eu-central-1")
    orders(mock_lambda, lambda_client, queue)
    delivery._client.cache_clear()
    delivery._session.cache_clear()
    for name, value in {
        "AWS_PROFILE": "nobody",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:1",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "AWS_CONFIG_FILE": "/nowhere",
    }.items():
        monkeypatch.setenv(name, value)
    request_id = send(lambda_client, {})
    monkeypatch.undo()
    assert services.bodies(queue) == [success(request_id, {})]
