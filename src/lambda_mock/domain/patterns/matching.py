"""Patterns as functions: which events have the fields that a pattern asks for.

A pattern with `$or` is rewritten as alternatives without, each of them a tree of fields. Arrays of an event are seen
through: a field is what any element has, but all fields under one array are looked for in one and the same element.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lambda_mock.domain.patterns import grammar
from lambda_mock.domain.patterns.grammar import InvalidPatternError, Members
from lambda_mock.domain.patterns.operators import RESERVED, Leaf, Test, leaf

MISSING: Final = object()
"""Stands for the value of a member that an object hasn't."""

_MOST_COMBINATIONS = 1_000
_DEEPEST = 100
_OR = "$or"
_EMPTY: Final[Mapping[str, object]] = {}

_Path = tuple[str, ...]
_Branch = dict[_Path, Leaf]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What one alternative asks of one member of an event.

    `test` takes the member's value, or MISSING; `is_value` and `is_object` tell which the member should be by the
    pattern: text, a number and so on, or an object.
    """

    name: str
    test: Test
    is_value: bool
    is_object: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A compiled pattern: an event matches it if it matches all fields of one of its alternatives."""

    alternatives: tuple[tuple[Field, ...], ...]

    def matches(self, event: Mapping[str, object]) -> bool:
        """Whether an event, as parsed JSON, matches."""
        return any(have(event, fields) for fields in self.alternatives)


def have(event: Mapping[str, object], fields: tuple[Field, ...]) -> bool:
    """Whether an event matches all these fields."""
    for field in fields:  # noqa: SIM110 - all() would take twice as long
        if not field.test(event.get(field.name, MISSING)):
            return False
    return True


def compiled(text: str, operators: frozenset[str]) -> Pattern:
    """Compile a pattern in which there may be these operators, or raise InvalidPatternError."""
    return _Compiler(operators).pattern(grammar.read(text))


class _Compiler:
    """Compiles one pattern, and counts what its `$or` come to."""

    __slots__ = ("_combinations", "_operators")

    def __init__(self, operators: frozenset[str]) -> None:
        self._operators = operators
        self._combinations = 1

    def pattern(self, members: Members) -> Pattern:
        branches = self._object(members, (), [{}], reserved=frozenset())
        return Pattern(alternatives=tuple(_fields(_tree(branch)) for branch in branches))

    def _object(
        self, members: Members, path: _Path, branches: list[_Branch], reserved: frozenset[str]
    ) -> list[_Branch]:
        """The branches with what an object at `path` asks for, too. No name in it may be one of `reserved`."""
        if not members:
            raise InvalidPatternError("Empty objects are not allowed")
        if len(path) >= _DEEPEST:
            raise InvalidPatternError(grammar.TOO_DEEP)
        for name, value in members:
            if name == _OR:
                branches = self._choices(value, path, branches)
            elif name in reserved:
                raise InvalidPatternError(f"{name} is a reserved name, which cannot be used inside $or.")
            elif isinstance(value, Members):
                branches = self._object(value, (*path, name), branches, reserved)
            elif isinstance(value, list):
                place, found = (*path, name), leaf(value, self._operators)
                for branch in branches:
                    branch[place] = found
            else:
                raise InvalidPatternError(f'"{name}" must be an object or an array')
        return branches

    def _choices(self, value: object, path: _Path, branches: list[_Branch]) -> list[_Branch]:
        """Each branch once with each of the choices."""
        if not isinstance(value, list) or len(value) < 2:  # noqa: PLR2004 - one choice is none
            raise InvalidPatternError("There must have at least 2 Objects in $or relationship.")
        self._combinations *= len(value)
        if self._combinations > _MOST_COMBINATIONS:
            raise InvalidPatternError("$or would result in over 1000 rule combinations")
        found = []
        for choice in value:
            if not isinstance(choice, Members):
                raise InvalidPatternError("Only JSON object is allowed in array of $or relationship.")
            found += self._object(choice, path, [dict(branch) for branch in branches], RESERVED)
        return found


@dataclass(slots=True, kw_only=True)
class _Node:
    """What is asked of one place in an event: by a list of its own, and of its members."""

    leaf: Leaf | None
    members: dict[str, _Node]


def _tree(branch: _Branch) -> _Node:
    root = _Node(leaf=None, members={})
    for path, found in branch.items():
        node = root
        for name in path:
            node = node.members.setdefault(name, _Node(leaf=None, members={}))
        node.leaf = found
    return root


def _fields(node: _Node) -> tuple[Field, ...]:
    return tuple(
        Field(name=name, test=_test(member), is_value=member.leaf is not None, is_object=bool(member.members))
        for name, member in node.members.items()
    )


def _test(node: _Node) -> Test:
    tests = []
    if node.leaf is not None:
        tests.append(_of_value(node.leaf))
    if node.members:
        tests.append(_of_object(_fields(node)))
    if len(tests) == 1:
        return tests[0]
    value, members = tests
    return lambda found: value(found) and members(found)


def _of_value(leaf: Leaf) -> Test:
    """A test of a place where a value should be. An object there is no value, as if nothing were there."""
    test, absent = leaf.test, leaf.absent

    def of(found: object) -> bool:
        if found is MISSING or isinstance(found, dict):
            return absent
        if isinstance(found, list):
            values = [item for item in _flat(found) if not isinstance(item, dict)]
            return any(test(value) for value in values) if values else absent
        return test(found)

    return of


def _of_object(fields: tuple[Field, ...]) -> Test:
    """A test of a place where an object should be, or an array with objects.

    `without` says whether nothing at all is good enough. Then it is absence that is asked for, and no element of an
    array may break it; otherwise one element has to have all that is asked for.
    """
    without = have(_EMPTY, fields)
    of_all: Callable[[Iterable[bool]], bool] = all if without else any

    def of(found: object) -> bool:
        if isinstance(found, dict):
            return have(found, fields)
        if isinstance(found, list):
            return of_all(have(item, fields) for item in _flat(found) if isinstance(item, dict))
        return without

    return of


def _flat(items: list[object]) -> Iterator[object]:
    """What is in an array, and in arrays in it."""
    pending = [iter(items)]
    while pending:
        for item in pending[-1]:
            if isinstance(item, list):
                pending.append(iter(item))
                break
            yield item
        else:
            pending.pop()
