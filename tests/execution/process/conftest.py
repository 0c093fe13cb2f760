"""Functions in processes of their own, and runtimes made for a test that speak to the Runtime API as they like."""

from __future__ import annotations

import json
import os
import select
import sys
import textwrap
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock.execution.process import processes
from lambda_mock.execution.process.launch import Launch, Material
from tests.execution.conftest import Lambda

if TYPE_CHECKING:
    from lambda_mock.domain.version import FunctionVersion

PATIENCE = 30
MINE = f"python3.{sys.version_info.minor}"
"""The runtime of the Python that runs the tests, for which awslambdaric's compiled client was built."""

# What a made-up runtime begins with: `ask` makes one request and gives status and JSON.
_SPEAKING = """
import http.client, json, os, socket, sys, threading

def connect():
    return http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])

connection = connect()
ROOT = "/2018-06-01/runtime/"

def ask(method, path, body=None, headers=None, over=None):
    over = over or connection
    over.request(method, ROOT + path, body, headers or {})
    response = over.getresponse()
    content = response.read()
    ask.headers = dict(response.getheaders())
    return [response.status, json.loads(content) if content else None]

def next_id():
    ask("GET", "invocation/next")
    return ask.headers["Lambda-Runtime-Aws-Request-Id"]

def answer(request_id, value):
    return ask("POST", f"invocation/{request_id}/response", json.dumps(value))
"""


@pytest.fixture
def aws() -> Iterator[Lambda]:
    aws = Lambda(execution="process", runtime=MINE, timeout=60)
    yield aws
    aws.runner.close()
    aws.code.close()


@pytest.fixture
def made(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> Callable[..., FunctionVersion]:
    """A function whose runtime is this Python code, which has `ask`, `next_id` and `answer`."""

    def launch(material: Material) -> Launch:
        return Launch(command=[sys.executable, "-S", "-u", str(material.task / "runtime.py")])

    def make(code: str, **settings: Any) -> FunctionVersion:
        return aws.of_zip({"runtime.py": _SPEAKING + textwrap.dedent(code)}, runtime="made.up", **settings)

    monkeypatch.setattr(processes, "_LAUNCHERS", {**processes._LAUNCHERS, "made": launch})
    return make


def is_gone(pid: int) -> bool:
    """Whether a process ends, or has ended; one that only its parent still knows of is none any more."""
    try:
        signal = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([signal], [], [], PATIENCE)[0])
    finally:
        os.close(signal)


def told(aws: Lambda) -> list[Any]:
    """What a made-up runtime printed as JSON, a line each; what follows an answer may be in the next run's log."""
    written = "".join(result.log for _, result, *_ in aws.runs)
    return [json.loads(line) for line in written.splitlines() if line[:1] in {"[", "{"}]
