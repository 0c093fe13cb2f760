"""The story of a mock as text: its calls in the order in which they began, and beneath each the runs that it led to.

It is told from the end, which is where a test fails: what doesn't fit is left out at the beginning, and counted. Calls
of one kind that went well, one after the other, are one line.
"""

from __future__ import annotations

import os
import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from lambda_mock.records.spans import span
from lambda_mock.records.texts import joined, short_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from lambda_mock.records import Call, Calls, Invocation, Invocations

    _OriginalsOf = Callable[[Invocation], Mapping[str, Path]]

MOST_CHAPTERS = 15
MOST_LINES = 60

_LONGEST_VALUE = 70
_LONGEST_LINE = 110
_FEWEST_FOLDED = 4
_LOG_OF_A_FAILURE = 8
_LOG_OF_A_SUCCESS = 2
_LONG_AFTER = 1.0
_FRAMES = ("START RequestId: ", "END RequestId: ", "REPORT RequestId: ", "INIT_START ", "INIT_REPORT ")
_PACKED = re.compile(r'File "/var/task/(?P<name>[^"]+)"')
_PLATFORM = re.compile(r'\{"time": ?"[^"]+", ?"type": ?"platform\.')
_TYPES = {"Event": " as an event", "DryRun": " as a dry run"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chapter:
    """A call with its number among all, and the runs that it led to; or a run that no call of Lambda's led to."""

    time: float
    call: Call | None = None
    number: int = 0
    originals_of: _OriginalsOf
    runs: list[Invocation] = field(default_factory=list)

    @property
    def ended(self) -> float:
        """When the last of it that is told began."""
        return max([self.time, *(run.time for run in self.runs)])

    @property
    def went_well(self) -> bool:
        failed = self.call is not None and self.call.error is not None
        return not failed and all(run.function_error is None for run in self.runs)

    @property
    def fault(self) -> str:
        """What the test has ordered for the call, to be put behind what came of it."""
        return "" if self.call is None or self.call.fault is None else f" ({self.call.fault})"

    @property
    def title(self) -> str:
        """What happened, without what came of it: the same for calls of one kind."""
        if self.call is None:
            run = self.runs[0]
            source = "" if run.source_arn is None else f" for {short_of(run.source_arn)}"
            return printable(f"{joined(run.function, run.qualifier)} ran{source}")
        about = joined(self.call.function, self.call.qualifier)
        attempt = f" (attempt {self.call.attempt})" if self.call.attempt > 1 else ""
        how = _TYPES.get(str(self.call.parameters.get("InvocationType")), "") if self.call.operation == "Invoke" else ""
        return printable(f"{self.call.operation}{about and ' ' + about}{how}{attempt}")


def story(
    calls: Calls,
    invocations: Invocations,
    *,
    since: tuple[int, int] = (0, 0),
    originals_of: _OriginalsOf = lambda _: {},
) -> list[str]:
    """The lines of the story; none where nothing happened. What is left out of it, a line at its beginning says.

    `since` says how many calls and invocations there were when the test began: they are told of in a line of their own.
    `originals_of` gives the files that the package of a run was made of, by their names in it.
    """
    # What the test has had forgotten was made before it, at least as far as `since` goes.
    earlier_calls, earlier_runs = max(0, since[0] - calls.cleared), max(0, since[1] - invocations.cleared)
    first = calls.dropped + 1
    made = [(number, call) for number, call in enumerate(calls, start=first) if number > earlier_calls]
    ran = list(invocations)[max(0, earlier_runs - invocations.dropped) :]
    chapters = _chapters(made, ran, originals_of)
    folded = [list(group) for _, group in groupby(chapters, key=_Fold())]
    told = _from_the_end(folded)
    before = [chapter for group in folded[: len(folded) - len(told)] for chapter in group]
    dropped = max(0, calls.dropped - earlier_calls), max(0, invocations.dropped - earlier_runs)
    lines = [
        *_left_out((earlier_calls, earlier_runs), "of earlier tests"),
        *_left_out(dropped, "that are no longer kept"),
        *_before(before),
    ]
    previous: _Chapter | None = None
    for group, text in told:
        lines += _meanwhile(previous, group[0])
        lines += text
        previous = group[-1]
    return lines


def printable(text: str) -> str:
    """The text without what a terminal or an XML file would take for something else than text."""
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text.expandtabs(4))


def _chapters(
    made: Sequence[tuple[int, Call]], ran: Iterable[Invocation], originals_of: _OriginalsOf
) -> list[_Chapter]:
    chapters = [_Chapter(time=call.time, call=call, number=number, originals_of=originals_of) for number, call in made]
    by_request = {chapter.call.request_id: chapter for chapter in chapters if chapter.call is not None}
    for run in ran:
        chapter = by_request.get(run.request_id)
        if chapter is None:
            chapter = by_request[run.request_id] = _Chapter(time=run.time, originals_of=originals_of)
            chapters.append(chapter)
        chapter.runs.append(run)
    return _in_order(chapters)


def _in_order(chapters: Sequence[_Chapter]) -> list[_Chapter]:
    """As they began: by time, and where the clock was set back (freeze, freezegun) what came before that first.

    Calls come as they ended. So one that began before the call ahead of it either had that one made by a run of its
    own, or the clock was set back in between.
    """
    spans: list[list[_Chapter]] = [[]]
    latest = float("-inf")
    for chapter in chapters:
        if chapter.call is None:
            continue
        until = max([chapter.time, *(run.time + run.duration / 1000 for run in chapter.runs)])
        if until < latest - _LONG_AFTER:
            spans.append([])
            latest = chapter.time
        latest = max(latest, chapter.time)
        spans[-1].append(chapter)
    for chapter in chapters:
        if chapter.call is None:
            min(spans, key=lambda group: _away(chapter.time, group)).append(chapter)
    return [chapter for group in spans for chapter in sorted(group, key=lambda chapter: chapter.time)]


def _away(moment: float, group: Sequence[_Chapter]) -> float:
    """By how much a moment lies outside of what happened."""
    times = [chapter.time for chapter in group] or [moment]
    return max(min(times) - moment, moment - max(times), 0.0)


class _Fold:
    """Gives neighbours the same key where they are of one kind and went well."""

    def __init__(self) -> None:
        self._alone = 0

    def __call__(self, chapter: _Chapter) -> object:
        if chapter.went_well and all(run.attempt == 1 for run in chapter.runs):
            return chapter.title, chapter.fault, chapter.call is None
        self._alone += 1
        return self._alone


def _from_the_end(folded: Sequence[list[_Chapter]]) -> list[tuple[list[_Chapter], list[str]]]:
    """What there is room for, the last of it at any rate."""
    told: list[tuple[list[_Chapter], list[str]]] = []
    room = MOST_LINES
    chapters = 0
    for group in reversed(folded):
        text = list(_text_of(group))
        chapters += len(group) if len(group) < _FEWEST_FOLDED else 1
        if told and (len(text) > room or chapters > MOST_CHAPTERS):
            break
        room -= len(text)
        told.append((group, text))
    return told[::-1]


def _text_of(group: Sequence[_Chapter]) -> Iterator[str]:
    if len(group) < _FEWEST_FOLDED:
        for previous, chapter in zip([None, *group], group, strict=False):
            yield from _meanwhile(previous, chapter)
            yield from _told(chapter)
        return
    first, last = group[0], group[-1]
    number = "··" if first.call is None else f"#{first.number} to #{last.number}"
    took = last.time - first.time
    within = f" within {span(took)}" if took >= _LONG_AFTER else ""
    yield f"  {number}  {first.title}, {len(group)} times{within}{first.fault}"
    by_version = Counter(_version(run) for chapter in group for run in chapter.runs)
    if by_version:
        yield f"      └─ {' · '.join(f'{version} ×{times}' for version, times in by_version.items())}"


def _told(chapter: _Chapter) -> Iterator[str]:
    yield _heading(chapter)
    moment = chapter.time
    for run, following in zip(chapter.runs, [*chapter.runs[1:], None], strict=False):
        branch, below = ("└─", " ") if following is None else ("├─", "│")
        yield f"      {branch} {_run(run, moment)}"
        # Of attempts that fail alike the last one tells where.
        if following is None or (_failure(run), run.failed_at) != (_failure(following), following.failed_at):
            yield from (f"      {below}    {line}" for line in _details(run, chapter.originals_of))
        moment = run.time


def _heading(chapter: _Chapter) -> str:
    if chapter.call is None:
        return f"  ··  {chapter.title}"
    return f"  #{chapter.number}  {chapter.title}{_refusal(chapter.call, chapter.fault)}"


def _refusal(call: Call, fault: str) -> str:
    """What AWS answered a call that failed, or what its client met, and whether the test has ordered that."""
    said = ": ".join(filter(None, (call.error, None if fault else call.error_message)))
    return f" ✗ {_cut(said, _LONGEST_LINE)}{fault}" if said else fault


def _run(run: Invocation, moment: float) -> str:
    later = f"{span(run.time - moment)} later" if run.time - moment >= _LONG_AFTER else ""
    attempt = f"attempt {run.attempt}" if run.attempt > 1 else ""
    when = ", ".join(filter(None, [attempt, later]))
    came = f"→ {_short(run.result) or 'nothing'}" if run.function_error is None else f"✗ {_failure(run)}"
    return f"{when and when + ' · '}{_version(run)} · {run.duration:.1f} ms · {_short(run.payload)} {came}"


def _failure(run: Invocation) -> str:
    """The type of a failure and its message, as far as there are any."""
    answer = run.response
    message = str(answer.get("errorMessage") or "") if isinstance(answer, dict) else ""
    message = message.removeprefix(f"RequestId: {run.request_id} Error: ")
    return _cut(": ".join(filter(None, (run.error_type, message))) or str(run.function_error), _LONGEST_LINE)


def _details(run: Invocation, originals_of: _OriginalsOf) -> Iterator[str]:
    """Where a run failed, and the last lines that the function itself has logged."""
    place = run.failed_at
    if place:
        packed = _PACKED.search(place)
        original = None if packed is None else originals_of(run).get(packed["name"])
        if packed is not None and original is not None:
            place = place.replace(packed[0], f'File "{original}"', 1)
        # As pytest shows files: from where it was started.
        place = place.replace(f'File "{os.getcwd()}{os.sep}', 'File "', 1)  # noqa: PTH109  # as text
        yield from printable(textwrap.dedent(place.rstrip())).splitlines()
    lines = [line for line in _own_lines(run.log) if line.strip()]
    most = _LOG_OF_A_SUCCESS if run.function_error is None else _LOG_OF_A_FAILURE
    if len(lines) > most:
        yield f"│ … {len(lines) - most} more in the log of this run"
    yield from (f"│ {_cut(line, _LONGEST_LINE)}" for line in lines[-most:])


def _own_lines(log: str) -> Iterator[str]:
    """The lines that the function has written: without Lambda's frame, and the report of its failure."""
    in_report = False
    for line in log.splitlines():
        is_frame = line.startswith(_FRAMES) or _PLATFORM.match(line) is not None
        in_report = not is_frame and (line.startswith("[ERROR] ") or (in_report and _continues_report(line)))
        if not is_frame and not in_report:
            yield line.replace("\t", "  ")


def _continues_report(line: str) -> bool:
    return line.startswith(("Traceback ", "\N{NO-BREAK SPACE}", " "))


def _meanwhile(previous: _Chapter | None, chapter: _Chapter) -> Iterator[str]:
    """What the clock did in between."""
    if previous is not None and chapter.time - previous.ended >= _LONG_AFTER:
        yield f"  ⋯   {span(chapter.time - previous.ended)} later"
    elif previous is not None and previous.time - chapter.time >= _LONG_AFTER:
        yield f"  ⋯   the clock was set back by {span(previous.time - chapter.time)}"


def _before(chapters: Sequence[_Chapter]) -> Iterator[str]:
    """What is left out, and how much of it failed."""
    calls = [chapter.call for chapter in chapters if chapter.call is not None]
    runs = [run for chapter in chapters for run in chapter.runs]
    if chapters:
        refused = sum(call.error is not None for call in calls)
        failed = sum(run.function_error is not None for run in runs)
        parts = [_of(len(calls), "call", refused), _of(len(runs), "run", failed)]
        yield f"  …   {' and '.join(filter(None, parts))} before"


def _left_out(number: tuple[int, int], which: str) -> Iterator[str]:
    parts = [_of(number[0], "call", 0), _of(number[1], "run", 0)]
    if any(parts):
        yield f"  …   {' and '.join(filter(None, parts))} {which}"


def _of(number: int, noun: str, failed: int) -> str:
    if not number:
        return ""
    plural = "" if number == 1 else "s"
    return f"{number} {noun}{plural}{f' ({failed} failed)' if failed else ''}"


def _version(run: Invocation) -> str:
    return run.version if run.version.startswith("$") else f"version {run.version}"


def _short(text: bytes) -> str:
    return _cut(text.decode(errors="replace"), _LONGEST_VALUE)


def _cut(text: str, most: int) -> str:
    line = printable(text.replace("\n", " "))
    return f"{line[: most - 1]}…" if len(line) > most else line
