"""What a log is made of: pieces of text that know when they were written, and the events that CloudWatch has of them.

Standard output is cut into lines, each an event. What Lambda's own handler of `logging` writes, and Lambda itself, is
one event however many lines it has.
"""

from __future__ import annotations

from collections.abc import Iterable

LogEvent = tuple[float, str]
"""A moment in epoch seconds, and the text."""


class Written(str):
    """A piece of a log. One that isn't `whole` is part of a line; `bare` ones have no line end in CloudWatch."""

    __slots__ = ("bare", "moment", "whole")

    moment: float
    whole: bool
    bare: bool


def written(text: str, moment: float, *, whole: bool = False, bare: bool = False) -> Written:
    """A piece that was written at `moment`, in epoch seconds."""
    piece = Written(text)
    piece.moment, piece.whole, piece.bare = moment, whole, bare
    return piece


def finished(pieces: list[str]) -> list[str]:
    """The pieces, up to the end of a line."""
    return [*pieces, "\n"] if pieces and not pieces[-1].endswith("\n") else pieces


def events(pieces: Iterable[str], begun: float) -> list[LogEvent]:
    """The pieces as events in their order. A piece without a moment of its own has that of the one before it."""
    cut: list[LogEvent] = []
    line: list[str] = []
    latest = since = begun
    for piece in pieces:
        latest = max(latest, piece.moment) if isinstance(piece, Written) else latest
        if isinstance(piece, Written) and piece.whole:
            cut.append((latest, piece.removesuffix("\n") if piece.bare else str(piece)))
            continue
        *ends, rest = piece.split("\n")
        for end in ends:
            cut.append((since if line else latest, "".join((*line, end, "\n"))))
            line.clear()
        if rest:
            since = since if line else latest
            line.append(rest)
    return sorted(cut, key=_moment)


def _moment(event: LogEvent) -> float:
    return event[0]
