"""Writes into the documents what a failing test shows: `python docs/show_failures.py`.

A block behind `<!-- fails -->` is a test that fails, and the next block of text is the section *Lambda* of its report.
A test compares the two.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

DOCUMENTS = sorted(Path(__file__).parent.glob("**/*.md"))
_PAIR = re.compile(r"(<!-- fails -->\n```python\n)(.*?)(^```$.*?^```text\n)(.*?)(^```$)", re.MULTILINE | re.DOTALL)
_SECTION = re.compile(r"^-+ (Lambda.*?) -+$\n(.*?)^(?:---|===)", re.MULTILINE | re.DOTALL)


def shown(test: str) -> str:
    """What pytest shows below "Lambda" when it runs this module of one test."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder).resolve() / "test_orders.py"
        path.write_text(test, "utf-8")
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--color=no", "--rootdir", ".", path.name]
        done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=False)  # noqa: S603
        section = _SECTION.search(done.stdout)
        if section is None:
            message = f"The test shows no section of Lambda's:\n{done.stdout}{done.stderr}"
            raise ValueError(message)
        return re.sub(r"[^\S\n]+$", "", section[2].replace(f"{path.parent}/", ""), flags=re.MULTILINE)


def renewed(document: Path) -> str:
    """The text of a document, with what its failing tests show today."""
    return _PAIR.sub(lambda pair: f"{pair[1]}{pair[2]}{pair[3]}{shown(pair[2])}{pair[5]}", document.read_text("utf-8"))


if __name__ == "__main__":
    for path in DOCUMENTS:
        path.write_text(renewed(path), "utf-8")
