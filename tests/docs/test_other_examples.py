"""The examples that pytest doesn't find by itself: the one of unittest, and the notebook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lambda_mock import LambdaMockError, current

EXAMPLES = Path(__file__).parents[2] / "examples"
CELLS = json.loads((EXAMPLES / "notebook.ipynb").read_text("utf-8"))["cells"]


def test_the_example_of_unittest_runs_without_pytest() -> None:
    script = (
        "import sys, unittest; sys.modules['pytest'] = None\n"
        "done = unittest.main(module=None, argv=['unittest', 'unittest_orders'], exit=False, verbosity=0).result\n"
        "print(done.testsRun, done.wasSuccessful(), '_pytest' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=EXAMPLES, env=os.environ, check=True, capture_output=True, text=True
    )
    assert done.stdout == "3 True False\n"


def test_the_notebook_runs_from_its_first_cell_to_its_last() -> None:
    names: dict[str, Any] = {}
    for cell in CELLS:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)  # noqa: S102
    assert sum(names["totals"].values()) == 200
    with pytest.raises(LambdaMockError, match="No lambda_mock is active"):
        current()


def test_the_notebook_is_kept_without_what_it_has_shown() -> None:
    assert [cell["outputs"] for cell in CELLS if cell["cell_type"] == "code"] == [[], [], [], []]
    assert all(cell.get("execution_count") is None for cell in CELLS)
