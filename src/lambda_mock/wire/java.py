"""What AWS's service does in Java that Python does otherwise: patterns, and how values print in messages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

# Python has no properties in its patterns. `\w` is letters, numbers and the underscore, which AWS's patterns with these
# properties allow as well.
_PROPERTIES = {r"\p{L}": r"\w", r"\p{N}": r"\w", r"\p{Z}": r" \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"}

_SMALLEST_PLAIN = 1e-3
_SMALLEST_SCIENTIFIC = 1e7


@cache
def matcher(pattern: str) -> Callable[[str], object]:
    """A function that is true for the values that match a pattern of the model as a whole, as AWS wants them to.

    There are some hundred patterns, compiled when first needed: a test meets few of them.
    """
    translated = pattern
    for theirs, ours in _PROPERTIES.items():
        translated = translated.replace(theirs, ours)
    # Java's `\d`, `\s` and `\w` mean ASCII.
    return re.compile(translated, re.ASCII if translated == pattern else 0).fullmatch


def text_of(value: Any) -> str:
    """A value as Java's `toString` writes it: `[a, b]`, `{k=v}`, `true`, `2.0`."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(text_of, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}={text_of(member)}' for key, member in value.items())}}}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _double(value)
    return "null" if value is None else str(value)


def _double(value: float) -> str:
    if value == 0 or _SMALLEST_PLAIN <= abs(value) < _SMALLEST_SCIENTIFIC:
        return repr(value)
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    fraction = "".join(map(str, digits[1:])) or "0"
    return f"{'-' * sign}{digits[0]}.{fraction}E{int(exponent) + len(digits) - 1}"
