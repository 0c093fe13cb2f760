"""The kinds of sources that can be polled, and what makes their pollers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_mock.polling.poller import MakePoller

POLLERS: Mapping[str, MakePoller] = {}
"""By the name of the kind of source. Mappings of other kinds (Kafka, MQ, DocumentDB) are kept, and never polled."""
