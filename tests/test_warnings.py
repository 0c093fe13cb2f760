"""Where warnings of ours point, and that they are kept for the report of a failed test."""

from __future__ import annotations

import functools
import threading
import warnings
from pathlib import Path

import pytest

from lambda_mock import LambdaMockWarning
from lambda_mock.errors import warn, warned


def test_a_warning_points_at_the_code_that_led_to_it() -> None:
    with pytest.warns(LambdaMockWarning, match="no such function") as told:
        warn("no such function")
    assert Path(told[0].filename).name == "test_warnings.py"


def test_where_nobodys_code_led_to_it_a_warning_points_at_what_called(recwarn: pytest.WarningsRecorder) -> None:
    thread = threading.Thread(target=functools.partial(warn, "in a thread of a library's"))
    thread.start()
    thread.join()
    assert Path(recwarn[0].filename).name == "threading.py"


def test_what_pytest_calls_itself_points_there(recwarn: pytest.WarningsRecorder) -> None:
    runner = {"__name__": "_pytest.fixtures", "warn": warn}
    exec(compile("warn('at the end of a fixture')", "fixtures.py", "exec"), runner)  # noqa: S102
    assert Path(recwarn[0].filename).name == "fixtures.py"


def test_a_warning_that_is_ignored_is_kept_all_the_same() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warn("nobody is told")
    assert warned[-1] == "nobody is told"
