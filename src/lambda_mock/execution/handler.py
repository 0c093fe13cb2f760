"""One handler, run to its end: whatever it does, short of speaking to the test itself, becomes an answer of Lambda."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lambda_mock.execution import failures, logs, marshal
from lambda_mock.execution.context import context_of
from lambda_mock.execution.executor import UNHANDLED, InvocationResult
from lambda_mock.execution.log_handler import json_timestamp
from lambda_mock.execution.written import written

if TYPE_CHECKING:
    from lambda_mock.execution.environment import ExecutionEnvironment
    from lambda_mock.execution.folders import Folders
    from lambda_mock.execution.lineage import Run


def answer(
    run: Run, handler: Callable[..., Any], environment: ExecutionEnvironment, folders: Folders | None = None
) -> InvocationResult:
    """Call the handler. `folders` are where its files lie, if it has any. What is meant for the test is raised."""
    request = run.request
    runtime = request.version.configuration.runtime
    run.watch.start()
    try:
        context = context_of(run, log_group=environment.log_group, log_stream=environment.log_stream)
        result = handler(marshal.decode(request.payload), context)
        payload = marshal.encode(result, runtime)
    except BaseException as error:  # noqa: BLE001  # what isn't the function's own is raised again
        return failed(run, error, request.request_id, folders)
    run.finish("success")
    return InvocationResult(payload=payload, function_error=None, log="", duration=run.watch.duration)


def failed(run: Run, error: BaseException, request_id: str, folders: Folders | None) -> InvocationResult:
    """The answer to an error of the handler, or of loading it, which has no request id. Raises what isn't one."""
    if failures.belongs_to_the_test(error):
        raise error
    status = failures.exit_status(error)
    if status is None and isinstance(error, Exception):
        try:
            described = failures.describe(error, request_id, folders)
        except Exception:  # noqa: BLE001  # an exception that can't be shown ends the runtime
            status = 1
        else:
            return _excepted(run, described)
    return _exited(run, error, status or 0, loading=not request_id)


def _excepted(run: Run, described: dict[str, Any]) -> InvocationResult:
    runtime = run.request.version.configuration.runtime
    run.finish("error")
    now = run.watch.now()
    if logs.is_json(run):
        line = {"timestamp": json_timestamp(now), "level": "ERROR", **described}
        run.log.append(written(marshal.encode_error(line, runtime).decode() + "\n", now, whole=True))
    else:
        run.log.append(written(failures.log_text(described), now, whole=True))
    if not described["requestId"]:
        _end_initialisation(run, failures.known_type(described["errorType"]))
    payload = marshal.encode_error(described, runtime)
    return InvocationResult(payload=payload, function_error=UNHANDLED, log="", duration=run.watch.duration)


def _exited(run: Run, error: BaseException, status: int, *, loading: bool) -> InvocationResult:
    run.finish("failure")
    described = failures.exited(run.request.request_id, status)
    now = run.watch.now()
    if isinstance(error, SystemExit) and isinstance(error.code, str):
        run.log.append(written(f"{error.code}\n", now))
    run.error_type = described["errorType"]
    if loading:
        _end_initialisation(run, run.error_type)
    run.log.append(written(f"{described['errorMessage']}\n{run.error_type}\n", now, whole=True))
    payload = failures.compact(described)
    return InvocationResult(payload=payload, function_error=UNHANDLED, log="", duration=run.watch.duration)


def _end_initialisation(run: Run, error_type: str) -> None:
    """What an initialisation that failed has written doesn't belong to the invocation that it fails."""
    run.init_error = run.error_type = error_type
    run.init_log, run.log = run.log, []
