"""Tables for a terminal: columns that line up, a verdict beside each wanted number, and a scale that shows times."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

REACHED, MISSED, NOTHING = "✓", "✗", "—"

_DIGITS = 3


def time(milliseconds: float | None) -> str:
    """A time with three digits, none of them smaller than a microsecond."""
    return NOTHING if milliseconds is None else f"{digits(milliseconds)} ms"


def wanted(value: float, limit: float | None, unit: str) -> str:
    """Whether `value` is within what was wanted, as a mark and the limit; nothing where nothing was wanted."""
    return "" if limit is None else f"{_mark(value, limit)} ≤ {limit:g} {unit}"


def judged(ratio: float, limit: float | None) -> str:
    """A ratio, with the limit that was wanted, if one was, and whether it is within."""
    return f"{ratio:.2f}        " if limit is None else f"{_mark(ratio, limit)} {ratio:.2f} (≤ {limit:.1f})"


def _mark(value: float, limit: float) -> str:
    return REACHED if value <= limit else MISSED


def digits(value: float) -> str:
    """A number with three digits, and none behind the third place."""
    before_the_point = 0 if abs(value) < 1 else math.floor(math.log10(abs(value))) + 1
    return f"{value:.{max(_DIGITS - before_the_point, 0)}f}"


class Scale:
    """A line from the shortest to the longest time, on which the same distance is always the same ratio."""

    def __init__(self, shortest: float, longest: float, width: int) -> None:
        self._start = math.log10(shortest)
        self._step = (math.log10(longest) - self._start) / (width - 1)
        self._width = width

    def marks(self, values: Mapping[str, float | None]) -> str:
        """Each value that there is under its mark; where two meet, the last one given is seen."""
        line = ["·"] * self._width
        for mark, value in values.items():
            if value is not None:
                line[round((math.log10(value) - self._start) / self._step)] = mark
        return "".join(line)


def render(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table: the first column to the left, a column headed `<...` too, and all others to the right."""
    heads = [column.removeprefix("<") for column in columns]
    left = [index == 0 or column.startswith("<") for index, column in enumerate(columns)]
    widths = [max(len(row[index]) for row in (heads, *rows)) for index in range(len(columns))]

    def line(cells: Sequence[str]) -> str:
        aligned = [
            cell.ljust(width) if to_the_left else cell.rjust(width)
            for cell, width, to_the_left in zip(cells, widths, left, strict=True)
        ]
        return ("  " + "  ".join(aligned)).rstrip()

    rule = "  " + "─" * (sum(widths) + 2 * (len(widths) - 1))
    return "\n".join([f"\n  {title}", rule, line(heads), rule, *(line(row) for row in rows), rule])
