"""What tests may give to builders, what comes of it, and what is refused."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from lambda_mock import LambdaMockError, events

BEGINNING = datetime(2026, 1, 1, tzinfo=timezone.utc)


# Moments, names and bodies --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (None, "2026-01-01T00:00:00Z"),
        (0, "1970-01-01T00:00:00Z"),
        (1_767_225_601.9, "2026-01-01T00:00:01Z"),
        (datetime(2026, 5, 1, 12, 30), "2026-05-01T12:30:00Z"),  # noqa: DTZ001 - in UTC, as documented
        (datetime(2026, 5, 1, 12, 30, tzinfo=timezone(timedelta(hours=2))), "2026-05-01T10:30:00Z"),
    ],
)
def test_a_moment_is_a_datetime_or_epoch_seconds_wherever_the_tests_run(
    at: Any, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert events.eventbridge(at=at)["time"] == told
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("at", ["2026-01-01", True, float("nan"), float("inf")])
def test_anything_else_is_no_moment(at: Any) -> None:
    message = rf"^at={at!r} is no moment\. Give a datetime, or epoch seconds such as 1767225600\.0\.$"
    with pytest.raises(LambdaMockError, match=message):
        events.sqs(at=at)


def test_what_an_event_comes_from_is_a_name_or_an_arn() -> None:
    by_name = events.sqs(queue="orders", region="cn-north-1", account_id="210987654321")["Records"][0]
    assert (by_name["eventSourceARN"], by_name["awsRegion"]) == (
        "arn:aws-cn:sqs:cn-north-1:210987654321:orders",
        "cn-north-1",
    )
    by_arn = events.kinesis(stream="arn:aws:kinesis:eu-west-1:210987654321:stream/clicks")["Records"][0]
    assert (by_arn["eventSourceARN"], by_arn["awsRegion"]) == (
        "arn:aws:kinesis:eu-west-1:210987654321:stream/clicks",
        "eu-west-1",
    )


@pytest.mark.parametrize("arn", ["arn:aws:sns:us-east-1:123456789012:orders", "arn:aws:sqs"])
def test_an_arn_of_another_service_is_refused(arn: str) -> None:
    with pytest.raises(LambdaMockError) as caught:
        events.sqs(queue=arn)
    assert str(caught.value) == (
        f"queue={arn!r} is no ARN of sqs. Give a name, or an ARN such as arn:aws:sqs:us-east-1:123456789012:name."
    )


def test_a_text_is_a_body_as_it_is_and_anything_else_is_json() -> None:
    bodies = [record["body"] for record in events.sqs("text", {"id": 1}, 7, None, [True])["Records"]]
    assert bodies == ["text", '{"id": 1}', "7", "null", "[true]"]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda: events.sqs({"at": BEGINNING}),
            "the body of a message can't be written as JSON: Object of type datetime is not JSON serializable.",
        ),
        (
            lambda: events.eventbridge({"n": float("nan")}),
            "detail can't be written as JSON: Out of range float values are not JSON compliant",
        ),
    ],
)
def test_what_is_no_json_is_refused(build: Any, message: str) -> None:
    with pytest.raises(LambdaMockError) as caught:
        build()
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: events.s3("ObjectCreated:Putt"), "There is no event of S3 'ObjectCreated:Putt'. Did you mean "),
        (
            lambda: events.secrets_manager_rotation("create"),  # type: ignore[arg-type]
            (
                "There is no step of a rotation 'create'. Did you mean 'createSecret'? There are: createSecret, "
                "setSecret, testSecret, finishSecret."
            ),
        ),
        (
            lambda: events.dynamodb(view="ALL"),  # type: ignore[arg-type]
            "There is no view 'ALL'. There are: KEYS_ONLY, NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES.",
        ),
        (
            lambda: events.cloudformation("create"),  # type: ignore[arg-type]
            "There is no request type 'create'. Did you mean 'Create'? There are: Create, Update, Delete.",
        ),
        (
            lambda: events.cloudformation("Delete", old_properties={}),
            "old_properties are for an Update, not for a Delete.",
        ),
        (
            lambda: events.destination_failure(condition="Retries"),  # type: ignore[arg-type]
            "There is no condition of a failure 'Retries'. Did you mean 'RetriesExhausted'? There are: ",
        ),
        (
            lambda: events.stream_failure(condition="TooOld"),  # type: ignore[arg-type]
            "There is no condition of records that were given up 'TooOld'. There are: RetryAttemptsExhausted, ",
        ),
        (
            lambda: events.cognito_pre_sign_up("SignIn"),  # type: ignore[arg-type]
            (
                "There is no occasion of PreSignUp 'SignIn'. Did you mean 'SignUp'? There are: SignUp, "
                "AdminCreateUser, ExternalProvider."
            ),
        ),
        (
            lambda: events.cognito_pre_token_generation(version=4),  # type: ignore[arg-type]
            "There is no version of the event 4. There are: 1, 2, 3.",
        ),
        (
            lambda: events.api_gateway_v2(payload_format="3.0"),  # type: ignore[arg-type]
            "There is no payload format '3.0'. Did you mean '",
        ),
    ],
)
def test_a_value_that_there_is_not_is_told_those_that_there_are(build: Any, message: str) -> None:
    with pytest.raises(LambdaMockError) as caught:
        build()
    assert str(caught.value).startswith(message)


# Queues, topics, streams ----------------------------------------------------------------------------------------------


def test_messages_of_a_batch_are_all_different() -> None:
    records = events.sqs("a", "a", events.SqsMessage("a", receive_count=3))["Records"]
    assert len({record["messageId"] for record in records}) == len({record["receiptHandle"] for record in records}) == 3
    assert [record["attributes"]["ApproximateReceiveCount"] for record in records] == ["1", "1", "3"]


def test_a_message_of_a_fifo_queue_has_a_group_a_place_and_an_id_of_duplicates() -> None:
    first, second = events.sqs("a", events.SqsMessage("b", group_id="mine"), queue="jobs.fifo")["Records"]
    assert first["attributes"]["MessageGroupId"] == "group"
    assert second["attributes"]["MessageGroupId"] == "mine"
    assert first["attributes"]["MessageDeduplicationId"] == hashlib.sha256(b"a").hexdigest()
    assert first["attributes"]["SequenceNumber"] < second["attributes"]["SequenceNumber"]


@pytest.mark.parametrize("name", ["deduplication_id", "sequence_number"])
def test_a_standard_queue_tells_neither_duplicates_nor_places(name: str) -> None:
    given: dict[str, Any] = {name: "1"}
    message = events.SqsMessage("hello", **given)
    with pytest.raises(LambdaMockError) as caught:
        events.sqs(message, queue="orders")
    assert str(caught.value) == f"{name}= is of messages of FIFO queues, whose names end with .fifo."
    assert "1" in [*events.sqs(message, queue="orders.fifo")["Records"][0]["attributes"].values()][1:]


def test_records_are_numbered_from_a_whole_number_on() -> None:
    told = events.kinesis("a", "b", sequence_number="41")["Records"]
    assert [each["kinesis"]["sequenceNumber"] for each in told] == ["41", "42"]
    for build in (events.kinesis, events.dynamodb):
        with pytest.raises(LambdaMockError) as caught:
            build(sequence_number="first")
        assert str(caught.value) == "sequence_number='first' is no whole number, from which records count on."


def test_what_a_jwt_may_do_is_told_beside_its_claims() -> None:
    event = events.api_gateway_v2(claims={"sub": "ann"}, scopes=["read"])
    assert event["requestContext"]["authorizer"]["jwt"] == {"claims": {"sub": "ann"}, "scopes": ["read"]}
    with pytest.raises(LambdaMockError, match=r"^scopes= are those of a JWT, and stand beside its claims: give claims"):
        events.api_gateway_v2(scopes=["read"])


def test_roles_and_rules_are_in_the_partition_of_their_region() -> None:
    (record,) = events.kinesis(region="cn-north-1")["Records"]
    assert record["invokeIdentityArn"] == "arn:aws-cn:iam::123456789012:role/lambda-role"
    asked = events.config_rule({}, region="cn-north-1")
    assert asked["executionRoleArn"] == "arn:aws-cn:iam::123456789012:role/config-role"
    assert asked["configRuleArn"].startswith("arn:aws-cn:config:cn-north-1:123456789012:config-rule/")
    assert json.loads(asked["invokingEvent"])["configurationItem"]["ARN"] == "arn:aws-cn:s3:::bucket"


@pytest.mark.parametrize("value", [True, None, ["a"], {"StringValue": "a"}, {"DataType": "String"}])
def test_an_attribute_of_another_kind_is_refused(value: Any) -> None:
    with pytest.raises(LambdaMockError) as caught:
        events.sns(attributes={"kind": value})
    assert str(caught.value) == (
        f"The attribute 'kind' can't be {value!r}. Give a text, a number, bytes, or "
        "{'DataType': 'String', 'StringValue': '...'}."
    )


def test_a_topic_of_china_has_its_host_there() -> None:
    told = events.sns(region="cn-north-1")["Records"][0]["Sns"]
    assert told["UnsubscribeUrl"].startswith("https://sns.cn-north-1.amazonaws.com.cn/?Action=Unsubscribe")


def test_data_of_a_stream_is_bytes_text_or_json() -> None:
    records = events.kinesis(b"\xff", "text", {"id": 1}, events.KinesisRecord("x", partition_key="p", at=0))["Records"]
    data = [base64.b64decode(record["kinesis"]["data"]) for record in records]
    assert data == [b"\xff", b"text", b'{"id": 1}', b"x"]
    assert (records[3]["kinesis"]["partitionKey"], records[3]["kinesis"]["approximateArrivalTimestamp"]) == ("p", 0.0)


def test_a_window_lasts_a_minute_by_default() -> None:
    event = events.tumbling_window(events.dynamodb(), is_early=True)
    assert event["window"] == {"start": "2026-01-01T00:00:00Z", "end": "2026-01-01T00:01:00Z"}
    assert (event["state"], event["isWindowTerminatedEarly"], len(event["Records"])) == ({}, True, 1)


@pytest.mark.parametrize("event", [events.sqs(), events.eventbridge()])
def test_only_streams_have_windows_and_shards(event: Any) -> None:
    with pytest.raises(LambdaMockError, match=r"^This is no event of a stream: give one of events\.kinesis or"):
        events.tumbling_window(event)
    with pytest.raises(LambdaMockError, match=r"^This is no event of a stream: give one of events\.kinesis or"):
        events.stream_failure(event)


def damaged() -> dict[str, Any]:
    """An event of logs that begins as one, and goes on as nothing."""
    packed = base64.b64decode(events.cloudwatch_logs()["awslogs"]["data"])
    return {"awslogs": {"data": base64.b64encode(packed[:12] + b"\xff" * 8 + packed[20:]).decode()}}


@pytest.mark.parametrize("event", [{}, {"awslogs": {"data": "no"}}, {"awslogs": None}, events.sqs(), damaged()])
def test_what_is_no_event_of_logs_is_not_unpacked(event: Any) -> None:
    with pytest.raises(LambdaMockError, match=r"^This is no event of CloudWatch Logs: "):
        events.unpack_cloudwatch_logs(event)


# Items of tables ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plain", "typed"),
    [
        ("a", {"S": "a"}),
        (1, {"N": "1"}),
        (1.50, {"N": "1.5"}),
        (-0.0, {"N": "0"}),
        (Decimal("1E+2"), {"N": "100"}),
        (True, {"BOOL": True}),
        (None, {"NULL": True}),
        (b"foo", {"B": "Zm9v"}),
        (bytearray(b"foo"), {"B": "Zm9v"}),
        (["a", 1], {"L": [{"S": "a"}, {"N": "1"}]}),
        (("a",), {"L": [{"S": "a"}]}),
        ({"a": {"b": None}}, {"M": {"a": {"M": {"b": {"NULL": True}}}}}),
        ({"b", "a"}, {"SS": ["a", "b"]}),
        (frozenset({10, 9}), {"NS": ["9", "10"]}),
        ({b"b", b"a"}, {"BS": ["YQ==", "Yg=="]}),
    ],
)
def test_a_plain_value_gets_its_type(plain: Any, typed: Any) -> None:
    image = events.dynamodb_insert({"id": "1", "v": plain})["Records"][0]["dynamodb"]["NewImage"]
    assert image == {"id": {"S": "1"}, "v": typed}


@pytest.mark.parametrize(
    "number", [Decimal("123456789012345678901234567890123456.78"), -(10**37 + 1), Decimal("1E-130"), Decimal("1E+125")]
)
def test_a_number_keeps_all_its_digits(number: Any) -> None:
    (record,) = events.dynamodb_insert({"n": number})["Records"]
    assert Decimal(record["dynamodb"]["Keys"]["n"]["N"]) == number


@pytest.mark.parametrize("number", [Decimal("1" * 39), Decimal("1E+126"), Decimal("-1E-131")])
def test_a_number_that_dynamodb_can_not_hold_is_refused(number: Any) -> None:
    with pytest.raises(LambdaMockError) as caught:
        events.dynamodb_insert({"n": number})
    assert str(caught.value) == (
        "the item after['n']: DynamoDB has numbers of 38 digits at most, between 1E-130 and 1E+126, and not "
        f"{number!r}."
    )


def test_an_item_with_types_throughout_is_taken_as_it_is() -> None:
    item = {
        "id": {"S": "1"},
        "raw": {"B": b"foo"},
        "text": {"B": "Zm9v"},
        "set": {"BS": [b"b", b"a"]},
        "names": {"SS": {"b", "a"}},
        "map": {"M": {"l": {"L": [{"B": b"foo"}]}}},
    }
    assert events.dynamodb_insert(item)["Records"][0]["dynamodb"]["NewImage"] == {
        "id": {"S": "1"},
        "raw": {"B": "Zm9v"},
        "text": {"B": "Zm9v"},
        "set": {"BS": ["Yg==", "YQ=="]},
        "names": {"SS": ["a", "b"]},
        "map": {"M": {"l": {"L": [{"B": "Zm9v"}]}}},
    }


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (
            {"id": {"S": "1"}, "n": 1},
            (
                "the item after: 'id' has a type and 'n' has none, so that a map can't be told from a typed value. "
                "Give all values of an item plain, or all with their types."
            ),
        ),
        (
            {"id": "1", "v": [{"w": object}]},
            (
                f"the item after['v'][0]['w']: DynamoDB has no value like {object!r}. It has texts, finite numbers, "
                "bytes, truth values, None, lists, maps and sets."
            ),
        ),
        ({"id": "1", "v": float("inf")}, "the item after['v']: DynamoDB has no value like inf. It has "),
        (
            {"id": "1", "v": set()},
            "the item after['v']: a set has texts, numbers or bytes, at least one and of one kind, not set().",
        ),
        ({"id": "1", "v": {1, "a"}}, "the item after['v']: a set has texts, numbers or bytes, at least one and of "),
        ({"id": "1", "v": {None}}, "the item after['v']: a set has texts, numbers or bytes, at least one and of "),
        ({}, "An item without attributes has no key: give at least one."),
    ],
)
def test_an_item_that_no_table_has_is_refused(item: Any, message: str) -> None:
    with pytest.raises(LambdaMockError) as caught:
        events.dynamodb_insert(item)
    assert str(caught.value).startswith(message)


def test_the_key_of_an_item_is_its_first_attribute_or_what_is_named() -> None:
    item = {"pk": "a", "sk": 1, "n": 2}
    told = [events.dynamodb_insert(item, keys=keys)["Records"][0]["dynamodb"]["Keys"] for keys in (None, ("pk", "sk"))]
    assert told == [{"pk": {"S": "a"}}, {"pk": {"S": "a"}, "sk": {"N": "1"}}]
    with pytest.raises(LambdaMockError) as caught:
        events.dynamodb_remove(item, keys="pkk")
    assert str(caught.value) == "The item has no key 'pkk'. Did you mean 'pk'? It has: pk, sk, n."


@pytest.mark.parametrize(
    ("view", "images"),
    [
        ("KEYS_ONLY", {"Keys"}),
        ("NEW_IMAGE", {"Keys", "NewImage"}),
        ("OLD_IMAGE", {"Keys", "OldImage"}),
        ("NEW_AND_OLD_IMAGES", {"Keys", "NewImage", "OldImage"}),
    ],
)
def test_a_stream_shows_what_its_view_has(view: Any, images: set[str]) -> None:
    (record,) = events.dynamodb_modify({"id": 1, "n": 1}, {"id": 1}, view=view)["Records"]
    told = set(record["dynamodb"])
    assert told & {"Keys", "NewImage", "OldImage"} == images
    assert record["eventName"] == "MODIFY"


def test_an_item_that_has_expired_was_removed_by_dynamodb() -> None:
    (record,) = events.dynamodb_remove(expired=True)["Records"]
    assert record["userIdentity"] == {"principalId": "dynamodb.amazonaws.com", "type": "Service"}


@pytest.mark.parametrize("change", [(None, {"id": 1}), ({"id": 1}, {"id": 1, "n": 1})])
def test_only_what_is_removed_can_have_expired(change: Any) -> None:
    with pytest.raises(
        LambdaMockError, match=r"^expired= is of items that were removed\. Give such as \(\{'id': '1'\}, None"
    ):
        events.dynamodb(change, expired=True)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (({"id": 1}, {"id": 1}), "The item is the same before and after: DynamoDB tells nothing of that."),
        (
            ({"id": 1}, {"id": 2}),
            (
                "The key id of an item can't change, from {'id': {'N': '1'}} to {'id': {'N': '2'}}: DynamoDB tells two "
                "changes, one item that was removed and one that was inserted."
            ),
        ),
        (
            {"id": 1},
            (
                "{'id': 1} is no change of an item. Give the item before and after, such as (None, {'id': '1'}) for "
                "one that was inserted."
            ),
        ),
        ((None, None), "(None, None) is no change of an item."),
        (({"id": 1},), "({'id': 1},) is no change of an item."),
    ],
)
def test_a_change_that_dynamodb_does_not_tell_is_refused(change: Any, message: str) -> None:
    with pytest.raises(LambdaMockError) as caught:
        events.dynamodb(change)
    assert str(caught.value).startswith(message)


# S3, destinations, rules ----------------------------------------------------------------------------------------------


def test_a_later_event_of_s3_has_a_greater_sequencer() -> None:
    first, second = (
        events.s3_put(at=moment)["Records"][0]["s3"]["object"]["sequencer"]
        for moment in (BEGINNING, BEGINNING + timedelta(milliseconds=1))
    )
    assert first < second


def test_the_key_of_an_object_is_encoded_for_functions_and_not_for_eventbridge() -> None:
    key = "my photos/ü+.jpg"
    assert events.s3_put(key=key)["Records"][0]["s3"]["object"]["key"] == "my+photos/%C3%BC%2B.jpg"
    assert events.s3_eventbridge(key=key)["detail"]["object"]["key"] == key


def test_an_object_may_be_larger_than_its_body() -> None:
    there = events.s3_put(size=5_000_000_000, etag="abc")["Records"][0]["s3"]["object"]
    assert (there["size"], there["eTag"]) == (5_000_000_000, "abc")


def test_an_object_may_only_be_hidden() -> None:
    (record,) = events.s3_delete(delete_marker=True, version_id="v")["Records"]
    assert (record["eventName"], record["s3"]["object"]["versionId"]) == ("ObjectRemoved:DeleteMarkerCreated", "v")
    assert events.s3_eventbridge("ObjectRemoved:DeleteMarkerCreated")["detail"]["deletion-type"] == (
        "Delete Marker Created"
    )


def test_when_records_arrived_is_told_to_the_millisecond_by_kinesis_and_to_the_second_by_tables() -> None:
    of_kinesis = events.stream_failure(events.kinesis(at=1_767_225_600.5))["KinesisBatchInfo"]
    assert of_kinesis["approximateArrivalOfFirstRecord"] == "2026-01-01T00:00:00.500Z"
    of_tables = events.stream_failure(events.dynamodb(at=1_767_225_600.5))["DDBStreamBatchInfo"]
    assert of_tables["approximateArrivalOfFirstRecord"] == "2026-01-01T00:00:00Z"


def test_a_failure_that_never_ran_has_no_response() -> None:
    assert "responsePayload" not in events.destination_failure(condition="RecursiveLoopDetected")
    tried = events.destination_failure(condition="EventAgeExceeded", attempts=2, function="orders:PROD", version="3")
    assert (tried["requestContext"]["approximateInvokeCount"], tried["responseContext"]) == (
        2,
        {"statusCode": 200, "executedVersion": "3", "functionError": "Unhandled"},
    )
    assert tried["requestContext"]["functionArn"] == "arn:aws:lambda:us-east-1:123456789012:function:orders:PROD"


def test_a_rule_of_config_is_asked_about_a_resource_or_by_its_schedule() -> None:
    by_schedule = json.loads(events.config_rule()["invokingEvent"])
    assert by_schedule["messageType"] == "ScheduledNotification"
    changed = events.config_rule({"resourceId": "photos"}, parameters={"size": "1"}, rule="sizes")
    invoking = json.loads(changed["invokingEvent"])
    assert (invoking["messageType"], invoking["configurationItem"]["resourceId"]) == (
        "ConfigurationItemChangeNotification",
        "photos",
    )
    assert (json.loads(changed["ruleParameters"]), changed["configRuleName"]) == ({"size": "1"}, "sizes")
    assert (invoking["configurationItem"]["configurationItemStatus"], by_schedule["awsAccountId"]) == (
        "OK",
        "123456789012",
    )


def test_a_secret_that_is_named_has_an_arn_as_secrets_manager_makes_them() -> None:
    first, second = (
        events.secrets_manager_rotation(secret="a"),
        events.secrets_manager_rotation("setSecret", secret="a"),
    )
    assert re.fullmatch(r"arn:aws:secretsmanager:us-east-1:123456789012:secret:a-[0-9a-f]{6}", first["SecretId"])
    assert first["ClientRequestToken"] == second["ClientRequestToken"]


def test_a_new_resource_has_no_physical_id_yet() -> None:
    created, deleted = events.cloudformation(), events.cloudformation("Delete")
    assert ("PhysicalResourceId" in created, deleted["PhysicalResourceId"][:9]) == (False, "Resource-")


def test_logs_are_packed_the_same_at_any_time() -> None:
    packed = base64.b64decode(events.cloudwatch_logs()["awslogs"]["data"])
    assert packed[4:8] == bytes(4)  # where gzip has the time


def test_of_somebody_who_signs_up_only_what_they_gave_is_known() -> None:
    assert events.cognito_pre_sign_up()["request"]["userAttributes"] == {"email": "ann@example.com"}
    assert list(events.cognito_post_confirmation()["request"]["userAttributes"]) == [
        "sub",
        "email",
        "email_verified",
        "cognito:user_status",
    ]


def test_a_message_for_a_new_user_names_them() -> None:
    request = events.cognito_custom_message("AdminCreateUser", attributes={"email": "a@example.com"})["request"]
    assert request == {
        "userAttributes": {"email": "a@example.com"},
        "codeParameter": "{####}",
        "linkParameter": "{##Click Here##}",
        "usernameParameter": "{username}",
    }


def test_an_email_may_tell_a_topic() -> None:
    receipt = events.ses(topic="mails")["Records"][0]["ses"]["receipt"]
    assert receipt["action"] == {
        "type": "Lambda",
        "topicArn": "arn:aws:sns:us-east-1:123456789012:mails",
        "functionArn": "arn:aws:lambda:us-east-1:123456789012:function:function",
        "invocationType": "Event",
    }


def test_who_is_not_found_has_no_attributes() -> None:
    for build in (events.cognito_pre_authentication, events.cognito_define_auth_challenge):
        request = build(user_not_found=True)["request"]
        assert (request["userAttributes"], request["userNotFound"]) == ({}, True)
