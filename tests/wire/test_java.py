"""Values print, and patterns match, as they do in Java."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_mock.wire.java import matcher, text_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a b", "a b"),
        (7, "7"),
        (True, "true"),
        (False, "false"),
        (None, "null"),
        (2.0, "2.0"),
        (-1.0, "-1.0"),
        (0.0, "0.0"),
        (0.001, "0.001"),
        (0.0001, "1.0E-4"),
        (-0.00012345, "-1.2345E-4"),
        (9999999.0, "9999999.0"),
        (1e7, "1.0E7"),
        (123456789.0, "1.23456789E8"),
        (["a", "b"], "[a, b]"),
        ([], "[]"),
        ({"2": 0.5, "k": ["v"]}, "{2=0.5, k=[v]}"),
    ],
    ids=repr,
)
def test_a_value_prints_as_in_java(value: Any, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize("text", ["٣", "3 ", "3\n", "x3"])
def test_digits_are_those_of_ascii_and_a_match_is_of_the_whole(text: str) -> None:
    assert matcher(r"\d")("3")
    assert not matcher(r"\d")(text)


def test_the_properties_of_unicode_are_known() -> None:
    tag = matcher(r"([\p{L}\p{Z}\p{N}_]*)")
    assert tag("Größe 日本 ٣½Ⅷ\u2003_")
    assert not tag("a\tb")
    assert not tag("5€")
