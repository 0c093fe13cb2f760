"""What Lambda makes of a run that went wrong: the error payload, and the line about it in the log.

The Python runtime writes the payloads of exceptions, with spaces behind its commas; Lambda itself those of time-outs
and dead processes, without. Clients see the difference, so it is kept.
"""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from lambda_mock.errors import LambdaMockError

if TYPE_CHECKING:
    from lambda_mock.execution.folders import Folders

EXIT_ERROR = "Runtime.ExitError"
INVALID_ENTRYPOINT = "Runtime.InvalidEntrypoint"

_OWN_PACKAGE = __name__.partition(".")[0]
# The test's own tools speak to it by exceptions too, some of which look like any other.
_TOOLS_OF_THE_TEST = frozenset({"_pytest", "hypothesis"})
_OF_A_RUNTIME = re.compile(r"(Runtime|Function)\.[A-Z][a-zA-Z]+")
_NO_BREAK_SPACE = "\u00a0"


class Fault(Exception):  # noqa: N818  # AWS calls it so, and what it reports is an error
    """A mistake of the function that the runtime names itself; `error_type` is such as `Runtime.MarshalError`."""

    def __init__(self, error_type: str, message: str, trace: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.message = message
        self.trace = list(trace)


class ProcessExit(BaseException):
    """The function tried to end the process that it runs in."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class GivenUp(BaseException):
    """The run was given up, and nobody waits any more for the thread that this ends."""


def belongs_to_the_test(error: BaseException) -> bool:
    """Whether the error speaks to the test: the session ends, the test fails or is skipped, the mock is misused."""
    origin = type(error).__module__.partition(".")[0]
    if isinstance(error, LambdaMockError) or origin in _TOOLS_OF_THE_TEST:
        return True
    # asyncio's CancelledError is no Exception, and on Lambda ends the process like any other that nobody catches.
    return not isinstance(error, Exception | SystemExit | ProcessExit | GeneratorExit) and origin != "asyncio"


def exit_status(error: BaseException) -> int | None:
    """The status with which the error ends a Python process; None where the process lives on."""
    if isinstance(error, ProcessExit):
        return error.status & 0xFF
    if isinstance(error, SystemExit):
        code = error.code
        return 0 if code is None else code & 0xFF if isinstance(code, int) else 1
    return None if isinstance(error, Exception) else 1


def describe(error: Exception, request_id: str, folders: Folders | None) -> dict[str, Any]:
    """The payload of an exception that the handler, or importing it, raised. `folders` are shown as those of Lambda."""
    if isinstance(error, Fault):
        return _payload(error.message, error.error_type, request_id, error.trace)
    return _payload(str(error), type(error).__name__, request_id, _trace(error.__traceback__, folders))


def _payload(message: str, error_type: str, request_id: str, trace: list[str]) -> dict[str, Any]:
    return {"errorMessage": message, "errorType": error_type, "requestId": request_id, "stackTrace": trace}


def _trace(trace: TracebackType | None, folders: Folders | None) -> list[str]:
    """The frames as the runtime prints them, from the first that isn't the mock's own."""
    while trace is not None and _is_ours(trace):
        trace = trace.tb_next
    frames = traceback.extract_tb(trace)
    place = str if folders is None else folders.on_lambda
    return traceback.format_list(
        [(place(frame.filename), frame.lineno or 0, frame.name, frame.line) for frame in frames]
    )


def _is_ours(trace: TracebackType) -> bool:
    package = trace.tb_frame.f_globals.get("__package__") or ""
    return str(package).partition(".")[0] == _OWN_PACKAGE


def log_text(described: dict[str, Any]) -> str:
    """The log line of an error, as the runtime writes it in a text log: NO-BREAK SPACEs indent the stack trace."""
    title = " ".join(["[ERROR]", described["errorType"]])
    if described["errorMessage"]:
        title += f": {described['errorMessage']}"
    lines = [title, "Traceback (most recent call last):"]
    for piece in described["stackTrace"]:
        lines += [_indented_unbreakably(line) for line in piece.splitlines()]
    return "\n".join(lines) + "\n"


def _indented_unbreakably(line: str) -> str:
    rest = line.lstrip(" ")
    return _NO_BREAK_SPACE * (len(line) - len(rest)) + rest


def exited(request_id: str, status: int) -> dict[str, str]:
    """The payload when the process of the function ended, by itself, before it had answered."""
    return ended(request_id, f"with error: exit status {status}" if status else "without providing a reason")


def ended(request_id: str, reason: str, error_type: str = EXIT_ERROR) -> dict[str, str]:
    """The payload when the process of the function ended before it had answered, for that reason in Lambda's words."""
    return _of_lambda(error_type, f"RequestId: {request_id} Error: Runtime exited {reason}")


def invalid_entrypoint(request_id: str, reason: str) -> dict[str, str]:
    """The payload when the function's own program couldn't be started, for that reason in Lambda's words."""
    return _of_lambda(INVALID_ENTRYPOINT, f"RequestId: {request_id} Error: {reason}")


def timed_out(request_id: str, timeout: int) -> dict[str, str]:
    """The payload when the function took longer than its timeout, in seconds."""
    return _of_lambda("Sandbox.Timedout", f"RequestId: {request_id} Error: Task timed out after {timeout:.2f} seconds")


def known_type(error_type: str) -> str:
    """An error type as Lambda tells it in reports, which know only those of runtimes."""
    return error_type if _OF_A_RUNTIME.match(error_type) else "Runtime.Unknown"


def _of_lambda(error_type: str, message: str) -> dict[str, str]:
    return {"errorType": error_type, "errorMessage": message}


def compact(payload: dict[str, str]) -> bytes:
    """A payload as Lambda itself writes it."""
    return json.dumps(payload, separators=(",", ":")).encode()


def too_large(limit: int) -> dict[str, str]:
    """The payload in place of an answer that is larger than `limit` bytes."""
    message = f"Response payload size exceeded maximum allowed payload size ({limit} bytes)."
    return {"errorMessage": message, "errorType": "Function.ResponseSizeTooLarge"}
