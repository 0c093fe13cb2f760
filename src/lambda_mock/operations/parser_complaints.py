"""What AWS's JSON parser says of what isn't JSON.

Lambda parses payloads with a Java library, Jackson, whose texts callers see. Python's parser stops at the same
character; what it says there tells what Jackson would say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

_EXPECTED = "JSON String, Number, Array, Object or token 'null', 'true' or 'false'"
_A_VALUE = f"expected a valid value ({_EXPECTED})"
_LAST_CONTROL = 0x9F
_FIRST_HIGH_CONTROL = 0x7F
_BLANK = " \t\r\n"
_DEEPEST = 1000
_WORD = re.compile(r"[^\W\d][\w$]*|\$[\w$]*")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?$")
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def undecodable(payload: bytes, position: int) -> str:
    """Of bytes that are no text, the first of them at `position`."""
    before = payload[:position].decode()
    if not before.strip():
        return _at(f"Unexpected character ({_character(chr(payload[position]))}): {_A_VALUE}", before)
    return _at(f"Invalid UTF-8 start byte 0x{payload[position]:x}", before + "x")


def not_a_number(text: str, token: str) -> str:
    """Of NaN and the infinities, which are no JSON."""
    name = f"Non-standard token '{token}': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow"
    outside_of_strings = _STRING_OR_BRACKET.sub(lambda found: "\0" * len(found[0]), text)
    return _at(name, text[: outside_of_strings.index(token) + len(token)])


def too_deep(text: str) -> str:
    """Of arrays and objects in one another."""
    begun: list[int] = []
    depth = place = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        _follow(begun, found)
        if depth < len(begun) <= _DEEPEST + 1:
            depth, place = len(begun), found.end()
    limit = f"({_DEEPEST}, from `StreamReadConstraints.getMaxNestingDepth()`)"
    return _at(f"Document nesting depth ({depth}) exceeds the maximum allowed {limit}", text[:place])


def malformed(error: json.JSONDecodeError) -> str:
    """Of text at which Python's parser has stopped."""
    text, position = error.doc, error.pos
    if error.msg.startswith("Illegal trailing comma"):  # Python 3.13 points at the comma, not at what may not follow it
        position += 1
        position += len(text[position:]) - len(text[position:].lstrip(_BLANK))
    before, rest = text[:position], text[position:]
    for beginning, complain in _COMPLAINTS.items():
        if error.msg.startswith(beginning):
            return complain(before, rest)
    return _value(before, rest)


def _value(before: str, rest: str) -> str:
    """Where a value should begin."""
    if not rest.strip(_BLANK):
        return _ended(before, rest)
    word = _WORD.match(rest)
    if word is not None:
        return _at(f"Unrecognized token '{word[0]}': was expecting ({_EXPECTED})", before + word[0])
    if rest[0] == "-":
        if len(rest) == 1:
            return _ended(before, rest)
        missing = "expected digit (0-9) to follow minus sign, for valid numeric value"
        return _at(f"Unexpected character ({_character(rest[1])}) in numeric value: {missing}", before + "-")
    return _unexpected(before, rest, _A_VALUE)


def _name(before: str, rest: str) -> str:
    return _unexpected(before, rest, "was expecting double-quote to start field name")


def _colon(before: str, rest: str) -> str:
    return _unexpected(before, rest, "was expecting a colon to separate field name and value")


def _comma(before: str, rest: str) -> str:
    within = _innermost(before)
    kind = "Object" if within is not None and before[within] == "{" else "Array"
    return _unexpected(before, rest, f"was expecting comma to separate {kind} entries")


def _control(before: str, rest: str) -> str:
    remedy = "has to be escaped using backslash to be included in string value"
    return _at(f"Illegal unquoted character ({_character(rest[0])}): {remedy}", before)


def _open_string(before: str, rest: str) -> str:
    return _at("Unexpected end-of-input: was expecting closing quote for a string value", before + rest)


def _escape(before: str, rest: str) -> str:
    """`rest` begins with the backslash, or behind it."""
    escaped = rest[1:2] if rest.startswith("\\") else rest[:1]
    return _at(f"Unrecognized character escape {_character(escaped)}", before + rest[: rest.index(escaped)])


def _hexadecimal(before: str, rest: str) -> str:
    digits = re.match(r"\\?u?[0-9a-fA-F]*", rest)
    read = "" if digits is None else digits[0]
    wrong = rest[len(read) :]
    if not wrong:
        return _open_string(before, rest)
    wanted = "expected a hex-digit for character escape sequence"
    return _at(f"Unexpected character ({_character(wrong[0])}): {wanted}", before + read)


def _more(before: str, rest: str) -> str:
    """Behind a whole value."""
    if _NUMBER.search(before) is None:
        return _value(before, rest)
    if before.endswith(("0", "-0")) and rest[0].isdigit():
        return _at("Invalid numeric value: Leading zeroes not allowed", before)
    unfinished = {".": "Decimal point not followed by a digit", "e": "Exponent indicator not followed by a digit"}
    missing = unfinished.get(rest[0].lower())
    if missing is None or len(rest) == 1:
        return _unexpected(before, rest, "Expected space separating root-level values")
    return _at(f"Unexpected character ({_character(rest[1])}) in numeric value: {missing}", before + rest[0])


_COMPLAINTS: dict[str, Callable[[str, str], str]] = {
    "Expecting property name": _name,
    "Illegal trailing comma before end of object": _name,
    "Expecting ':'": _colon,
    "Expecting ','": _comma,
    "Invalid control character": _control,
    "Unterminated string": _open_string,
    "Invalid \\escape": _escape,
    "Invalid \\uXXXX escape": _hexadecimal,
    "Extra data": _more,
}


def _unexpected(before: str, rest: str, wanted: str) -> str:
    if not rest.strip(_BLANK):
        return _ended(before, rest)
    blank = len(rest) - len(rest.lstrip(_BLANK))
    return _at(f"Unexpected character ({_character(rest[blank])}): {wanted}", before + rest[:blank])


def _ended(before: str, rest: str) -> str:
    begun = _innermost(before)
    if begun is None:
        return _at("Unexpected end-of-input", before + rest)
    kind = "Object" if before[begun] == "{" else "Array"
    marker = _place(before[:begun])
    return _at(f"Unexpected end-of-input: expected close marker for {kind} (start marker at {marker})", before + rest)


def _innermost(text: str) -> int | None:
    """Where the innermost array or object begins that isn't closed."""
    begun: list[int] = []
    for found in _STRING_OR_BRACKET.finditer(text):
        _follow(begun, found)
    return begun[-1] if begun else None


def _follow(begun: list[int], found: re.Match[str]) -> None:
    """Keep where those arrays and objects begin that aren't closed, at one more bracket or string."""
    if found[0] in "[{":
        begun.append(found.start())
    elif found[0] in "]}":
        begun.pop()


def _character(character: str) -> str:
    code = ord(character)
    control = code < ord(" ") or _FIRST_HIGH_CONTROL <= code <= _LAST_CONTROL
    return f"(CTRL-CHAR, code {code})" if control else f"'{character}' (code {code})"


def _at(complaint: str, before: str) -> str:
    return f"{complaint}\n at {_place(before)}"


def _place(before: str) -> str:
    """Line and column, both from 1, of what follows `before`; columns count bytes."""
    line, column = before.count("\n") + 1, len(before[before.rfind("\n") + 1 :].encode()) + 1
    return (
        f"[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: {line}, column: {column}]"
    )
