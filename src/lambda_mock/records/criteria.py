"""What can be asked about a record: how it is read, and which values make sense.

A value that no record can ever have is refused: an assertion that something did not happen would hold by mistake.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter, methodcaller
from typing import Any, Literal, cast

from lambda_mock.errors import LambdaMockError
from lambda_mock.matchers import Partial

# pytest shows where the test went wrong, and not where that was noticed.
__tracebackhide__ = methodcaller("errisinstance", LambdaMockError)

Kind = Literal["text", "log", "number", "json", "members"]

_PLAIN = (str, bytes, bytearray, int, float, list, tuple, dict, set, frozenset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing to ask about a record: what `read` makes of it is compared with what the test gives.

    `name` in the methods is how a complaint names it.

    `kind` says which values make sense: text (also as a compiled pattern), a log (a part of it is enough), a number,
    JSON (also as bytes), members (those that are named count). `optional` is whether a record may have None,
    `choices` are all values there are, where that is known, and `weight` is how much it matters for being near.
    """

    read: Callable[[Any], object]
    kind: Kind = "text"
    optional: bool = False
    choices: Collection[str] = ()
    weight: int = 1

    def wanted(self, name: str, value: object) -> object:
        """What is compared in place of the value that the test gave. One that can't be met is a LambdaMockError."""
        if isinstance(value, re.Pattern):
            if self.kind not in {"text", "log"}:
                raise LambdaMockError(f"{name} isn't text, so no pattern matches it: give partial(...) with patterns.")
            if isinstance(value.pattern, bytes):
                raise LambdaMockError(f"{name} is text, in which a pattern of bytes finds nothing: {value.pattern!r}.")
            return Found(value)
        if value is None and not self.optional and self.kind != "json":
            raise LambdaMockError(f"{name} is never None.")
        if value is None or not isinstance(value, _PLAIN):
            return value  # a matcher knows by itself what it is equal to
        return getattr(self, self.kind)(name, value)

    def text(self, name: str, value: object) -> object:
        """A word, which is one of the choices where there are only so many."""
        if not isinstance(value, str):
            raise LambdaMockError(f"{name} is a string, such as '1', and not {value!r}.")
        if self.choices and value not in self.choices:
            raise LambdaMockError(f"{name} is {either(self.choices)}, and not {value!r}.{nearest(value, self.choices)}")
        return value

    def log(self, name: str, value: object) -> object:
        """Text that the log has somewhere."""
        return Found(re.compile(re.escape(str(self.text(name, value)))), shown=repr(value))

    def number(self, name: str, value: object) -> object:
        """A number, and no other kind of value."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise LambdaMockError(f"{name} is a number, and not {value!r}.")
        return value

    def json(self, name: str, value: object) -> object:
        """A value as JSON has it, or the JSON text of one."""
        if not isinstance(value, (bytes, bytearray)):
            return _in_json(name, value)
        try:
            return json.loads(value)
        except ValueError as error:
            if self.optional:
                return bytes(value)
            raise LambdaMockError(f"{name} is given as bytes, and they are no JSON: {value!r}") from error

    def members(self, name: str, value: object) -> object:
        """Members by name; those that aren't named may be anything."""
        if not isinstance(value, dict):
            raise LambdaMockError(f"{name} is a dict of the members that matter, and not {value!r}.")
        return _Members(value)


Criteria = Mapping[str, Criterion]
"""By name, what a test may ask about."""


def texts(*names: str, optional: bool = False, weight: int = 1) -> dict[str, Criterion]:
    """Criteria of text that records have as attributes of the same names."""
    return {name: Criterion(read=attrgetter(name), optional=optional, weight=weight) for name in names}


class _Members(Partial):
    """What a plain dict stands for where others may be beside its members, and shown as that dict."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(self.expected)


class Found:
    """Equal to every text in which the pattern is found."""

    __slots__ = ("_pattern", "_shown")

    def __init__(self, pattern: re.Pattern[str], shown: str | None = None) -> None:
        self._pattern = pattern
        self._shown = shown or repr(pattern)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and self._pattern.search(other) is not None

    __hash__ = None  # type: ignore[assignment]  # equal to many

    def __repr__(self) -> str:
        return self._shown


class AnyOf:
    """Equal to each of some words, and shown by the one that stands for them all."""

    __slots__ = ("_shown", "_words")

    def __init__(self, shown: str, words: Collection[str]) -> None:
        self._shown = shown
        self._words = words

    def __eq__(self, other: object) -> bool:
        return other in self._words

    __hash__ = None  # type: ignore[assignment]  # equal to many

    def __repr__(self) -> str:
        return repr(self._shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Criterion):
    """How something ended, where one word stands for all the ways of failing."""

    def text(self, name: str, value: object) -> object:
        """A word for how it ended: `failed` is any failure."""
        word = Criterion.text(self, name, value)
        return AnyOf("failed", set(self.choices) - {"succeeded"}) if word == "failed" else word


def nearest(name: object, known: Iterable[str], *, told: str = " Did you mean {!r}?") -> str:
    """The question whether the most similar name was meant; nothing where none is similar."""
    near = difflib.get_close_matches(str(name), list(known), n=1)
    return told.format(near[0]) if near else ""


def either(words: Iterable[str]) -> str:
    """Words for a sentence that asks for one of them."""
    *others, last = map(repr, words)
    return f"{', '.join(others)} or {last}" if others else last


def _in_json(name: str, value: object) -> object:
    """The value as it comes out of JSON, with lists for tuples; one that never does is refused."""
    if isinstance(value, re.Pattern):
        raise LambdaMockError(f"{name}: a pattern in plain values matches nothing: put these into partial(...).")
    if isinstance(value, (set, frozenset, bytes, bytearray)):
        raise LambdaMockError(f"{name}: in JSON there is no {type(value).__name__}, so nothing is equal to {value!r}.")
    # Classes of the test's own may compare in another way.
    if type(value) in {list, tuple}:
        return [_in_json(name, each) for each in cast("Iterable[object]", value)]
    if type(value) is not dict:
        return value
    other = next((key for key in value if not isinstance(key, str)), "")
    if other != "":
        raise LambdaMockError(f"{name}: in JSON the members of an object are named by text, and not by {other!r}.")
    return {key: _in_json(name, each) for key, each in value.items()}
