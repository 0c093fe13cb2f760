"""Where tests run: mocks are watched, and what happened in each phase of a test travels with pytest's report of it."""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock.observing import end, observe
from lambda_mock.reporting.story import Story

if TYPE_CHECKING:
    from lambda_mock.reporting.story import Piece
    from lambda_mock.reporting.watch import PageWatch

PIECE = "lambda_mock_page"
"""The attribute of a report with what is new in the test's story, as JSON: any way to another process takes that."""


class Gathering:
    """A plugin that watches every mock; what happens outside of any test's phases is not kept."""

    def __init__(self) -> None:
        self._story = Story()
        self._under_way: str | None = None
        observe(self)

    def watch(self, activation: Any) -> PageWatch:
        """Watch a mock that begins."""
        from lambda_mock.reporting.watch import PageWatch  # noqa: PLC0415  # a run without mocks loads none of it

        return PageWatch(activation, lambda: self._story)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Begin a story. What collecting tests, or modules' own code, did before is no test's."""
        self._story = Story()
        self._under_way = item.nodeid

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Give the report what is new; a subtest's takes what happened up to its end."""
        report = yield
        piece = self._story.take()
        if piece is not None:
            setattr(report, PIECE, json.dumps(piece, separators=(",", ":")))
        if call.when == "teardown":
            self._story = Story()
            self._under_way = None
        return report

    def interrupted(self) -> tuple[str, Piece] | None:
        """The test in the midst of which the run has ended, and what is new in its story: pytest reports neither."""
        return None if self._under_way is None else (self._under_way, self._story.take() or {})

    def pytest_unconfigure(self) -> None:
        """Watch no longer."""
        end(self)
