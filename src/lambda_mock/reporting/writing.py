"""Where pytest is controlled from: reports are put together, and the page is written when the run ends."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from lambda_mock.errors import LambdaMockError
from lambda_mock.report_sections import failure_alone
from lambda_mock.reporting.destination import prepared, write
from lambda_mock.reporting.gathering import PIECE, Gathering
from lambda_mock.reporting.results import GRAVE, Results

_ENDS = {
    pytest.ExitCode.INTERRUPTED: "The run was interrupted.",
    pytest.ExitCode.INTERNAL_ERROR: "pytest itself failed during the run.",
}


class Writing:
    """A plugin that writes the page to `path`."""

    def __init__(self, path: Path, config: pytest.Config, gathering: Gathering) -> None:
        self._path = path
        self._gathering = gathering
        self._config = config
        self._results = Results()
        self._began = time.time()
        self._said = ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Refuse what can't work: nothing has run so far."""
        try:
            from lambda_mock.reporting import page  # noqa: F401, PLC0415  # it takes jinja2, which is an extra

            prepared(self._path)
        except LambdaMockError as error:
            raise pytest.UsageError(str(error)) from error

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Take the order of the tests."""
        self._results.collected(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Take it from a worker of pytest-xdist."""
        self._results.collected(ids)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what a test's phase says of itself, and what happened in it."""
        attempt = self._results.reported(report.nodeid, report.when)
        attempt.duration += report.duration
        # Without pytest's terminal nobody may have a word for it.
        said = self._config.hook.pytest_report_teststatus(report=report, config=self._config)
        category = said[0] if said else report.outcome
        attempt.is_now(category)
        if category in GRAVE | {"rerun"}:
            attempt.fail(failure_alone(report))
        piece = getattr(report, PIECE, None)
        if piece is not None:
            attempt.take(json.loads(piece))
            delattr(report, PIECE)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the page, however the run has ended. Where that fails, so does the run."""
        from lambda_mock.reporting.page import render  # noqa: PLC0415

        interrupted = self._gathering.interrupted()
        if interrupted is not None:
            nodeid, piece = interrupted
            attempt = self._results.reported(nodeid, None)
            attempt.is_now("interrupted")
            attempt.take(piece)
        try:
            write(self._path, render(self._results, began=self._began, end=self._end(exitstatus)))
            self._said = f"lambda_mock: report written to {self._path}"
        except OSError as error:
            self._said = f"lambda_mock: the report could NOT be written to {self._path}: {error}"
            session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED

    def _end(self, exitstatus: int) -> str:
        if self._config.option.collectonly:
            return "Tests were only collected, and none was run."
        return next((text for status, text in _ENDS.items() if status == exitstatus), "")

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say where the page is."""
        terminalreporter.write_line(self._said, red=" NOT " in self._said)
