"""Values as text that is short enough for a page, and that any process and any file can take."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

LONGEST = 2000
"""How many characters of a payload, a response or a list of parameters are kept."""

LONGEST_LOG = 3000
"""How many of a log, its end."""

_LONGEST_NAME = 200
_MOST_MEMBERS = 60


def clean(text: str) -> str:
    """The text without halves of characters, which no file of UTF-8 can hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def name_of(text: str) -> str:
    """A name, cut where it is longer than any that AWS lets through."""
    return clean(text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}…")


def beginning(text: str | bytes, limit: int = LONGEST) -> str:
    """The text up to the limit, and how much more there is."""
    shown = text[:limit]
    start = clean(shown) if isinstance(shown, str) else shown.decode(errors="replace")
    more = len(text) - limit
    return start if more <= 0 else f"{start}… ({more} more)"


def ending(text: str, limit: int = LONGEST_LOG) -> str:
    """The end of a text, from the beginning of a line, and how much there is before it."""
    if len(text) <= limit:
        return clean(text)
    kept = text[-limit:]
    kept = kept.partition("\n")[2] or kept
    return f"({len(text) - len(kept)} characters before)\n{clean(kept)}"


def as_json(value: object) -> str:
    """Parameters or an answer as JSON; bytes in it are shown where they are short text, and else counted."""
    return beginning(json.dumps(_plain(value), ensure_ascii=False, default=_other))


def _plain(value: object) -> object:
    if isinstance(value, str):
        return beginning(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(member) for name, member in list(value.items())[:_MOST_MEMBERS]}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value[:_MOST_MEMBERS]]
    return value


def _other(value: Any) -> str:
    if not isinstance(value, bytes | bytearray):
        return beginning(repr(value))
    text = bytes(value[: LONGEST + 1])
    try:
        return beginning(text.decode()) if len(value) <= LONGEST else _size(value)
    except UnicodeDecodeError:
        return _size(value)


def _size(value: bytes | bytearray) -> str:
    return f"({len(value)} bytes)"
