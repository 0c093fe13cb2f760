"""Streams are moto's: without it nothing is read, and what it keeps in another way is a warning and no more."""

from __future__ import annotations

import base64
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
import moto
import pytest
from moto import mock_aws
from moto.core.base_backend import BackendDict
from moto.dynamodb.models import dynamodb_backends
from moto.kinesis.models import Shard as MotoShard
from moto.kinesis.models import kinesis_backends

from lambda_mock import LambdaMockWarning, mock_lambda
from lambda_mock.domain.neighbours.port import MissingError, Shard
from lambda_mock.execution.drain import Drain
from lambda_mock.integrations.moto import moto_where_active
from lambda_mock.integrations.moto import streams as moto_streams
from lambda_mock.polling.streams.poller import StreamPoller
from tests.polling.streams.conftest import ACCOUNT, REGION, Handler, failing

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.polling.streams.conftest import Streams

CLICKS = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/clicks"
ITEMS = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/items/stream/2026-01-01T00:00:00.000"


def neighbours() -> Any:
    found = moto_where_active()
    assert found is not None
    return found


@pytest.mark.parametrize("arn", [CLICKS, ITEMS])
def test_without_moto_nothing_is_read(mock_lambda: LambdaMock, lambda_client: Any, arn: str) -> None:
    mock_lambda.function("orders", Handler())
    lambda_client.create_event_source_mapping(FunctionName="orders", EventSourceArn=arn, StartingPosition="LATEST")
    mock_lambda.clock.advance(100_000)
    assert list(mock_lambda.drain()) == []
    assert lambda_client.list_event_source_mappings()["EventSourceMappings"][0]["State"] == "Enabled"


def test_a_stream_that_comes_after_its_mapping_is_read_from_its_beginning(
    mock_lambda: LambdaMock, lambda_client: Any
) -> None:
    seen: list[Any] = []
    mock_lambda.function("orders", lambda event, _: seen.append(event))
    lambda_client.create_event_source_mapping(FunctionName="orders", EventSourceArn=CLICKS, StartingPosition="LATEST")
    with mock_aws():
        kinesis = boto3.client("kinesis", region_name=REGION)
        kinesis.create_stream(StreamName="clicks", ShardCount=1)
        kinesis.put_record(StreamName="clicks", Data=b"a", PartitionKey="k")
    assert len(seen) == 1


def test_a_mock_inside_a_mock_reads_for_its_own_mappings(streams: Streams) -> None:
    orders = streams.function()
    streams.map(streams.stream())
    with mock_lambda() as inner:
        streams.put("a")
        assert list(inner.invocations) == []
    assert orders.batches == []
    streams.put("b")
    assert orders.batches == [["a", "b"]]


def test_a_moto_that_keeps_streams_in_another_way_is_a_warning_and_all_else_goes_on(
    streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = streams.function()
    other = streams.function(name="other")
    streams.map(streams.stream())
    streams.map(streams.table(), "other")
    stream = kinesis_backends[ACCOUNT][REGION].streams["clicks"]
    shards = stream.shards
    monkeypatch.delattr(stream, "shards")
    with pytest.warns(LambdaMockWarning, match=rf"moto {moto.__version__} keeps kinesis in a way") as warned:
        streams.item("a")
    assert len(warned) == 1
    streams.item("b")
    monkeypatch.setattr(stream, "shards", shards, raising=False)
    assert orders.batches == []
    assert other.batches == [["a"], ["b"]]


def test_records_that_moto_keeps_in_another_way_are_a_warning(
    streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = streams.function()
    streams.map(streams.stream())
    shard = kinesis_backends[ACCOUNT][REGION].streams["clicks"].shards["shardId-000000000000"]
    with monkeypatch.context() as changed:
        changed.setattr(shard, "records", [1])
        with pytest.warns(LambdaMockWarning, match="keeps kinesis in a way"):
            streams.table()
    streams.put("a")
    assert orders.batches == []


def test_a_moto_that_was_told_to_leave_streams_alone_knows_none(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", Handler())
    lambda_client.create_event_source_mapping(FunctionName="orders", EventSourceArn=CLICKS, StartingPosition="LATEST")
    with mock_aws(config={"core": {"service_whitelist": ["s3"]}}):
        boto3.client("s3", region_name=REGION).list_buckets()
        assert neighbours().shards(CLICKS) is None
        assert list(mock_lambda.drain()) == []


def test_the_shards_of_a_stream_know_where_they_came_from(streams: Streams) -> None:
    arn = streams.stream(shards=2)
    streams.client("kinesis").merge_shards(
        StreamName="clicks", ShardToMerge="shardId-000000000000", AdjacentShardToMerge="shardId-000000000001"
    )
    assert neighbours().shards(arn) == [
        Shard(shard_id="shardId-000000000000", is_open=False),
        Shard(shard_id="shardId-000000000001", is_open=False),
        Shard(shard_id="shardId-000000000002", parents=("shardId-000000000000", "shardId-000000000001")),
    ]


def test_a_merged_shard_has_its_own_records_and_no_copies(streams: Streams) -> None:
    arn = streams.stream(shards=2)
    streams.put("a")
    streams.client("kinesis").merge_shards(
        StreamName="clicks", ShardToMerge="shardId-000000000000", AdjacentShardToMerge="shardId-000000000001"
    )
    merged = kinesis_backends[ACCOUNT][REGION].streams["clicks"].shards["shardId-000000000002"]
    assert neighbours().stream_records(arn, "shardId-000000000002", None) == []
    merged.put_record("k", base64.b64encode(b"b").decode(), "")
    (record,) = neighbours().stream_records(arn, "shardId-000000000002", None)
    assert (record.sequence_number, record.content["data"]) == ("2", "Yg==")


def test_records_are_found_behind_a_number(streams: Streams) -> None:
    arn = streams.stream()
    streams.put("a", "b", "c")
    numbers = [each.sequence_number for each in neighbours().stream_records(arn, "shardId-000000000000", "1")]
    assert numbers == ["2", "3"]
    assert neighbours().stream_records(arn, "shardId-000000000009", None) == []


def test_a_number_of_a_stream_that_is_gone_leads_to_the_beginning_of_the_new_one(streams: Streams) -> None:
    arn = streams.stream()
    streams.put("a")
    (record,) = neighbours().stream_records(arn, "shardId-000000000000", "7")
    assert record.sequence_number == "1"


def test_a_stream_that_is_not_there_is_missing(streams: Streams) -> None:
    for ask in (neighbours().shards, neighbours().retention):
        for arn in (CLICKS, ITEMS, f"{CLICKS}/consumer/c"):
            with pytest.raises(MissingError):
                ask(arn)
    assert neighbours().shards(streams.stream())
    with pytest.raises(MissingError):
        neighbours().shards(f"{CLICKS}/consumer/c")


def test_a_stream_keeps_records_as_long_as_it_says_and_a_table_for_a_day(streams: Streams) -> None:
    assert neighbours().retention(streams.stream()) == 86_400
    assert neighbours().retention(streams.table()) == 86_400
    streams.client("kinesis").increase_stream_retention_period(StreamName="clicks", RetentionPeriodHours=36)
    assert neighbours().retention(CLICKS) == 129_600


def test_moments_that_older_versions_keep_as_text_are_read(streams: Streams) -> None:
    arn = streams.table()
    streams.item("a")
    shard: Any = dynamodb_backends[ACCOUNT][REGION].tables["items"].stream_shard
    (item,) = shard.items
    for moment in ("2026-11-22T10:19:01.976645", "2026-11-22T10:19:01"):
        item.record["dynamodb"]["ApproximateCreationDateTime"] = moment
        (record,) = neighbours().stream_records(arn, "shardId-00000001541626099285-f35f62ef", None)
        assert int(record.arrived) == 1_795_342_741


def test_records_that_threads_put_at_once_are_each_processed_once(
    streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_at_a_time, put_record = threading.Lock(), MotoShard.put_record

    def put_safely(shard: Any, *arguments: Any) -> str:
        """Moto gives two records the same number where two threads put them at once."""
        with one_at_a_time:
            return put_record(shard, *arguments)

    monkeypatch.setattr(MotoShard, "put_record", put_safely)
    orders = streams.function()
    streams.map(streams.stream(), BatchSize=3)
    client = streams.client("kinesis")

    def put(number: int) -> None:
        client.put_record(StreamName="clicks", Data=str(number).encode(), PartitionKey="k")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, range(40)))
    streams.mock.drain()
    stored = kinesis_backends[ACCOUNT][REGION].streams["clicks"].shards["shardId-000000000000"].records.values()
    kept = [base64.b64decode(record.data).decode() for record in stored]
    assert [data for batch in orders.batches for data in batch] == kept


def test_streams_of_another_account_are_not_mixed_up(streams: Streams) -> None:
    streams.stream()
    assert isinstance(kinesis_backends, BackendDict)
    with pytest.raises(MissingError):
        neighbours().shards(f"arn:aws:kinesis:{REGION}:210987654321:stream/clicks")
    with pytest.raises(MissingError):
        neighbours().shards(f"arn:aws:kinesis:eu-west-1:{ACCOUNT}:stream/clicks")


def test_numbers_may_have_gaps(streams: Streams) -> None:
    arn = streams.stream()
    streams.put("a", "b", "c")
    del kinesis_backends[ACCOUNT][REGION].streams["clicks"].shards["shardId-000000000000"].records[2]
    numbers = [each.sequence_number for each in neighbours().stream_records(arn, "shardId-000000000000", None)]
    assert numbers == ["1", "3"]


def test_what_came_to_a_merged_shards_parents_later_is_no_copy(streams: Streams) -> None:
    arn = streams.stream(shards=2)
    streams.put("a", "b")
    streams.client("kinesis").merge_shards(
        StreamName="clicks", ShardToMerge="shardId-000000000000", AdjacentShardToMerge="shardId-000000000001"
    )
    streams.put("later")
    shards = kinesis_backends[ACCOUNT][REGION].streams["clicks"].shards
    shards["shardId-000000000002"].put_record("k", base64.b64encode(b"own").decode(), "")
    (record,) = neighbours().stream_records(arn, "shardId-000000000002", None)
    assert record.sequence_number == "3"


def test_a_stream_that_goes_while_a_batch_is_run_keeps_records_for_a_day(
    streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(arn: str) -> float:
        raise MissingError(arn)

    monkeypatch.setattr(moto_streams, "retention", gone)
    orders = streams.function(failing())
    streams.map(streams.stream(), MaximumRetryAttempts=20)
    streams.put("a")
    assert len(orders.batches) == 21


def test_a_poller_that_has_nothing_to_do_does_nothing(streams: Streams) -> None:
    """Another thread may have done meanwhile what there was to do."""
    orders = streams.function()
    streams.map(streams.stream())
    (entry,) = streams.mock._activation.agenda._entries.values()
    entry.poller.work(Drain())
    assert orders.batches == []
    assert list(entry.poller.blocked()) == []


def test_a_mapping_that_another_thread_makes_meanwhile_reads_each_record_once(
    streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    streams.function()
    second = streams.function(name="second")
    arn = streams.stream()
    streams.map(arn)
    streams.put("one")
    other = threading.Thread(target=lambda: streams.map(arn, function="second"))
    look = StreamPoller.look

    def look_for_long(poller: StreamPoller) -> None:
        if other.ident is None:
            other.start()
            other.join(0.3)  # it has to wait for this one, which ends first
        look(poller)

    monkeypatch.setattr(StreamPoller, "look", look_for_long)
    streams.client("kinesis").list_streams()
    other.join()
    streams.client("kinesis").list_streams()
    assert second.batches == [["one"]]


@pytest.mark.lambda_mock(async_mode="manual")
def test_mappings_that_are_late_come_in_turn_whichever_waits_longest(streams: Streams) -> None:
    for name in ("old", "new"):
        streams.function(name=name)
        streams.map(streams.stream(name), function=name, BatchSize=1)
        streams.put("a", "b", name=name)
        streams.mock.clock.advance(10)
    assert [run.function for run in streams.mock.drain()] == ["old", "new", "old", "new"]
