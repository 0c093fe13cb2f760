"""The README's table: the numbers of one run, written between the README's two marks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import table
from benchmarks.calls import times_of
from benchmarks.contestants import MOTO, OURS
from benchmarks.floors import BEFORE_CALL, BEFORE_SEND

if TYPE_CHECKING:
    from benchmarks.calls import Outcome
    from benchmarks.coming_and_going import Cost
    from benchmarks.families import FamilyCost

_README = Path(__file__).parents[1] / "README.md"
_START, _END = "<!-- speed -->\n", "<!-- end of speed -->"
_HEADS = ("median", OURS, "`before-call` floor", "`before-send` floor", MOTO, "to the `before-call` floor")


def update(versions: str, outcomes: Sequence[Outcome], families: Sequence[FamilyCost], costs: Sequence[Cost]) -> None:
    """Put the tables of a run in the place of those that are there."""
    rows = [
        _HEADS,
        ("---", *["---:"] * (len(_HEADS) - 1)),
        *map(_call, outcomes),
        *map(_family, families),
        *map(_cost, costs),
    ]
    lines = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    before, _, rest = _README.read_text("utf-8").partition(_START)
    after = rest.partition(_END)[2]
    _README.write_text(f"{before}{_START}{lines}\n({versions})\n{_END}{after}", "utf-8")


def _call(outcome: Outcome) -> tuple[str, ...]:
    task, medians = outcome.task, outcome.medians
    moto = None if task.runs_code else medians.get(MOTO)
    floors = (table.time(medians[name]) for name in (OURS, BEFORE_CALL, BEFORE_SEND))
    return (task.title, *floors, table.time(moto), f"{times_of(outcome, BEFORE_CALL):.1f} ×")


def _family(cost: FamilyCost) -> tuple[str, ...]:
    title = f"{cost.family}: {cost.operation}"
    return (title, table.time(cost.few), table.time(cost.floor), "", "", f"{cost.to_the_floor:.1f} ×")


def _cost(cost: Cost) -> tuple[str, ...]:
    return (cost.title, table.time(cost.medians[OURS]), "", "", table.time(cost.medians.get(MOTO)), "")
