"""The page: one file of HTML that needs nothing from anywhere, made of a template, a style and a script.

Everything on it that comes from tests is hostile text: the template escapes it, the script only ever makes text nodes
of it, and the page's policy lets no script run but its own.
"""

from __future__ import annotations

import base64
import hashlib
import platform
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from lambda_mock.errors import LambdaMockError
from lambda_mock.reporting.encoding import packed, splits, walked
from lambda_mock.reporting.results import GRAVE, OUTCOMES, Results, Test

if TYPE_CHECKING:
    from lambda_mock.reporting.story import Event

try:
    import jinja2
except ImportError as error:
    raise LambdaMockError(
        "The report (--lambda-mock-report) is made with Jinja2, which isn't installed: "
        "python -m pip install 'lambda-mock[report]'"
    ) from error

# Characters of all stories together: with the list of the tests that makes 5 MB for 1,000 of them, at most.
_ROOM = 3_600_000
_ROOM_OF_A_TEST = 3_600
_MOST_LINES = 40
_MOST_ROWS = 8


def render(results: Results, *, began: float, end: str) -> str:
    """The whole page. `began` is in epoch seconds; `end` says how the run ended, if not as usual."""
    everything = results.tests()
    tests = sorted((test for test in everything if test.used_a_mock), key=lambda test: test.outcome not in GRAVE)
    for test in tests:
        for attempt in test.attempts:
            attempt.splits = splits(attempt)
    script = _text("page.js")
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    order = {test.nodeid: place for place, test in enumerate(everything)}
    return environment.from_string(_text("page.html.jinja")).render(
        began=datetime.fromtimestamp(began, tz=timezone.utc),
        end=end or ("" if tests else _why_nothing(results, everything)),
        made_by=_made_by(),
        outcomes={outcome: count for outcome in OUTCOMES if (count := _outcomes(tests)[outcome])},
        totals={what: sum(test.counted(what) for test in tests) for what in _COUNTED},
        without_mock=len(everything) - len(tests),
        operations=_most_used(tests),
        functions=_slowest(tests),
        tests=[_row(test, order[test.nodeid]) for test in tests],
        stories=packed(tests, max(_ROOM, _ROOM_OF_A_TEST * len(tests))),
        style=_text("page.css"),
        script=script,
        hash_of_script=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


_COUNTED = ("calls", "runs", "deliveries", "call_errors", "run_errors")


def _text(name: str) -> str:
    return files("lambda_mock.reporting").joinpath("template").joinpath(name).read_text("utf-8")


def _made_by() -> str:
    versions = " · ".join(f"{name} {version(name)}" for name in ("lambda-mock", "pytest", "botocore"))
    return f"{versions} · Python {platform.python_version()}"


def _why_nothing(results: Results, everything: Sequence[Test]) -> str:
    if everything:
        return "No test used a mock of Lambda."
    return "No test was run." if results.were_collected else "There were no tests."


def _outcomes(tests: Sequence[Test]) -> Counter[str]:
    return Counter(test.outcome for test in tests)


def _row(test: Test, order: int) -> dict[str, Any]:
    path, _, name = test.nodeid.partition("::")
    return {
        "nodeid": test.nodeid,
        "path": path if name else "",
        "name": name or path,
        "order": order,
        "outcome": test.outcome,
        "attempts": len(test.attempts),
        "failure": test.attempts[-1].failure,
        "lines": list(_lines(test)),
        **{what: test.counted(what) for what in _COUNTED},
    }


def _lines(test: Test) -> Iterator[str]:
    """The last attempt as lines of text, for whoever reads without a script."""
    lines: list[str] = []

    def visit(event: Event, depth: int) -> None:
        if event["kind"] == "gap":
            lines.append(f"{'  ' * depth}… {event['cut']} more, not kept")
            return
        where = (
            f" on version {event['version']}" if event.get("version", event.get("about")) != event.get("about") else ""
        )
        outcome = f" → {event['error']}" if event.get("error") else ""
        if event["kind"] == "call" and event.get("via"):
            outcome += f" ({event['via']})"
        about = f" {event['about']}" if event.get("about") else ""
        name = f"{event['name']}:{event['about']}" if event["kind"] == "run" and about else f"{event['name']}{about}"
        lines.append(f"{'  ' * depth}{event['kind']} {name}{where}{outcome}")

    walked(test.attempts[-1].story.get("events", []), visit)
    if len(lines) > _MOST_LINES:
        yield f"… {len(lines) - _MOST_LINES} lines before"
    yield from lines[-_MOST_LINES:]


def _most_used(tests: Sequence[Test]) -> list[tuple[str, int]]:
    used: Counter[str] = Counter()
    for test in tests:
        for attempt in test.attempts:
            used.update(attempt.story.get("operations", {}))
    return used.most_common(_MOST_ROWS)


def _slowest(tests: Sequence[Test]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for test in tests:
        for attempt in test.attempts:
            for name, (runs, total, longest) in attempt.story.get("durations", {}).items():
                row = found.setdefault(name, {"name": name, "runs": 0, "total": 0.0, "longest": 0.0, "test": ""})
                row["runs"] += runs
                row["total"] += total
                if longest >= row["longest"]:
                    row["longest"], row["test"] = longest, test.nodeid
    return sorted(found.values(), key=lambda row: row["longest"], reverse=True)[:_MOST_ROWS]
