"""A mapping that keeps its keys in order, so that a page of a list costs the page and not the table."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from typing import Any, Generic, Protocol, TypeVar


class _Comparable(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


K = TypeVar("K", bound=_Comparable)
V = TypeVar("V")


class SortedNames(Generic[K, V]):
    """Values by key, iterated in the order of the keys.

    Look-ups cost what they cost in a dict; adding and removing a key moves a list of references.
    """

    __slots__ = ("_keys", "_values")

    def __init__(self) -> None:
        self._keys: list[K] = []
        self._values: dict[K, V] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __setitem__(self, key: K, value: V) -> None:
        if key not in self._values:
            insort(self._keys, key)
        self._values[key] = value

    def get(self, key: K) -> V | None:
        """The value under `key`, or None."""
        return self._values.get(key)

    def pop(self, key: K) -> V | None:
        """Remove `key` and give its value, or None where there is none."""
        if key not in self._values:
            return None
        del self._keys[bisect_left(self._keys, key)]
        return self._values.pop(key)

    def values(self) -> list[V]:
        """All values, in the order of their keys."""
        return [self._values[key] for key in self._keys]

    def after(self, key: K | None) -> Iterator[tuple[K, V]]:
        """The entries whose keys come behind `key`, or all of them for None."""
        start = 0 if key is None else bisect_right(self._keys, key)
        for index in range(start, len(self._keys)):
            found = self._keys[index]
            yield found, self._values[found]
