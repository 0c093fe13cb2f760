"""What a function's answer says about a batch of a stream, where ReportBatchItemFailures lets it say something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def first_failed(reply: Any, numbers: Sequence[str]) -> int | None:
    """The place of the first record that has failed, of those with these sequence numbers; None where none has.

    An answer that makes no sense lets the whole batch fail.
    """
    if reply is None or reply in ("", [], {}):
        return None
    failures = reply.get("batchItemFailures", ()) if isinstance(reply, dict) else 0
    if failures is None or failures in ((), []):
        return None
    if not isinstance(failures, list):
        return 0
    places = {number: place for place, number in enumerate(numbers)}
    named = [each.get("itemIdentifier") if isinstance(each, dict) else None for each in failures]
    return min(places.get(name, 0) if isinstance(name, str) else 0 for name in named)
