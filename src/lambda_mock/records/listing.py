"""A list of records that several threads may write and that answers questions about what is in it.

It knows neither calls nor invocations: what can be asked about a record, and what the list is called, a subclass says.
"""

# ruff: noqa: PYI019  # typing.Self came with Python 3.11
from __future__ import annotations

import copy
import threading
import warnings
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from operator import methodcaller
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeVar, overload

from lambda_mock.errors import LambdaMockError, LambdaMockWarning
from lambda_mock.names import named
from lambda_mock.records.criteria import Criteria, either, nearest
from lambda_mock.records.known import Names, Unknown
from lambda_mock.records.misses import Expectation, unmet
from lambda_mock.records.order import Order

if TYPE_CHECKING:
    from lambda_mock.records.diff import Detail

# pytest shows where the test went wrong, and not where that was noticed.
__tracebackhide__ = methodcaller("errisinstance", LambdaMockError)

# unittest's tracebacks end at the line of the test.
__unittest = True

LIMIT = 10_000
"""How many records are kept, unless somebody says otherwise. Older ones are dropped, and counted."""

MOST_BYTES = 256 << 20
"""How many bytes of payloads, results and logs are kept: the oldest records are dropped for them, too."""

_SHOWN_IN_REPR = 5

Record = TypeVar("Record")
Kind = TypeVar("Kind", bound="Records[Any]")


class Records(Sequence[Record]):
    """Records in the order in which they were made. Reading works on a snapshot, so threads may go on recording.

    `dropped` counts those that are no longer kept, and `cleared` those that `clear` has forgotten. `names` gives the
    functions that there are or were, each with its qualifiers: where it is given, nothing can be asserted of other
    ones. `leading` is the criterion that a bare text stands for, and `account_in_names` the one that an account in a
    function's name stands for.
    """

    noun: ClassVar[str]
    plural: ClassVar[str]
    leading: ClassVar[str]
    criteria: ClassVar[Criteria]
    account_in_names: ClassVar[str] = "account_id"

    def __init__(
        self,
        records: Iterable[Record] = (),
        *,
        names: Callable[[], Names] | None = None,
        limit: int = LIMIT,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._records: deque[Record] = deque()
        self._names = names
        self._limit = limit
        self._most_bytes = most_bytes
        self._bytes = 0
        self._lock = threading.Lock()
        self.dropped: int = 0
        self.cleared: int = 0
        for record in records:
            self.append(record)

    # Keeping -----------------------------------------------------------------------------------------------------

    def append(self, record: Record) -> None:
        """Keep one more record, and drop the oldest where there is no room left."""
        size = self._size(record)
        with self._lock:
            self._records.append(record)
            self._bytes += size
            if len(self._records) > self._limit or self._bytes > self._most_bytes:
                self._make_room()

    def _make_room(self) -> None:
        records = self._records
        # The last one is kept, however large.
        while len(records) > self._limit or (self._bytes > self._most_bytes and len(records) > 1):
            self._bytes -= self._size(records.popleft())
            self.dropped += 1

    def _size(self, record: Record) -> int:  # noqa: ARG002  # for those who have something large
        """How many bytes of the record may be many."""
        return 0

    def clear(self) -> None:
        """Forget everything up to now, as a test does at its beginning whose mock is older than itself."""
        with self._lock:
            self.cleared += len(self._records) + self.dropped
            self._records.clear()
            self._bytes = 0
            self.dropped = 0

    # Asking ------------------------------------------------------------------------------------------------------

    def _filter(self: Kind, criteria: Mapping[str, object]) -> Kind:
        records, dropped = self._state()
        expected = self._expectation(criteria, None)
        self._warn_of(dropped, stacklevel=4)
        found = self._chosen(filter(expected.matches, records), dropped)
        if not found:
            self._warn_of_unknown(expected, records, stacklevel=4)
        return found

    @property
    def last(self) -> Record:
        """The newest record. Where there is none: AssertionError."""
        __tracebackhide__ = True
        records = self._state()[0]
        if not records:
            raise AssertionError(f"There was no {self.noun} at all.")
        return records[-1]

    def values(self, *criteria: str) -> list[Any]:
        """What the records have for one criterion, or tuples for several: plain values for pytest to compare.

        assert mock.invocations.values("version") == ["1", "1", "2"]
        assert mock.calls.values("operation", "attempt") == [("Invoke", 1), ("Invoke", 2)]

        The names are those that `filter` knows.
        """
        return self._values(criteria)

    def count_by(self, *criteria: str) -> Counter[Any]:
        """How many records there are of each value of a criterion, or of each tuple of values of several.

        assert mock.invocations.count_by("version") == {"1": 90, "2": 10}

        The names are those that `filter` knows, but those of JSON, which isn't hashable.
        """
        values = self._values(criteria)
        try:
            return Counter(values)
        except TypeError as error:
            names = " and ".join(criteria)
            raise LambdaMockError(f"{self._name}: {names} can't be counted by, since JSON isn't hashable.") from error

    def _values(self, criteria: Sequence[str]) -> list[Any]:
        read = [self._criterion(name).read for name in criteria]
        if not read:
            raise LambdaMockError(f"{self._name} have values of {', '.join(self.criteria)}: name one or several.")
        records, dropped = self._state()
        self._warn_of(dropped, stacklevel=4)
        if len(read) == 1:
            return [read[0](record) for record in records]
        return [tuple(each(record) for each in read) for record in records]

    def assert_in_order(self: Kind, *steps: str | Mapping[str, object]) -> Kind:
        """Fail unless there are such records in this order, whatever there is between them. Gives these records.

        A step is a dict of criteria, or for short a text: an operation for calls, a function for invocations and
        refusals, a target for deliveries.

            mock.calls.assert_in_order("PublishVersion", {"operation": "UpdateAlias", "qualifier": "live"}, "Invoke")
        """
        __tracebackhide__ = True
        records, dropped = self._state()
        if not steps:
            raise LambdaMockError(f"{self._name}.assert_in_order takes the steps in their order.")
        order = Order(steps=[self._step(step) for step in steps], noun=self.noun)
        found = order.find(records)
        if None in found:
            missing = order.steps[found.index(None)]
            note = self._forgotten(dropped) if dropped else self._unknown(missing, records)
            raise unmet(lambda detail: order.failure(records, dropped, note, detail))
        return self._chosen((records[index] for index in found if index is not None), dropped)

    def _assert(self: Kind, criteria: Mapping[str, object], times: int | None) -> Kind:
        __tracebackhide__ = True
        records, dropped = self._state()
        expected = self._expectation(criteria, times)
        found = self._chosen(filter(expected.matches, records), dropped)
        if times == 0 and not found:
            self._refuse_unknown(expected, records)
        forgotten = self._forgotten(dropped) if dropped else ""
        # What is no longer kept may have been one more.
        if not expected.is_met_by(len(found)) or (dropped and times is not None):
            unknown = self._unknown(expected, records)
            raise unmet(lambda detail: expected.failure(records, dropped, forgotten, unknown, detail))
        return found

    def _once(self, criteria: Mapping[str, object]) -> Record:
        __tracebackhide__ = True
        return self._assert(criteria, 1)[0]

    def _chosen(self: Kind, records: Iterable[Record], dropped: int) -> Kind:
        chosen = copy.copy(self)
        # The function names of what was chosen are those of the whole.
        vars(chosen).update(_records=deque(records), _lock=threading.Lock(), dropped=dropped)
        return chosen

    # What is asked for -------------------------------------------------------------------------------------------

    def _step(self, step: object) -> Expectation:
        if isinstance(step, str):
            return self._expectation({self.leading: step}, None)
        if isinstance(step, Mapping):
            return self._expectation(step, None)
        raise LambdaMockError(f"{self._name} are asked for by a dict of criteria or by text, and not by {step!r}.")

    def _expectation(self, criteria: Mapping[str, object], times: int | None) -> Expectation:
        asked: object = times
        if asked is not None and (not isinstance(asked, int) or asked < 0):
            raise LambdaMockError(f"{self._name}: times is a whole number, and not {times!r}.")
        spelt_out = self._spelt_out(criteria)
        given = {name: self._wanted(name, value, criteria) for name, value in spelt_out.items()}
        wanted = {name: given[name] for name in self.criteria if name in given}
        return Expectation(noun=self.noun, plural=self.plural, wanted=wanted, criteria=self.criteria, times=times)

    def _spelt_out(self, criteria: Mapping[str, object]) -> dict[str, object]:
        """The criteria with the function by its bare name, and what else its name says beside it."""
        function = criteria.get("function")
        if not isinstance(function, str):
            return dict(criteria)
        names = {"account_id": self.account_in_names}
        said = {names.get(name, name): value for name, value in asdict(named(function)).items() if value is not None}
        others = {name: value for name, value in criteria.items() if name != "function"}
        for name in said.keys() & others.keys():
            if others[name] != said[name]:
                raise LambdaMockError(
                    f"{self._name}: function={function!r} means {name}={said[name]!r}, and {name}={others[name]!r} is "
                    "asked for beside it."
                )
        return {**criteria, **others, **said}

    def _wanted(self, name: str, value: object, criteria: Mapping[str, object]) -> object:  # noqa: ARG002
        """What a criterion is compared with; a value that no record can ever have is refused."""
        return self._criterion(name).wanted(f"{self._name}: {name}", value)

    def _criterion(self, name: str) -> Any:
        found = self.criteria.get(name)
        if found is None:
            hint = nearest(name, self.criteria)
            known = ", ".join(self.criteria)
            raise LambdaMockError(f"{self._name} can't be asked for {name!r}.{hint} They can be asked for {known}.")
        return found

    def _unknown(self, expected: Expectation, records: Sequence[Record]) -> Unknown | None:
        """The name among what is asked for that nothing ever had, which is a mistake more often than not."""
        if self._names is None:
            return None
        return Unknown.among(
            expected.wanted, self._names(), lambda name: {self.criteria[name].read(record) for record in records}
        )

    def _refuse_unknown(self, expected: Expectation, records: Sequence[Record]) -> None:
        unknown = self._unknown(expected, records)
        if unknown is not None:
            raise LambdaMockError(f"{self._name}: {unknown} An assertion that can't fail is refused.")

    def _warn_of_unknown(self, expected: Expectation, records: Sequence[Record], *, stacklevel: int) -> None:
        """Name what is meant where nobody can know whether something is asserted."""
        unknown = self._unknown(expected, records)
        if unknown is not None and unknown.meant:
            warnings.warn(f"{self._name}: {unknown}", LambdaMockWarning, stacklevel=stacklevel)

    def _warn_of(self, dropped: int, *, stacklevel: int) -> None:
        if dropped:
            warnings.warn(f"{self._name}: {self._forgotten(dropped)}", LambdaMockWarning, stacklevel=stacklevel)

    def _forgotten(self, dropped: int) -> str:
        return (
            f"The oldest {dropped:,} are no longer kept, since only the last {self._limit:,} are (option `records`), "
            f"and of payloads, results and logs {self._most_bytes >> 20} MB. clear() begins anew."
        )

    # Being a sequence --------------------------------------------------------------------------------------------

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

    def __contains__(self, value: object) -> bool:
        """Whether a record is there, or one that meets a dict of criteria, or a text as in `assert_in_order`."""
        records, dropped = self._state()
        if not isinstance(value, (str, Mapping)):
            return value in records
        expected = self._step(value)
        found = any(map(expected.matches, records))
        if not found:
            self._warn_of(dropped, stacklevel=3)
            self._warn_of_unknown(expected, records, stacklevel=3)
        return found

    def __eq__(self, other: object) -> bool:
        """Whether there are these records in this order, each given as a record, a dict of criteria, or a text."""
        if isinstance(other, str) or not isinstance(other, Sequence):
            return NotImplemented
        records, dropped = self._state()
        self._warn_of(dropped, stacklevel=3)
        return len(records) == len(other) and all(
            self.compared(record, value)[0] for record, value in zip(records, other, strict=True)
        )

    __hash__: ClassVar[None]  # type: ignore[assignment]  # it grows

    def compared(self, record: Record, value: object) -> tuple[bool, object, object]:
        """Whether a record is what a list says at its place, and both as plain values: what is wanted, and found."""
        if not isinstance(value, (str, Mapping)):
            return bool(record == value), value, record
        expected = self._step(value)
        return expected.matches(record), dict(expected.wanted), expected.found_in(record)

    def in_short(self, record: Record) -> object:
        """A record for which nothing is asked, by what its kind is first asked for."""
        return {self.leading: self.criteria[self.leading].read(record)}

    def told_missing(self, value: str | Mapping[str, object], detail: Detail) -> str:
        """Why `value in records` is False: what came nearest."""
        records, dropped = self._state()
        expected = self._step(value)
        forgotten = self._forgotten(dropped) if dropped else ""
        return expected.failure(records, dropped, forgotten, self._unknown(expected, records), detail)

    def __repr__(self) -> str:
        records, dropped = self._state()
        more = ["…"] if len(records) > _SHOWN_IN_REPR else []
        shown = more + [str(record) for record in records[-_SHOWN_IN_REPR:]]
        older = f" ({dropped:,} older ones dropped)" if dropped else ""
        return f"<{self._name}: {len(records)}{older}{' | ' if shown else ''}{' | '.join(shown)}>"

    if not TYPE_CHECKING:  # pragma: no branch - type checkers are to know what there is, and what is not

        def __getattr__(self, name: str) -> NoReturn:
            """Name what may have been meant: a misspelt assertion is the mistake that mocks are known for."""
            message = f"{type(self).__name__!r} object has no attribute {name!r}."
            if not name.startswith("_"):
                elsewhere = [kind for kind in Records.__subclasses__() if name in vars(kind)]
                there = either(f"mock.{kind.__name__.lower()}.{name}" for kind in elsewhere) if elsewhere else ""
                known = [each for each in dir(type(self)) if not each.startswith("_")]
                message += f" Did you mean {there}?" if there else nearest(name, known)
            # Of another object, or Python's traceback would add a suggestion of its own.
            raise AttributeError(message, name=name, obj=None)
