"""HTTP to operations: the mirror image of the templates (`http.requestUri`) by which botocore makes its requests.

A template is literals and labels between slashes, and maybe a query that tells it from another one of the same path.
Labels stay encoded, as botocore's request dicts have them: decoding a request decodes them, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from lambda_mock.wire.lambda_model import operations

if TYPE_CHECKING:
    from botocore.model import OperationModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """An operation, and the part of botocore's request dict that a request's target says: path and query."""

    operation: OperationModel
    url_path: str
    query_string: Mapping[str, str | list[str]]


def route(method: str, path: str, query: str) -> Routed | None:
    """The operation that a request asks for, by its path and query as they were sent; None where Lambda has none."""
    segments = _segments(path)
    given = parse_qs(query, keep_blank_values=True, errors="replace")
    for candidate in _table().get((method, len(segments), segments[0]), ()):
        if candidate.fits(segments, given):
            return Routed(
                operation=candidate.operation,
                url_path="/" + "/".join(segments),
                query_string={
                    key: values if key in candidate.lists else values[0]
                    for key, values in given.items()
                    if key not in candidate.query
                },
            )
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Template:
    """One operation's template: what stands in which segment, the query it asks for, and its members that are lists."""

    operation: OperationModel
    literals: tuple[tuple[int, str], ...]
    labels: tuple[int, ...]
    length: int
    query: Mapping[str, list[str]]
    lists: frozenset[str] = field(default_factory=frozenset)

    def fits(self, segments: list[str], query: Mapping[str, list[str]]) -> bool:
        return (
            all(segments[position] == literal for position, literal in self.literals)
            and all(segments[position] for position in self.labels)
            and all(query.get(key) == values for key, values in self.query.items())
        )

    @property
    def preference(self) -> tuple[int, int]:
        """What says more comes first: a literal before a label, a query before none."""
        return (-len(self.literals), -len(self.query))


def _segments(path: str) -> list[str]:
    """The parts of a path. Older SDKs end some paths with a slash, newer ones don't, and AWS takes both."""
    return path.removeprefix("/").removesuffix("/").split("/")


@lru_cache(maxsize=1)
def _table() -> dict[tuple[str, int, str], list[_Template]]:
    return _by_method_length_and_date(_template(operation) for operation in operations())


def _by_method_length_and_date(templates: Iterable[_Template]) -> dict[tuple[str, int, str], list[_Template]]:
    """All paths begin with the date of the API that the operation came with, which leaves few to choose from."""
    table: dict[tuple[str, int, str], list[_Template]] = {}
    for template in sorted(templates, key=lambda template: template.preference):
        _, date = template.literals[0]
        table.setdefault((template.operation.http["method"], template.length, date), []).append(template)
    return table


def _template(operation: OperationModel) -> _Template:
    path, _, query = operation.http["requestUri"].partition("?")
    segments = _segments(path)
    shape: Any = operation.input_shape
    members = shape.members.values() if shape is not None else ()
    return _Template(
        operation=operation,
        literals=tuple((at, segment) for at, segment in enumerate(segments) if not segment.startswith("{")),
        labels=tuple(at for at, segment in enumerate(segments) if segment.startswith("{")),
        length=len(segments),
        query=parse_qs(query),
        lists=frozenset(
            member.serialization["name"]
            for member in members
            if member.serialization.get("location") == "querystring" and member.type_name == "list"
        ),
    )
