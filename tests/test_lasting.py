"""`mock.start()` and `mock.stop()`: a mock that lasts longer than a block of code."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest

from lambda_mock import LambdaMockError, current, mock_lambda


def test_a_mock_is_active_from_start_to_stop_and_can_be_read_after_that() -> None:
    mock = mock_lambda(region="eu-west-1").start()
    try:
        assert current() is mock
        mock.function("orders", returns="ok")
        client = boto3.client("lambda", region_name="eu-west-1")
        assert client.invoke(FunctionName="orders")["StatusCode"] == 200
    finally:
        mock.stop()
    mock.calls.assert_called("Invoke", times=1)
    with pytest.raises(LambdaMockError, match="No lambda_mock is active"):
        current()


def test_what_is_started_twice_or_stopped_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    at_exit: set[object] = set()
    monkeypatch.setattr("atexit.register", at_exit.add)
    monkeypatch.setattr("atexit.unregister", at_exit.discard)
    mock = mock_lambda()
    with pytest.raises(
        LambdaMockError, match=re.escape("This mock isn't active: it has been left already, or was never")
    ):
        mock.stop()
    mock.start()
    with pytest.raises(LambdaMockError, match="This mock is active already"):
        mock.start()
    assert len(at_exit) == 1
    mock.stop()
    assert at_exit == set()
    with pytest.raises(LambdaMockError, match="This mock isn't active"):
        mock.stop()


def test_a_mock_that_is_started_anew_begins_anew() -> None:
    mock = mock_lambda().start()
    mock.function("orders", returns="ok")
    mock.stop()
    mock.start()
    try:
        assert "Nothing is deployed" in mock.describe()
    finally:
        mock.stop()


def test_a_mock_that_is_started_inside_another_answers_in_its_place() -> None:
    with mock_lambda() as outer:
        inner = mock_lambda().start()
        assert current() is inner
        inner.stop()
        assert current() is outer


def test_a_process_that_ends_stops_its_mocks_and_complains_of_none(tmp_path: Path) -> None:
    script = """
import atexit, os, botocore.session
from lambda_mock import mock_lambda

forgotten = mock_lambda()
atexit.register(lambda: print(forgotten))
forgotten.start()
left, stopped = mock_lambda().start(), mock_lambda().start()
atexit.register(lambda: print(forgotten))
left.__exit__(None, None, None)
stopped.stop()
forgotten.deploy({"app.py": "def handler(event, context): pass"}, "orders")
botocore.session.Session().create_client("lambda", "us-east-1").invoke(FunctionName="orders")
print(len(os.listdir(os.environ["TMPDIR"])))
"""
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, check=True, capture_output=True, text=True, timeout=60
    )
    seen = [f"<LambdaMock us-east-1 123456789012 {state}>" for state in ("active", "ended")]
    assert (done.stdout.splitlines(), done.stderr) == (["1", *seen], "")
    assert list(tmp_path.iterdir()) == []


def test_the_end_of_the_process_is_no_concern_of_a_mock_that_was_left(monkeypatch: pytest.MonkeyPatch) -> None:
    at_exit: list[Callable[[], None]] = []
    monkeypatch.setattr("atexit.register", at_exit.append)
    mock = mock_lambda().start()
    mock.__exit__(None, None, None)
    (end,) = at_exit
    end()
    mock.start()
    end()
    assert "ended" in repr(mock)


def test_a_notebook_shows_what_is_deployed_as_a_picture() -> None:
    with mock_lambda() as mock:
        mock.function("orders", returns="ok", Description="<b>")
        shown = mock._repr_html_()
    picture = mock.describe().replace("<b>", "&lt;b&gt;")
    assert shown == f'<pre style="line-height: 1.2">{picture}</pre>'
    assert "╭─ orders ─" in picture
