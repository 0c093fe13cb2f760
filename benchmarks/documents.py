"""The tables of the documents: the numbers of one run, whole in docs/speed.md, and some of them in the README."""

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

_ROOT = Path(__file__).parents[1]
_START, _END = "<!-- speed -->\n", "<!-- end of speed -->"
_HEADS = ("median", OURS, "`before-call` floor", "`before-send` floor", MOTO, "to the `before-call` floor")
_TELLING = (
    "get_function by alias",
    "update_alias",
    "invoke of a callable",
    "a test with lambda_client, reused: one call",
    "the plugin in pytest's start, processor time",
)
_TOLD = (0, 1, 4)
"""The columns of the README: what, ours, moto's."""


def update(versions: str, outcomes: Sequence[Outcome], families: Sequence[FamilyCost], costs: Sequence[Cost]) -> None:
    """Put the tables of a run in the place of those that are there."""
    rows = [*map(_call, outcomes), *map(_family, families), *map(_cost, costs)]
    _write(_ROOT / "docs" / "speed.md", _HEADS, rows, versions)
    told = [tuple(row[column] for column in _TOLD) for row in rows if row[0] in _TELLING]
    _write(_ROOT / "README.md", tuple(_HEADS[column] for column in _TOLD), told, versions)


def _write(document: Path, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]], versions: str) -> None:
    table_of = [heads, ("---", *["---:"] * (len(heads) - 1)), *rows]
    lines = "".join(f"| {' | '.join(row)} |\n" for row in table_of)
    before, _, rest = document.read_text("utf-8").partition(_START)
    after = rest.partition(_END)[2]
    document.write_text(f"{before}{_START}{lines}\n({versions})\n{_END}{after}", "utf-8")


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
