"""What a function is given of a Kinesis stream: which records, from where on, in which batches and order."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest
from moto.kinesis.models import kinesis_backends

from lambda_mock import LambdaMockError
from lambda_mock.execution import runner
from tests.polling.streams.conftest import ACCOUNT, NOW, REGION, ROLE, Handler, data_of, failing

if TYPE_CHECKING:
    from tests.polling.streams.conftest import Streams

HALF = 2**127


def test_the_event_is_the_one_that_aws_sends(streams: Streams) -> None:
    orders = streams.function()
    arn = streams.stream()
    streams.map(arn, StartingPosition="LATEST")

    streams.put('{"record_id": 0}', key="test_0")

    assert orders.events == [
        {
            "Records": [
                {
                    "kinesis": {
                        "kinesisSchemaVersion": "1.0",
                        "partitionKey": "test_0",
                        "sequenceNumber": "1",
                        "data": "eyJyZWNvcmRfaWQiOiAwfQ==",
                        "approximateArrivalTimestamp": float(NOW),
                    },
                    "eventSource": "aws:kinesis",
                    "eventVersion": "1.0",
                    "eventID": "shardId-000000000000:1",
                    "eventName": "aws:kinesis:record",
                    "invokeIdentityArn": ROLE,
                    "awsRegion": REGION,
                    "eventSourceARN": arn,
                }
            ]
        }
    ]
    assert orders.events[0]["Records"][0]["kinesis"]["approximateArrivalTimestamp"].__class__ is float


def test_a_run_is_recorded_with_the_stream_that_it_came_from(streams: Streams) -> None:
    streams.function()
    arn = streams.stream()
    streams.map(arn)
    streams.put("a")
    (run,) = streams.mock.invocations
    assert (run.function, run.source_arn, run.invocation_type) == ("orders", arn, "RequestResponse")


def test_before_the_first_record_nothing_was_processed_and_then_it_is_ok(streams: Streams) -> None:
    streams.function()
    uuid = streams.map(streams.stream())
    assert streams.result(uuid) == "No records processed"
    streams.put("a")
    assert streams.result(uuid) == "OK"


# Where a mapping begins -----------------------------------------------------------------------------------------------


def test_latest_begins_behind_what_is_there(streams: Streams) -> None:
    orders = streams.function()
    arn = streams.stream()
    streams.put("before")
    streams.map(arn, StartingPosition="LATEST")
    assert orders.batches == []
    streams.put("after")
    assert orders.batches == [["after"]]


def test_trim_horizon_begins_with_what_is_there(streams: Streams) -> None:
    orders = streams.function()
    arn = streams.stream()
    streams.put("before")
    streams.map(arn, StartingPosition="TRIM_HORIZON")
    assert orders.batches == [["before"]]


def test_at_timestamp_begins_with_what_arrived_then(streams: Streams) -> None:
    orders = streams.function()
    arn = streams.stream()
    streams.put("too early")
    streams.mock.clock.advance(60)
    streams.put("in time")
    begin = datetime.fromtimestamp(NOW + 60, tz=timezone.utc)
    streams.mock.clock.advance(60)
    streams.map(arn, StartingPosition="AT_TIMESTAMP", StartingPositionTimestamp=begin)
    assert orders.batches == [["in time"]]


def test_a_mapping_that_is_made_switched_off_begins_when_it_is_switched_on(streams: Streams) -> None:
    orders = streams.function()
    arn = streams.stream()
    uuid = streams.map(arn, StartingPosition="LATEST", Enabled=False)
    streams.put("before")
    streams.aws.update_event_source_mapping(UUID=uuid, Enabled=True)
    streams.put("after")
    assert orders.batches == [["after"]]


def test_a_mapping_goes_on_where_it_stood_when_it_was_switched_off(streams: Streams) -> None:
    orders = streams.function()
    uuid = streams.map(streams.stream(), StartingPosition="LATEST")
    streams.put("a")
    streams.aws.update_event_source_mapping(UUID=uuid, Enabled=False)
    streams.put("b")
    assert orders.batches == [["a"]]
    streams.aws.update_event_source_mapping(UUID=uuid, Enabled=True)
    assert orders.batches == [["a"], ["b"]]


def test_a_deleted_mapping_reads_nothing_more(streams: Streams) -> None:
    orders = streams.function()
    uuid = streams.map(streams.stream())
    streams.aws.delete_event_source_mapping(UUID=uuid)
    streams.put("a")
    streams.mock.drain()
    assert orders.batches == []


# Batches --------------------------------------------------------------------------------------------------------------


def test_a_batch_has_as_many_records_as_the_batch_size(streams: Streams) -> None:
    orders = streams.function()
    streams.map(streams.stream(), BatchSize=2)
    streams.put("a", "b", "c")
    assert orders.batches == [["a", "b"], ["c"]]


def test_a_batching_window_is_waited_for(streams: Streams) -> None:
    orders = streams.function()
    streams.map(streams.stream(), BatchSize=3, MaximumBatchingWindowInSeconds=60)
    streams.put("a", "b")
    assert orders.batches == [["a", "b"]]
    assert streams.mock.clock.time() == NOW + 60


def test_a_whole_batch_waits_for_no_window(streams: Streams) -> None:
    orders = streams.function()
    streams.map(streams.stream(), BatchSize=2, MaximumBatchingWindowInSeconds=60)
    streams.put("a", "b")
    assert orders.batches == [["a", "b"]]
    assert streams.mock.clock.time() == NOW


@pytest.mark.lambda_mock(async_mode="manual")
def test_records_that_come_during_the_window_join_the_batch(streams: Streams) -> None:
    orders = streams.function()
    streams.map(streams.stream(), MaximumBatchingWindowInSeconds=60)
    streams.put("a")
    streams.mock.clock.advance(30)
    streams.put("b")
    assert orders.batches == []
    runs = streams.mock.drain()
    assert orders.batches == [["a", "b"]]
    assert len(runs) == 1
    assert streams.mock.clock.time() == NOW + 60


@pytest.mark.lambda_mock(async_mode="manual")
def test_in_manual_mode_records_wait_to_be_drained(streams: Streams) -> None:
    orders = streams.function(failing("b"))
    streams.map(streams.stream(), StartingPosition="LATEST", BatchSize=1, MaximumRetryAttempts=1)
    streams.put("a", "b", "c")
    assert orders.batches == []
    assert [run.function_error for run in streams.mock.drain()] == [None, "Unhandled", "Unhandled", None]
    assert orders.batches == [["a"], ["b"], ["b"], ["c"]]


def test_a_batch_is_no_larger_than_an_event_may_be(streams: Streams) -> None:
    orders = streams.function()
    arn = streams.stream()
    for letter in "abcdef":
        streams.put(letter * 900_000)
    streams.map(arn)
    assert [len(batch) for batch in orders.batches] == [5, 1]
    assert max(len(run.payload) for run in streams.mock.invocations) <= 6_291_456


def test_a_batch_that_is_too_large_for_more_waits_for_no_window(streams: Streams) -> None:
    orders = streams.function()
    arn = streams.stream()
    for letter in "abcdef":
        streams.put(letter * 900_000)
    streams.map(arn, MaximumBatchingWindowInSeconds=60)
    assert [len(batch) for batch in orders.batches] == [5, 1]


def test_shards_are_read_each_for_itself(streams: Streams) -> None:
    orders = streams.function(failing("a"))
    streams.map(streams.stream(shards=2), StartingPosition="LATEST")
    streams.client("kinesis").put_record(StreamName="clicks", Data=b"a", PartitionKey="1", ExplicitHashKey="0")
    streams.client("kinesis").put_record(StreamName="clicks", Data=b"b", PartitionKey="2", ExplicitHashKey=str(HALF))
    assert orders.batches == [["a"], ["b"]]
    assert [event["Records"][0]["eventID"] for event in orders.events] == [
        "shardId-000000000000:1",
        "shardId-000000000001:1",
    ]


def test_shards_come_in_turn(streams: Streams) -> None:
    orders = streams.function()
    arn = streams.stream(shards=2)
    for hash_key in ("0", str(HALF)):
        for number in range(2):
            streams.client("kinesis").put_record(
                StreamName="clicks", Data=f"{hash_key[0]}.{number}".encode(), PartitionKey="k", ExplicitHashKey=hash_key
            )
    streams.map(arn, BatchSize=1)
    assert orders.batches == [["0.0"], ["1.0"], ["0.1"], ["1.1"]]


def test_a_failure_blocks_only_the_lane_of_its_key(streams: Streams) -> None:
    orders = streams.function(failing("a1"))
    streams.map(streams.stream(), ParallelizationFactor=10)
    streams.put("a1", "a2", key="a")
    streams.put("b1", key="b")
    assert orders.batches == [["a1", "a2"], ["b1"]]


def test_more_lanes_take_over_when_no_batch_is_under_way(streams: Streams) -> None:
    fails = {"a1"}
    orders = streams.function(failing(fails))
    uuid = streams.map(streams.stream(), BatchSize=1)
    streams.put("a1", "a2", key="a")
    streams.put("b1", key="b")
    streams.aws.update_event_source_mapping(UUID=uuid, ParallelizationFactor=10)
    assert orders.batches == [["a1"]]
    fails.clear()
    streams.mock.clock.advance(1)
    assert orders.batches[:2] == [["a1"], ["a1"]]
    assert sorted(orders.batches[2:]) == [["a2"], ["b1"]]


@pytest.mark.lambda_mock(async_mode="manual")
def test_fewer_lanes_go_on_in_the_order_of_the_stream(streams: Streams) -> None:
    orders = streams.function()
    uuid = streams.map(streams.stream(), ParallelizationFactor=10)
    for number in range(20):
        streams.put(str(number), key=str(number))
    streams.aws.update_event_source_mapping(UUID=uuid, ParallelizationFactor=1)
    streams.mock.drain()
    assert orders.batches == [[str(number) for number in range(20)]]


def test_a_consumer_of_a_stream_reads_the_stream(streams: Streams) -> None:
    orders = streams.function()
    consumer = streams.client("kinesis").register_stream_consumer(StreamARN=streams.stream(), ConsumerName="c")
    arn = consumer["Consumer"]["ConsumerARN"]
    streams.map(arn)
    streams.put("a")
    assert orders.batches == [["a"]]
    assert orders.events[0]["Records"][0]["eventSourceARN"] == arn
    streams.client("kinesis").deregister_stream_consumer(ConsumerARN=arn)
    streams.put("b")
    assert orders.batches == [["a"]]


# Filters --------------------------------------------------------------------------------------------------------------


def of_type(name: str) -> Any:
    return {"Filters": [{"Pattern": json.dumps({"data": {"event_type": [name]}})}]}


def test_each_mapping_gets_what_passes_its_filters(streams: Streams) -> None:
    one, two = streams.function(name="one"), streams.function(name="two")
    arn = streams.stream()
    streams.map(arn, "one", BatchSize=1, FilterCriteria=of_type("function_1"))
    streams.map(arn, "two", BatchSize=1, FilterCriteria=of_type("function_2"))
    first = json.dumps({"event_type": "function_1", "message": "foo"})
    second = json.dumps({"event_type": "function_2", "message": "foo"})
    streams.put(first, second, "no JSON", json.dumps({"event_type": "function_3"}))
    assert one.batches == [[first]]
    assert two.batches == [[second]]


def test_what_no_filter_lets_pass_is_not_processed(streams: Streams) -> None:
    streams.function()
    uuid = streams.map(streams.stream(), FilterCriteria=of_type("none"))
    streams.put("a")
    assert streams.result(uuid) == "No records processed"


def test_new_filters_hold_for_what_still_waits(streams: Streams) -> None:
    fails = {"stop"}
    orders = streams.function(failing(fails))
    uuid = streams.map(streams.stream(), BatchSize=1)
    streams.put("stop", '{"event_type": "two"}', '{"event_type": "one"}')
    streams.aws.update_event_source_mapping(UUID=uuid, FilterCriteria=of_type("two"))
    fails.clear()
    streams.mock.clock.advance(1)
    assert orders.batches == [["stop"], ["stop"], ['{"event_type": "two"}']]


# Functions, versions and aliases --------------------------------------------------------------------------------------


def test_an_alias_is_looked_up_for_each_batch(streams: Streams) -> None:
    first = streams.function(Publish=True)
    streams.aws.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    streams.map(streams.stream(), "orders:live")
    streams.put("a")
    second = Handler()
    streams.mock.function("orders", second, Role=ROLE)
    streams.aws.publish_version(FunctionName="orders")
    streams.put("b")
    streams.aws.update_alias(FunctionName="orders", Name="live", FunctionVersion="2")
    streams.put("c")
    assert first.batches == [["a"], ["b"]]
    assert second.batches == [["c"]]
    assert [(run.qualifier, run.version) for run in streams.mock.invocations] == [
        ("live", "1"),
        ("live", "1"),
        ("live", "2"),
    ]


def test_a_weighted_alias_is_drawn_for_each_batch(streams: Streams) -> None:
    streams.function(Publish=True)
    streams.function(Publish=True)
    streams.aws.create_alias(
        FunctionName="orders",
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}},
    )
    streams.map(streams.stream(), "orders:live", BatchSize=1)
    streams.put(*map(str, range(20)))
    assert {run.version for run in streams.mock.invocations} == {"1", "2"}


@pytest.mark.lambda_mock(lifecycle="observed")
def test_a_function_that_is_not_ready_is_waited_for(streams: Streams) -> None:
    orders = streams.function()
    uuid = streams.map(streams.stream(), MaximumRetryAttempts=0)
    streams.put("a")
    assert orders.batches == []
    # The first answer shows it Creating, and the mapping begins after that.
    assert streams.aws.get_event_source_mapping(UUID=uuid)["State"] == "Creating"
    assert orders.batches == [["a"]]
    streams.aws.delete_function(FunctionName="orders")
    streams.aws.create_function(
        FunctionName="orders", Role=ROLE, Runtime="python3.12", Handler="index.handler", Code={"ZipFile": package()}
    )
    streams.put("b")
    assert "ResourceConflictException: The operation cannot be performed at this time." in streams.mock.describe()
    assert streams.aws.get_function(FunctionName="orders")["Configuration"]["State"] == "Pending"
    streams.mock.clock.advance(1)
    assert [run.function_error for run in streams.mock.invocations] == [None, None]


def package() -> bytes:
    """A zip with a handler that does nothing."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("index.py", "def handler(event, context): pass")
    return content.getvalue()


def test_a_mapping_can_be_pointed_at_another_function(streams: Streams) -> None:
    one, two = streams.function(name="one"), streams.function(name="two")
    uuid = streams.map(streams.stream(), "one")
    streams.put("a")
    streams.aws.update_event_source_mapping(UUID=uuid, FunctionName="two")
    streams.put("b")
    assert (one.batches, two.batches) == ([["a"]], [["b"]])


def test_mappings_of_a_stream_read_it_each_for_itself(streams: Streams) -> None:
    slow, quick = streams.function(failing(), name="slow"), streams.function(name="quick")
    arn = streams.stream()
    streams.map(arn, "slow")
    streams.map(arn, "quick")
    streams.put("a")
    streams.put("b")
    assert slow.batches == [["a"]]
    assert quick.batches == [["a"], ["b"]]


def test_a_handler_may_delete_its_own_mapping(streams: Streams) -> None:
    def delete(_: Any) -> None:
        streams.aws.delete_event_source_mapping(UUID=uuid)

    orders = streams.function(delete)
    uuid = streams.map(streams.stream(), BatchSize=1)
    streams.put("a", "b")
    assert orders.batches == [["a"]]
    assert streams.aws.list_event_source_mappings()["EventSourceMappings"] == []


def test_a_handler_may_switch_off_its_own_mapping(streams: Streams) -> None:
    def switch_off(_: Any) -> None:
        streams.aws.update_event_source_mapping(UUID=uuid, Enabled=False)

    orders = streams.function(switch_off)
    uuid = streams.map(streams.stream(), BatchSize=1)
    streams.put("a", "b")
    assert orders.batches == [["a"]]
    streams.aws.update_event_source_mapping(UUID=uuid, Enabled=True)
    assert orders.batches == [["a"], ["b"]]


def test_a_function_that_is_gone_is_waited_for(streams: Streams) -> None:
    streams.function()
    uuid = streams.map(streams.stream())
    streams.aws.delete_function(FunctionName="orders")
    streams.put("a")
    assert streams.result(uuid) == "PROBLEM: Function call failed"
    orders = streams.function()
    streams.mock.clock.advance(1)
    assert orders.batches == [["a"]]
    assert streams.result(uuid) == "OK"


# Shards and streams that come and go ----------------------------------------------------------------------------------


def test_after_a_shard_was_split_each_record_is_still_processed_once(streams: Streams) -> None:
    orders = streams.function()
    streams.map(streams.stream())
    streams.put("a")
    streams.client("kinesis").split_shard(
        StreamName="clicks", ShardToSplit="shardId-000000000000", NewStartingHashKey=str(HALF)
    )
    streams.put("b")
    assert orders.batches == [["a"], ["b"]]


def merge(streams: Streams) -> None:
    streams.client("kinesis").merge_shards(
        StreamName="clicks", ShardToMerge="shardId-000000000000", AdjacentShardToMerge="shardId-000000000001"
    )


@pytest.mark.parametrize("mapped", ["before", "after"])
def test_after_shards_were_merged_each_record_is_still_processed_once(streams: Streams, mapped: str) -> None:
    orders = streams.function()
    arn = streams.stream(shards=2)
    if mapped == "before":
        streams.map(arn, BatchSize=1)
    streams.client("kinesis").put_record(StreamName="clicks", Data=b"a", PartitionKey="1", ExplicitHashKey="0")
    streams.client("kinesis").put_record(StreamName="clicks", Data=b"b", PartitionKey="2", ExplicitHashKey=str(HALF))
    merge(streams)
    if mapped == "after":
        streams.map(arn, BatchSize=1)
    assert orders.batches == [["a"], ["b"]]


def test_the_records_of_a_shard_wait_for_those_of_its_parents(streams: Streams) -> None:
    fails = {"a"}
    orders = streams.function(failing(fails))
    streams.map(streams.stream(shards=2))
    streams.client("kinesis").put_record(StreamName="clicks", Data=b"a", PartitionKey="1", ExplicitHashKey="0")
    merge(streams)
    # Moto goes on with the parents itself; Kinesis would do this.
    child = kinesis_backends[ACCOUNT][REGION].streams["clicks"].shards["shardId-000000000002"]
    child.put_record("1", base64.b64encode(b"b").decode(), "0")
    streams.mock.clock.advance(0)
    assert orders.batches == [["a"]]
    fails.clear()
    streams.mock.clock.advance(1)
    assert orders.batches == [["a"], ["a"], ["b"]]


def test_a_shard_that_came_while_the_mapping_was_off_is_read_from_its_beginning(streams: Streams) -> None:
    orders = streams.function()
    uuid = streams.map(streams.stream(shards=2), StartingPosition="LATEST", Enabled=True)
    streams.aws.update_event_source_mapping(UUID=uuid, Enabled=False)
    merge(streams)
    child = kinesis_backends[ACCOUNT][REGION].streams["clicks"].shards["shardId-000000000002"]
    child.put_record("1", base64.b64encode(b"b").decode(), "0")
    streams.aws.update_event_source_mapping(UUID=uuid, Enabled=True)
    assert orders.batches == [["b"]]


def test_a_stream_that_is_deleted_is_read_no_more_and_a_new_one_from_its_beginning(streams: Streams) -> None:
    orders = streams.function()
    streams.map(streams.stream(), StartingPosition="LATEST")
    streams.put("a")
    streams.client("kinesis").delete_stream(StreamName="clicks")
    streams.mock.drain()
    streams.stream()
    streams.put("b")
    assert orders.batches == [["a"], ["b"]]


def test_what_waits_of_a_stream_that_is_deleted_is_gone(streams: Streams) -> None:
    orders = streams.function(failing())
    streams.map(streams.stream())
    streams.put("a")
    streams.client("kinesis").delete_stream(StreamName="clicks")
    streams.mock.drain()
    assert orders.batches == [["a"]]


# Loops ----------------------------------------------------------------------------------------------------------------


def test_a_function_that_writes_to_its_own_stream_is_stopped_in_the_end(
    streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "MOST_RUNS_THROUGH_STREAMS", 30)
    orders = streams.function(lambda event: streams.put(*(str(int(each) + 1) for each in data_of(event))))
    streams.map(streams.stream(), StartingPosition="LATEST")
    with pytest.raises(LambdaMockError, match=r"orders has led back to itself 30 times, and Lambda doesn't detect"):
        streams.put("1")
    assert len(orders.batches) == 30


def test_a_function_may_write_to_its_own_stream_for_a_while(streams: Streams) -> None:
    def count_down(event: Any) -> None:
        for each in data_of(event):
            if int(each) > 0:
                streams.put(str(int(each) - 1))

    orders = streams.function(count_down)
    streams.map(streams.stream())
    streams.put("40")
    assert orders.batches == [[str(number)] for number in range(40, -1, -1)]


def test_what_a_batch_can_not_run_on_is_told_to_the_test_and_not_tried_at_once(streams: Streams) -> None:
    streams.aws.create_function(
        FunctionName="orders",
        Role=ROLE,
        PackageType="Image",
        Code={"ImageUri": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/shop:latest"},
    )
    streams.map(streams.stream())
    with pytest.raises(LambdaMockError, match="can't run here"):
        streams.put("a")
    orders = Handler()
    streams.mock.override("orders", orders)
    streams.put("b")
    assert orders.batches == []
    streams.mock.clock.advance(1)
    assert orders.batches == [["a"], ["b"]]
