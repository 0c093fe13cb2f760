"""What the documents say is true: their Python runs as it stands, their links lead somewhere, their commands are there.

A block is a module of tests, or a script. One whose first line names another file, such as `# conftest.py`, stands
beside the block that follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])

_BLOCK = re.compile(r"^```(?:python|ini)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"# (conftest\.py|pytest\.ini)\n")
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@dataclass(frozen=True, kw_only=True)
class Examples:
    """Modules that one run of pytest can take, and the files that they need beside them, all by name."""

    title: str
    files: dict[str, str]

    @property
    def tests(self) -> int:
        return sum(len(re.findall(r"^ *(?:async )?def test_", text, re.MULTILINE)) for text in self.files.values())


def examples_of(document: Path) -> Iterator[Examples]:
    """The blocks of a document: those that need a file of their own in a run of their own, all others in one."""
    text = document.read_text("utf-8")
    together: dict[str, str] = {}
    beside: dict[str, str] = {}
    for block in _BLOCK.finditer(text):
        line = text.count("\n", 0, block.start()) + 1
        named = _NAMED.match(block[1])
        if named:
            beside[named[1]] = block[1]
        elif beside:
            yield Examples(title=f"{document.name}:{line}", files={**beside, "test_example.py": block[1]})
            beside = {}
        else:
            together[f"test_line_{line}.py"] = block[1]
    assert beside == {}, f"{document.name} ends with a block that names a file and no block that needs it"
    if together:
        yield Examples(title=document.name, files=together)


EXAMPLES = [examples for document in DOCUMENTS for examples in examples_of(document)]


@pytest.mark.parametrize("examples", EXAMPLES, ids=lambda examples: examples.title)
def test_the_examples_of_a_document_run_as_they_stand(examples: Examples, pytester: pytest.Pytester) -> None:
    for name, text in examples.files.items():
        (pytester.path / name).write_text(text, "utf-8")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    assert result.parseoutcomes() == ({"passed": examples.tests} if examples.tests else {})


def test_the_readme_and_the_guide_have_examples() -> None:
    assert {"README.md", "guide.md"} <= {examples.title for examples in EXAMPLES}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_link_to_a_file_leads_to_one(document: Path) -> None:
    targets = {link.partition("#")[0] for link in _LINK.findall(document.read_text("utf-8")) if "://" not in link}
    assert {target for target in targets if target and not (document.parent / target).exists()} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_link_within_a_page_leads_to_a_heading(document: Path) -> None:
    text = document.read_text("utf-8")
    headings = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }
    assert {link[1:] for link in _LINK.findall(text) if link.startswith("#")} <= headings


@pytest.mark.parametrize("name", ["example", "tests"])
def test_the_readme_gives_the_command_directly_behind_its_marker(name: str) -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert re.search(rf"^<!-- command: {name} -->\n```bash\n\S.*\n```$", text, re.MULTILINE)
