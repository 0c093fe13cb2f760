"""What the documents say is true: their links lead somewhere, their commands are there, the site has their pages.

Their examples are tests of this run, too: `conftest.py` collects them.
"""

from __future__ import annotations

import re
import runpy
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
SHOWN = [document for document in DOCUMENTS if "<!-- fails -->" in document.read_text("utf-8")]

_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_TIME = re.compile(r"[\d.]+ m?s\b")
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@cache
def prose_of(document: Path) -> str:
    return _FENCED.sub("", document.read_text("utf-8"))


def headings_of(document: Path) -> set[str]:
    """The anchors of a page, as code hosts and the site make them of its headings."""
    return {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", prose_of(document), re.MULTILINE)
    }


def name_of(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_leads_to_a_file_and_to_a_heading_in_it(document: Path) -> None:
    broken = set()
    for link in _LINK.findall(prose_of(document)):
        name, _, heading = link.partition("#")
        target = document.parent / name if name else document
        missing = not target.exists() or (heading and heading not in headings_of(target))
        if "://" not in link and missing:
            broken.add(link)
    assert broken == set()


def test_the_examples_are_tests_of_this_run(request: pytest.FixtureRequest) -> None:
    hooks = request.session.gethookproxy(Path(__file__))
    collectors = hooks.pytest_collect_file(file_path=Path(__file__), parent=request.session)
    documents = next(collector for collector in collectors if collector.name == "documents")
    assert {"README.md", "docs/start.md", "docs/recipes/canary.md"} <= {
        document.name for document in documents.collect()
    }


@pytest.mark.parametrize("document", SHOWN, ids=name_of)
def test_a_document_shows_what_a_failing_test_shows(document: Path) -> None:
    """But for how long it took. `python docs/show_failures.py` writes it anew."""
    renewed = runpy.run_path(str(ROOT / "docs/show_failures.py"))["renewed"](document)
    assert _TIME.sub("0 ms", renewed) == _TIME.sub("0 ms", document.read_text("utf-8"))


@pytest.mark.parametrize(
    ("document", "marker"),
    [
        ("README.md", "command: example"),
        ("README.md", "command: tests"),
        ("docs/start.md", "command: install"),
        ("docs/start.md", "file: test_orders.py"),
        ("docs/start.md", "command: start"),
    ],
)
def test_what_ci_types_stands_directly_behind_its_marker(document: str, marker: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    assert len(re.findall(rf"^<!-- {marker} -->\n```(?:bash|python)\n\S", text, re.MULTILINE)) == 1


def test_the_readme_is_a_page() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 90
