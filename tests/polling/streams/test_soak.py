"""Many records with failures by chance: each ends in one way, and what belongs together keeps its order."""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.polling.streams.conftest import data_of, sequence_numbers, to

if TYPE_CHECKING:
    from tests.polling.streams.conftest import Streams

# Of all records; the rest succeeds when its batch does.
POISONED = 0.01
# Of the calls that put records.
THROTTLED = 0.2
RECORDS = 1000
SHARDS = 3
KEYS = 40


class Soak:
    """A function that fails by chance, always for what is poisoned, and says of what it has got through."""

    def __init__(self, seed: int, poisoned: set[str], *, reports: bool) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - repeatable on purpose, no secret
        self.poisoned = poisoned
        self.reports = reports
        self.succeeded: list[str] = []

    def __call__(self, event: Any) -> Any:
        records = list(zip(sequence_numbers(event), data_of(event), strict=True))
        kind = self.chance.random()
        if kind < 0.05:
            raise ValueError("by chance")
        bad = next((place for place, (_, data) in enumerate(records) if data in self.poisoned), None)
        if bad is None and kind < 0.1 and self.reports:
            bad = self.chance.randrange(len(records))
        if bad is not None and not self.reports:
            raise ValueError("poisoned")
        self.succeeded += [data for _, data in records[:bad]]
        return None if bad is None else {"batchItemFailures": [{"itemIdentifier": records[bad][0]}]}


def soak(streams: Streams, records: int, seed: int, *, reports: bool, factor: int) -> Counter[str]:
    """Put records in between what the clock does; gives how many of them ended in which way."""
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose, no secret
    arn = streams.stream(shards=SHARDS)
    names = [f"{chance.randrange(KEYS)}/{number}" for number in range(records)]
    poisoned = {name for name in names if chance.random() < POISONED}
    function = Soak(seed, poisoned, reports=reports)
    streams.function(function)
    streams.client("s3").create_bucket(Bucket="failures")
    streams.map(
        arn,
        BatchSize=25,
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=3,
        MaximumRecordAgeInSeconds=3600,
        MaximumBatchingWindowInSeconds=5,
        ParallelizationFactor=factor,
        FunctionResponseTypes=["ReportBatchItemFailures"] if reports else [],
        DestinationConfig=to("arn:aws:s3:::failures"),
    )
    while names:
        some, names = names[:50], names[50:]
        # Now and then the function can't run for longer than records may wait.
        if is_throttled := chance.random() < THROTTLED:
            streams.aws.put_function_concurrency(FunctionName="orders", ReservedConcurrentExecutions=0)
        streams.client("kinesis").put_records(
            StreamName="clicks",
            Records=[{"Data": name.encode(), "PartitionKey": name.partition("/")[0]} for name in some],
        )
        if is_throttled:
            streams.aws.delete_function_concurrency(FunctionName="orders")
    streams.mock.drain()
    return _ends(streams, function, records)


def _ends(streams: Streams, function: Soak, records: int) -> Counter[str]:
    given_up: Counter[str] = Counter()
    by_condition: Counter[str] = Counter()
    for delivery in streams.mock.deliveries:
        assert delivery.error is None
        told = delivery.record
        names = data_of(json.loads(told["payload"]))
        assert len(names) == told["KinesisBatchInfo"]["batchSize"]
        given_up.update(names)
        by_condition[delivery.condition] += len(names)
    succeeded = Counter(function.succeeded)
    assert (succeeded + given_up).total() == len(succeeded | given_up) == records
    assert function.poisoned <= set(given_up)
    for key in range(KEYS):
        order = [int(name.partition("/")[2]) for name in function.succeeded if name.startswith(f"{key}/")]
        assert order == sorted(order)
    return by_condition + Counter(succeeded=succeeded.total())


@pytest.mark.parametrize(("reports", "factor"), [(True, 1), (False, 4)])
def test_each_record_succeeds_or_is_told_to_the_destination_and_keeps_its_place(
    streams: Streams, *, reports: bool, factor: int
) -> None:
    ends = soak(streams, RECORDS, seed=7, reports=reports, factor=factor)
    assert min(ends[end] for end in ("succeeded", "RecordAgeExceeded", "RetryAttemptsExhausted")) > 0
