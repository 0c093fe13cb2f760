"""Payloads: what may be sent to a function, and how Lambda refuses the rest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account, Answer

REDACTED = "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: {}]"
UNPARSABLE = "Could not parse request body into json: Could not parse payload into json: {}\n at " + REDACTED
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


def unexpected(character: str, wanted: str = f"expected a valid value ({JSON_VALUES})") -> str:
    return f"Unexpected character ('{character}' (code {ord(character)})): {wanted}"


def unrecognized(token: str) -> str:
    return f"Unrecognized token '{token}': was expecting ({JSON_VALUES})"


OPEN_STRING = "Unexpected end-of-input: was expecting closing quote for a string value"
OPEN = "Unexpected end-of-input: expected close marker for {} (start marker at {})"
NAME = "was expecting double-quote to start field name"
COLON = "was expecting a colon to separate field name and value"
SPACE = "Expected space separating root-level values"
HEX = "expected a hex-digit for character escape sequence"
NON_STANDARD = "Non-standard token '{}': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow"
ESCAPED = (
    "Illegal unquoted character ((CTRL-CHAR, code 10)): "
    "has to be escaped using backslash to be included in string value"
)
DEPTH = "(1000, from `StreamReadConstraints.getMaxNestingDepth()`)"


@pytest.mark.parametrize(
    ("payload", "complaint", "column"),
    [
        (" ", "Unexpected end-of-input", 2),
        ("{", OPEN.format("Object", REDACTED.format(1)), 2),
        ('{"a": "[", "b": [1, "x", {}', OPEN.format("Array", REDACTED.format(17)), 28),
        ('{"a', OPEN_STRING, 4),
        ('"open', OPEN_STRING, 6),
        ("{'a': 1}", unexpected("'", NAME), 2),
        ("{a: 1}", unexpected("a", NAME), 2),
        ('{"a": 1,}', unexpected("}", NAME), 9),
        ('{"a": 1 , }', unexpected("}", NAME), 11),
        ('{"a" 1}', unexpected("1", COLON), 6),
        ('{"a": 1 "b": 2}', unexpected('"', "was expecting comma to separate Object entries"), 9),
        ("[[1, {}] 2]", unexpected("2", "was expecting comma to separate Array entries"), 10),
        ("[1,]", unexpected("]"), 4),
        ("1 2", unexpected("2"), 3),
        ("{} undefined", unrecognized("undefined"), 13),
        ("undefined", unrecognized("undefined"), 10),
        ('{"é": tru}', unrecognized("tru"), 11),
        ("NaN", NON_STANDARD.format("NaN"), 4),
        ('["NaN", -Infinity]', NON_STANDARD.format("-Infinity"), 18),
        ("01", "Invalid numeric value: Leading zeroes not allowed", 2),
        ("0D", unexpected("D", SPACE), 2),
        ("1.", unexpected(".", SPACE), 2),
        ("-", "Unexpected end-of-input", 2),
        (
            "-x",
            unexpected("x", "").replace("): ", ") in numeric value: ")
            + "expected digit (0-9) to follow minus sign, for valid numeric value",
            2,
        ),
        (
            "1.x",
            unexpected("x", "").replace("): ", ") in numeric value: ") + "Decimal point not followed by a digit",
            3,
        ),
        (
            "1Ex",
            unexpected("x", "").replace("): ", ") in numeric value: ") + "Exponent indicator not followed by a digit",
            3,
        ),
        ('"a\nb"', ESCAPED, 3),
        ('"\\x"', "Unrecognized character escape 'x' (code 120)", 3),
        ('"\\u12g4"', unexpected("g", HEX), 6),
        ('"]\\u12', OPEN_STRING, 7),
        ("[" * 100_000, f"Document nesting depth (1001) exceeds the maximum allowed {DEPTH}", 1002),
        ("[{}," + "[" * 100_000, f"Document nesting depth (1001) exceeds the maximum allowed {DEPTH}", 1005),
    ],
    ids=lambda given: str(given)[:12],
)
def test_whatever_else_is_not_json_is_refused_in_the_parsers_words(
    aws: Account, mock_lambda: LambdaMock, payload: str, complaint: str, column: int
) -> None:
    events = remember(mock_lambda)
    refusal = aws.refusal("invoke", FunctionName="orders", Payload=payload)
    assert refusal == aws.error("InvalidRequestContentException", UNPARSABLE.format(complaint, column))
    assert events == []


def test_a_complaint_names_line_and_column(aws: Account, mock_lambda: LambdaMock) -> None:
    remember(mock_lambda)
    refusal = aws.refusal("invoke", FunctionName="orders", Payload='{"a":\n  x}')
    assert refusal["Error"]["Message"].endswith("line: 2, column: 4]")


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
