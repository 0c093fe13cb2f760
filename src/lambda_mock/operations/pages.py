"""Pages of lists: how many items fit into one, and the marker behind which the next begins."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import TypeVar

from lambda_mock.domain.version import LATEST
from lambda_mock.errors import InvalidParameterValueException

T = TypeVar("T")

_PREFIX = "after:"


def marker_for(key: str) -> str:
    """An opaque marker: the next page begins behind `key`, whatever has been added or removed meanwhile."""
    return base64.urlsafe_b64encode(f"{_PREFIX}{key}".encode()).decode()


def key_of(marker: str | None) -> str | None:
    """The key that a marker of ours stands for. Anything else: InvalidParameterValueException."""
    if not marker:
        return None
    try:
        text = base64.b64decode(marker.encode(), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        text = ""
    if not text.startswith(_PREFIX):
        raise _invalid()
    return text.removeprefix(_PREFIX)


def number_of(key: str) -> int:
    """The number in a key, for lists that go by numbers. A marker that comes from another list has none."""
    if not key.isdecimal():
        raise _invalid()
    return int(key)


def rank(qualifier: str) -> tuple[int, int, str]:
    """The place of a qualifier in a list: `$LATEST`, then versions by number, then aliases by name."""
    if qualifier == LATEST:
        return (0, 0, "")
    return (1, int(qualifier), "") if qualifier.isdecimal() else (2, 0, qualifier)


def _invalid() -> InvalidParameterValueException:
    return InvalidParameterValueException("Invalid pagination token")


def page(entries: Iterable[tuple[str, T]], size: int) -> tuple[list[T], str | None]:
    """The first `size` of the entries (each a key with its item), and the marker of the next page or None."""
    items: list[T] = []
    last = ""
    for key, item in entries:
        if len(items) == size:
            return items, marker_for(last)
        items.append(item)
        last = key
    return items, None
