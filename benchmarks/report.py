"""What was measured, as tables: each number beside the one that is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from benchmarks import growth as growing
from benchmarks import memory as remembering
from benchmarks import table
from benchmarks.calls import times_of
from benchmarks.contestants import MOTO, OURS
from benchmarks.floors import BEFORE_CALL, BEFORE_SEND

if TYPE_CHECKING:
    from benchmarks.calls import Outcome
    from benchmarks.coming_and_going import Cost
    from benchmarks.execution import Figure
    from benchmarks.families import FamilyCost
    from benchmarks.growth import Growth
    from benchmarks.memory import Memory

_HALF_OF_THE_WIRE = 0.5
_SCALE_WIDTH = 72
_MARKS = {MOTO: "○", BEFORE_SEND: "┆", BEFORE_CALL: "│", OURS: "●"}


def calls(outcomes: Sequence[Outcome]) -> str:
    """The main table, and the same as a picture."""
    columns = (
        "median of a call",
        OURS,
        BEFORE_CALL,
        BEFORE_SEND,
        MOTO,
        "× before-call",
        "× before-send",
        "moto ÷ ours",
    )
    return (
        table.render("Calls", columns, [_call(outcome) for outcome in outcomes]) + "\n"
        "  before-call and before-send are floors: there a handler of the user's gives botocore a canned answer.\n"
        "  † moto runs functions in Docker only; its backend for tests without it answers, and runs nothing.\n"
        + _picture(outcomes)
    )


def _call(outcome: Outcome) -> list[str]:
    task, medians = outcome.task, outcome.medians
    to_call, to_send = times_of(outcome, BEFORE_CALL), times_of(outcome, BEFORE_SEND)
    moto = medians.get(MOTO)
    return [
        task.title,
        *(table.time(medians[name]) for name in (OURS, BEFORE_CALL, BEFORE_SEND)),
        table.time(moto) + (" †" if task.runs_code and moto is not None else "  "),
        table.judged(to_call, task.wanted),
        table.judged(to_send, _HALF_OF_THE_WIRE if task.wanted is not None else None),
        table.NOTHING if moto is None else f"{moto / medians[OURS]:.1f}",
    ]


def _picture(outcomes: Sequence[Outcome]) -> str:
    everything = [value for outcome in outcomes for value in outcome.medians.values()]
    scale = table.Scale(min(everything), max(everything), _SCALE_WIDTH)
    rows = [
        [outcome.task.title, scale.marks({mark: outcome.medians.get(name) for name, mark in _MARKS.items()})]
        for outcome in outcomes
    ]
    legend = "   ".join(f"{mark} {name}" for name, mark in reversed(_MARKS.items()))
    return table.render("The same as a picture, on a logarithmic scale", ("shorter is better", f"<{legend}"), rows)


def costs(found: Sequence[Cost]) -> str:
    """What a test pays besides its calls."""
    rows = [
        [
            cost.title,
            table.time(cost.medians[OURS]),
            table.wanted(cost.medians[OURS], cost.wanted, "ms"),
            table.time(cost.medians.get(MOTO)),
        ]
        for cost in found
    ]
    return table.render("Coming and going", ("median", OURS, "<wanted", MOTO), rows)


def growth(found: Sequence[Growth]) -> str:
    """The same calls with ever more functions."""
    sizes = list(found[0].medians)
    rows = [
        [
            each.title,
            *(table.time(each.medians[size]) for size in sizes),
            table.judged(each.ratio, growing.WANTED),
        ]
        for each in found
    ]
    heads = ("median of a call, among", *(f"{size:,} functions" for size in sizes), "× the fewest")
    return table.render("Growth", heads, rows)


def families(found: Sequence[FamilyCost], few: int, many: int) -> str:
    """Reading and writing one resource of each family, among few of its kind and among many."""
    rows = [
        [
            each.family,
            each.operation,
            *(table.time(median) for median in (each.floor, each.few, each.many)),
            table.judged(each.to_the_floor, each.wanted),
            table.judged(each.growth, growing.WANTED),
        ]
        for each in found
    ]
    heads = (
        "one of the",
        "<median of",
        BEFORE_CALL,
        f"among {few:,}",
        f"among {many:,}",
        "× before-call",
        "× the fewest",
    )
    return table.render("Families", heads, rows)


def figures(title: str, found: Sequence[Figure]) -> str:
    """Single numbers: what running functions takes, for example."""
    rows = [
        [each.title, f"{table.digits(each.value)} {each.unit}", table.wanted(each.value, each.wanted, each.unit)]
        for each in found
    ]
    return table.render(title, ("what", "measured", "<wanted"), rows)


def memory(whole: Memory, traced: Memory) -> str:
    """What state takes."""
    rows = [_memory(whole, "the process has grown by"), _memory(traced, "of that, Python's own allocations")]
    heads = ("one zip of 1 MB in all of", "<", "measured", "each version", "<wanted")
    return table.render("Memory", heads, rows)


def _memory(found: Memory, what: str) -> list[str]:
    wanted = remembering.WANTED if (found.functions, found.traced) == (1000, False) else None
    each = found.megabytes * 1024 / (found.functions * found.versions)
    return [
        f"{found.functions:,} functions × {found.versions} versions",
        what,
        f"{found.megabytes:.1f} MB",
        f"{each:.2f} KB",
        table.wanted(found.megabytes, wanted, "MB"),
    ]
