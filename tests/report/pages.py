"""Reading a page back: what it says of each test, in lines that a test can compare."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_TEST = re.compile(r'<details class="test" id="(?P<id>[^"]*)" data-outcome="(?P<outcome>\w+)"')
_STORIES = re.compile(r'<script type="text/plain" id="stories">(.*?)</script>')


class Page:
    """A page that was written."""

    def __init__(self, path: Path) -> None:
        self.text = path.read_text("utf-8")
        self.tests = {html.unescape(found["id"]): found for found in _TEST.finditer(self.text)}

    @property
    def outcomes(self) -> dict[str, str]:
        """The tests in their order, by name without the file, and their outcomes."""
        return {name.partition("::")[2]: found["outcome"] for name, found in self.tests.items()}

    @property
    def words(self) -> str:
        """What somebody reads who sees only text, with one space between words."""
        visible = re.sub(r"<(style|script|noscript).*?</\1>|<[^>]+>", " ", self.text, flags=re.DOTALL)
        return " ".join(html.unescape(visible).split())

    def attempts(self, name: str) -> list[dict[str, Any]]:
        """The data of a test."""
        (found,) = (place for place, nodeid in enumerate(self.tests) if nodeid.endswith(f"::{name}"))
        (packed,) = _STORIES.findall(self.text)
        stories = json.loads(gzip.decompress(base64.b64decode(packed)))
        attempts: list[dict[str, Any]] = json.loads(stories[found])
        return attempts

    def data(self, name: str) -> dict[str, Any]:
        """The data of a test that had one attempt."""
        (attempt,) = self.attempts(name)
        return attempt

    def story(self, name: str) -> list[str]:
        """The events of a test, each with what stands in its line, indented beneath what led to it."""
        return list(_lines(self.data(name)["events"], ""))

    def events(self, name: str) -> list[dict[str, Any]]:
        """All events of a test, in order."""
        return list(_walk(self.data(name)["events"]))

    def steps(self, name: str) -> list[tuple[str, str, str]]:
        """How functions changed: by what, which function, and how it then stood in words."""
        data = self.data(name)
        by = {event["i"]: event["n"] for event in _walk(data.get("events", [])) if "i" in event}
        return [
            (by.get(event, "as the test began"), data["functions"][function][3], _in_words(picture))
            for event, function, picture in data["steps"]
        ]


def _lines(events: list[dict[str, Any]], indent: str) -> Iterator[str]:
    for event in events:
        if event["k"] == "g":
            yield f"{indent}… {event['c']} more"
            continue
        mock = f"mock {event['m']}: " if "m" in event else ""
        attempt = f" attempt {event['r']}" if "r" in event else ""
        version = f" on {event['v']}" if "v" in event else ""
        error = f" → {event['x']}" if "x" in event else ""
        via = f" via {event['w']}" if "w" in event else ""
        about = f" {event['a']}" if "a" in event else ""
        yield f"{indent}{mock}{event['k']} {event['n']}{about}{version}{attempt}{via}{error}"
        yield from _lines(event.get("e", []), f"{indent}  ")


def _walk(events: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for event in events:
        yield event
        yield from _walk(event.get("e", []))


def _in_words(picture: Any) -> str:
    if picture is None:
        return "gone"
    versions, left_out, aliases = picture
    arrows = [" ".join([f"{name}→{main}", *(f"{version}:{weight:g}" for version, weight in weights)])
              for name, main, weights in aliases]  # fmt: skip
    more = [f"{left_out} more"] if left_out else []
    return ", ".join([" ".join(version for version, *_ in versions), *more, *arrows])
