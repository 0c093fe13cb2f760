"""Invoke, and InvokeWithResponseStream: what may be sent to a function, and how the invocation types answer."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.tracing import trace_header
from lambda_mock.errors import (
    InvalidParameterValueException,
    InvalidRequestContentException,
    RequestEntityTooLargeException,
)
from lambda_mock.operations.not_built import refuse
from lambda_mock.operations.payloads import EVENT_LIMIT, check_event_size, check_json
from lambda_mock.operations.registry import Answer, Context, operation
from lambda_mock.operations.runs import event_for, resolve, target, tell_trace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_mock.execution.executor import InvocationRequest, InvocationResult, StreamedResponse

_SYNCHRONOUS_LIMIT = 6_291_456
_CLIENT_CONTEXT_LIMIT = 3583
_TAIL = 4096
_EVENT_STREAM = "application/vnd.amazon.eventstream"


@operation("Invoke", locked=False)
def invoke(
    ctx: Context,
    *,
    function_name: str,
    invocation_type: str = "RequestResponse",
    log_type: str = "None",
    client_context: str | None = None,
    durable_execution_name: str | None = None,
    payload: bytes = b"",
    qualifier: str | None = None,
    tenant_id: str | None = None,
) -> Answer:
    """Run a function and wait for it, queue an event for it, or (DryRun) only check that it could be run."""
    refuse("Invoke", DurableExecutionName=durable_execution_name)
    _check_size(payload, "InvokeFunction", invocation_type)
    reference = ctx.store.reference(function_name, qualifier)
    event = check_json(payload) if payload else b"{}"
    if invocation_type == "RequestResponse":
        request = resolve(ctx, reference, event, invocation_type, _client_context(client_context), tenant_id)
        return _run(ctx, request, tail=log_type == "Tail")
    with ctx.store.lock:
        function, _ = target(ctx, reference, tenant_id)
    tell_trace(ctx, trace_header(ctx.trace, ctx.request_id, function.arn))
    if invocation_type == "DryRun":
        return {"StatusCode": 204, "Payload": b""}
    ctx.runner.submit(event_for(ctx, reference, event, tenant_id))
    return {"StatusCode": 202, "Payload": b""}


@operation("InvokeWithResponseStream", locked=False)
def invoke_with_response_stream(
    ctx: Context,
    *,
    function_name: str,
    invocation_type: str = "RequestResponse",
    log_type: str = "None",
    client_context: str | None = None,
    payload: bytes = b"",
    qualifier: str | None = None,
    tenant_id: str | None = None,
) -> Answer:
    """Run a function, and hand its response on while it is produced."""
    _check_size(payload, "InvokeWithResponseStream")
    reference = ctx.store.reference(function_name, qualifier)
    event = check_json(payload) if payload else b"{}"
    if invocation_type == "DryRun":
        with ctx.store.lock:
            target(ctx, reference, tenant_id)
        return {"StatusCode": 204}
    request = resolve(ctx, reference, event, invocation_type, _client_context(client_context), tenant_id)
    tail = log_type == "Tail"
    _check_tail(request, tail=tail)
    tell_trace(ctx, request.trace)
    return {
        "StatusCode": 200,
        "ExecutedVersion": request.version.version,
        "ResponseStreamContentType": _EVENT_STREAM,
        "EventStream": _Events(ctx.runner.stream(request), tail=tail),
    }


class _Events:
    """The events of a response: a chunk for each piece, and at last how it ended."""

    __slots__ = ("_response", "_tail")

    def __init__(self, response: StreamedResponse, *, tail: bool) -> None:
        self._response = response
        self._tail = tail

    def __iter__(self) -> Iterator[Answer]:
        for piece in self._response:
            yield {"PayloadChunk": {"Payload": piece}}
        yield {"InvokeComplete": self._end()}

    def _end(self) -> Answer:
        result = self._response.result()
        end: dict[str, Any] = {}
        if result.break_off is not None:
            end = dict(zip(("ErrorCode", "ErrorDetails"), result.break_off, strict=True))
        elif result.function_error is not None:
            end = {"ErrorCode": result.function_error, "ErrorDetails": result.payload.decode()}
        if self._tail:
            end["LogResult"] = _tail_of(result)
        return end


def _run(ctx: Context, request: InvocationRequest, *, tail: bool) -> Answer:
    _check_tail(request, tail=tail)
    result = ctx.runner.run(request)
    tell_trace(ctx, request.trace)
    answer: dict[str, Any] = {
        "StatusCode": 200,
        "ExecutedVersion": request.version.version,
        "Payload": result.payload,
    }
    if result.function_error is not None:
        answer["FunctionError"] = result.function_error
    if tail:
        answer["LogResult"] = _tail_of(result)
    return answer


def _check_tail(request: InvocationRequest, *, tail: bool) -> None:
    if tail and request.version.configuration.capacity_provider is not None:
        request.done()
        raise InvalidParameterValueException(
            "Tail logs are not supported for functions configured with capacity provider"
        )


def _tail_of(result: InvocationResult) -> str:
    """The last 4 KB of the log in base64, without the rest of a character that has begun before."""
    tail = result.log.encode(errors="backslashreplace")[-_TAIL:]
    return base64.b64encode(tail.decode(errors="ignore").encode()).decode()


def _check_size(payload: bytes, operation_name: str, invocation_type: str = "RequestResponse") -> None:
    if invocation_type == "Event":
        check_event_size(payload, EVENT_LIMIT)
    if len(payload) > _SYNCHRONOUS_LIMIT:
        raise RequestEntityTooLargeException(
            f"Request must be smaller than {_SYNCHRONOUS_LIMIT} bytes for the {operation_name} operation"
        )


def _client_context(encoded: str | None) -> str | None:
    """The client context as text. The header holds base64 of at most 3583 bytes."""
    if not encoded:
        return None
    if len(encoded) > _CLIENT_CONTEXT_LIMIT:
        raise InvalidRequestContentException(
            f"Client context must be no more than {_CLIENT_CONTEXT_LIMIT} bytes when base64-encoded"
        )
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise InvalidRequestContentException("Client context must be a valid Base64-encoded JSON object.") from error
