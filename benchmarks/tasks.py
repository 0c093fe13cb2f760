"""What is timed: calls that every contestant can be asked for, and what the mock has to reach at each of them."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

FUNCTIONS = 50
"""How many functions there are in the main table: a full page of ListFunctions."""

VERSIONED, CALLABLE, PACKAGED = "orders", "callable", "packaged"
"""The functions that tasks call: with two versions and an alias, with a Python callable as its code, with a zip."""

ROLE = "arn:aws:iam::123456789012:role/lambda-role"
ALIAS = "live"
RUNTIME = f"python3.{sys.version_info.minor}"
"""That of the Python at hand, which runs functions in processes too."""

READS, WRITES, LISTS = 1.6, 2.0, 3.5
"""How many times the before-call floor a call may take that reads one resource, changes one, or lists a page."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One row: `call` and `prepare` take a client and the number of the call.

    `wanted` is how many times the before-call floor a call may take, or None where only the number is of interest.
    """

    title: str
    operation: str
    call: Callable[[Any, int], object]
    prepare: Callable[[Any, int], object] | None = None
    wanted: float | None = None
    runs_code: bool = False
    in_process: bool = False
    """Whether it runs a function in a process of its own."""


def package(text: str = "here") -> bytes:
    """A zip with a function that answers `text`."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr("app.py", f"def handler(event, context):\n    return {{'said': {text!r}}}\n")
    return archive.getvalue()


_PACKAGES = (package("one"), package("two"))


def create(client: Any, name: str, code: bytes = _PACKAGES[0]) -> None:
    """Create a function of a zip, as every contestant understands it."""
    client.create_function(FunctionName=name, Runtime=RUNTIME, Role=ROLE, Handler="app.handler", Code={"ZipFile": code})


def deploy(client: Any) -> None:
    """Fill a contestant: all functions but the callable, the first of them with versions 1 and 2 and an alias."""
    for name in (VERSIONED, PACKAGED, *(f"function-{number:02}" for number in range(FUNCTIONS - 3))):
        create(client, name)
    for code in _PACKAGES:
        client.update_function_code(FunctionName=VERSIONED, ZipFile=code, Publish=True)
    client.create_alias(FunctionName=VERSIONED, Name=ALIAS, FunctionVersion="1")


def _describe(client: Any, number: int) -> object:
    return client.update_function_configuration(FunctionName=VERSIONED, Description=f"revision {number}")


def _replace_code(client: Any, number: int) -> object:
    return client.update_function_code(FunctionName=PACKAGED, ZipFile=_PACKAGES[number % 2])


TASKS: tuple[Task, ...] = (
    Task(
        title="get_function_configuration",
        operation="GetFunctionConfiguration",
        call=lambda client, _: client.get_function_configuration(FunctionName=VERSIONED),
        wanted=READS,
    ),
    Task(
        title="get_function by alias",
        operation="GetFunction",
        call=lambda client, _: client.get_function(FunctionName=VERSIONED, Qualifier=ALIAS),
        wanted=READS,
    ),
    Task(
        title=f"list_functions of {FUNCTIONS}",
        operation="ListFunctions",
        call=lambda client, _: client.list_functions(),
        wanted=LISTS,
    ),
    Task(
        title="update_alias",
        operation="UpdateAlias",
        call=lambda client, number: client.update_alias(
            FunctionName=VERSIONED, Name=ALIAS, FunctionVersion=str(1 + number % 2)
        ),
        wanted=WRITES,
    ),
    Task(
        title="update_function_configuration",
        operation="UpdateFunctionConfiguration",
        call=_describe,
        wanted=WRITES,
    ),
    Task(
        title="publish_version after a change",
        operation="PublishVersion",
        prepare=_describe,
        call=lambda client, _: client.publish_version(FunctionName=VERSIONED),
        wanted=WRITES,
    ),
    Task(
        title="invoke of a callable",
        operation="Invoke",
        call=lambda client, _: client.invoke(FunctionName=CALLABLE, Payload=b'{"order": 1}'),
        wanted=WRITES,
        runs_code=True,
    ),
    Task(
        title="invoke of a zip, warm",
        operation="Invoke",
        call=lambda client, _: client.invoke(FunctionName=PACKAGED, Payload=b'{"order": 1}'),
        runs_code=True,
    ),
    Task(
        title="invoke of a zip, cold",
        operation="Invoke",
        prepare=_replace_code,
        call=lambda client, _: client.invoke(FunctionName=PACKAGED, Payload=b'{"order": 1}'),
        runs_code=True,
    ),
    Task(
        title="invoke of a zip in a process, warm",
        operation="Invoke",
        call=lambda client, _: client.invoke(FunctionName=PACKAGED, Payload=b'{"order": 1}'),
        runs_code=True,
        in_process=True,
    ),
    Task(
        title="invoke of a zip in a process, cold",
        operation="Invoke",
        prepare=_replace_code,
        call=lambda client, _: client.invoke(FunctionName=PACKAGED, Payload=b'{"order": 1}'),
        runs_code=True,
        in_process=True,
    ),
)
