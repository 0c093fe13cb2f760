"""A test's story as the page's script reads it: short names, since there are many, and as much as there is room for.

What the script knows an event's members by stands in `_SHORT`; `page.js` has the other end.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_mock.reporting.odds import odds
from lambda_mock.reporting.results import GRAVE, Attempt, Test
from lambda_mock.reporting.story import gap

if TYPE_CHECKING:
    from lambda_mock.reporting.story import Event

_SHORT = {
    "id": "i", "kind": "k", "name": "n", "took": "d", "about": "a", "error": "x", "version": "v", "via": "w",
    "attempt": "r", "asked": "q", "answered": "o", "log": "l",
}  # fmt: skip
_DETAILS = {"asked", "answered", "log"}
# Stories are much alike: they shrink to a tenth or so. More than this of them would keep a browser busy.
_MOST_COMPRESSION = 5
_LEAST_BUDGET = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much of a test is shown: characters of each detail, events at each level, steps of the graphs."""

    detail: int
    events: int
    steps: int


ALL = Room(detail=100_000, events=100_000, steps=100_000)
_LESS = (
    Room(detail=400, events=200, steps=80),
    Room(detail=80, events=60, steps=40),
    Room(detail=0, events=20, steps=10),
    Room(detail=0, events=0, steps=0),
)


def _text(test: Test, room: Room) -> str:
    """The attempts of a test, as JSON."""
    attempts = [_attempt(attempt, room) for attempt in test.attempts]
    return json.dumps(attempts, ensure_ascii=False, separators=(",", ":"))


def packed(tests: Sequence[Test], limit: int) -> str:
    """The stories of all tests, a list of JSON texts, compressed and in base64: at most `limit` characters.

    Where that takes leaving something out, it is counted in the story.
    """
    budget = limit * _MOST_COMPRESSION
    while True:
        texts = fitted(tests, budget)
        data = json.dumps(texts, ensure_ascii=False).encode("utf-8", "replace")
        # Without a time in it, the same stories are the same page.
        found = base64.b64encode(gzip.compress(data, mtime=0)).decode()
        if len(found) <= limit or budget < limit / _LEAST_BUDGET:
            return found
        budget = int(sum(map(len, texts)) * 0.9 * limit / len(found))


def fitted(tests: Sequence[Test], budget: int) -> list[str]:
    """All tests, as much of each as there is room for: those that failed lose last, and the biggest first."""
    shown = [_text(test, ALL) for test in tests]
    sizes = [len(text) for text in shown]
    total = sum(sizes)
    for is_grave in (False, True):
        for room in _LESS:
            for place in sorted(range(len(tests)), key=sizes.__getitem__, reverse=True):
                if total <= budget:
                    return shown
                if (tests[place].outcome in GRAVE) is is_grave:
                    shown[place] = _text(tests[place], room)
                    total -= sizes[place]
                    sizes[place] = len(shown[place])
                    total += sizes[place]
    return shown


def splits(attempt: Attempt) -> list[dict[str, Any]]:
    """For each alias that had weights at any time: how its traffic was to be split, and how it was."""
    found = []
    traffic = attempt.story.get("traffic", {})
    for function, alias in dict.fromkeys((phase[0], phase[1]) for phase in traffic):
        phases = {phase: runs for phase, runs in traffic.items() if phase[:2] == (function, alias)}
        if any(weights for _, _, _, weights in phases):
            found.append({"f": function, "a": alias, "rows": _rows(phases), "runs": _total(phases.values())})
    return found


def _rows(phases: dict[Any, Any]) -> list[dict[str, Any]]:
    shares: list[tuple[dict[str, float], Any]] = []
    for (_, _, main, weights), runs in phases.items():
        shares.append(({main: 1 - sum(weight for _, weight in weights), **dict(weights)}, runs))
    rows = []
    for version in dict.fromkeys(version for share, runs in shares for version in (*share, *runs)):
        seen = sum(runs[version] for _, runs in shares)
        likely = odds([(sum(runs.values()), share.get(version, 0.0)) for share, runs in shares], seen)
        weights = list(dict.fromkeys(round(share.get(version, 0.0), 6) for share, _ in shares))
        row = {"v": version, "w": weights, "seen": seen, "mean": round(likely.mean, 2)}
        if likely.chance is not None:
            row.update(low=likely.low, high=likely.high, chance=round(likely.chance, 4))
        rows.append(row)
    return sorted(rows, key=lambda row: (len(str(row["v"])), row["v"]))


def _total(counts: Iterable[Any]) -> int:
    return sum(sum(count.values()) for count in counts)


def _attempt(attempt: Attempt, room: Room) -> dict[str, Any]:
    story = attempt.story
    events = story.get("events", [])
    began = min((event["time"] for event in events if "time" in event), default=0.0)
    steps = story.get("steps", [])
    members = {
        "outcome": attempt.outcome,
        "failure": attempt.failure,
        "began": began,
        "mocks": story.get("mocks", []),
        "functions": story.get("functions", []),
        "events": [_event(event, began, room) for event in _last(events, room.events)],
        "steps": steps[len(steps) - room.steps :] if len(steps) > room.steps else steps,
        "splits": attempt.splits,
    }
    return {name: value for name, value in members.items() if value}


def _event(event: Event, began: float, room: Room) -> dict[str, Any]:
    if event["kind"] == "gap":
        return {"k": "g", "c": event["cut"]}
    short = {_SHORT[name]: value for name, value in event.items() if name in _SHORT and name not in _DETAILS}
    short["k"] = event["kind"][0]
    short["t"] = round((event["time"] - began) * 1000, 3)
    if event["mock"] > 1:
        short["m"] = event["mock"]
    short.update({_SHORT[name]: _detail(event[name], room.detail) for name in _DETAILS if event.get(name)})
    if "children" in event:
        short["e"] = [_event(child, began, room) for child in _last(event["children"], room.events)]
    return short


def _detail(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text) - limit} more)"


def _last(events: list[Event], most: int) -> list[Event]:
    """The last ones, and how many were before: where a test ends is what matters."""
    if len(events) <= most:
        return events
    lost = sum(event.get("cut", 1) for event in events[: len(events) - most])
    return [gap(lost), *events[len(events) - most :]]


def walked(events: Sequence[Event], visit: Callable[[Event, int], None], depth: int = 0) -> None:
    """Visit events and what came of them, in order."""
    for event in events:
        visit(event, depth)
        walked(event.get("children", ()), visit, depth + 1)
