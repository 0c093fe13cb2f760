"""Batches: how many records fit into one event, and that event as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

LARGEST_EVENT = 6_291_456
"""Bytes of an event that Lambda runs a function with, synchronously as pollers do."""

_BEGINNING = b'{"Records":['
_END = b"]}"
_AROUND = len(_BEGINNING) + len(_END)


def written(record: Mapping[str, Any]) -> bytes:
    """A record as JSON text."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def fitting(sizes: Iterable[int], most: int) -> int:
    """How many records, of those sizes in bytes, make a batch of `most` at the most: as many as fit, but one at least.

    Lambda begins with a batch when the next record wouldn't fit any more.
    """
    size, number = _AROUND, 0
    for each in sizes:
        size += each + 1
        if number and (number >= most or size > LARGEST_EVENT + 1):
            break
        number += 1
    return number


def event(records: Sequence[bytes]) -> bytes:
    """The event that holds these records."""
    return b"".join((_BEGINNING, b",".join(records), _END))
