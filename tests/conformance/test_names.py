"""Function names and qualifiers that Lambda was recorded refusing: the whole matrix, message by message.

None of the functions exists. Where an answer names several violations, their order wasn't recorded and isn't asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conformance.conftest import Account, Answer

_PREFIX = (
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?"
)
NAME = _PREFIX + r"([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?"
NAMESPACED = _PREFIX + r"([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?"
QUALIFIER = r"\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+"

ARN = "arn:aws:lambda:us-east-1:123456789012:function"
NOWHERE = "arn:aws:lambda:invalid-region:123456789012:function"
MISMATCH = "The derived qualifier from the function name does not match the specified qualifier."
LATEST_STAYS = "$LATEST version cannot be deleted without deleting the function."
NO_ALIASES = "Deletion of aliases is not currently supported."

Expected = tuple[str, frozenset[str]]


def violations(*items: str) -> Expected:
    return "ValidationException", frozenset(items)


def misnamed(value: str, pattern: str) -> str:
    return violation(value, "functionName", f"Member must satisfy regular expression pattern: {pattern}")


def too_long(value: str, member: str, limit: int) -> str:
    return violation(value, member, f"Member must have length less than or equal to {limit}")


def violation(value: str, member: str, constraint: str) -> str:
    return f"Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"


def missing(arn: str) -> Expected:
    return "ResourceNotFoundException", frozenset({f"Function not found: {arn}"})


def invalid(message: str) -> Expected:
    return "InvalidParameterValueException", frozenset({message})


LONG = "a" * 129
OTHER_QUALIFIER = violation("invalid!", "qualifier", f"Member must satisfy regular expression pattern: {QUALIFIER}")

# Malformed for every operation, in the same way.
MALFORMED = {
    "one invalid character": "*",
    "invalid characters in the name": "my-function!",
    "account in a partial ARN": "invalid-account:function:my-function",
    "region in an ARN": f"{NOWHERE}:my-function",
    "ARN of another service": "arn:aws:ec2:us-east-1:123456789012:instance:i-1234567890abcdef0",
    "two qualifiers in an ARN": f"{ARN}:my-function:1:2",
    "two qualifiers in a partial ARN": "function:my-function:$LATEST:extra",
    "ARN without a region": "arn:aws:lambda::123456789012:function:my-function",
    "ARN without an account": "arn:aws:lambda:us-east-1::function:my-function",
    "misspelled $LATEST": f"{ARN}:my-function:$LATES",
}
READING = ("get_function", "get_function_configuration", "delete_function", "invoke")

# Two violations of one name, or one of the name and one of the qualifier.
TOO_LONG_ARN = f"{NOWHERE}:my-function{'a' * 170}"
TOO_LONG_QUALIFIED_ARN = f"{NOWHERE}:my-function-{'a' * 170}"


def reading_cases() -> Iterator[tuple[str, str, dict[str, str], Expected]]:
    """Label, operation, parameters and refusal for the operations that take a name and a qualifier."""
    both = violations(too_long(LONG, "qualifier", 128), misnamed(TOO_LONG_QUALIFIED_ARN, NAMESPACED))
    for operation in READING:
        for label, name in MALFORMED.items():
            yield label, operation, {"FunctionName": name}, violations(misnamed(name, NAMESPACED))
        yield "invalid characters in the qualifier", operation, qualified("invalid!"), violations(OTHER_QUALIFIER)
        yield "qualifier too long", operation, qualified(LONG), violations(too_long(LONG, "qualifier", 128))
        yield (
            "name too long, region",
            operation,
            {"FunctionName": TOO_LONG_ARN},
            violations(misnamed(TOO_LONG_ARN, NAMESPACED)),
        )
        yield "all at once", operation, {"FunctionName": TOO_LONG_QUALIFIED_ARN, "Qualifier": LONG}, both
        yield (
            "two different qualifiers",
            operation,
            {"FunctionName": f"{ARN}:my-function:$LATEST", "Qualifier": "1"},
            invalid(MISMATCH),
        )


def qualified(qualifier: str) -> dict[str, str]:
    return {"FunctionName": "my-function", "Qualifier": qualifier}


def missing_cases() -> Iterator[tuple[str, str, dict[str, str], Expected]]:
    """The well-formed ones, which each operation answers in its own way."""
    for operation in ("get_function", "get_function_configuration", "invoke"):
        latest = ":$LATEST" if operation == "invoke" else ""
        yield "name too long", operation, {"FunctionName": "a" * 65}, missing(f"{ARN}:{'a' * 65}{latest}")
        yield "ARN without a name", operation, {"FunctionName": ARN}, missing(f"{ARN}:function{latest}")
        yield "long qualifier", operation, qualified("a" * 65), missing(f"{ARN}:my-function:{'a' * 65}")
        yield "lower-case $latest", operation, qualified("$latest"), missing(f"{ARN}:my-function:$latest")
    yield "name too long", "delete_function", {"FunctionName": "a" * 65}, missing(f"{ARN}:{'a' * 65}")
    yield "ARN without a name", "delete_function", {"FunctionName": ARN}, missing(f"{ARN}:function")
    yield "long qualifier", "delete_function", qualified("a" * 65), invalid(NO_ALIASES)
    yield "lower-case $latest", "delete_function", qualified("$latest"), missing(f"{ARN}:my-function")
    yield "$LATEST", "delete_function", qualified("$LATEST"), invalid(LATEST_STAYS)


def creating_cases() -> Iterator[tuple[str, str, dict[str, str], Expected]]:
    others = {
        "invalid characters in the qualifier": "my-function:invalid!",
        "two different qualifiers": f"{ARN}:my-function:$LATEST:1",
        "lower-case $latest": f"{ARN}:my-function:$latest",
    }
    for label, name in (MALFORMED | others).items():
        yield label, "create_function", {"FunctionName": name}, violations(misnamed(name, NAME))
    for label, name in {
        "name too long, region": TOO_LONG_ARN,
        "all at once": f"{TOO_LONG_QUALIFIED_ARN}:{LONG}",
    }.items():
        expected = violations(too_long(name, "functionName", 140), misnamed(name, NAME))
        yield label, "create_function", {"FunctionName": name}, expected
    name = f"my-function:{LONG}"
    yield (
        "qualifier too long",
        "create_function",
        {"FunctionName": name},
        violations(too_long(name, "functionName", 140)),
    )
    long_name = "1 validation error detected: " + too_long("a" * 65, "functionName", 64)
    yield "name too long", "create_function", {"FunctionName": "a" * 65}, invalid(long_name)


CASES = [*reading_cases(), *missing_cases(), *creating_cases()]


def refusal_of(aws: Account, response: Answer) -> Expected:
    """The code and the messages of a response that is whole, the count of them checked and their order forgotten."""
    code, message = response["Error"]["Code"], response["Error"]["Message"]
    assert response == aws.error(code, message)
    if code != "ValidationException":
        return code, frozenset({message})
    count, items = re.fullmatch(r"(\d) validation errors? detected: (.*)", message).groups()  # type: ignore[union-attr]
    found = items.split("; ")
    assert len(found) == int(count)
    return code, frozenset(found)


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [
        pytest.param(operation, parameters, expected, id=f"{operation}: {label}")
        for label, operation, parameters, expected in CASES
    ],
)
def test_a_name_or_qualifier_is_refused(
    aws: Account, operation: str, parameters: dict[str, Any], expected: Expected
) -> None:
    if operation == "create_function":
        response = aws.refused_creation(**parameters)
    else:
        response = aws.refusal(operation, **parameters)
    assert refusal_of(aws, response) == expected
