"""What a handler returns, and what the caller gets of it."""

from __future__ import annotations

import asyncio
import collections
import datetime as dt
import decimal
import enum
import gc
import json
import warnings
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_mock.execution import marshal

if TYPE_CHECKING:
    from tests.execution.conftest import Lambda

Point = collections.namedtuple("Point", "x y")  # noqa: PYI024


class Colour(enum.IntEnum):
    RED = 1


def circle() -> list[Any]:
    around: list[Any] = []
    around.append(around)
    return around


@pytest.mark.parametrize(
    ("result", "payload"),
    [
        (None, b"null"),
        (True, b"true"),
        ("text", b'"text"'),
        ({"statusCode": 200, "body": "x"}, b'{"statusCode": 200, "body": "x"}'),
        ([1, 2.5, (3,)], b"[1, 2.5, [3]]"),
        ({1: "a", None: "b", False: "c"}, b'{"1": "a", "null": "b", "false": "c"}'),
        (float("nan"), b"NaN"),
        ([float("inf"), -float("inf")], b"[Infinity, -Infinity]"),
        ("\u00e9", '"\u00e9"'.encode()),
    ],
)
def test_a_result_is_json(aws: Lambda, result: object, payload: bytes) -> None:
    assert aws.run(aws.of_callable(lambda event, context: result)).payload == payload


@pytest.mark.parametrize(
    ("result", "payload"),
    [
        (decimal.Decimal("1.10"), b"1.10"),
        ({"a": [decimal.Decimal(3), decimal.Decimal("0.5")]}, b'{"a": [3, 0.5]}'),
        (decimal.Decimal("NaN"), b"NaN"),
        (decimal.Decimal("-Infinity"), b"-Infinity"),
        (Point(1, decimal.Decimal(2)), b'{"x": 1, "y": 2}'),
        ([Point(1, Point(2, 3))], b'[{"x": 1, "y": {"x": 2, "y": 3}}]'),
        (collections.OrderedDict(a=1), b'{"a": 1}'),
        (Colour.RED, b"1"),
        ({"inside": "é".encode(), b"key": [b""]}, '{"inside": "é", "key": [""]}'.encode()),
    ],
)
def test_the_runtimes_json_is_wider_than_the_standard_one(aws: Lambda, result: object, payload: bytes) -> None:
    assert aws.run(aws.of_callable(lambda event, context: result)).payload == payload


def test_bytes_are_sent_as_they_are(aws: Lambda) -> None:
    result = aws.run(aws.of_callable(lambda event, context: b"\xff no json"))
    assert (result.payload, result.function_error) == (b"\xff no json", None)


@pytest.mark.parametrize(
    ("runtime", "payload"),
    [
        ("python3.9", b'"\\u00e9"'),
        ("python3.11", b'"\\u00e9"'),
        ("python3.12", '"é"'.encode()),
        ("python3.14", '"é"'.encode()),
        (None, '"é"'.encode()),
    ],
)
def test_runtimes_before_3_12_escape_what_is_not_ascii(aws: Lambda, runtime: str | None, payload: bytes) -> None:
    assert aws.run(aws.of_callable(lambda event, context: "é", runtime=runtime)).payload == payload


@pytest.mark.parametrize(
    ("result", "complaint"),
    [
        ({1}, "Object of type set is not JSON serializable"),
        ({"when": dt.date(2026, 1, 2)}, "Object of type date is not JSON serializable"),
        ([object()], "Object of type object is not JSON serializable"),
        ((number for number in range(0)), "Object of type generator is not JSON serializable"),
        (1j, "Object of type complex is not JSON serializable"),
        ({(1, 2): 3}, "keys must be str, int, float, bool or None, not tuple"),
        (circle(), "Circular reference detected"),
        ([Point(circle(), 1)], "Circular reference detected"),
        ([b"\xff"], "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
    ],
)
def test_what_json_cannot_hold_is_a_marshal_error(aws: Lambda, result: object, complaint: str) -> None:
    assert aws.error(aws.of_callable(lambda event, context: result)) == {
        "errorMessage": f"Unable to marshal response: {complaint}",
        "errorType": "Runtime.MarshalError",
        "requestId": aws.request_id,
        "stackTrace": [],
    }


def test_a_coroutine_is_no_result(aws: Lambda) -> None:
    async def handler(event: object, context: object) -> str:
        await asyncio.sleep(0)
        return "never"

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # "coroutine was never awaited" would be one
        error = aws.error(aws.of_callable(handler))
        gc.collect()
    assert error["errorType"] == "Runtime.MarshalError"
    assert error["errorMessage"] == "Unable to marshal response: Object of type coroutine is not JSON serializable"


def test_a_result_whose_own_methods_fail_is_a_marshal_error(aws: Lambda) -> None:
    class Items(dict[str, int]):
        def items(self) -> Any:
            raise LookupError("no items today")

    error = aws.error(aws.of_callable(lambda event, context: Items(a=1)))
    assert error["errorMessage"] == "Unable to marshal response: no items today"


@pytest.mark.parametrize("size", [6_291_556, 6_291_557])
def test_a_response_has_at_most_6291556_bytes(aws: Lambda, size: int) -> None:
    result = aws.run(aws.of_callable(lambda event, context: "x" * (size - 2)))
    if size == 6_291_556:
        assert (len(result.payload), result.function_error) == (size, None)
    else:
        assert result.function_error == "Unhandled"
        assert result.payload == (
            b'{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).",'
            b'"errorType":"Function.ResponseSizeTooLarge"}'
        )


def test_the_size_that_counts_is_that_of_the_encoded_response(aws: Lambda) -> None:
    error = aws.error(aws.of_callable(lambda event, context: "é" * 3_200_000))
    assert error["errorType"] == "Function.ResponseSizeTooLarge"


def test_what_a_handler_does_to_its_event_is_seen_by_nobody_else(aws: Lambda) -> None:
    def handler(event: dict[str, int], context: object) -> dict[str, int]:
        event["seen"] = event.get("seen", 0) + 1
        return event

    request = aws.request(aws.of_callable(handler), {"a": 1})
    assert [aws.runner.run(request).payload for _ in range(2)] == [b'{"a": 1, "seen": 1}'] * 2


def test_an_event_that_is_no_json_never_reaches_the_handler(aws: Lambda) -> None:
    error = aws.error(aws.of_callable(lambda event, context: event), payload=b"{")
    assert error["errorType"] == "Runtime.UnmarshalError"
    assert error["errorMessage"].startswith("Unable to unmarshal input: Expecting property name")
    assert (error["requestId"], error["stackTrace"]) == (aws.request_id, [])


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_plain_values_are_written_as_the_standard_library_does(value: object) -> None:
    try:
        expected = json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return
    assert marshal.encode(value, "python3.13") == expected
