"""A list of records that several threads may write and that answers questions about what is in it.

It knows neither calls nor invocations: what can be asked about a record, and what the list is called, a subclass says.
"""

# ruff: noqa: PYI019  # typing.Self came with Python 3.11
from __future__ import annotations

import copy
import threading
from abc import abstractmethod
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, ClassVar, TypeVar, overload

from lambda_mock.errors import LambdaMockError
from lambda_mock.names import named
from lambda_mock.records.misses import Criteria, Expectation

LIMIT = 10_000
"""How many records are kept. Older ones are dropped, and counted."""

_SHOWN_IN_REPR = 5

Record = TypeVar("Record")
Kind = TypeVar("Kind", bound="Records[Any]")


class Records(Sequence[Record]):
    """Records in the order in which they were made. Reading works on a snapshot, so threads may go on recording.

    `dropped` counts those that are no longer kept. `account_in_names` is the criterion that an account in a function's
    name stands for.
    """

    noun: ClassVar[str]
    criteria: ClassVar[Criteria]
    account_in_names: ClassVar[str] = "account_id"

    def __init__(self, records: Iterable[Record] = (), *, limit: int = LIMIT) -> None:
        self._records = deque(records, limit)
        self._limit = limit
        self._lock = threading.Lock()
        self.dropped: int = 0

    def append(self, record: Record) -> None:
        """Keep one more record, and drop the oldest where there is no room left."""
        with self._lock:
            if len(self._records) == self._limit:
                self.dropped += 1
            self._records.append(record)

    def clear(self) -> None:
        """Forget everything up to now."""
        with self._lock:
            self._records.clear()
            self.dropped = 0

    def filter(self: Kind, **criteria: object) -> Kind:
        """The records that have all these values. None is a value too: `error=None` gives what went well.

        A `function` may be given in any form of name; a qualifier, region or account in it counts as a criterion.
        """
        records, dropped = self._state()
        return self._chosen(filter(self._expectation(criteria, None).matches, records), dropped)

    def _assert(self: Kind, criteria: Mapping[str, object], times: int | None) -> Kind:
        __tracebackhide__ = True
        records, dropped = self._state()
        expected = self._expectation(criteria, times)
        found = self._chosen(filter(expected.matches, records), dropped)
        if not expected.is_met_by(len(found)):
            raise AssertionError(expected.failure(records, dropped))
        return found

    def _chosen(self: Kind, records: Iterable[Record], dropped: int) -> Kind:
        chosen = copy.copy(self)
        vars(chosen).update(_records=deque(records, self._limit), _lock=threading.Lock(), dropped=dropped)
        return chosen

    def _expectation(self, criteria: Mapping[str, object], times: int | None) -> Expectation:
        for name in criteria:
            if name not in self.criteria:
                known = ", ".join(self.criteria)
                raise LambdaMockError(f"{self._name} can't be asked for {name!r}. They can be asked for {known}.")
            if name != "payload" and isinstance(criteria[name], int):  # nothing has it, so "not called" would pass
                raise LambdaMockError(f"{self._name}: {name} is a string, such as '1', and not {criteria[name]!r}.")
        asked: object = times
        if asked is not None and (not isinstance(asked, int) or asked < 0):
            raise LambdaMockError(f"{self._name}: times is a whole number, and not {times!r}.")
        wanted = {
            name: self._wanted(name, value) for name, value in _spelt_out(criteria, self.account_in_names).items()
        }
        return Expectation(noun=self.noun, wanted=wanted, criteria=self.criteria, times=times)

    @abstractmethod
    def _wanted(self, name: str, value: object) -> object:
        """The value of a criterion as records have it; one that none can ever have is refused."""

    def _state(self) -> tuple[tuple[Record, ...], int]:
        with self._lock:
            return tuple(self._records), self.dropped

    @property
    def _name(self) -> str:
        return f"mock.{type(self).__name__.lower()}"

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self._state()[0])

    @overload
    def __getitem__(self, index: int, /) -> Record: ...

    @overload
    def __getitem__(self, index: slice, /) -> Sequence[Record]: ...

    def __getitem__(self, index: int | slice, /) -> Record | Sequence[Record]:
        return self._state()[0][index]

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented

    __hash__: ClassVar[None]  # type: ignore[assignment]  # it grows

    def __repr__(self) -> str:
        records = self._state()[0]
        more = ["…"] if len(records) > _SHOWN_IN_REPR else []
        shown = more + [str(record) for record in records[-_SHOWN_IN_REPR:]]
        return f"<{self._name}: {len(records)}{' | ' if shown else ''}{' | '.join(shown)}>"


def _spelt_out(criteria: Mapping[str, object], account: str) -> dict[str, object]:
    """The criteria with the function by its bare name, and what else its name says beside it."""
    function = criteria.get("function")
    if not isinstance(function, str):
        return dict(criteria)
    names = {"account_id": account}
    said = {names.get(name, name): value for name, value in asdict(named(function)).items() if value is not None}
    return {**criteria, **said, **{name: value for name, value in criteria.items() if name != "function"}}
