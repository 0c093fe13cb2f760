"""Pages of lists: how many items fit into one, and the marker behind which the next begins."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, TypeVar

from lambda_mock.domain.version import LATEST
from lambda_mock.errors import InvalidParameterValueException

T = TypeVar("T")
Answer = Mapping[str, Any] | None

_PREFIX = "after:"
_INVALID = "-"


def of_one_list(name: str, function: Callable[..., Answer]) -> Callable[..., Answer]:
    """The operation `name` with markers that callers can't read, and that no other operation takes.

    The function itself sees what `marker_for` makes. In place of a marker that isn't its own it sees one that `key_of`
    refuses, so that the error comes when the function looks, behind those that it tells first.
    """

    @wraps(function)
    def listed(*arguments: Any, marker: str | None = None, **parameters: Any) -> Answer:
        answer = function(*arguments, marker=_opened(name, marker) if marker else None, **parameters)
        following = answer and answer.get("NextMarker")
        return {**answer, "NextMarker": _sealed(name, following)} if answer and following else answer

    return listed


def _sealed(name: str, marker: str) -> str:
    return base64.urlsafe_b64encode(f"{name}:{marker}".encode()).decode()


def _opened(name: str, marker: str) -> str:
    try:
        owner, _, text = base64.b64decode(marker.encode(), altchars=b"-_", validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return _INVALID
    return text if owner == name else _INVALID


def marker_for(key: str) -> str:
    """The marker of a page that begins behind `key`, whatever has been added or removed meanwhile."""
    return f"{_PREFIX}{key}"


def key_of(marker: str | None) -> str | None:
    """The key that a marker stands for. One that isn't of this list: InvalidParameterValueException."""
    if not marker:
        return None
    if not marker.startswith(_PREFIX):
        raise _invalid()
    return marker.removeprefix(_PREFIX)


def number_of(key: str) -> int:
    """The number in a key, for lists that go by numbers. A marker of other items of the same operation has none."""
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
