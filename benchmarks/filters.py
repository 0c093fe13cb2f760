"""What it takes to decide whether a record passes the filters of an event source mapping."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from timeit import repeat
from typing import Any

from benchmarks.execution import Figure
from lambda_mock.domain.event_sources import DYNAMODB, KINESIS, SQS, SourceKind
from lambda_mock.domain.filters import compiled

_WANTED = 20
_REPEATS = 7
_ORDER = {
    "number": 1234,
    "kind": "buy",
    "price": {"amount": 99.5, "currency": "CHF"},
    "lines": [{"sku": "a", "n": 2}] * 5,
}
_TEXT = json.dumps(_ORDER)
_SQS = {"messageId": "1", "body": _TEXT, "attributes": {"SenderId": "me"}, "eventSource": "aws:sqs"}
_KINESIS = {"kinesis": {"partitionKey": "1", "data": base64.b64encode(_TEXT.encode()).decode()}, "eventID": "1"}
_DYNAMODB = {"eventName": "MODIFY", "dynamodb": {"Keys": {"Id": {"N": "101"}}, "NewImage": {"kind": {"S": "buy"}}}}
_WANTED_ORDER = {"kind": ["sell", "buy"], "price": {"amount": [{"numeric": [">", 10, "<=", 100]}]}}

_CASES: tuple[tuple[str, SourceKind, Mapping[str, Any], list[Any]], ...] = (
    ("a message of text, by its prefix", SQS, {**_SQS, "body": "order 1"}, [{"body": [{"prefix": "order"}]}]),
    ("a message of JSON, by two members", SQS, _SQS, [{"body": _WANTED_ORDER}]),
    (
        "a message of JSON, by the last of five filters",
        SQS,
        _SQS,
        [*({"body": {"lines": {"sku": [name], "n": [2]}}} for name in "bcde"), {"body": _WANTED_ORDER}],
    ),
    ("a record of a stream, by two members", KINESIS, _KINESIS, [{"data": _WANTED_ORDER, "partitionKey": ["1"]}]),
    (
        "a change of a table, by two members",
        DYNAMODB,
        _DYNAMODB,
        [{"eventName": ["MODIFY"], "dynamodb": {"NewImage": {"kind": {"S": [{"anything-but": "sell"}]}}}}],
    ),
)


def measure(decisions: int) -> list[Figure]:
    """The time of one decision, the record's JSON read anew for each."""
    return [_figure(*case, decisions) for case in _CASES]


def _figure(title: str, kind: SourceKind, record: Mapping[str, Any], patterns: list[Any], decisions: int) -> Figure:
    passes = compiled({"Filters": [{"Pattern": json.dumps(pattern)} for pattern in patterns]}, kind)
    if not passes(record):
        raise RuntimeError(title)
    seconds = min(repeat(lambda: passes(record), number=decisions, repeat=_REPEATS)) / decisions
    return Figure(title=title, value=seconds * 1e6, unit="µs", wanted=_WANTED)
