"""Records that are given up: what Lambda tells the destination for failures, and what is kept of it where none is set.

The destination is told which records they were; only a bucket gets the records themselves.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_mock.events.discards import Batch, record
from lambda_mock.execution.post import DESTINATION, DISCARDED, Letter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_mock.domain.event_source_mapping import EventSourceMapping
    from lambda_mock.polling.streams.entries import Entry
    from lambda_mock.polling.streams.lanes import Tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Discard:
    """Records of a shard that are given up together: why, after how many attempts, and how the last of them ended.

    `moment` is in epoch seconds. The request id is that of the last attempt, or one of its own where there was none.
    """

    mapping: EventSourceMapping
    entries: Sequence[Entry]
    condition: str
    attempts: int
    last: Tried | None
    request_id: str
    moment: float


def letter_about(discard: Discard, destination: str) -> Letter:
    """What is sent to the destination, or only kept where there is none."""
    mapping = discard.mapping
    document = _record(discard)
    if destination.split(":")[2:3] == ["s3"]:
        document["payload"] = '{"Records":[' + b",".join(entry.text for entry in discard.entries).decode() + "]}"
    arn = mapping.function_arn
    return Letter(
        kind=DESTINATION if destination else DISCARDED,
        to=destination,
        body=json.dumps(document, separators=(",", ":")).encode(),
        function_arn=arn if arn.count(":") > _COLONS_OF_UNQUALIFIED else f"{arn}:$LATEST",
        request_id=discard.request_id,
        condition=discard.condition,
        moment=discard.moment,
        folder=f"aws/lambda/{mapping.uuid}/{discard.entries[0].shard_id}",
    )


_COLONS_OF_UNQUALIFIED = 6


def _record(discard: Discard) -> dict[str, Any]:
    first, last = discard.entries[0], discard.entries[-1]
    tried = discard.last
    batch = Batch(
        stream_arn=discard.mapping.settings["EventSourceArn"],
        shard_id=first.shard_id,
        first=first.record.sequence_number,
        last=last.record.sequence_number,
        first_arrived=first.arrived,
        last_arrived=last.arrived,
        size=len(discard.entries),
    )
    return record(
        batch,
        moment=discard.moment,
        request_id=discard.request_id,
        function_arn=discard.mapping.function_arn,
        condition=discard.condition,
        attempts=discard.attempts,
        version=None if tried is None else tried.version,
        function_error=None if tried is None else tried.function_error,
    )
