"""Where an expected value and a found one differ, as lines in pytest's own style: `-` expected, `+` found, `?` where.

It goes down through dicts and lists that both have, so that of a large value only what differs has to be shown, and a
matcher that is content with what it met is no difference.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lambda_mock.matchers import Partial, covers

_INDENT = "  "
# Two long lines are compared letter by letter, which takes the square of their length.
_LONGEST_COMPARED = 2_000
_EVERYTHING = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """How much to show.

    `level` is pytest's verbosity of assertions: at 0 only what differs, at 2 everything. `highlight` puts colour into
    the text of a diff.
    """

    level: int = 1
    highlight: Callable[[str], str] = str

    @property
    def width(self) -> int:
        """How many letters of a line are shown."""
        return (100, 1_000, _EVERYTHING)[min(self.level, 2)]

    @property
    def lines(self) -> int:
        """How many lines of one diff are shown."""
        return (24, 200, _EVERYTHING)[min(self.level, 2)]

    @property
    def records(self) -> int:
        """How many records of one kind are shown."""
        return (3, 8, 100)[min(self.level, 2)]


def diff(label: str, wanted: object, found: object, detail: Detail) -> list[str]:
    """The lines about one value; `label` stands before it, such as `payload=`. Cut where there are too many."""
    lines = list(_Walk(detail).lines(label, wanted, found))
    more = len(lines) - detail.lines
    shown = lines if more <= 0 else [*lines[: detail.lines], f"  … and {more} more lines"]
    return detail.highlight("\n".join(shown)).rstrip("\n").split("\n")


@dataclass(frozen=True, slots=True)
class _Walk:
    detail: Detail

    def lines(
        self, label: str, wanted: Any, found: Any, end: str = "", pad: str = "", *, in_part: bool = False
    ) -> Iterator[str]:
        """Both values from here on down; `in_part` says that only what `wanted` names is asked for."""
        if isinstance(wanted, Partial):
            in_part, wanted = True, wanted.expected
        same = _same(wanted, found, in_part=in_part)
        if isinstance(wanted, Mapping) and isinstance(found, Mapping) and not (same and not in_part):
            yield f"  {pad}{label}{{"
            yield from self._members(wanted, found, pad + _INDENT, in_part=in_part)
            yield f"  {pad}}}{end}"
        elif _is_list(wanted) and _is_list(found) and not same:
            yield f"  {pad}{label}["
            yield from self._elements(wanted, found, pad + _INDENT, in_part=in_part)
            yield f"  {pad}]{end}"
        elif same:
            yield from (f"  {line}" for line in _whole(pad + label, found, end, pad, self.detail.width))
        else:
            yield from self._leaf(pad, label, wanted, found, end)

    def _members(self, wanted: Any, found: Any, pad: str, *, in_part: bool) -> Iterator[str]:
        equal = 0
        for name, value in wanted.items():
            label = f"{name!r}: "
            if name not in found:
                yield from self._only("-", label, value, pad)
            elif self.detail.level < 1 and _same(value, found[name], in_part=in_part):
                equal += 1
            else:
                yield from self.lines(label, value, found[name], ",", pad, in_part=in_part)
        for name in found if not in_part else ():
            if name not in wanted:
                yield from self._only("+", f"{name!r}: ", found[name], pad)
        yield from _left_out(equal, pad)

    def _elements(self, wanted: Any, found: Any, pad: str, *, in_part: bool) -> Iterator[str]:
        """What both begin and end with is equal; what lies between is taken pair by pair, and then what is left."""
        most = min(len(wanted), len(found))
        before = _alike(wanted, found, most, in_part=in_part)
        after = _alike(wanted[::-1], found[::-1], most - before, in_part=in_part)
        yield from self._equal(found[:before], pad)
        missing, there = wanted[before : len(wanted) - after], found[before : len(found) - after]
        pairs = min(len(missing), len(there))
        for value, other in zip(missing[:pairs], there[:pairs], strict=True):
            yield from self.lines("", value, other, ",", pad, in_part=in_part)
        for value in missing[pairs:]:
            yield from self._only("-", "", value, pad)
        for other in there[pairs:]:
            yield from self._only("+", "", other, pad)
        yield from self._equal(found[len(found) - after :], pad)

    def _equal(self, values: Any, pad: str) -> Iterator[str]:
        if self.detail.level < 1:
            yield from _left_out(len(values), pad)
            return
        for value in values:
            yield from (f"  {line}" for line in _whole(pad, value, ",", pad, self.detail.width))

    def _only(self, sign: str, label: str, value: Any, pad: str) -> Iterator[str]:
        yield from (f"{sign} {line}" for line in _whole(pad + label, value, ",", pad, self.detail.width))

    def _leaf(self, pad: str, label: str, wanted: Any, found: Any, end: str) -> Iterator[str]:
        expected = list(_whole(pad + label, wanted, end, pad, _EVERYTHING))
        actual = list(_whole(pad + label, found, end, pad, _EVERYTHING))
        if len(expected) == len(actual) == 1:
            begin = len(pad + label)
            one, other = (
                pad + label + text
                for text in _around_the_difference(expected[0][begin:], actual[0][begin:], self.detail.width)
            )
            if max(len(one), len(other)) <= _LONGEST_COMPARED:
                yield from (line.rstrip("\n") for line in difflib.ndiff([one], [other]))
            else:
                yield from (f"- {one}", f"+ {other}")
        else:
            yield from (f"- {cut(line, self.detail.width)}" for line in expected)
            yield from (f"+ {cut(line, self.detail.width)}" for line in actual)


def distance(wanted: Any, found: Any, *, in_part: bool = False) -> float:
    """How far a value is from what was asked for: 0 where it is that, 1 where they have nothing in common."""
    if isinstance(wanted, Partial):
        in_part, wanted = True, wanted.expected
    if _same(wanted, found, in_part=in_part):
        return 0
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        names = {**wanted} if in_part else {**wanted, **found}
        parts = [
            distance(wanted[name], found[name], in_part=in_part) if name in wanted and name in found else 1
            for name in names
        ]
    elif _is_list(wanted) and _is_list(found):
        pairs = zip(wanted, found, strict=False)
        parts = [distance(value, other, in_part=in_part) for value, other in pairs]
        parts += [1] * abs(len(wanted) - len(found))
    else:
        return 1
    return sum(parts) / len(parts)


def cut(text: str, longest: int) -> str:
    """The text, or its beginning and a sign that there is more."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _same(wanted: Any, found: Any, *, in_part: bool) -> bool:
    return covers(wanted, found) if in_part else bool(found == wanted)


def _alike(wanted: Any, found: Any, most: int, *, in_part: bool) -> int:
    """With how many elements both begin, `most` at the most."""
    for index in range(most):
        if not _same(wanted[index], found[index], in_part=in_part):
            return index
    return most


def _is_list(value: object) -> bool:
    return isinstance(value, (list, tuple))


def _whole(begin: str, value: Any, end: str, pad: str, width: int) -> Iterator[str]:
    """A value member by member, one to a line."""
    if isinstance(value, Mapping) and value:
        yield f"{begin}{{"
        for name, member in value.items():
            yield from _whole(f"{pad}{_INDENT}{name!r}: ", member, ",", pad + _INDENT, width)
        yield f"{pad}}}{end}"
    elif _is_list(value) and value:
        yield f"{begin}["
        for element in value:
            yield from _whole(pad + _INDENT, element, ",", pad + _INDENT, width)
        yield f"{pad}]{end}"
    else:
        yield cut(f"{begin}{value!r}{end}", width)


def _left_out(number: int, pad: str) -> Iterator[str]:
    if number:
        yield f"  {pad}… and {number} equal"


def _around_the_difference(one: str, other: str, width: int) -> tuple[str, str]:
    """Two long lines, without so much of what they begin with that their first difference couldn't be seen."""
    if max(len(one), len(other)) <= width:
        return one, other
    first = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    start = max(0, first - width // 2)
    begin = "…" if start else ""
    return tuple(cut(f"{begin}{text[start:]}", width) for text in (one, other))  # type: ignore[return-value]
