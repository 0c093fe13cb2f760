"""The words in which records are told on one line."""

from __future__ import annotations

_LONGEST_TEXT_SHOWN = 80


def joined(function: str | None, qualifier: str | None) -> str:
    """A function with its qualifier, or what there is of both."""
    return ":".join(filter(None, (function, qualifier)))


def short_of(arn: str) -> str:
    """The service and the resource of an ARN, which tell in a line of text where an event came from."""
    parts = arn.split(":", 5)
    return f"{parts[2]} {parts[5]}" if len(parts) > 5 else arn  # noqa: PLR2004  # the parts of an ARN


def shortened(text: str) -> str:
    """The text, or as much of it as leaves room for more on the line."""
    return f"{text[:_LONGEST_TEXT_SHOWN]}…" if len(text) > _LONGEST_TEXT_SHOWN else text
