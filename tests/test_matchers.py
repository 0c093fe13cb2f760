"""`partial`: equal to what has the members that it names."""

from __future__ import annotations

import re
from typing import Any
from unittest.mock import ANY

import pytest
from dirty_equals import IsInt, IsStr

from lambda_mock import LambdaMockError, partial

ORDER = {"id": 7, "lines": [{"sku": "honey-1", "n": 2}, {"sku": "wax", "n": 1}], "customer": {"name": "Ada", "age": 36}}


@pytest.mark.parametrize(
    "expected",
    [
        {},
        {"id": 7},
        {"customer": {"name": "Ada"}},
        {"lines": [{"sku": "honey-1"}, {"n": 1}]},
        {"lines": ({"sku": re.compile("^honey")}, {})},
        {"id": ANY, "customer": {"age": IsInt(gt=30), "name": IsStr}},
        {"customer": partial({"age": pytest.approx(36.0)})},
    ],
    ids=repr,
)
def test_a_part_is_equal_on_either_side(expected: dict[str, Any]) -> None:
    assert partial(expected) == ORDER
    assert partial(expected) == ORDER
    assert {"order": partial(expected)} == {"order": ORDER}


@pytest.mark.parametrize(
    "expected",
    [
        {"id": 8},
        {"ID": 7},
        {"id": re.compile("7")},
        {"customer": {"name": "Ada", "town": None}},
        {"customer": ["Ada"]},
        {"lines": [{"sku": "honey-1"}]},
        {"lines": [{"sku": re.compile("^wax")}, {}]},
        {"lines": {"sku": "honey-1"}},
    ],
    ids=repr,
)
def test_what_lacks_a_part_is_not_equal(expected: dict[str, Any]) -> None:
    assert partial(expected) != ORDER
    assert partial(expected) != ORDER


def test_a_part_of_a_list_is_asked_for_element_by_element() -> None:
    assert partial([1, {"a": 1}]) == [1, {"a": 1, "b": 2}]
    assert partial([1, 2]) != [1]


def test_a_part_is_equal_to_another_one_of_the_same() -> None:
    assert partial({"id": 7}) == partial({"id": 7})
    assert partial({"id": 7}) != partial({"id": 8})


def test_a_part_reads_as_it_was_written() -> None:
    assert repr(partial({"order": {"id": 7}})) == "partial({'order': {'id': 7}})"


def test_a_pattern_of_bytes_looks_into_bytes() -> None:
    assert partial({"Payload": re.compile(b"honey")}) == {"Payload": b"7 jars of honey"}
    assert partial({"Payload": re.compile(b"honey")}) != {"Payload": "7 jars of honey"}
    assert partial({"Payload": re.compile("honey")}) != {"Payload": b"7 jars of honey"}


@pytest.mark.parametrize("expected", [7, "orders", b"{}", bytearray(b"{}"), range(3), None])
def test_what_has_no_parts_is_refused(expected: Any) -> None:
    with pytest.raises(LambdaMockError, match=re.escape(f"partial takes a dict or a list, and not {expected!r}")):
        partial(expected)


def test_nobody_takes_a_part_for_a_key() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(partial({}))
