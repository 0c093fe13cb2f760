"""The tests of a run, put together from the reports of their phases, whichever process they come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambda_mock.reporting.story import Piece

# From the gravest on; what pytest and its plugins call otherwise counts as passed.
OUTCOMES = ("interrupted", "error", "failed", "rerun", "xpassed", "xfailed", "skipped", "passed")
GRAVE = frozenset({"interrupted", "error", "failed"})

_LISTS = ("mocks", "functions", "events", "steps")
_LONGEST_FAILURE = 6000


@dataclass(slots=True, kw_only=True)
class Attempt:
    """One attempt at a test: plugins that run a test again make several. `story` is as in `reporting.story`."""

    outcome: str = "passed"
    failure: str = ""
    duration: float = 0.0
    story: Piece = field(default_factory=dict)
    splits: list[Any] = field(default_factory=list)

    def take(self, piece: Piece) -> None:
        """Take what is new of the story."""
        for name in _LISTS:
            self.story.setdefault(name, []).extend(piece.get(name, ()))
        for name in ("counts", "operations"):
            self.story.setdefault(name, Counter()).update(piece.get(name, {}))
        self._take_traffic(piece.get("traffic", ()))
        self._take_durations(piece.get("durations", {}))

    def _take_traffic(self, traffic: Iterable[Any]) -> None:
        merged = self.story.setdefault("traffic", {})
        for function, alias, version, weights, runs in traffic:
            phase = (function, alias, version, tuple((name, weight) for name, weight in weights))
            merged.setdefault(phase, Counter()).update(runs)

    def _take_durations(self, durations: Mapping[str, Any]) -> None:
        merged = self.story.setdefault("durations", {})
        for name, (runs, total, longest) in durations.items():
            had = merged.get(name, (0, 0.0, 0.0))
            merged[name] = (had[0] + runs, had[1] + total, max(had[2], longest))

    def fail(self, text: str) -> None:
        """Keep what pytest says of a failure: its end, where the error stands."""
        kept = text if len(text) <= _LONGEST_FAILURE else f"…{text[-_LONGEST_FAILURE:]}"
        self.failure = "\n\n".join(filter(None, (self.failure, kept)))

    def is_now(self, outcome: str) -> None:
        """Take the outcome of a phase: the gravest counts."""
        if outcome in OUTCOMES:
            self.outcome = min(self.outcome, outcome, key=OUTCOMES.index)


@dataclass(slots=True, kw_only=True)
class Test:
    """A test by its nodeid, and its attempts in order."""

    nodeid: str
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """That of the last attempt."""
        return self.attempts[-1].outcome

    @property
    def used_a_mock(self) -> bool:
        """Whether anything of it is worth a place on the page."""
        return any(attempt.story.get("mocks") for attempt in self.attempts)

    def counted(self, what: str) -> int:
        """How often something happened in all its attempts."""
        return sum(int(attempt.story.get("counts", {}).get(what, 0)) for attempt in self.attempts)


class Results:
    """The tests of a run, in the order in which they were collected as far as that is known."""

    def __init__(self) -> None:
        self._tests: dict[str, Test] = {}
        self._order: dict[str, int] = {}

    def collected(self, nodeids: Iterable[str]) -> None:
        """Say in which order tests were collected; several processes may say so."""
        for nodeid in nodeids:
            self._order.setdefault(nodeid, len(self._order))

    @property
    def were_collected(self) -> int:
        """How many tests were found."""
        return len(self._order)

    def reported(self, nodeid: str, when: str | None) -> Attempt:
        """The attempt that a report is about: with its setup a new one begins."""
        test = self._tests.setdefault(nodeid, Test(nodeid=nodeid))
        if when == "setup" or not test.attempts:
            test.attempts.append(Attempt())
        return test.attempts[-1]

    def tests(self) -> list[Test]:
        """All tests that ran."""
        return sorted(self._tests.values(), key=lambda test: self._order.get(test.nodeid, len(self._order)))
