"""How two values are told apart: lines in pytest's style, more or fewer of them."""

from __future__ import annotations

import re
from typing import Any
from unittest.mock import ANY

import pytest

from lambda_mock import partial
from lambda_mock.records.diff import Detail, diff, distance

LONG = [*range(6)]


@pytest.mark.parametrize(
    ("level", "wanted", "found", "lines"),
    [
        (0, "live", "blue", "- x='live'|?     ^^|+ x='blue'|?    + ^"),
        (0, 1, {}, "- x=1|+ x={}"),
        (0, {"a": [1, 2]}, None, "- x={|-   'a': [|-     1,|-     2,|-   ],|- }|+ x=None"),
        (0, {"a": ANY, "b": 1}, {"a": 7, "c": 2}, "  x={|-   'b': 1,|+   'c': 2,|    … and 1 equal|  }"),
        (0, [*LONG, "a"], LONG, "  x=[|    … and 6 equal|-   'a',|  ]"),
        (0, LONG, [*LONG[:2], "a", *LONG[2:]], "  x=[|    … and 2 equal|+   'a',|    … and 4 equal|  ]"),
        (1, [1, 2], [1, 3, 4], "  x=[|    1,|-   2,|?   ^|+   3,|?   ^|+   4,|  ]"),
        (1, [{"a": 1}, 2], [{"a": 1}, 2, 3], "  x=[|    {|      'a': 1,|    },|    2,|+   3,|  ]"),
        (
            0,
            partial({"a": 1, "b": [1]}),
            {"a": 2, "b": [1], "c": 3},
            "  x={|-   'a': 1,|?        ^|+   'a': 2,|?        ^|    … and 1 equal|  }",
        ),
        (1, partial({"a": {"b": 1}}), {"a": {"b": 1, "c": 2}}, "  x={|    'a': {|      'b': 1,|    },|  }"),
        (
            0,
            partial([{"a": re.compile("^b")}, 1]),
            [{"a": "c", "d": 1}, 1],
            "  x=[|    {|-     'a': re.compile('^b'),|+     'a': 'c',|    },|    … and 1 equal|  ]",
        ),
        (
            0,
            {"a": partial({"b": 1})},
            {"a": {"b": 1, "c": 2}, "d": 3},
            "  x={|+   'd': 3,|    … and 1 equal|  }",
        ),
    ],
    ids=repr,
)
def test_only_what_differs_is_marked(level: int, wanted: Any, found: Any, lines: str) -> None:
    assert diff("x=", wanted, found, Detail(level=level)) == lines.split("|")


def test_many_lines_are_cut_with_a_count() -> None:
    lines = diff("", [0] * 40, [1] * 40, Detail(level=0))
    assert (len(lines), lines[-1]) == (25, "  … and 138 more lines")
    assert len(diff("", [0] * 40, [1] * 40, Detail(level=2))) == 162


def test_very_long_lines_are_not_compared_letter_by_letter() -> None:
    assert diff("x=", "a" * 3000, "b" * 3000, Detail(level=2)) == [f"- x='{'a' * 3000}'", f"+ x='{'b' * 3000}'"]


def test_long_lines_that_differ_at_once_are_shown_from_their_beginning() -> None:
    assert diff("", "a" * 300, "b" * 300, Detail(level=0))[0] == f"- '{98 * 'a'}…"
    assert diff("", "a" * 300, "a" * 200, Detail(level=0))[0] == f"- …{'a' * 98}…"


@pytest.mark.parametrize(
    ("wanted", "found", "expected"),
    [
        (1, 1, 0),
        (1, 2, 1),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, 1 / 2),
        ({"a": 1}, {"a": 1, "b": 3}, 1 / 2),
        (partial({"a": 1}), {"a": 1, "b": 3}, 0),
        (partial({"a": 1, "b": {"c": 1, "d": 2}}), {"a": 1, "b": {"c": 1, "e": 2}}, 1 / 4),
        ([1, 2], [1, 3, 4, 5], 3 / 4),
    ],
    ids=repr,
)
def test_a_value_is_the_nearer_the_more_of_it_is_as_asked_for(wanted: Any, found: Any, expected: float) -> None:
    assert distance(wanted, found) == expected
