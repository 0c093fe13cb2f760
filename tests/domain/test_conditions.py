"""The condition operators of IAM, each with what it holds for, what it doesn't, and what an absent key means to it."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_mock.domain.conditions import hold, is_operator, wildcard


def holds(operator: str, wanted: Any, found: str | None) -> bool:
    known = {} if found is None else {"aws:key": found}
    return hold({operator: {"aws:Key": wanted}}, known)


@pytest.mark.parametrize(
    ("operator", "wanted", "met", "unmet"),
    [
        ("StringEquals", "Shop", "Shop", "shop"),
        ("StringEquals", ["Shop", "Bank"], "Bank", "Post"),
        ("StringEqualsIgnoreCase", "Shop", "shop", "bank"),
        ("StringLike", "sh?p*", "shop-1", "sheep"),
        ("NumericEquals", 10, "10.0", "11"),
        ("NumericLessThan", "10", "9", "10"),
        ("NumericLessThanEquals", "10", "10", "11"),
        ("NumericGreaterThan", "10", "11", "10"),
        ("NumericGreaterThanEquals", "10", "10", "9"),
        ("DateEquals", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "2026-01-01T00:00:01+00:00"),
        ("DateLessThan", "1767225600", "2025-12-31T23:59:59+00:00", "2026-01-01T00:00:00+00:00"),
        ("DateLessThanEquals", "2026-01-01", "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:01+00:00"),
        ("DateGreaterThan", "2026-01-01", "2026-01-01T00:00:01+00:00", "2026-01-01T00:00:00+00:00"),
        ("DateGreaterThanEquals", "2026-01-01", "2026-01-01T00:00:00+00:00", "2025-12-31T23:59:59+00:00"),
        ("Bool", True, "true", "false"),
        ("Bool", "False", "false", "true"),
        ("BinaryEquals", "UXE9PQ==", "UXE9PQ==", "uxe9pq=="),
        ("IpAddress", "192.0.2.0/24", "192.0.2.7", "192.0.3.7"),
        ("ArnEquals", "arn:aws:s3:::in*", "arn:aws:s3:::invoices", "arn:aws:s3:::orders"),
        ("ArnLike", "arn:aws:sns:*:1:t", "arn:aws:sns:eu-west-1:1:t", "arn:aws:sns:eu-west-1:2:1:t"),
        ("ForAnyValue:StringLike", "o-1/*", "o-1/r-1", "o-2/r-1"),
        ("ForAllValues:StringLike", "o-1/*", "o-1/r-1", "o-2/r-1"),
        ("StringEqualsIfExists", "shop", "shop", "bank"),
    ],
)
def test_a_condition_holds_for_what_it_names(operator: str, wanted: Any, met: str, unmet: str) -> None:
    assert holds(operator, wanted, met)
    assert not holds(operator, wanted, unmet)


@pytest.mark.parametrize(
    ("operator", "wanted", "met", "unmet"),
    [
        ("StringNotEquals", ["shop", "bank"], "post", "bank"),
        ("StringNotEqualsIgnoreCase", "shop", "bank", "SHOP"),
        ("StringNotLike", "sh*", "bank", "shop"),
        ("NumericNotEquals", "1", "2", "1"),
        ("DateNotEquals", "2026-01-01", "2026-01-02", "2026-01-01"),
        ("NotIpAddress", "192.0.2.0/24", "192.0.3.7", "192.0.2.7"),
        ("ArnNotEquals", "arn:aws:s3:::a", "arn:aws:s3:::b", "arn:aws:s3:::a"),
        ("ArnNotLike", "arn:aws:s3:::a*", "arn:aws:s3:::b", "arn:aws:s3:::ab"),
        ("ForAnyValue:StringNotLike", "a", "b", "a"),
    ],
)
def test_a_negated_condition_holds_for_everything_else(operator: str, wanted: Any, met: str, unmet: str) -> None:
    assert holds(operator, wanted, met)
    assert not holds(operator, wanted, unmet)


@pytest.mark.parametrize(
    ("operator", "absent"),
    [
        ("StringEquals", False),
        ("StringNotEquals", True),
        ("StringEqualsIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAllValues:StringNotLike", True),
        ("ForAnyValue:StringLike", False),
        ("ForAnyValue:StringNotLike", False),
        ("IpAddress", False),
    ],
)
def test_an_absent_key_meets_negated_and_lenient_conditions(operator: str, absent: bool) -> None:  # noqa: FBT001
    assert holds(operator, "any", None) is absent


@pytest.mark.parametrize(("wanted", "found", "expected"), [
    ("true", None, True), ("true", "here", False), (False, "here", True), ("false", None, False),
])  # fmt: skip
def test_null_asks_whether_a_key_is_absent(wanted: Any, found: str | None, expected: bool) -> None:  # noqa: FBT001
    assert holds("Null", wanted, found) is expected


@pytest.mark.parametrize(
    ("operator", "wanted", "found"),
    [
        ("NumericEquals", "ten", "10"),
        ("DateEquals", "yesterday", "2026-01-01"),
        ("NumericEquals", 10**400, "10"),
        ("IpAddress", "here", "192.0.2.7"),
        ("ArnLike", "arn:aws", "arn:aws:s3:::a"),
    ],
)
def test_a_value_of_another_kind_matches_nothing(operator: str, wanted: str, found: str) -> None:
    assert not holds(operator, wanted, found)


def test_all_keys_of_all_conditions_have_to_hold() -> None:
    conditions = {"StringEquals": {"a": "1", "b": "2"}, "Bool": {"c": "true"}}
    assert hold(conditions, {"a": "1", "b": "2", "c": "true"})
    assert not hold(conditions, {"a": "1", "b": "3", "c": "true"})
    assert not hold(conditions, {"a": "1", "b": "2", "c": "false"})


@pytest.mark.parametrize("name", ["Equals", "StringEqual", "ForSomeValues:StringEquals", "NullIfExists", ""])
def test_what_iam_does_not_have_is_no_operator(name: str) -> None:
    assert not is_operator(name)


@pytest.mark.parametrize("name", ["Null", "StringNotLikeIfExists", "ForAllValues:ArnLike", "Bool"])
def test_what_iam_has_is_an_operator(name: str) -> None:
    assert is_operator(name)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("", "", True),
        ("", "a", False),
        ("*", "", True),
        ("**", "anything\nat all", True),
        ("a*", "a", True),
        ("*b", "ab", True),
        ("*b", "abc", False),
        ("a*b*c", "aXbXbYc", True),
        ("a*bc", "abXbc", True),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("?", "", False),
        ("a.b+[*", "a.b+[c", True),
        ("a.b", "axb", False),
        ("*?", "*", True),
    ],
)
def test_a_wildcard_takes_nothing_else_for_special(pattern: str, text: str, expected: bool) -> None:  # noqa: FBT001
    assert wildcard(pattern, text) is expected


def test_a_wildcard_can_leave_case_aside() -> None:
    assert not wildcard("A*", "ab")
    assert wildcard("A*", "ab", exact_case=False)


def test_a_wildcard_with_many_stars_takes_no_longer() -> None:
    assert not wildcard("*a" * 500 + "b", "a" * 1000)
