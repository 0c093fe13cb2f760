"""The filters of a mapping: which are taken, which are refused, and where they are shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conformance.conftest import Account, Answer
    from tests.conformance.event_source_mappings.conftest import Mappings

QUEUE = "arn:aws:sqs:us-east-1:123456789012:orders"
STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/orders"
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2026-11-21T00:00:00.000"
NO_PATTERN = "Invalid filter pattern definition."


def criteria(*patterns: str) -> Answer:
    return {"Filters": [{"Pattern": pattern} for pattern in patterns]}


@pytest.mark.parametrize(
    "pattern",
    [
        {"body": {"color": ["red"]}},
        {"body": {"color": ["red", "blue"], "size": ["XL"]}},
        {"body": {"color": [{"exists": True}]}},
        {"body": {"size": [{"numeric": [">", 100]}]}},
        {"body": {"size": [{"numeric": [">=", 100, "<", 200]}]}},
        {"body": {"region": [{"prefix": "us-1"}]}},
        {"body": {"file": [{"suffix": ".csv"}, {"equals-ignore-case": "all"}]}},
        {"body": {"color": [{"anything-but": ["red", "green"]}, {"anything-but": "blue"}, {"anything-but": [1, 2]}]}},
        {"body": {"region": [{"anything-but": {"prefix": "us-1"}}, {"prefix": {"equals-ignore-case": "EU-"}}]}},
        {"body": {"color": [None, "", 1, 1.5, True]}},
        {"body": {"$or": [{"color": ["red"]}, {"size": ["XL"]}]}},
    ],
    ids=json.dumps,
)
def test_a_filter_is_kept_as_it_was_written(mappings: Mappings, pattern: object) -> None:
    given = criteria(json.dumps(pattern))
    assert mappings.create(FilterCriteria=given)["FilterCriteria"] == given


@pytest.mark.parametrize(
    "pattern",
    [
        "null",
        '"simple string"',
        '{"eventSource": "aws:sqs"}',
        '{"eventSource": []}',
        "",
        "not json",
        "[]",
        "{}",
        '{"body": {}}',
        '{"body": {"a": null}}',
        '{"body": [["a"]]}',
        '{"body": [{"near": "a"}]}',
        '{"body": [{"prefix": "a", "suffix": "b"}]}',
        '{"body": [{"prefix": 1}]}',
        '{"body": [{"exists": "true"}]}',
        '{"body": [{"numeric": [">"]}]}',
        '{"body": [{"numeric": ["~", 1]}]}',
        '{"body": [{"numeric": [[], 1]}]}',
        '{"body": [{"numeric": [">", "1"]}]}',
        '{"body": [{"numeric": [">", true]}]}',
        '{"body": [{"numeric": 1}]}',
        '{"body": [{"anything-but": []}]}',
        '{"body": [{"anything-but": [["a"]]}]}',
        '{"body": [{"anything-but": ["a", 1]}]}',
        '{"body": [{"wildcard": "a*"}]}',
        '{"body": [{"cidr": "10.0.0.0/24"}]}',
        '{"$or": []}',
        '{"$or": ["a", "b"]}',
        '{"$or": [{"body": ["a"]}]}',
        '{"$or": {"a": ["b"]}}',
        '{"a":' * 600 + "1" + "}" * 600,
        "[" * 4000,
    ],
    ids=lambda pattern: pattern[:40],
)
def test_a_pattern_that_is_none_is_refused(aws: Account, mappings: Mappings, pattern: str) -> None:
    given = criteria('{"body": ["a"]}', pattern)
    assert mappings.create_refusal(FilterCriteria=given) == aws.invalid(NO_PATTERN)
    assert mappings.update_refusal(mappings.created(), FilterCriteria=given) == aws.invalid(NO_PATTERN)


def test_a_filter_without_a_pattern_is_refused(aws: Account, mappings: Mappings) -> None:
    given = {"Filters": [{}, {"Pattern": '{"body": ["a"]}'}]}
    assert mappings.create_refusal(FilterCriteria=given) == aws.invalid(NO_PATTERN)


@pytest.mark.parametrize("nothing", [{}, {"Filters": []}])
def test_criteria_without_filters_disappear(mappings: Mappings, nothing: Answer) -> None:
    assert "FilterCriteria" not in mappings.create(FilterCriteria=nothing)


def test_a_mapping_has_five_filters_at_most(aws: Account, mappings: Mappings) -> None:
    patterns = [json.dumps({"body": [str(number)]}) for number in range(6)]
    expected = aws.invalid("Number of filters exceeds the limit of 5.")
    assert mappings.create_refusal(FilterCriteria=criteria(*patterns)) == expected
    given = criteria(*patterns[:5])
    assert mappings.create(FilterCriteria=given)["FilterCriteria"] == given


def test_a_list_does_not_show_encrypted_filters(mappings: Mappings) -> None:
    given = criteria('{"body": ["a"]}')
    uuid = mappings.created(FilterCriteria=given, KMSKeyArn="arn:aws:kms:us-east-1:123456789012:key/1")
    (mapping,) = mappings.listed()
    assert "FilterCriteria" not in mapping
    assert mappings.get(uuid)["FilterCriteria"] == given


@pytest.mark.parametrize(
    ("source", "pattern", "taken"),
    [
        (QUEUE, {"body": ["text"]}, True),
        (STREAM, {"data": {"City": ["Seattle"]}, "partitionKey": ["1"]}, True),
        (STREAM, {"data": ["text"]}, False),
        (STREAM, {"$or": [{"partitionKey": ["1"]}, {"data": [{"exists": True}]}]}, False),
        (TABLE, {"dynamodb": {"Keys": {"Id": {"N": ["101"]}}}, "data": ["not of a table"]}, True),
        (TABLE, {"dynamodb": ["text"]}, False),
    ],
)
def test_the_data_of_a_stream_can_only_be_filtered_as_json(
    aws: Account, mappings: Mappings, source: str, pattern: object, *, taken: bool
) -> None:
    given = criteria(json.dumps(pattern))
    if taken:
        assert mappings.create(source, FilterCriteria=given)["FilterCriteria"] == given
    else:
        assert mappings.create_refusal(source, FilterCriteria=given) == aws.invalid(NO_PATTERN)
