"""The texts of event patterns, read as JSON that keeps an object's members as they were written, and those of events.

A name may be there twice: AWS's own examples of filters write `dynamodb` once for the new image and once for the old.
"""

from __future__ import annotations

import json
from typing import Any

TOO_DEEP = "The JSON is nested too deeply"


class InvalidPatternError(ValueError):
    """The text is no pattern; the message says why."""


class Members(tuple[tuple[str, object], ...]):
    """The members of an object, in order; a name can be there more than once."""

    __slots__ = ()


def read(text: str) -> Members:
    """The members of the object that a pattern has to be."""
    try:
        found = _DECODER.decode(text)
    except RecursionError:
        raise InvalidPatternError(TOO_DEEP) from None
    except ValueError as error:
        raise InvalidPatternError(str(error)) from None
    if not isinstance(found, Members):
        raise InvalidPatternError("Filter is not an object")
    return found


def parsed(text: str) -> object:
    """What an event's text says, for patterns to match. Raises ValueError where it isn't JSON."""
    try:
        return _EVENTS.decode(text)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None


def _refuse(constant: str) -> Any:
    """Refuse NaN and Infinity, which Python would take for JSON."""
    raise ValueError(constant)


_DECODER = json.JSONDecoder(object_pairs_hook=Members, parse_constant=_refuse)
_EVENTS = json.JSONDecoder(parse_constant=_refuse)
