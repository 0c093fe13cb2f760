"""The kinds of sources that can be polled, and what makes their pollers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_mock.domain.event_sources import DYNAMODB, KINESIS, SQS
from lambda_mock.polling.queue_poller import QueuePoller
from lambda_mock.polling.streams.poller import StreamPoller

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_mock.polling.poller import MakePoller

POLLERS: Mapping[str, MakePoller] = {
    SQS.name: QueuePoller,
    KINESIS.name: StreamPoller,
    DYNAMODB.name: StreamPoller,
}
"""By the name of the kind of source. Mappings of other kinds (Kafka, MQ, DocumentDB) are kept, and never polled."""
