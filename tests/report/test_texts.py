"""How values become text for the page."""

from __future__ import annotations

import json

import pytest

from lambda_mock.reporting.texts import as_json, ending


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (b"text", "text"),
        (b"\xff\xfe", "(2 bytes)"),
        (b"x" * 3000, "(3000 bytes)"),
        (bytearray(b"text"), "text"),
        ("x" * 3000, "x" * 2000 + "… (1000 more)"),
        ("half \ud800", "half ?"),
        ([{"deep": b"text"}], [{"deep": "text"}]),
        (list(range(100)), list(range(60))),
        (range(3), "range(0, 3)"),
        (None, None),
    ],
)
def test_parameters_are_json_in_which_everything_can_be_read(value: object, shown: object) -> None:
    text = as_json({"Member": value})
    if len(text) <= 2000:
        assert json.loads(text) == {"Member": shown}
    else:
        assert text == json.dumps({"Member": shown}, ensure_ascii=False)[:2000] + "… (27 more)"


def test_of_a_long_log_the_last_lines_are_kept() -> None:
    lines = [f"line {number}" for number in range(1000)]
    kept = ending("\n".join(lines), 40)
    assert kept == "(8854 characters before)\nline 996\nline 997\nline 998\nline 999"


def test_of_a_long_line_the_end_is_kept() -> None:
    assert ending("x" * 50, 40) == f"(10 characters before)\n{'x' * 40}"
