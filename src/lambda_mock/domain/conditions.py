"""The conditions of policy statements: a table of IAM's operators, asked with what is known of a request.

A key that isn't known is absent, and IAM says for each operator what that means: the positive ones fail, the negated
ones hold, and `IfExists` holds either way.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone


class _Anything(str):
    """The value of a key of which only that is known, that there is one."""

    __slots__ = ()


ANYTHING = _Anything()
"""Counts as whatever value a condition asks for."""

Conditions = Mapping[str, Mapping[str, object]]
Comparison = Callable[[str, str], bool]


def wildcard(pattern: str, text: str, *, exact_case: bool = True) -> bool:
    """Whether the text has the form of the pattern, in which `*` is any text and `?` any one character.

    A star takes as little as it can, and the last one a character more whenever what follows it doesn't fit: no pattern
    takes longer than its length times the text's.
    """
    if not exact_case:
        pattern, text = pattern.lower(), text.lower()
    at = star = reached = position = 0
    while position < len(text):
        if pattern[at : at + 1] == "*":
            at, reached = at + 1, position
            star = at
        elif pattern[at : at + 1] in {"?", text[position]}:
            at, position = at + 1, position + 1
        elif star:
            reached += 1
            at, position = star, reached
        else:
            return False
    return not pattern[at:].strip("*")


def _same_case_ignored(wanted: str, found: str) -> bool:
    return wanted.lower() == found.lower()


def _arn_like(wanted: str, found: str) -> bool:
    """Each of the six parts for itself, so that a `*` in one doesn't reach over a colon into the next."""
    patterns, parts = wanted.split(":", 5), found.split(":", 5)
    return len(patterns) == len(parts) and all(map(wildcard, patterns, parts))


def _in_network(wanted: str, found: str) -> bool:
    return ipaddress.ip_address(found) in ipaddress.ip_network(wanted, strict=False)


def _moment(text: str) -> float:
    """A date, or epoch seconds, as epoch seconds."""
    if text.isdecimal():
        return float(text)
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


def _compared(number: Callable[[str], float], holds: Callable[[float, float], bool]) -> Comparison:
    return lambda wanted, found: holds(number(found), number(wanted))


def _ordered(kind: str, number: Callable[[str], float]) -> dict[str, Comparison]:
    return {
        f"{kind}Equals": _compared(number, float.__eq__),
        f"{kind}LessThan": _compared(number, float.__lt__),
        f"{kind}LessThanEquals": _compared(number, float.__le__),
        f"{kind}GreaterThan": _compared(number, float.__gt__),
        f"{kind}GreaterThanEquals": _compared(number, float.__ge__),
    }


_POSITIVE: Mapping[str, Comparison] = {
    "StringEquals": str.__eq__,
    "StringEqualsIgnoreCase": _same_case_ignored,
    "StringLike": wildcard,
    **_ordered("Numeric", float),
    **_ordered("Date", _moment),
    "Bool": _same_case_ignored,
    "BinaryEquals": str.__eq__,
    "IpAddress": _in_network,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
}

_NEGATED: Mapping[str, str] = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}

_ANY, _ALL, _IF_EXISTS = "ForAnyValue:", "ForAllValues:", "IfExists"


def is_operator(name: str) -> bool:
    """Whether IAM knows a condition operator of that name."""
    base = name.removeprefix(_ANY).removeprefix(_ALL).removesuffix(_IF_EXISTS)
    return name == "Null" or base in _POSITIVE or base in _NEGATED


def hold(conditions: Conditions, known: Mapping[str, str]) -> bool:
    """Whether all conditions of a statement hold for a request of which `known` is known, by lower-case key."""
    return all(
        _holds(operator, known.get(key.lower()), _texts(wanted))
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    )


def _holds(operator: str, found: str | None, wanted: Sequence[str]) -> bool:
    if operator == "Null":
        return (str(found is None).lower()) in wanted
    base = operator.removeprefix(_ANY).removeprefix(_ALL).removesuffix(_IF_EXISTS)
    if found is None:
        vacuous = operator.startswith(_ALL) or operator.endswith(_IF_EXISTS)
        return vacuous or (base in _NEGATED and not operator.startswith(_ANY))
    matches = _POSITIVE[_NEGATED.get(base, base)]
    met = isinstance(found, _Anything) or any(_safely(matches, text, found) for text in wanted)
    return met is (base not in _NEGATED)


def _safely(matches: Comparison, wanted: str, found: str) -> bool:
    """A value that isn't of the operator's kind matches nothing, as with IAM."""
    try:
        return matches(wanted, found)
    except ValueError:
        return False


def _texts(values: object) -> list[str]:
    """One value or several, as text: IAM takes true and "true", 1 and "1" for the same."""
    many = values if isinstance(values, list) else [values]
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in many]
