"""The filters of an event source mapping: which patterns are patterns at all.

A pattern is a JSON object whose leaves are lists of what may match: values, or one of the operators of the table below.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from lambda_mock.errors import InvalidParameterValueException

_COMPARISONS = frozenset({"<", "<=", "=", ">", ">="})


def check_filters(criteria: Mapping[str, Any], limit: int) -> None:
    """Refuse FilterCriteria with more than `limit` filters, or with one whose pattern is none."""
    filters = criteria.get("Filters", ())
    if len(filters) > limit:
        raise InvalidParameterValueException(f"Number of filters exceeds the limit of {limit}.")
    for each in filters:
        if not _is_pattern(each.get("Pattern", "")):
            raise InvalidParameterValueException("Invalid filter pattern definition.")


def _is_pattern(text: str) -> bool:
    try:
        return _is_object(json.loads(text))
    except (ValueError, RecursionError):
        return False


def _is_object(node: object) -> bool:
    return isinstance(node, dict) and bool(node) and all(_is_entry(key, value) for key, value in node.items())


def _is_entry(key: str, value: object) -> bool:
    if key == "$or":
        return isinstance(value, list) and bool(value) and all(_is_object(choice) for choice in value)
    return _is_object(value) or (isinstance(value, list) and bool(value) and all(_is_matcher(item) for item in value))


def _is_matcher(item: object) -> bool:
    """Whether a leaf can hold this: a plain value, or an object with exactly one operator."""
    if not isinstance(item, dict):
        return _is_scalar(item)
    if len(item) != 1:
        return False
    ((operator, operand),) = item.items()
    return operator in _OPERATORS and _OPERATORS[operator](operand)


def _is_scalar(value: object) -> bool:
    return not isinstance(value, dict | list)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_range(operand: object) -> bool:
    """Whether this is one comparison with its bound (`[">", 1]`), or two."""
    if not isinstance(operand, list) or len(operand) not in {2, 4}:
        return False
    return all(_is_text(sign) and sign in _COMPARISONS for sign in operand[::2]) and all(map(_is_number, operand[1::2]))


def _is_exclusion(operand: object) -> bool:
    """Whether this can follow `anything-but`: a value, values, or another operator on text."""
    if isinstance(operand, list):
        return bool(operand) and all(map(_is_scalar, operand))
    return _is_matcher(operand)


_OPERATORS: Mapping[str, Callable[[Any], bool]] = {
    "anything-but": _is_exclusion,
    "equals-ignore-case": _is_text,
    "exists": lambda operand: isinstance(operand, bool),
    "numeric": _is_range,
    "prefix": _is_text,
    "suffix": _is_text,
}
