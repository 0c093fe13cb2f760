"""What a mock holds, as a picture in text: each function with its versions, and its aliases as arrows to them.

Below them stands what else hangs on the function, and below all functions the failures that are still to happen.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING

from lambda_mock.description.arrows import Arrow, draw
from lambda_mock.description.notes import Turn, notes
from lambda_mock.domain.lifecycle import ACTIVE, SUCCESSFUL

if TYPE_CHECKING:
    from lambda_mock.domain.alias import Alias
    from lambda_mock.domain.backend import Backend
    from lambda_mock.domain.function import Function
    from lambda_mock.domain.store import Store
    from lambda_mock.domain.version import FunctionVersion

NOTHING = "Nothing is deployed: there are no functions."

_GLYPHS = "●◆▲■○◇△□"
_HASH_SHOWN = 8
_LONGEST_TEXT = 40
_NEWEST_SHOWN = 3
_FEWEST_LEFT_OUT = 3


def describe(
    backend: Backend,
    faults: Iterable[object] = (),
    waiting: Sequence[str] = (),
    blocked: Iterable[str] = (),
    schedules: Sequence[Turn] = (),
    *,
    ended: bool = False,
    manual: bool = False,
) -> str:
    """The functions of every account and region, as a picture, and the `faults` and failures that are still to strike.

    `waiting` are the functions for which events wait, by ARN; those that still do when the mock has `ended` never ran.
    `blocked` says which records of streams and messages of queues wait, and for what; `manual` that it is the test that
    has them read. `schedules` are those that there are, with the seconds until they come round.
    The same sign before two hashes means the same code. Versions that no alias leads to are left out where they are
    many and old. With no functions, a sentence that says so.
    """
    stores = backend.stores()
    pictures = [_store(store, schedules) for store in stores if len(store.functions)] or [NOTHING]
    ordered = [*map(str, faults), *(line for store in stores for line in _failures(store))]
    still = ["\n".join(["Ordered to fail, and not met yet:", *(f"  {line}" for line in ordered)])] if ordered else []
    return "\n\n".join([*pictures, *still, *_events(waiting, ended=ended), *_blocked(list(blocked), manual=manual)])


def _blocked(lines: Sequence[str], *, manual: bool) -> Iterator[str]:
    if lines:
        which = ", to be read by mock.drain()" if manual else ""
        yield "\n".join([f"Records and messages that wait{which}:", *(f"  {line}" for line in lines)])


def _events(waiting: Sequence[str], *, ended: bool) -> Iterator[str]:
    """How many events wait, and for which functions."""
    if waiting:
        what = "still waited when the mock ended, and were dropped" if ended else "wait for mock.drain()"
        yield "\n".join(
            [f"Events that {what}:", *(f"  {number} for {arn}" for arn, number in Counter(waiting).items())]
        )


def _failures(store: Store) -> list[str]:
    with store.lock:
        return [f"{failure} ({store.region} · account {store.account_id})" for failure in store.failures]


def _store(store: Store, schedules: Sequence[Turn]) -> str:
    with store.lock:
        sources = list(store.mappings.values())
        frames = [
            _framed(
                _short(each.name),
                _facts(each),
                [*_picture(each), *notes(each, (source for source in sources if source.is_for(each.arn)), schedules)],
            )
            for each in store.functions.values()
        ]
    return "\n".join([f"{store.region} · account {store.account_id}", *frames])


def _facts(function: Function) -> str:
    settings = function.latest.configuration
    return " · ".join(_short(fact) for fact in (settings.runtime or settings.package_type, settings.handler) if fact)


def _picture(function: Function) -> list[str]:
    """The versions by number, `$LATEST` at the end, and the arrows that lead to them."""
    aliases = function.aliases.values()
    latest, *published = function.all_versions()
    versions = [*published, latest]
    aimed_at = {version for alias in aliases for version in (alias.version, *alias.weights)}
    groups = list(_groups(versions, aimed_at))
    signs = _signs(versions)
    rows = _columns([_row(group, signs) for group in groups])
    row_of = {version.version: index for index, group in enumerate(groups) for version in group}
    return draw(rows, [_arrow(alias, row_of) for alias in aliases])


def _groups(versions: Sequence[FunctionVersion], aimed_at: set[str]) -> Iterator[list[FunctionVersion]]:
    """One version each, or a run of those that nobody needs to see."""
    newest = {version.version for version in versions[-1 - _NEWEST_SHOWN :]}
    for is_old, run in groupby(versions, lambda version: version.version not in aimed_at | newest):
        found = list(run)
        if is_old and len(found) >= _FEWEST_LEFT_OUT:
            yield found
        else:
            yield from ([version] for version in found)


def _signs(versions: Sequence[FunctionVersion]) -> dict[str, str]:
    hashes = dict.fromkeys(version.code.sha256 for version in versions)
    return {sha256: _GLYPHS[index % len(_GLYPHS)] for index, sha256 in enumerate(hashes)}


def _row(group: Sequence[FunctionVersion], signs: dict[str, str]) -> tuple[str, ...]:
    version = group[0]
    if len(group) > 1:
        return ("⋮", f"{version.version} to {group[-1].version}")
    sha256 = version.code.sha256
    description = _short(version.configuration.description)
    return (version.version, f"{signs[sha256]} {sha256[:_HASH_SHOWN]}", description, _state(version))


def _columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows as text, the cells below each other and as wide as their column needs."""
    widths = [max(map(_width, column)) for column in zip_longest(*rows, fillvalue="")]
    return [
        "  ".join(
            f"{cell}{' ' * (width - _width(cell))}" for cell, width in zip(row, widths, strict=False) if width
        ).rstrip()
        for row in rows
    ]


def _state(version: FunctionVersion) -> str:
    """How far the version's making has got; a published one that is Active doesn't say so."""
    if version.last_update is not None and version.last_update != SUCCESSFUL:
        return f"{version.state.value}, update {version.last_update.value}"
    return "" if version.is_published and version.state == ACTIVE else version.state.value


def _arrow(alias: Alias, row_of: dict[str, int]) -> Arrow:
    if not alias.weights:
        return Arrow(name=_short(alias.name), rows=(row_of[alias.version],), labels=("",))
    main = 1 - sum(alias.weights.values())
    return Arrow(
        name=_short(alias.name),
        rows=(row_of[alias.version], *(row_of[version] for version in alias.weights)),
        labels=tuple(f"{round(share * 100, 2):g}%" for share in (main, *alias.weights.values())),
    )


def _framed(title: str, facts: str, lines: Sequence[str]) -> str:
    heading = _width(title) + _width(facts) + 9
    inner = max(heading, *(_width(line) + 4 for line in lines))
    rule = "─" * (inner - heading + 3)
    right = f" {facts} ─╮" if facts else "───╮"
    body = [f"│  {line}{' ' * (inner - _width(line) - 2)}│" for line in lines]
    return "\n".join([f"╭─ {title} {rule}{right}", *body, f"╰{'─' * inner}╯"])


def _short(text: str) -> str:
    """One line of printable text that leaves room for the rest."""
    line = "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
    if _width(line) <= _LONGEST_TEXT:
        return line
    while _width(line) >= _LONGEST_TEXT:
        line = line[:-1]
    return f"{line}…"


def _width(text: str) -> int:
    """How many columns of a terminal the text takes: two for a wide letter, none for an accent of its own."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )
