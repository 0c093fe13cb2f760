"""The filters of an event source mapping: which records its function is given.

Filters are event patterns over the records, and one that matches is enough. What the records carry is reached through
one member of each kind of source, the data key: `body` of a queue, `data` of a stream, decoded, `dynamodb` of a table.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from lambda_mock.domain import patterns
from lambda_mock.domain.event_sources import DYNAMODB, KINESIS, SQS, SourceKind
from lambda_mock.domain.patterns import Field, InvalidPatternError, Pattern, have, parsed
from lambda_mock.errors import InvalidParameterValueException, NotBuiltError

Record = Mapping[str, Any]
Filter = Callable[[Record], bool]

_INVALID = "Invalid filter pattern definition."
_CACHED = 512
_NOT_READ: Final = object()
_NOT_JSON: Final = object()
_JSON_ONLY = {KINESIS.name: "data", DYNAMODB.name: "dynamodb"}


def check_filters(criteria: Mapping[str, Any], limit: int, kind: SourceKind) -> None:
    """Refuse FilterCriteria with more than `limit` filters, or with one whose pattern is none for this kind of source.

    The data of streams can only be asked for as JSON: a pattern that takes it for text is refused, too.
    """
    filters = criteria.get("Filters", ())
    if len(filters) > limit:
        raise InvalidParameterValueException(f"Number of filters exceeds the limit of {limit}.")
    for each in filters:
        try:
            pattern = _pattern(each.get("Pattern", ""))
        except InvalidPatternError:
            raise InvalidParameterValueException(_INVALID) from None
        if any(field.is_value and field.name == _JSON_ONLY.get(kind.name) for field in _all_fields(pattern)):
            raise InvalidParameterValueException(_INVALID)


def compiled(criteria: Mapping[str, Any], kind: SourceKind) -> Filter:
    """A function that says of a record, as it would be in the event's `Records`, whether it passes the filters.

    Compiled once for the same filters. Without any all records pass.
    """
    return _compiled(tuple(each["Pattern"] for each in criteria.get("Filters", ())), kind.name)


@lru_cache(maxsize=_CACHED)
def _pattern(text: str) -> Pattern:
    return patterns.compiled(text, patterns.OF_FILTERS)


def _all_fields(pattern: Pattern) -> Iterable[Field]:
    return (field for fields in pattern.alternatives for field in fields)


@lru_cache(maxsize=_CACHED)
def _compiled(texts: tuple[str, ...], kind: str) -> Filter:
    if not texts:
        return _everything
    if kind not in _BUILT:
        raise NotBuiltError(f"Filters of {kind} event sources aren't built: the mock doesn't read those sources.")
    return _BUILT[kind]([fields for text in texts for fields in _pattern(text).alternatives])


def _everything(_: Record) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Alternative:
    """One way to pass: `metadata` is what is asked of the record itself, `data` what is asked of what it carries."""

    metadata: tuple[Field, ...]
    data: tuple[Field, ...]


def _split(fields: tuple[Field, ...], key: str) -> _Alternative:
    return _Alternative(
        metadata=tuple(field for field in fields if field.name != key),
        data=tuple(field for field in fields if field.name == key),
    )


class _Data:
    """What a record carries, read as JSON at most once, and only when a filter asks for it."""

    __slots__ = ("_json", "_text", "_written")

    def __init__(self, written: str, text: Callable[[str], str]) -> None:
        self._json: object = _NOT_READ
        self._text = text
        self._written = written

    def match(self, fields: tuple[Field, ...]) -> bool:
        """Whether all these match: those that ask for an object only JSON, those that ask for text only what is none.

        Any JSON value counts as JSON, a number for example.
        """
        return all(self._matches(field) for field in fields)

    def _matches(self, field: Field) -> bool:
        if self._json is _NOT_READ:
            self._json = self._read()
        if self._json is _NOT_JSON:
            return not field.is_object and field.test(self._written)
        return not field.is_value and field.test(self._json)

    def _read(self) -> object:
        try:
            return parsed(self._text(self._written))
        except ValueError:
            return _NOT_JSON


def _of_queue(alternatives: list[tuple[Field, ...]]) -> Filter:
    split = [_split(fields, "body") for fields in alternatives]

    def passes(record: Record) -> bool:
        data = _Data(record["body"], str)
        return any(have(record, each.metadata) and data.match(each.data) for each in split)

    return passes


def _of_stream(alternatives: list[tuple[Field, ...]]) -> Filter:
    """Members of the record and of its `kinesis` are found side by side: AWS's examples name `partitionKey` alone."""
    split = [_split(fields, "data") for fields in alternatives]

    def passes(record: Record) -> bool:
        members = {**record, **record["kinesis"]}
        data = _Data(members["data"], _decoded)
        return any(have(members, each.metadata) and data.match(each.data) for each in split)

    return passes


def _of_table(alternatives: list[tuple[Field, ...]]) -> Filter:
    return lambda record: any(have(record, fields) for fields in alternatives)


def _decoded(text: str) -> str:
    return base64.b64decode(text).decode()


_BUILT: Mapping[str, Callable[[list[tuple[Field, ...]]], Filter]] = {
    SQS.name: _of_queue,
    KINESIS.name: _of_stream,
    DYNAMODB.name: _of_table,
}
