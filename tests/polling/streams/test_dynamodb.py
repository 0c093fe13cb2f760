"""What a function is given of the stream of a table, and what its failures are told like."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from tests.polling.streams.conftest import NOW, ORDERS, REGION, failing, to

if TYPE_CHECKING:
    from tests.polling.streams.conftest import Handler, Streams

FIRST = "1100000000017454423009"


def records(orders: Handler) -> list[Any]:
    return [record for event in orders.events for record in event["Records"]]


def test_the_event_is_the_one_that_aws_sends(streams: Streams) -> None:
    orders = streams.function()
    arn = streams.table("NEW_IMAGE")
    streams.map(arn)

    streams.client("dynamodb").put_item(
        TableName="items", Item={"id": {"S": "hello world"}, "binary_key": {"B": b"foobar"}}
    )

    (event,) = orders.events
    drawn = event["Records"][0]["eventID"]
    assert event == {
        "Records": [
            {
                "eventID": drawn,
                "eventName": "INSERT",
                "eventVersion": "1.1",
                "eventSource": "aws:dynamodb",
                "awsRegion": REGION,
                "dynamodb": {
                    "ApproximateCreationDateTime": float(NOW),
                    "Keys": {"id": {"S": "hello world"}},
                    "NewImage": {"binary_key": {"B": "Zm9vYmFy"}, "id": {"S": "hello world"}},
                    "SequenceNumber": FIRST,
                    "SizeBytes": 42,
                    "StreamViewType": "NEW_IMAGE",
                },
                "eventSourceARN": arn,
            }
        ]
    }
    assert len(drawn) == 32


def change(streams: Streams) -> None:
    """Put, change and delete an item."""
    streams.item("1", state={"S": "new"})
    streams.item("1", state={"S": "old"})
    streams.client("dynamodb").delete_item(TableName="items", Key={"id": {"S": "1"}})


NEW = {"id": {"S": "1"}, "state": {"S": "new"}}
OLD = {"id": {"S": "1"}, "state": {"S": "old"}}


@pytest.mark.parametrize(
    ("view", "images"),
    [
        ("KEYS_ONLY", [{}, {}, {}]),
        ("NEW_IMAGE", [{"NewImage": NEW}, {"NewImage": OLD}, {}]),
        ("OLD_IMAGE", [{}, {"OldImage": NEW}, {"OldImage": OLD}]),
        (
            "NEW_AND_OLD_IMAGES",
            [{"NewImage": NEW}, {"NewImage": OLD, "OldImage": NEW}, {"OldImage": OLD}],
        ),
    ],
)
def test_a_change_shows_the_images_of_the_view(streams: Streams, view: str, images: list[Any]) -> None:
    orders = streams.function()
    streams.map(streams.table(view))
    change(streams)
    assert [record["eventName"] for record in records(orders)] == ["INSERT", "MODIFY", "REMOVE"]
    shown = [
        {name: image for name, image in record["dynamodb"].items() if name.endswith("Image")}
        for record in records(orders)
    ]
    assert shown == images
    assert {record["dynamodb"]["StreamViewType"] for record in records(orders)} == {view}


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "äb"}, 3),
        ({"N": "100"}, 2),
        ({"N": "12345"}, 4),
        ({"N": "-1.5"}, 3),
        ({"B": b"foobar"}, 6),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"SS": ["a", "bc"]}, 3),
        ({"NS": ["1", "2"]}, 4),
        ({"BS": [b"foobar"]}, 6),
        ({"L": [{"S": "a"}, {"BOOL": False}]}, 7),
        ({"M": {"k": {"S": "a"}}}, 6),
    ],
)
def test_a_change_is_as_large_as_its_keys_and_images(streams: Streams, value: Any, size: int) -> None:
    orders = streams.function()
    streams.map(streams.table("NEW_IMAGE"))
    streams.item("1", v=value)
    (record,) = records(orders)
    assert record["dynamodb"]["SizeBytes"] == len("id1") + len("id1") + len("v") + size


def test_binary_values_are_base64_wherever_they_are(streams: Streams) -> None:
    orders = streams.function()
    streams.map(streams.table("NEW_IMAGE"))
    streams.item("1", v={"M": {"k": {"L": [{"B": b"foo"}]}}}, s={"BS": [b"bar"]})
    image = records(orders)[0]["dynamodb"]["NewImage"]
    assert image["v"] == {"M": {"k": {"L": [{"B": base64.b64encode(b"foo").decode()}]}}}
    assert image["s"] == {"BS": [base64.b64encode(b"bar").decode()]}


@pytest.mark.parametrize(("position", "batches"), [("LATEST", [["b"]]), ("TRIM_HORIZON", [["a"], ["b"]])])
def test_a_mapping_begins_where_it_says(streams: Streams, position: str, batches: list[list[str]]) -> None:
    orders = streams.function()
    arn = streams.table()
    streams.item("a")
    streams.map(arn, StartingPosition=position)
    streams.item("b")
    assert orders.batches == batches


def test_failures_are_told_to_the_second(streams: Streams) -> None:
    orders = streams.function(failing())
    arn = streams.table()
    streams.map(arn, BatchSize=1, MaximumRetryAttempts=1, DestinationConfig=to(streams.queue()))
    streams.item("a")
    assert orders.batches == [["a"], ["a"]]
    assert streams.bodies() == [
        {
            "requestContext": {
                "requestId": streams.mock.invocations[-1].request_id,
                "functionArn": ORDERS,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": 2,
            },
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "version": "1.0",
            "timestamp": "2033-05-18T03:33:20.500Z",
            "DDBStreamBatchInfo": {
                "shardId": "shardId-00000001541626099285-f35f62ef",
                "startSequenceNumber": FIRST,
                "endSequenceNumber": FIRST,
                "approximateArrivalOfFirstRecord": "2033-05-18T03:33:20Z",
                "approximateArrivalOfLastRecord": "2033-05-18T03:33:20Z",
                "batchSize": 1,
                "streamArn": arn,
            },
        }
    ]


def test_a_function_reports_changes_by_their_sequence_number(streams: Streams) -> None:
    orders = streams.function(
        lambda event: {"batchItemFailures": [{"itemIdentifier": FIRST}]} if len(event["Records"]) == 1 else None
    )
    streams.map(streams.table(), BatchSize=1, MaximumRetryAttempts=3, FunctionResponseTypes=["ReportBatchItemFailures"])
    streams.item("a")
    assert orders.batches == [["a"]] * 4


def test_filters_see_the_change(streams: Streams) -> None:
    orders = streams.function()
    pattern = '{"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": {"S": ["order"]}}}}'
    streams.map(streams.table(), FilterCriteria={"Filters": [{"Pattern": pattern}]})
    streams.item("a", kind={"S": "order"})
    streams.item("a", kind={"S": "order"}, more={"BOOL": True})
    streams.item("b", kind={"S": "bill"})
    assert orders.batches == [["a"]]


def test_changes_of_an_item_keep_their_order_in_many_lanes(streams: Streams) -> None:
    orders = streams.function()
    arn = streams.table()
    for number in range(3):
        for id_ in "abcdef":
            streams.item(id_, n={"N": str(number)})
    streams.map(arn, ParallelizationFactor=10, BatchSize=2)
    for id_ in "abcdef":
        seen = [
            record["dynamodb"]["NewImage"]["n"]["N"]
            for record in records(orders)
            if record["dynamodb"]["Keys"]["id"]["S"] == id_
        ]
        assert seen == ["0", "1", "2"]


def test_a_stream_that_was_enabled_anew_is_another_stream(streams: Streams) -> None:
    orders = streams.function()
    streams.map(streams.table())
    streams.item("a")
    dynamodb = streams.client("dynamodb")
    dynamodb.delete_table(TableName="items")
    arn = streams.table()
    streams.item("b")
    assert orders.batches == [["a"]]
    streams.map(arn)
    assert orders.batches == [["a"], ["b"]]


def test_a_function_may_change_the_table_that_it_hears_of(streams: Streams) -> None:
    def count(event: Any) -> None:
        for record in event["Records"]:
            number = int(record["dynamodb"]["NewImage"]["n"]["N"])
            if number < 20:
                streams.item("a", n={"N": str(number + 1)})

    orders = streams.function(count)
    streams.map(streams.table())
    streams.item("a", n={"N": "0"})
    assert len(orders.events) == 21
