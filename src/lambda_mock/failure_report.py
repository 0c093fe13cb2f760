"""What the report of a failed test says about its mocks, and how they are found however they came into the test."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Protocol

from lambda_mock.config import MockConfig
from lambda_mock.errors import LambdaMockError
from lambda_mock.mock import LambdaMock, active_mocks
from lambda_mock.plugin_options import differences
from lambda_mock.report_sections import TITLE
from lambda_mock.story import story

Since = Mapping[int, tuple[int, int]]
Section = tuple[str, str]

# What lies between the test and the place where its mistake was noticed.
_BETWEEN = frozenset({"lambda_mock", "botocore", "boto3", "requests", "wrapt", "contextlib", "dataclasses"})
# pytest and its plugins.
_RUNNERS = ("_pytest", "pytest", "pluggy")
_LAST_RECORDS = 10
_MOST_LINES = 60
_WIDTH = 110
_USUAL = MockConfig()


class Records(Collection[object], Protocol):
    """A list of what happened, and how much of it is no longer kept."""

    dropped: int


def mocks_of(test: Any, error: Any, entered: Iterable[LambdaMock] = ()) -> list[LambdaMock]:
    """The mocks of a test: those that were `entered` (the last one first), those that are active, those within reach.

    `test` is pytest's item, `error` the ExceptionInfo of a failure or None.
    """
    found = [*entered, *active_mocks(), *_values_at_hand(test, error)]
    # By type, since isinstance would ask objects that answer as they like.
    return list({id(mock): mock for mock in found if issubclass(type(mock), LambdaMock)}.values())


def _values_at_hand(test: Any, error: Any) -> Iterator[Any]:
    """The values of its fixtures, the attributes of its class's instance, and the local variables where it failed."""
    yield from getattr(test, "funcargs", {}).values()
    yield from getattr(getattr(test, "instance", None), "__dict__", {}).values()
    for entry in () if error is None else error.traceback:
        yield from entry.locals.values()


def where_the_test_went_wrong(raised: BaseException) -> TracebackType | None:
    """The traceback of a LambdaMockError without what lies between the test and the place where it was noticed.

    One in which no code of the test's author is ends where pytest called us. None for any other exception.
    """
    if not isinstance(raised, LambdaMockError):
        return None
    entries = list(_entries(raised.__traceback__))
    kept = [entry for entry in entries if _package(entry) not in _BETWEEN]
    if all(_package(entry).startswith(_RUNNERS) for entry in kept):
        kept += [entry for entry in entries if entry not in kept][:1]
    shown = None
    for entry in reversed(kept):
        shown = TracebackType(shown, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return shown


def _entries(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _package(entry: TracebackType) -> str:
    module: str = entry.tb_frame.f_globals.get("__name__", "")
    return module.partition(".")[0]


def sections(mocks: Sequence[LambdaMock], warnings: Iterable[str] = (), since: Since | None = None) -> list[Section]:
    """A titled text for each mock; with the first of them the `warnings` of the test that tell more than its refusals.

    `since` says for the calls of a mock that was there before the test, by their id, how many of them and how many
    invocations it had then.
    """
    texts = []
    refused = {refusal.missing for mock in mocks for refusal in mock.refusals}
    untold = [text for text in warnings if not any(missing in text for missing in refused)]
    for place, mock in enumerate(mocks):
        title = TITLE if len(mocks) == 1 else f"{TITLE} ({place + 1} of {len(mocks)} mocks)"
        told = [] if place else list(_warnings(untold))
        before = (since or {}).get(id(mock.calls))
        texts.append((title, "\n".join([*_text(mock, before or (0, 0), is_older=before is not None), *told])))
    return texts


def _text(mock: LambdaMock, since: tuple[int, int], *, is_older: bool) -> Iterator[str]:
    """How to repeat the run, what is deployed, what happened, and what came of it elsewhere."""
    config = mock.config
    others = differences(config.changed({"seed": 0, "region": _USUAL.region, "account_id": _USUAL.account_id}))
    facts = [f"seed {config.seed}", config.region, f"account {config.account_id}", *([others] if others else [])]
    if is_older:
        facts.append("begun before this test")
    yield " · ".join(facts)
    yield ""
    picture = mock.describe().splitlines()
    yield from picture[:_MOST_LINES]
    if len(picture) > _MOST_LINES:
        yield f"… and {len(picture) - _MOST_LINES} more lines: mock.describe()"
    yield ""
    told = story(mock.calls, mock.invocations, since=since, originals_of=mock._originals_of)  # noqa: SLF001
    yield from ["What happened:", *told] if told else ["Nothing was called, and nothing ran."]
    for noun, records in (("deliveries", mock.deliveries), ("refusals", mock.refusals)):
        yield from _last(noun, records)


def _last(noun: str, records: Records) -> Iterator[str]:
    made = len(records) + records.dropped
    last = list(records)[-_LAST_RECORDS:]
    if made:
        yield ""
        yield f"{noun.capitalize()}:" if made <= _LAST_RECORDS else f"The last {len(last)} of {made} {noun}:"
    for number, record in enumerate(last, start=made - len(last) + 1):
        yield f"  #{number}  {record}"


def _warnings(warnings: Iterable[str]) -> Iterator[str]:
    """Each of the warnings once, the last ones where there are many."""
    told = list(Counter(warnings).items())
    if told:
        yield ""
        yield "Warnings:" if len(told) <= _LAST_RECORDS else f"The last {_LAST_RECORDS} of {len(told)} warnings:"
    for text, times in told[-_LAST_RECORDS:]:
        first, *further = text.splitlines()
        lines = textwrap.wrap(first, _WIDTH, break_long_words=False, break_on_hyphens=False)
        yield f"  - {lines[0]}"
        yield from (f"    {line}" for line in lines[1:] + further)
        if times > 1:
            yield f"    ({times} times)"
