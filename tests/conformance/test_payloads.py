"""Payloads: what may be sent to a function, and how Lambda refuses the rest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account, Answer

REDACTED = "at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: {}]"
UNPARSABLE = "Could not parse request body into json: Could not parse payload into json: {}\n " + REDACTED
JSON_VALUES = "JSON String, Number, Array, Object or token 'null', 'true' or 'false'"
SYNCHRONOUS_LIMIT = 6_291_456
EVENT_LIMIT = 1_048_576


def remember(mock: LambdaMock) -> list[Any]:
    """A function `orders` that appends its events to the list that is given back."""
    events: list[Any] = []
    mock.function("orders", lambda event, context: events.append(event))
    return events


@pytest.mark.parametrize("given", [{}, {"Payload": b""}])
@pytest.mark.parametrize("invocation_type", ["RequestResponse", "Event"])
def test_without_a_payload_the_event_is_an_empty_object(
    aws: Account, mock_lambda: LambdaMock, given: Answer, invocation_type: str
) -> None:
    events = remember(mock_lambda)
    aws.call("invoke", FunctionName="orders", InvocationType=invocation_type, **given)
    assert events == [{}]


@pytest.mark.parametrize("payload", ["null", "1", '"text"', "[1, 2]", ' {"a": 1} ', '{"ä": "€"}'])
def test_any_json_is_a_payload(aws: Account, mock_lambda: LambdaMock, payload: str) -> None:
    events = remember(mock_lambda)
    aws.call("invoke", FunctionName="orders", Payload=payload)
    assert events == [json.loads(payload)]


def test_a_number_of_any_length_is_json(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", returns=None)
    assert aws.call("invoke", FunctionName="orders", Payload=b"1" * 5000)["StatusCode"] == 200


@pytest.mark.parametrize(
    ("payload", "complaint", "column"),
    [
        (b"n\x87r\x9e\xe9\xb0Z", "Invalid UTF-8 start byte 0x87", 3),
        (
            b"\x99\xeb,j\x07\xa1zYh",
            f"Unexpected character ((CTRL-CHAR, code 153)): expected a valid value ({JSON_VALUES})",
            1,
        ),
    ],
)
@pytest.mark.parametrize("invocation_type", ["RequestResponse", "Event"])
def test_a_payload_that_is_not_json_is_refused_with_the_parsers_complaint(
    aws: Account, mock_lambda: LambdaMock, payload: bytes, complaint: str, column: int, invocation_type: str
) -> None:
    events = remember(mock_lambda)
    refusal = aws.refusal("invoke", FunctionName="orders", Payload=payload, InvocationType=invocation_type)
    assert refusal == aws.error("InvalidRequestContentException", UNPARSABLE.format(complaint, column))
    assert events == []


@pytest.mark.parametrize(
    ("payload", "complaint"),
    [
        (" ", "Unexpected end-of-input"),
        ("{", "Unexpected end-of-input"),
        ('"open', "Unexpected end-of-input"),
        ("{'a': 1}", f"Unexpected character (''' (code 39)): expected a valid value ({JSON_VALUES})"),
        ("[1,]", f"Unexpected character (']' (code 93)): expected a valid value ({JSON_VALUES})"),
        ("1 2", f"Unexpected character ('2' (code 50)): expected a valid value ({JSON_VALUES})"),
        ("1 undefined", f"Unexpected character ('u' (code 117)): expected a valid value ({JSON_VALUES})"),
        ("undefined", f"Unrecognized token 'undefined': was expecting ({JSON_VALUES})"),
        ("NaN", f"Unrecognized token 'NaN': was expecting ({JSON_VALUES})"),
        ("[" * 100_000, "Document nesting depth exceeds the maximum allowed"),
    ],
    ids=["blank", "object", "string", "quotes", "comma", "two values", "value and word", "word", "NaN", "nesting"],
)
def test_whatever_else_is_not_json_is_refused_in_the_parsers_style(
    aws: Account, mock_lambda: LambdaMock, payload: str, complaint: str
) -> None:
    events = remember(mock_lambda)
    refusal = aws.refusal("invoke", FunctionName="orders", Payload=payload)
    assert refusal["Error"]["Code"] == "InvalidRequestContentException"
    assert f"Could not parse payload into json: {complaint}\n at [Source: " in refusal["Error"]["Message"]
    assert events == []


def test_a_complaint_names_line_and_column(aws: Account, mock_lambda: LambdaMock) -> None:
    remember(mock_lambda)
    refusal = aws.refusal("invoke", FunctionName="orders", Payload='{"a":\n  x}')
    assert refusal["Error"]["Message"].endswith("line: 2, column: 3]")


def json_of(size: int) -> bytes:
    return b'"' + b"x" * (size - 2) + b'"'


@pytest.mark.parametrize(("invocation_type", "limit"), [("RequestResponse", SYNCHRONOUS_LIMIT), ("Event", EVENT_LIMIT)])
def test_a_payload_may_be_as_large_as_its_limit(
    aws: Account, mock_lambda: LambdaMock, invocation_type: str, limit: int
) -> None:
    events = remember(mock_lambda)
    aws.call("invoke", FunctionName="orders", InvocationType=invocation_type, Payload=json_of(limit))
    assert len(events[0]) == limit - 2


@pytest.mark.parametrize(
    ("invocation_type", "limit", "message"),
    [
        (
            "RequestResponse",
            SYNCHRONOUS_LIMIT,
            "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
        ),
        ("Event", EVENT_LIMIT, "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)"),
    ],
)
def test_a_larger_payload_is_refused(
    aws: Account, mock_lambda: LambdaMock, invocation_type: str, limit: int, message: str
) -> None:
    events = remember(mock_lambda)
    refusal = aws.refusal("invoke", FunctionName="orders", InvocationType=invocation_type, Payload=json_of(limit + 1))
    assert refusal == aws.error("RequestEntityTooLargeException", message)
    assert events == []
