"""The site is whole: every page is in its navigation, every public name and option in its reference."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import lambda_mock

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REFERENCE = "".join(page.read_text("utf-8") for page in sorted(DOCS.glob("reference/*.md")))


def test_the_navigation_has_every_page_once() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text("utf-8").partition("\nnav:\n")[2]
    listed = re.findall(r"- ([\w/.-]+\.md)$", navigation, re.MULTILINE)
    assert sorted(listed) == sorted(page.relative_to(DOCS).as_posix() for page in DOCS.glob("**/*.md"))


@pytest.mark.parametrize("page", sorted(DOCS.glob("**/*.md")), ids=lambda page: page.relative_to(DOCS).as_posix())
def test_no_page_links_to_what_the_site_does_not_have(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s#]+)", page.read_text("utf-8"))
    targets = [(page.parent / link).resolve() for link in links if "://" not in link]
    assert [target for target in targets if not target.is_relative_to(DOCS)] == []


def test_the_page_of_examples_names_each_of_them() -> None:
    named = set(re.findall(r"`(\w+\.\w+)`", (DOCS / "examples.md").read_text("utf-8")))
    assert {path.name for path in (ROOT / "examples").iterdir() if path.suffix in {".py", ".ipynb"}} <= named


@pytest.mark.parametrize("name", lambda_mock.__all__)
def test_the_reference_has_every_public_name(name: str) -> None:
    assert re.search(rf"^::: lambda_mock\.(?:\w+\.)*{name}$", REFERENCE, re.MULTILINE)


def test_the_reference_has_every_option_and_fixture(pytester: pytest.Pytester) -> None:
    """As pytest itself lists them."""
    shown = pytester.runpytest_inprocess("--help").outlines
    options = {option for line in shown for option in re.findall(r"--lambda-mock-[\w-]+", line)}
    assert options == set(re.findall(r"^\| `(--lambda-mock-[\w-]+)", REFERENCE, re.MULTILINE))

    shown = pytester.runpytest_inprocess("--fixtures").outlines
    fixtures = {line.split()[0] for line in shown if re.search(r"^\w.* -- .*lambda_mock/", line)}
    assert fixtures == set(re.findall(r"^\| `(\w+)` \| (?:function|class|module|session) \|", REFERENCE, re.MULTILINE))


def test_the_readme_quotes_the_table_of_speed() -> None:
    quoted = rows_of(ROOT / "README.md")
    assert quoted
    assert quoted <= {(row[0], row[1], row[4]) for row in rows_of(DOCS / "speed.md")}


def rows_of(page: Path) -> set[tuple[str, ...]]:
    table = page.read_text("utf-8").partition("<!-- speed -->")[2].partition("<!-- end of speed -->")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if " ms |" in line]
    return {tuple(cell.strip() for cell in row) for row in rows}
