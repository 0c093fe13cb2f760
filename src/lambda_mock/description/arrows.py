"""Drawing names whose arrows lead to rows of a table, as text: an arrow may fork, and several may meet at one row.

This module knows nothing of Lambda. Rows keep their order, a name stands where its main arrow ends, and where lines
must cross, the upright one passes over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# What stands where an upright meets its own line: by whether lines lead on to the left, up, and down. All lead right.
_CORNERS = {
    (True, False, True): "┬",
    (True, True, False): "┴",
    (True, True, True): "┼",
    (False, False, True): "┌",
    (False, True, False): "└",
    (False, True, True): "├",
}
# Before the head, by whether the line is the first and the last one of those that meet there.
_MEETING = {(True, True): "──▶ ", (True, False): "┬─▶ ", (False, False): "┤", (False, True): "┘"}
_NO_ARROW = "    "


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """A name and the rows that it leads to, the main one first, with what is written on the line to each."""

    name: str
    rows: tuple[int, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One line of text: the end of an arrow's branch, or a row that no arrow leads to."""

    row: int
    arrow: Arrow | None = None
    branch: int = 0

    @property
    def is_main(self) -> bool:
        return self.arrow is not None and self.branch == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Upright:
    """What joins the branches of a forked arrow: the numbers of their lines, and of the main one among them."""

    main: int
    ends: tuple[int, ...]

    @property
    def reach(self) -> range:
        return range(self.ends[0], self.ends[-1] + 1)


def draw(rows: Sequence[str], arrows: Sequence[Arrow]) -> list[str]:
    """The lines of the picture: names on the left, `rows` on the right, arrows between them."""
    if not arrows:
        return list(rows)
    lines = [line for row in range(len(rows)) for line in _lines_of(row, arrows)]
    lanes = _lanes([_upright(arrow, lines) for arrow in arrows if len(arrow.rows) > 1])
    names = max(len(arrow.name) for arrow in arrows)
    labels = max(len(label) for arrow in arrows for label in arrow.labels)
    return [
        _name(line, names) + _crossing(index, line, lanes) + _label(line, labels) + _head(index, lines, rows)
        for index, line in enumerate(lines)
    ]


def _lines_of(row: int, arrows: Sequence[Arrow]) -> list[_Line]:
    """The lines of one row: branches from above, then names, then branches from below, so that few lines cross."""
    found = []
    for place, arrow in enumerate(arrows):
        for branch, target in enumerate(arrow.rows):
            if target == row:
                side = 0 if arrow.rows[0] < row else 1 if branch == 0 else 2
                nested = (side, -arrow.rows[0], place if side == 1 else -place)
                found.append((nested, _Line(row=row, arrow=arrow, branch=branch)))
    return [line for _, line in sorted(found, key=lambda entry: entry[0])] or [_Line(row=row)]


def _upright(arrow: Arrow, lines: Sequence[_Line]) -> _Upright:
    ends = tuple(index for index, line in enumerate(lines) if line.arrow is arrow)
    return _Upright(main=next(index for index in ends if lines[index].branch == 0), ends=ends)


def _lanes(uprights: list[_Upright]) -> list[list[_Upright]]:
    """The uprights side by side, the longest on the left; those that don't overlap share a lane."""
    lanes: list[list[_Upright]] = []
    for upright in sorted(uprights, key=lambda each: (-len(each.reach), each.main)):
        for lane in lanes:
            if not any(set(upright.reach) & set(other.reach) for other in lane):
                lane.append(upright)
                break
        else:
            lanes.append([upright])
    return lanes


def _name(line: _Line, width: int) -> str:
    if line.arrow is None or not line.is_main:
        return " " * (width + 2)
    return f"{line.arrow.name} ".ljust(width + 2, "─")


def _crossing(index: int, line: _Line, lanes: Sequence[Sequence[_Upright]]) -> str:
    stroke = "─" if line.is_main else " "
    text = ""
    for lane in lanes:
        upright = next((each for each in lane if index in each.reach), None)
        if upright is None:
            text += stroke * 2
        elif index in upright.ends:
            corner = _CORNERS[index == upright.main, index > upright.ends[0], index < upright.ends[-1]]
            text += stroke + corner
            stroke = "─"
        else:
            text += stroke + "│"
    return text


def _label(line: _Line, width: int) -> str:
    if line.arrow is None:
        return " " * (width + 4)
    label = line.arrow.labels[line.branch]
    return f"{f' {label} ':─>{width + 3}}─" if label else "─" * (width + 4)


def _head(index: int, lines: Sequence[_Line], rows: Sequence[str]) -> str:
    row = lines[index].row
    if lines[index].arrow is None:
        return _NO_ARROW + rows[row]
    is_first = index == 0 or lines[index - 1].row != row
    is_last = index == len(lines) - 1 or lines[index + 1].row != row
    return _MEETING[is_first, is_last] + (rows[row] if is_first else "")
