"""The wheel is built as an installer would build it, and looked into: what users get is what this says."""

from __future__ import annotations

import configparser
import email
import re
import subprocess
import sys
import zipfile
from email.message import Message
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The wheel's files by name, the version cut out of the name of its dist-info."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (path,) = folder.iterdir()
    with zipfile.ZipFile(path) as archive:
        return {
            re.sub(r"^lambda_mock-[\d.]+\.dist-info/", "dist-info/", name): archive.read(name).decode()
            for name in archive.namelist()
        }


@pytest.fixture
def metadata(wheel: dict[str, str]) -> Message:
    return email.message_from_string(wheel["dist-info/METADATA"])


def test_the_wheel_holds_every_module_and_the_marker_of_types_and_nothing_else(wheel: dict[str, str]) -> None:
    source = ROOT / "src"
    modules = {
        path.relative_to(source).as_posix()
        for ending in ("py", "mjs", "css", "js", "jinja")
        for path in source.glob(f"lambda_mock/**/*.{ending}")
    }
    assert "lambda_mock/execution/process/node/bootstrap.mjs" in modules
    assert "lambda_mock/reporting/template/page.html.jinja" in modules
    record = {f"dist-info/{name}" for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")}
    assert set(wheel) == modules | record | {"lambda_mock/py.typed"}


def test_the_wheel_tells_pytest_of_the_plugin(wheel: dict[str, str]) -> None:
    entry_points = configparser.ConfigParser()
    entry_points.read_string(wheel["dist-info/entry_points.txt"])
    assert {name: dict(entry_points[name]) for name in entry_points.sections()} == {
        "pytest11": {"lambda_mock": "lambda_mock.pytest_plugin"}
    }


def test_installing_the_wheel_brings_four_libraries_and_no_more(metadata: Message) -> None:
    required = [need for need in metadata.get_all("Requires-Dist", []) if "extra ==" not in need]
    assert {re.split(r"[<>=!~ ]", need)[0] for need in required} == {"botocore", "pytest", "responses", "wrapt"}


def test_the_wheel_says_what_it_is_and_where_it_runs(metadata: Message) -> None:
    fields = {name: metadata[name] for name in ("Name", "License-Expression", "Requires-Python")}
    assert fields == {"Name": "lambda-mock", "License-Expression": "Apache-2.0", "Requires-Python": ">=3.10"}
