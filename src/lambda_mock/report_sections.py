"""Our sections in pytest's reports: how they get there, and how a terminal shows them.

A section of a failed test is part of what says how it failed. So it is wherever that is: on the terminal, in a JUnit
file, in an editor's list of tests, and it comes from the workers of a run in several processes. It is plain text there;
colours are put on for the moment in which pytest prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

TITLE = "Lambda"

# What pytest prints nothing about, unless it is told to; reruns are pytest-rerunfailures'.
_SILENT = ("passed", "xpassed", "xfailed", "skipped", "rerun")


def attach(report: Any, sections: Iterable[tuple[str, str]]) -> None:
    """Add titled texts to a report: to what it says about the failure, or else beside it."""
    for title, text in sections:
        if hasattr(report.longrepr, "addsection"):
            report.longrepr.addsection(title, text)
        else:
            report.sections.append((title, text))


def failures(terminal: Any) -> list[Any]:
    """The reports of which pytest's terminal reporter prints everything, as far as they have a section of ours."""
    reports = [report for category in ("failed", "error") for report in terminal.stats.get(category, ())]
    return [report for report in reports if any(_texts(report))]


def others(terminal: Any) -> list[Any]:
    """All other reports that have a section of ours."""
    reports = [report for category in _SILENT for report in terminal.stats.get(category, ())]
    return [report for report in reports if any(_texts(report))]


@contextmanager
def painted(terminal: Any, reports: Iterable[Any]) -> Iterator[None]:
    """Colour the sections of reports while pytest prints them, where its terminal has colours."""
    writer = terminal.config.get_terminal_writer()
    plain = [(kept, list(kept)) for report in reports for kept in _kept(report)] if writer.hasmarkup else []
    if plain:
        from lambda_mock.section_colours import coloured  # noqa: PLC0415  # for a terminal that shows it

        for kept, sections in plain:
            kept[:] = [
                (section[0], coloured(section[1], writer.markup), *section[2:]) if _is_ours(section) else section
                for section in sections
            ]
    try:
        yield
    finally:
        for kept, sections in plain:
            kept[:] = sections


def tell(terminal: Any, reports: Iterable[Any]) -> None:
    """Print the sections of reports that pytest prints nothing about."""
    terminal.write_sep("=", "LAMBDA")
    for report in reports:
        terminal.write_sep("_", report.head_line or report.nodeid, bold=True)
        for text in _texts(report):
            terminal.write_line(text)


def failure_alone(report: Any) -> str:
    """What a report says about the failure, without our sections."""
    if not hasattr(report.longrepr, "addsection"):
        return str(report.longreprtext)
    kept = report.longrepr.sections
    sections = list(kept)
    kept[:] = [section for section in sections if not _is_ours(section)]
    try:
        return str(report.longreprtext)
    finally:
        kept[:] = sections


def _kept(report: Any) -> Iterator[list[Any]]:
    """The lists in which a report has sections."""
    yield report.sections
    if hasattr(report.longrepr, "addsection"):
        yield report.longrepr.sections


def _texts(report: Any) -> Iterator[str]:
    for kept in _kept(report):
        yield from (section[1] for section in kept if _is_ours(section))


def _is_ours(section: tuple[str, ...]) -> bool:
    return section[0] == TITLE or section[0].startswith(f"{TITLE} (")
