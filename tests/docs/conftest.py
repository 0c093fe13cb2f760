"""Every Python block of a document is a test of this run: it is collected as if it stood in a file of its own.

A block with tests is a module, one without is a script, which an interpreter of its own runs. A block whose first line
names another file, such as `# conftest.py`, stands beside the block that follows, and the two get a run of pytest of
their own, as does what lasts for a session. All others share the imports and the settings of this run, where a run for
each document would take a minute more.

A block behind `<!-- fails -->` is none of these: `docs/show_failures.py` runs it, and test_documents.py compares.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import module_from_spec
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

_BLOCK = re.compile(r"(?<!<!-- fails -->\n)^```(?:python|ini)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"# (conftest\.py|pytest\.ini)\n")
_TEST = re.compile(r"^ *(?:async )?(?:def test_|class Test)", re.MULTILINE)
_SCRIPT = """\
import subprocess
import sys


def test_the_script_runs():
    subprocess.run([sys.executable, {path!r}], check=True, stdout=subprocess.DEVNULL)
"""
_RUN = """\
import boto3
import lambda_mock.clients
import lambda_mock.failure_report
import lambda_mock.mock

FILES = {files!r}


def test_the_files_run_together(pytester):
    for name, text in FILES.items():
        (pytester.path / name).write_text(text, "utf-8")
    # What such a run imports is imported anew by the next one, which moto's services don't survive.
    run = pytester.runpytest_subprocess if "moto" in str(FILES) else pytester.runpytest_inprocess
    outcomes = run("-p", "no:cacheprovider", "-p", "no:randomly").parseoutcomes()
    assert outcomes.keys() == {{"passed"}}
"""
_folder = pytest.StashKey[Path]()


class Documents(pytest.File):
    """All documents, in the place of the file that says what holds for them."""

    def collect(self) -> Iterator[pytest.Collector]:
        """Give the documents that have examples."""
        for path in DOCUMENTS:
            name = path.relative_to(ROOT).as_posix()
            if _BLOCK.search(path.read_text("utf-8")):
                yield Document.from_parent(self, path=path, name=name, nodeid=name)


class Document(pytest.File):
    """One document, whose modules are its examples."""

    def collect(self) -> Iterator[pytest.Collector]:
        """Write each example into a file, and collect that."""
        folder = _folder_of(self.config) / self.name.removesuffix(".md")
        folder.mkdir(parents=True, exist_ok=True)
        for line, text in _examples(self.path):
            path = folder / f"test_line_{line}.py"
            if not _TEST.search(text):
                script = folder / f"line_{line}.py"
                script.write_text(text, "utf-8")
                text = _SCRIPT.format(path=str(script))  # noqa: PLW2901
            path.write_text(text, "utf-8")
            yield Example.from_parent(self, path=path, name=f"line {line}", nodeid=f"{self.nodeid}::line {line}")


class Example(pytest.Module):
    """A module whose name tells nothing of the folder: workers of pytest-xdist sort their tests by it."""

    def setup(self) -> None:
        """Take away the tracer of whoever measures: up to Python 3.11 there is room for one, and a debugger is one."""
        self._tracer = sys.gettrace()
        if self._tracer is not None and "pdb" in vars(self.obj):
            sys.settrace(None)

    def teardown(self) -> None:
        """Give it back."""
        sys.settrace(self._tracer)

    def _getobj(self) -> ModuleType:
        name = re.sub(r"\W", "_", self.nodeid)
        folder = [str(self.path.parent)]
        # pytest's own finder, which rewrites assertions, is one of these.
        specs = (finder.find_spec(f"{name}.{self.path.stem}", folder) for finder in sys.meta_path)
        spec = next(spec for spec in specs if spec)
        assert spec.loader is not None
        module = sys.modules[spec.name] = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the documents beside what is said of them all."""
    if file_path != Path(__file__).with_name("test_documents.py"):
        return None
    return Documents.from_parent(parent, path=file_path, name="documents", nodeid="documents")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take away what was written."""
    if _folder in config.stash:
        shutil.rmtree(config.stash[_folder])


def _folder_of(config: pytest.Config) -> Path:
    if _folder not in config.stash:
        config.stash[_folder] = Path(tempfile.mkdtemp(prefix="lambda-mock-documents-"))
    return config.stash[_folder]


def _examples(document: Path) -> Iterator[tuple[int, str]]:
    """Give the source of each module, and the line at which its block begins."""
    text = document.read_text("utf-8")
    beside: dict[str, str] = {}
    for block in _BLOCK.finditer(text):
        line = text.count("\n", 0, block.start()) + 1
        named = _NAMED.match(block[1])
        if named:
            beside[named[1]] = block[1]
        elif beside or 'scope="session"' in block[1]:
            yield line, _RUN.format(files={**beside, "test_example.py": block[1]})
            beside = {}
        else:
            yield line, block[1]
    assert beside == {}, f"{document.name} ends with a block that names a file and no block that needs it"
