"""What a mapping of a stream says about its batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_mock.domain.filters import Filter, compiled

if TYPE_CHECKING:
    from lambda_mock.domain.event_source_mapping import EventSourceMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamSettings:
    """The settings of a mapping, with None for what has no limit.

    `gathering` is how long a batch is gathered and `window` how long a tumbling window lasts, in seconds; 0 is none.
    `oldest` is the age in seconds at which a record is discarded. `splits` tells that a batch that failed is halved.
    `destination` is an ARN or empty.
    """

    batch_size: int
    gathering: float
    factor: int
    retries: int | None
    oldest: float | None
    splits: bool
    window: int
    destination: str
    passes: Filter


def settings_of(mapping: EventSourceMapping) -> StreamSettings:
    """What the mapping says at the moment."""
    told = mapping.settings
    return StreamSettings(
        batch_size=told["BatchSize"],
        gathering=told["MaximumBatchingWindowInSeconds"],
        factor=told["ParallelizationFactor"],
        retries=_limit(told["MaximumRetryAttempts"]),
        oldest=_limit(told["MaximumRecordAgeInSeconds"]),
        splits=told["BisectBatchOnFunctionError"],
        window=told["TumblingWindowInSeconds"],
        destination=told.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination", ""),
        passes=compiled(told.get("FilterCriteria", {}), mapping.kind),
    )


def _limit(number: int) -> int | None:
    """What AWS shows as -1 is no limit."""
    return None if number < 0 else number
