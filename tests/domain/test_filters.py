"""The filters of mappings: which records of a queue, a stream and a table pass them."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from lambda_mock import NotBuiltError
from lambda_mock.domain.event_sources import DYNAMODB, KINESIS, MQ, SQS, SourceKind
from lambda_mock.domain.filters import compiled

ACCOUNT = "us-east-1:123456789012"
CITY = {"City": "Seattle", "Temperature": 46}
IMAGES = {
    "Keys": {"Id": {"N": "101"}},
    "NewImage": {"Message": {"S": "New"}, "Tags": {"L": [{"S": "a"}, {"S": "b"}]}, "Id": {"N": "101"}},
    "OldImage": {"Message": {"S": "Old"}, "Id": {"N": "101"}},
    "SequenceNumber": "111",
    "SizeBytes": 26,
    "StreamViewType": "NEW_AND_OLD_IMAGES",
}


def written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def of_queue(body: object) -> dict[str, Any]:
    return {
        "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
        "receiptHandle": "AQEB",
        "body": written(body),
        "attributes": {"ApproximateReceiveCount": "1", "SenderId": "AIDA"},
        "messageAttributes": {"kind": {"stringValue": "urgent", "dataType": "String"}},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{ACCOUNT}:orders",
        "awsRegion": "us-east-1",
    }


def of_stream(data: object) -> dict[str, Any]:
    as_bytes = data if isinstance(data, bytes) else written(data).encode()
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": "1",
            "sequenceNumber": "49590338271490256608559692538361571095921575989136588898",
            "data": base64.b64encode(as_bytes).decode(),
            "approximateArrivalTimestamp": 1545084650.987,
        },
        "eventSource": "aws:kinesis",
        "eventName": "aws:kinesis:record",
        "eventSourceARN": f"arn:aws:kinesis:{ACCOUNT}:stream/orders",
    }


def of_table(images: object, event: str = "MODIFY") -> dict[str, Any]:
    return {
        "eventID": "1",
        "eventName": event,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "dynamodb": images,
        "eventSourceARN": f"arn:aws:dynamodb:{ACCOUNT}:table/orders/stream/2026-11-21T00:00:00.000",
    }


def passes(kind: SourceKind, record: dict[str, Any], *patterns: Any) -> bool:
    return compiled({"Filters": [{"Pattern": written(pattern)} for pattern in patterns]}, kind)(record)


@pytest.mark.parametrize(
    ("pattern", "body", "other"),
    [
        # Recorded 2024-10, 2024-12 and 2025-11: the filter and the message that came. The other message is ours.
        ({"body": {"testItem": ["test24"]}}, {"testItem": "test24"}, {"testItem": "test25"}),
        ({"body": {"testItem": ["test24", "test45"]}}, {"testItem": "test45"}, {"testItem": "test2"}),
        (
            {"body": {"testItem": ["test24", "test45"], "test2": ["go"]}},
            {"testItem": "test45", "test2": "go"},
            {"testItem": "test45", "test2": "stop"},
        ),
        ({"body": {"test2": [{"exists": True}]}}, {"test2": "7411"}, {"test1": "7411"}),
        ({"body": {"test2": [{"numeric": [">", 100]}]}}, {"test2": 105}, "this is a test string"),
        ({"body": {"test2": [{"numeric": ["<", 100]}]}}, {"test2": 93}, {"test2": 100}),
        ({"body": {"test2": [{"numeric": [">=", 100, "<", 200]}]}}, {"test2": 105}, {"test2": 200}),
        ({"body": {"test2": [{"prefix": "us-1"}]}}, {"test2": "us-1-48454"}, {"test2": "us-2-48454"}),
        ({"body": {"my-number": [{"numeric": [">", 100]}]}}, {"my-number": 101}, {"my-number": 100}),
        ({"body": {"my-number": [{"numeric": ["<", 100]}]}}, {"my-number": 99}, {"my-number": 100}),
        ({"body": {"my-number": [{"numeric": [">=", 100, "<", 200]}]}}, {"my-number": 100}, {"my-number": 200}),
        ({"body": {"my-key": ["my-value"]}}, {"my-key": "my-value"}, "not JSON"),
        ({"body": {"my-key": ["my-value-one", "my-value-two"]}}, {"my-key": "my-value-two"}, {"my-key": "three"}),
        (
            {"body": {"my-key-one": ["other-filter", "my-value-one"], "my-key-two": ["my-value-two"]}},
            {"my-key-one": "my-value-one", "my-key-two": "my-value-two"},
            {"my-key-one": "my-value-one", "my-key-two": ""},
        ),
        ({"body": {"my-key": [{"exists": True}]}}, {"my-key": "any-value-one"}, {"my-other-key": "any-value-one"}),
        ({"body": {"my-key": [{"prefix": "yes"}]}}, {"my-key": "yes-value"}, {"my-key": "no-value"}),
    ],
    ids=json.dumps,
)
def test_the_recorded_filters_of_queues(pattern: Any, body: Any, other: Any) -> None:
    assert passes(SQS, of_queue(body), pattern)
    assert not passes(SQS, of_queue(other), pattern)


@pytest.mark.parametrize("function", ["function_1", "function_2"])
def test_the_recorded_filters_of_a_stream(function: str) -> None:
    """Two mappings of one stream, recorded 2025-11: each gets its own records."""
    records = [of_stream({"event_type": name, "message": "foo"}) for name in ("function_1", "function_2")]
    found = [record for record in records if passes(KINESIS, record, {"data": {"event_type": [function]}})]
    assert found == [of_stream({"event_type": function, "message": "foo"})]


TEXT, OBJECT = "Seattle", CITY
TEXT_PATTERN: Any = {"body": ["Seattle"]}
JSON_PATTERN: Any = {"body": {"City": ["Seattle"]}}
NO_DATA: Any = {}


@pytest.mark.parametrize(
    ("body", "data", "met"),
    [
        (TEXT, TEXT_PATTERN, True),
        (TEXT, NO_DATA, True),
        (TEXT, JSON_PATTERN, False),
        (OBJECT, TEXT_PATTERN, False),
        (OBJECT, NO_DATA, True),
        (OBJECT, JSON_PATTERN, True),
    ],
)
def test_a_message_is_filtered_by_what_it_is_and_by_what_the_pattern_takes_it_for(
    body: Any, data: Any, *, met: bool
) -> None:
    """The table of the developer guide, row by row; "Lambda filters" says that other values and metadata count."""
    metadata = {"attributes": {"SenderId": ["AIDA"]}}
    assert passes(SQS, of_queue(body), {**metadata, **data}) is met
    assert not passes(SQS, of_queue(body), {"attributes": {"SenderId": ["another"]}, **data})
    assert not (data and passes(SQS, of_queue("Rome" if body is TEXT else {"City": "Rome"}), data))


@pytest.mark.parametrize(
    "body", ["Seattle", '{"City": "Sea', "NaN", '{"a": Infinity}', "", "'a'", "[" * 100_000], ids=lambda body: body[:20]
)
def test_what_is_no_json_is_text(body: str) -> None:
    assert passes(SQS, of_queue(body), {"body": [body, {"suffix": "never"}]})
    assert not passes(SQS, of_queue(body), {"body": {"City": [{"exists": False}]}})


@pytest.mark.parametrize("body", ["5", '"Seattle"', "null", "true", "[]", " {} "])
def test_any_json_value_is_json(body: str) -> None:
    assert not passes(SQS, of_queue(body), {"body": [{"exists": True}]})
    assert passes(SQS, of_queue(body), {"body": {"City": [{"exists": False}]}})
    assert not passes(SQS, of_queue(body), {"body": {"City": ["Seattle"]}})


def test_a_pattern_that_takes_a_body_for_text_and_for_json_matches_neither() -> None:
    pattern = '{"body": ["Seattle"], "body": {"City": ["Seattle"]}}'
    assert not passes(SQS, of_queue("Seattle"), pattern)
    assert not passes(SQS, of_queue(CITY), pattern)


def test_text_and_json_can_be_alternatives() -> None:
    either = {"$or": [{"body": ["Seattle"]}, {"body": {"City": ["Seattle"]}}]}
    assert [passes(SQS, of_queue(body), either) for body in ("Seattle", CITY, "Rome", {})] == [True, True, False, False]


@pytest.mark.parametrize(
    "members", [{"messageAttributes": {"kind": {"stringValue": ["urgent"]}}}, {"awsRegion": ["us-east-1"]}]
)
def test_members_beside_the_body_are_found(members: Any) -> None:
    assert passes(SQS, of_queue("any"), members)
    assert not passes(SQS, of_queue("any"), {**members, "nothing": ["x"]})


@pytest.mark.parametrize(
    ("data", "pattern", "met"),
    [
        (CITY, {"data": {"City": ["Seattle"]}}, True),
        (CITY, {"data": {"City": ["Rome"]}}, False),
        (CITY, {}, True),
        ("Seattle", {"data": {"City": ["Seattle"]}}, False),
        ("Seattle", {}, True),
        (b"\xff\xfe", {"data": {"City": [{"exists": False}]}}, False),
        (b"\xff\xfe", {}, True),
    ],
)
def test_the_data_of_a_stream_is_filtered_as_json_and_dropped_where_it_is_none(
    data: Any, pattern: Any, *, met: bool
) -> None:
    """The rows of the developer guide; what it says to refuse is refused when the mapping is made."""
    assert passes(KINESIS, of_stream(data), {"partitionKey": ["1"], **pattern}) is met
    assert not passes(KINESIS, of_stream(data), {"partitionKey": ["2"], **pattern})


@pytest.mark.parametrize(
    "members",
    [
        {"partitionKey": ["1"]},
        {"eventName": ["aws:kinesis:record"]},
        {"kinesis": {"partitionKey": ["1"]}},
        {"approximateArrivalTimestamp": [{"numeric": [">", 1_545_084_650]}]},
    ],
    ids=json.dumps,
)
def test_a_stream_records_members_are_found_beside_its_data(members: Any) -> None:
    assert passes(KINESIS, of_stream("any"), members)


@pytest.mark.parametrize(
    ("pattern", "met"),
    [
        ({"dynamodb": {"Keys": {"Id": {"N": ["101"]}}}}, True),
        ({"dynamodb": {"Keys": {"Id": {"N": ["102"]}}}}, False),
        ({"dynamodb": {"Keys": {"Id": {"N": [101]}}}}, False),
        ({"dynamodb": {"Keys": {"Id": {"N": [{"numeric": ["=", 101]}]}}}}, False),
        ({"dynamodb": {"NewImage": {"Message": {"S": ["Old", "New"]}}}}, True),
        (
            (
                '{"dynamodb": {"NewImage": {"Message": {"S": ["New"]}}},'
                ' "dynamodb": {"OldImage": {"Message": {"S": ["Old"]}}}}'
            ),
            True,
        ),
        (
            (
                '{"dynamodb": {"NewImage": {"Message": {"S": ["Old"]}}},'
                ' "dynamodb": {"OldImage": {"Message": {"S": ["Old"]}}}}'
            ),
            False,
        ),
        ({"dynamodb": {"NewImage": {"Tags": [{"exists": True}]}}}, False),
        ({"dynamodb": {"NewImage": {"Tags": {"L": {"S": [{"exists": True}]}}}}}, True),
        ({"eventName": ["MODIFY"]}, True),
        ({"eventName": ["INSERT"], "dynamodb": {"Keys": {"Id": {"N": ["101"]}}}}, False),
        ({"eventName": [{"anything-but": "REMOVE"}], "dynamodb": {"Keys": {"Id": {"N": ["101"]}}}}, True),
    ],
    ids=written,
)
def test_the_changes_of_a_table_are_filtered_as_they_are(pattern: Any, *, met: bool) -> None:
    assert passes(DYNAMODB, of_table(IMAGES), pattern) is met


@pytest.mark.parametrize(
    ("kind", "record", "data"),
    [(SQS, of_queue(CITY), "body"), (KINESIS, of_stream(CITY), "data"), (DYNAMODB, of_table(CITY), "dynamodb")],
    ids=lambda value: getattr(value, "name", ""),
)
def test_one_of_several_filters_is_enough_and_none_lets_all_pass(
    kind: SourceKind, record: dict[str, Any], data: str
) -> None:
    seattle, rome = ({data: {"City": [name]}} for name in ("Seattle", "Rome"))
    assert passes(kind, record, rome, seattle)
    assert not passes(kind, record, rome)
    assert passes(kind, record)
    assert compiled({}, kind)(record)


def test_filters_are_compiled_once_and_leave_records_as_they_are() -> None:
    criteria = {"Filters": [{"Pattern": '{"data": {"City": ["Seattle"]}, "partitionKey": ["1"]}'}]}
    assert compiled(criteria, KINESIS) is compiled(criteria, KINESIS)
    assert compiled(criteria, KINESIS) is not compiled(criteria, SQS)
    record = of_stream(CITY)
    assert compiled(criteria, KINESIS)(record)
    assert record == of_stream(CITY)


def test_filters_of_sources_that_nobody_reads_are_not_built() -> None:
    with pytest.raises(NotBuiltError, match="Filters of MQ event sources aren't built"):
        compiled({"Filters": [{"Pattern": '{"data": ["a"]}'}]}, MQ)
