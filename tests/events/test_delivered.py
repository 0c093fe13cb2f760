"""What a builder gives is what the mock delivers: the same inputs, compared whole."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import moto.ses.models
import pytest

from lambda_mock import events
from tests.integrations.api_gateway.conftest import Gateway, gateway
from tests.integrations.moto_bridge.conftest import (
    ACCOUNT,
    ARN,
    REGION,
    Orders,
    bucket,
    client,
    config,
    group,
    mock,
    notifying,
    orders,
    put,
    rule,
    topic,
)
from tests.integrations.moto_stacks.conftest import Stacks, stacks
from tests.integrations.moto_stacks.test_custom_resources import answering, custom
from tests.integrations.urls.conftest import Shop, echo, shop
from tests.polling.queues.conftest import Queues, queues
from tests.polling.streams.conftest import NOW, ROLE, Streams, failing, streams, to

if TYPE_CHECKING:
    from lambda_mock import LambdaMock

__all__ = ["config", "gateway", "mock", "orders", "queues", "shop", "stacks", "streams"]

AGENT = {"User-Agent": "test/echo", "Accept": "*/*", "Accept-Encoding": "gzip"}


def same(built: Any, delivered: Any) -> None:
    """Compare two events with the types of all that is in them: 1, 1.0 and true are different things in JSON."""
    assert json.dumps(built, indent=1, sort_keys=True) == json.dumps(delivered, indent=1, sort_keys=True)


def as_drawn(built: Any, delivered: Any, *names: str) -> None:
    """Take what is drawn by chance from what was delivered: it has to be there in both, and of the same type."""
    for name in names:
        assert type(built[name]) is type(delivered[name]), name
        built[name] = delivered[name]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


# S3 -------------------------------------------------------------------------------------------------------------------


def test_s3(orders: Orders) -> None:
    s3 = bucket(**notifying(ARN, "s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:ObjectTagging:*"))
    s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="photos", Key="a b/é.jpg", Body=b"cat")
    version = s3.copy_object(Bucket="photos", Key="copy", CopySource="photos/a b/é.jpg")["VersionId"]
    s3.put_object_tagging(Bucket="photos", Key="copy", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    s3.delete_object(Bucket="photos", Key="copy", VersionId=version)

    def beside(told: Any) -> dict[str, Any]:
        (record,) = told["Records"]
        there = record["s3"]["object"]
        return {
            "configuration_id": "to-lambda",
            "version_id": there["versionId"],
            "sequencer": there.get("sequencer"),
            "at": moment(record["eventTime"]),
        }

    created, copied, tagged, removed = orders.events
    same(events.s3_put("photos", "a b/é.jpg", body=b"cat", **beside(created)), created)
    same(events.s3_copy("photos", "copy", body="cat", **beside(copied)), copied)
    same(events.s3("s3:ObjectTagging:Put", "photos", "copy", body=b"cat", **beside(tagged)), tagged)
    same(events.s3_delete("photos", "copy", **beside(removed)), removed)


def test_an_object_that_was_restored(orders: Orders) -> None:
    s3 = bucket(**notifying(ARN, "s3:ObjectRestore:Completed"))
    s3.put_object(Bucket="photos", Key="k", Body=b"cat", StorageClass="GLACIER")
    s3.restore_object(Bucket="photos", Key="k", RestoreRequest={"Days": 1})
    s3.head_object(Bucket="photos", Key="k")
    (event,) = orders.events
    (record,) = event["Records"]
    until = record["glacierEventData"]["restoreEventData"]["lifecycleRestorationExpiryTime"]
    built = events.s3(
        "ObjectRestore:Completed",
        "photos",
        "k",
        body=b"cat",
        restored_until=moment(until),
        configuration_id="to-lambda",
        at=moment(record["eventTime"]),
    )
    same(built, event)


def test_s3_by_way_of_eventbridge(orders: Orders) -> None:
    rule(ARN, pattern={"source": ["aws.s3"]})
    s3 = bucket(EventBridgeConfiguration={})
    s3.put_object(Bucket="photos", Key="my cat.jpg", Body=b"cat", StorageClass="GLACIER")
    s3.restore_object(Bucket="photos", Key="my cat.jpg", RestoreRequest={"Days": 1})
    s3.delete_object(Bucket="photos", Key="my cat.jpg")
    kinds = ["ObjectCreated:Put", "ObjectRestore:Post", "ObjectRemoved:Delete"]
    assert len(orders.events) == len(kinds)
    for kind, event in zip(kinds, orders.events, strict=True):
        built = events.s3_eventbridge(
            kind,
            "photos",
            "my cat.jpg",
            body=b"cat",
            sequencer=event["detail"]["object"].get("sequencer"),
            event_id=event["id"],
            at=moment(event["time"]),
        )
        # It is made of the millisecond, which isn't told.
        as_drawn(built["detail"], event["detail"], "request-id")
        same(built, event)


# SNS, EventBridge, CloudWatch Logs ------------------------------------------------------------------------------------


ATTRIBUTES = {
    "size": {"DataType": "Number", "StringValue": "12"},
    "raw": {"DataType": "Binary", "BinaryValue": b"\x00\x01"},
    "name": {"DataType": "String", "StringValue": "cat"},
}
PLAIN = {"size": 12, "raw": b"\x00\x01", "name": "cat"}


@pytest.mark.parametrize("attributes", [ATTRIBUTES, PLAIN], ids=["typed", "plain"])
def test_sns(orders: Orders, attributes: Any) -> None:
    topic_arn = topic(ARN)
    client("sns").publish(TopicArn=topic_arn, Message="hello", Subject="news", MessageAttributes=ATTRIBUTES)
    client("sns").publish(TopicArn=topic_arn, Message='{"order": 1}')
    first, second = orders.events
    for event, message, more in (
        (first, "hello", {"subject": "news", "attributes": attributes}),
        (second, {"order": 1}, {}),
    ):
        (record,) = event["Records"]
        subscription_id = record["EventSubscriptionArn"].rpartition(":")[2]
        built = events.sns(
            message,
            topic="news",
            message_id=record["Sns"]["MessageId"],
            subscription_id=subscription_id,
            at=moment(record["Sns"]["Timestamp"]),
            **more,
        )
        same(built, event)


def test_eventbridge(orders: Orders) -> None:
    rule(ARN)
    put({"order": 1, "items": [1.5, None]}, Resources=["arn:aws:s3:::photos"])
    (event,) = orders.events
    built = events.eventbridge(
        {"order": 1, "items": (1.5, None)},
        source="shop",
        detail_type="Order placed",
        resources=["arn:aws:s3:::photos"],
        event_id=event["id"],
        at=moment(event["time"]),
    )
    same(built, event)


def test_a_call_that_cloudtrail_tells(orders: Orders) -> None:
    rule(ARN, pattern={"source": ["aws.s3"], "detail": {"eventName": ["CreateBucket"]}})
    bucket("photos")
    (event,) = orders.events
    built = events.cloudtrail(
        "CreateBucket",
        {"bucketName": "photos"},
        event_id=event["id"],
        call_id=event["detail"]["eventID"],
        request_id=event["detail"]["requestID"],
        at=moment(event["time"]),
    )
    same(built, event)


def test_schedules(orders: Orders) -> None:
    rule(ARN, name="nightly", ScheduleExpression="rate(5 minutes)")
    client("scheduler").create_schedule(
        Name="hourly",
        ScheduleExpression="rate(5 minutes)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": ARN, "RoleArn": ROLE},
    )
    orders.mock.clock.freeze()
    orders.mock.clock.advance(300)
    told = {event["source"]: event for event in orders.events}
    by_rule, by_scheduler = told["aws.events"], told["aws.scheduler"]
    same(events.eventbridge_schedule("nightly", event_id=by_rule["id"], at=moment(by_rule["time"])), by_rule)
    same(events.scheduler("hourly", event_id=by_scheduler["id"], at=moment(by_scheduler["time"])), by_scheduler)


def test_cloudwatch_logs(orders: Orders) -> None:
    now = 1_000 * int(orders.mock.clock.time())
    written = [{"timestamp": now, "message": text} for text in ("one", '{"level": "ERROR"}')]
    group("/app", ARN).put_log_events(logGroupName="/app", logStreamName="stream", logEvents=written)
    (event,) = orders.events
    first = events.unpack_cloudwatch_logs(event)["logEvents"][0]
    built = events.cloudwatch_logs(
        "one",
        {"level": "ERROR"},
        group="/app",
        stream="stream",
        filter_name="to-lambda",
        first_id=int(first["id"]),
        at=now / 1000,
    )
    same(built, event)


# SES, Secrets Manager, CloudFormation ---------------------------------------------------------------------------------


@pytest.mark.skipif(
    not hasattr(moto.ses.models.SESBackend, "describe_active_receipt_rule_set"),
    reason="This moto has no active receipt rule set.",
)
def test_ses(orders: Orders) -> None:
    ses = client("ses")
    ses.verify_domain_identity(Domain="example.com")
    ses.create_receipt_rule_set(RuleSetName="rules")
    ses.set_active_receipt_rule_set(RuleSetName="rules")
    action = {"LambdaAction": {"FunctionArn": ARN, "InvocationType": "RequestResponse"}}
    rules = {"Name": "rule", "Enabled": True, "Actions": [action], "Recipients": ["example.org"]}
    ses.create_receipt_rule(RuleSetName="rules", Rule=rules)
    to, cc = ["Ann <ann@example.org>", "bob@example.net"], ["cem@example.org"]
    message_id = ses.send_email(
        Source="Shop <shop@example.com>",
        Destination={"ToAddresses": to, "CcAddresses": cc},
        Message={"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "How are you?"}}},
    )["MessageId"]
    raw = "From: shop@example.com\r\nTo: ann@example.org\r\nSubject: Raw\r\nX-Own: mine\r\n\r\nHello"
    raw_id = ses.send_raw_email(RawMessage={"Data": raw})["MessageId"]
    composed, whole = orders.events

    def of(event: Any) -> dict[str, Any]:
        told = event["Records"][0]["ses"]["mail"]
        return {"function": "orders", "waits": True, "at": moment(told["timestamp"])}

    built = events.ses(
        "Hello",
        "How are you?",
        source="Shop <shop@example.com>",
        to=to,
        cc=cc,
        recipients=["ann@example.org", "cem@example.org"],
        message_id=message_id,
        **of(composed),
    )
    same(built, composed)
    same(events.ses(raw=raw, to=["ann@example.org"], message_id=raw_id, **of(whole)), whole)


def test_a_rotation(mock: LambdaMock) -> None:
    told: list[Any] = []
    arn = mock.function("rotate", lambda event, context: told.append(event))
    secret = client("secretsmanager").create_secret(Name="password", SecretString="old")["ARN"]
    client("secretsmanager").rotate_secret(SecretId="password", RotationLambdaARN=arn)
    token = told[0]["ClientRequestToken"]
    for event in told:
        same(events.secrets_manager_rotation(event["Step"], secret=secret, token=token), event)
    assert [event["Step"] for event in told] == ["createSecret", "setSecret", "testSecret", "finishSecret"]


def test_a_custom_resource(stacks: Stacks, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("maker", answering())
    stacks.create({"Made": custom(Size=1, On=True, List=[{"A": 1.5}])})
    stacks.update({"Made": custom(Size=2)})
    stacks.delete()
    told = [run.event for run in mock_lambda.invocations]
    changes: list[Any] = [
        {"properties": {"Size": 1, "On": True, "List": [{"A": 1.5}]}},
        {"properties": {"Size": 2}, "old_properties": {"Size": 1, "On": True, "List": [{"A": 1.5}]}},
        {"properties": {"Size": 2}},
    ]
    for event, change in zip(told, changes, strict=True):
        built = events.cloudformation(
            event["RequestType"],
            **change,
            physical_id=event.get("PhysicalResourceId"),
            logical_id="Made",
            resource_type="Custom::Maker",
            function="maker",
            stack=event["StackId"],
            request_id=event["RequestId"],
            response_url=event["ResponseURL"],
        )
        same(built, event)


# Queues and streams ---------------------------------------------------------------------------------------------------


def test_sqs(queues: Queues) -> None:
    handler, jobs = queues.function(), queues.queue()
    queues.map(jobs)
    queues.send(jobs, '{"id": 1}', MessageAttributes=ATTRIBUTES)
    queues.send(jobs, "text")
    first, second = handler.events
    same(events.sqs(_message(first, {"id": 1}, PLAIN), queue=jobs, sender_id=_sender(first)), first)
    same(events.sqs(_message(second, "text", None), queue="jobs", sender_id=_sender(second)), second)


def test_a_fifo_queue_and_its_dead_letters(queues: Queues) -> None:
    jobs = queues.with_dead_letters(1, "jobs.fifo")
    dead = jobs.replace("jobs", "dead")
    queues.function(lambda _: 1 / 0)
    handler = queues.function(name="undertaker")
    queues.map(jobs)
    queues.map(dead, "undertaker")
    queues.send_to_group(jobs, "g", "text")
    queues.mock.clock.advance(60)
    (event,) = handler.events
    built = events.sqs(
        _message(event, "text", None), queue="dead.fifo", sender_id=_sender(event), dead_letter_source=jobs
    )
    same(built, event)


def _message(event: Any, body: Any, attributes: Any) -> events.SqsMessage:
    record = event["Records"][0]
    told = record["attributes"]
    return events.SqsMessage(
        body,
        attributes=attributes,
        group_id=told.get("MessageGroupId"),
        deduplication_id=told.get("MessageDeduplicationId"),
        sequence_number=told.get("SequenceNumber"),
        message_id=record["messageId"],
        receipt_handle=record["receiptHandle"],
        receive_count=int(told["ApproximateReceiveCount"]),
        at=int(told["SentTimestamp"]) / 1000,
        first_received=int(told["ApproximateFirstReceiveTimestamp"]) / 1000,
    )


def _sender(event: Any) -> str:
    return str(event["Records"][0]["attributes"]["SenderId"])


@pytest.mark.parametrize("raw", [False, True], ids=["told of", "raw"])
def test_sns_by_way_of_a_queue(queues: Queues, *, raw: bool) -> None:
    handler, jobs = queues.function(), queues.queue()
    queues.map(jobs)
    sns = queues.client("sns")
    topic_arn = sns.create_topic(Name="news")["TopicArn"]
    sns.subscribe(
        TopicArn=topic_arn, Protocol="sqs", Endpoint=jobs, Attributes={"RawMessageDelivery": str(raw).lower()}
    )
    kind = {"kind": {"DataType": "String", "StringValue": "cat"}}
    sns.publish(TopicArn=topic_arn, Message="hello", Subject="news", MessageAttributes=kind)
    (event,) = handler.events
    built = events.sns_to_sqs(
        "hello", raw=raw, subject="news", attributes={"kind": "cat"}, topic="news", queue="jobs", at=float(NOW)
    )
    (record,), (found,) = built["Records"], event["Records"]
    as_drawn(record, found, "messageId", "receiptHandle")
    as_drawn(record["attributes"], found["attributes"], *record["attributes"])
    if not raw:
        told, heard = json.loads(record["body"]), json.loads(found["body"])
        as_drawn(told, heard, "MessageId", "Timestamp", "Signature", "SigningCertURL", "UnsubscribeURL")
        # moto signs by the second version, where AWS does so only for topics that say so.
        as_drawn(told, heard, "SignatureVersion")
        same(told, heard)
        as_drawn(record, found, "body", "md5OfBody")
    same(built, event)


def test_kinesis(streams: Streams) -> None:
    handler, arn = streams.function(), streams.stream()
    streams.map(arn)
    streams.put("one", '{"id": 2}')
    (event,) = handler.events
    first, second = (record["kinesis"]["sequenceNumber"] for record in event["Records"])
    built = events.kinesis(
        "one",
        events.KinesisRecord({"id": 2}, sequence_number=second),
        stream="clicks",
        partition_key="k",
        sequence_number=first,
        role=ROLE,
        at=event["Records"][0]["kinesis"]["approximateArrivalTimestamp"],
    )
    as_drawn(built["Records"][1]["kinesis"], event["Records"][1]["kinesis"], "approximateArrivalTimestamp")
    same(built, event)


def test_tumbling_windows(streams: Streams) -> None:
    handler, arn = streams.function(lambda _: {"state": {"sum": 1}}), streams.stream()
    streams.map(arn, TumblingWindowInSeconds=60)
    streams.put("one")
    streams.mock.clock.advance(120)
    first, last = handler.events
    window: dict[str, Any] = {"start": moment(first["window"]["start"]), "end": moment(first["window"]["end"])}
    number, arrived = (
        first["Records"][0]["kinesis"][name] for name in ("sequenceNumber", "approximateArrivalTimestamp")
    )
    told = events.kinesis("one", stream=arn, partition_key="k", sequence_number=number, role=ROLE, at=arrived)
    same(events.tumbling_window(told, **window), first)
    same(events.tumbling_window(told, state={"sum": 1}, is_final=True, **window), last)


def test_dynamodb(streams: Streams) -> None:
    handler, arn = streams.function(), streams.table()
    streams.map(arn)
    streams.item(
        "1", n={"N": "1.5"}, raw={"B": b"foo"}, tags={"SS": ["a", "b"]}, more={"M": {"l": {"L": [{"NULL": True}]}}}
    )
    streams.item("1", n={"N": "20"})
    streams.client("dynamodb").delete_item(TableName="items", Key={"id": {"S": "1"}})
    old: Any = {"id": "1", "n": 1.50, "raw": b"foo", "tags": {"b", "a"}, "more": {"l": [None]}}
    new: Any = {"id": {"S": "1"}, "n": {"N": "20"}}
    inserted, modified, removed = handler.events

    def of(event: Any) -> dict[str, Any]:
        (record,) = event["Records"]
        arrived = record["dynamodb"]["ApproximateCreationDateTime"]
        return {
            "table": arn,
            "sequence_number": record["dynamodb"]["SequenceNumber"],
            "event_id": record["eventID"],
            "at": arrived,
        }

    same(events.dynamodb_insert(old, **of(inserted)), inserted)
    same(events.dynamodb_modify(old, {"id": "1", "n": 20}, **of(modified)), modified)
    same(events.dynamodb((new, None), **of(removed)), removed)
    same(events.dynamodb_remove({"id": "1", "n": 20}, **of(removed)), removed)


@pytest.mark.parametrize("reports", [False, True], ids=["fails", "reports"])
def test_records_that_are_given_up(streams: Streams, *, reports: bool) -> None:
    arn = streams.stream()

    def answer(event: Any) -> Any:
        if not reports:
            raise ValueError("no such order")
        return {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["kinesis"]["sequenceNumber"]}]}

    handler = streams.function(answer)
    settings: Any = {"MaximumRetryAttempts": 1, "FunctionResponseTypes": ["ReportBatchItemFailures"]}
    streams.map(arn, DestinationConfig=to(streams.queue()), **settings)
    streams.put("one", "two")
    (told,) = streams.bodies()
    built = events.stream_failure(
        handler.events[0],
        attempts=2,
        function="orders",
        function_error=None if reports else "Unhandled",
        request_id=told["requestContext"]["requestId"],
        at=moment(told["timestamp"]),
    )
    same(built, told)


def test_changes_that_have_become_too_old(streams: Streams) -> None:
    handler, arn = streams.function(failing()), streams.table()
    settings: Any = {"MaximumRecordAgeInSeconds": 60, "DestinationConfig": to(streams.queue())}
    streams.map(arn, **settings)
    streams.item("1")
    streams.mock.clock.advance(120)
    (told,) = streams.bodies()
    built = events.stream_failure(
        handler.events[0],
        condition="RecordAgeExceeded",
        attempts=told["requestContext"]["approximateInvokeCount"],
        function="orders",
        shard_id=told["DDBStreamBatchInfo"]["shardId"],
        request_id=told["requestContext"]["requestId"],
        at=moment(told["timestamp"]),
    )
    same(built, told)


# HTTP -----------------------------------------------------------------------------------------------------------------


def test_a_function_url(shop: Shop) -> None:
    host = shop.deploy(echo)[len("https://") : -1]
    event = shop.event(
        "POST",
        "my/path?a=1&a=2&b=a%20value",
        data=b"\x00\x01",
        headers={**AGENT, "Content-Type": "image/png", "X-Two": "1,2", "Cookie": "foo=bar; hello=you"},
    )
    built = events.function_url(
        "post",
        "/my/path",
        query={"a": [1, 2], "b": "a value"},
        headers={**AGENT, "Content-Type": "image/png", "X-Two": ["1", "2"]},
        cookies={"foo": "bar", "hello": "you"},
        body=b"\x00\x01",
        host=host,
        request_id=event["requestContext"]["requestId"],
        at=shop.mock.clock.time(),
    )
    same(built, event)


def test_a_rest_api(gateway: Gateway) -> None:
    gateway.deploy()
    api = gateway.rest("/pets/{id}", "POST", variables={"table": "pets"})
    event = gateway.event("POST", "/pets/a%20b?x=1&x=2", json={"a": 1}, headers=AGENT)
    built = events.api_gateway(
        "POST",
        "/pets/a b?x=1",
        resource="/pets/{id}",
        query=[("x", 2)],
        headers=AGENT,
        body={"a": 1},
        stage_variables={"table": "pets"},
        api_id=api,
        resource_id=event["requestContext"]["resourceId"],
        deployment_id=event["requestContext"]["deploymentId"],
        request_id=event["requestContext"]["requestId"],
        at=gateway.mock.clock.time(),
    )
    same(built, event)


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_an_http_api(gateway: Gateway, version: Any) -> None:
    gateway.deploy()
    api = gateway.http("POST /pets/{id}", version=version, stage="test", variables={"table": "pets"})
    event = gateway.event("POST", "/pets/7?x=1&x=2", data="text", headers={**AGENT, "Content-Type": "text/plain"})
    built = events.api_gateway_v2(
        route_key="POST /pets/{id}",
        path_parameters={"id": "7"},
        query="x=1&x=2",
        headers={**AGENT, "Content-Type": "text/plain"},
        body="text",
        payload_format=version,
        stage="test",
        stage_variables={"table": "pets"},
        api_id=api,
        request_id=event["requestContext"]["requestId"],
        at=gateway.mock.clock.time(),
    )
    same(built, event)


# Destinations ---------------------------------------------------------------------------------------------------------


def test_destinations(mock: LambdaMock) -> None:
    told: list[Any] = []
    arn = mock.function("told", lambda event, context: told.append(event))
    mock.function("works", returns={"done": True})
    mock.function("fails", raises=ValueError("no such order"))
    lambda_client = client("lambda")
    for name in ("works", "fails"):
        both = {"OnSuccess": {"Destination": arn}, "OnFailure": {"Destination": arn}}
        lambda_client.put_function_event_invoke_config(FunctionName=name, DestinationConfig=both)
        lambda_client.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"order": 1}')
    lambda_client.put_function_concurrency(FunctionName="fails", ReservedConcurrentExecutions=0)
    lambda_client.invoke(FunctionName="fails", InvocationType="Event", Payload=b'{"order": 1}')
    success, failure, never = told

    def of(event: Any) -> dict[str, Any]:
        return {"request_id": event["requestContext"]["requestId"], "at": moment(event["timestamp"])}

    same(events.destination_success({"order": 1}, {"done": True}, function="works", **of(success)), success)
    error = failure["responsePayload"]
    same(events.destination_failure({"order": 1}, error, function="fails", **of(failure)), failure)
    assert list(events.destination_failure()["responsePayload"]) == list(error)
    refused = events.destination_failure(
        {"order": 1},
        condition="ZeroReservedConcurrency",
        function=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:fails",
        **of(never),
    )
    same(refused, never)
