"""docs/supported-operations.md says what is built, of every operation there is."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import botocore
import pytest
from botocore.loaders import Loader

import lambda_mock.operations  # noqa: F401 - fills the registry
from lambda_mock.operations.registry import OPERATIONS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "supported-operations.md").read_text("utf-8")
MADE_WITH = re.search(r"botocore ([\d.]+) are built", PAGE)


def operations_under(heading: str) -> set[str]:
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"^(?:\| |- )([A-Z]\w+)", section, re.MULTILINE))


def test_what_the_page_calls_built_is_what_is_built() -> None:
    assert operations_under("Built") == set(OPERATIONS)


@pytest.mark.parametrize("name", ["../README.md", "moving-from-moto.md"])
def test_the_documents_count_what_is_built(name: str) -> None:
    counted = re.search(r"(\d+), \[named one by one\]", (DOCS / name).read_text("utf-8"))
    assert counted is not None
    assert int(counted[1]) == len(OPERATIONS)


def test_the_page_misses_no_operation_of_the_model() -> None:
    model = Loader().load_service_model("lambda", "service-2")
    assert MADE_WITH is not None
    if _parts(botocore.__version__) <= _parts(MADE_WITH[1]):
        assert set(model["operations"]) <= operations_under("Built") | operations_under("Not built yet")


def test_the_page_is_as_the_generator_writes_it() -> None:
    """To the letter, with the botocore that the page was made with; another one may know other members."""
    generated = runpy.run_path(str(DOCS / "generate_supported_operations.py"))["page"]()
    assert MADE_WITH is not None
    if botocore.__version__ == MADE_WITH[1]:
        assert generated == PAGE


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
