"""Invoke: which version runs, what may be sent to it, and how the three invocation types answer.

User code never runs under the store's lock: it is held only while the target is found.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.event_invoke_config import UNSET
from lambda_mock.domain.function import not_found
from lambda_mock.domain.lifecycle import PENDING, pending_conflict
from lambda_mock.domain.version import LATEST
from lambda_mock.errors import InvalidRequestContentException, NotBuiltError, RequestEntityTooLargeException
from lambda_mock.execution.executor import Event, InvocationRequest
from lambda_mock.operations.not_built import refuse
from lambda_mock.operations.payloads import check_json
from lambda_mock.operations.registry import Answer, Context, operation

if TYPE_CHECKING:
    from lambda_mock.domain.arn import FunctionReference
    from lambda_mock.domain.event_invoke_config import EventInvokeConfig
    from lambda_mock.domain.function import Function
    from lambda_mock.domain.version import FunctionVersion

_SYNCHRONOUS_LIMIT = 6_291_456
_EVENT_LIMIT = 1_048_576
_CLIENT_CONTEXT_LIMIT = 3583
_TAIL = 4096


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
    refuse("Invoke", DurableExecutionName=durable_execution_name, TenantId=tenant_id)
    _check_size(payload, invocation_type)
    reference = ctx.store.reference(function_name, qualifier)
    event = check_json(payload) if payload else b"{}"
    if invocation_type == "RequestResponse":
        request = _resolve(ctx, reference, event, invocation_type, _client_context(client_context))
        return _run(ctx, request, tail=log_type == "Tail")
    with ctx.store.lock:
        _target(ctx, reference)
    if invocation_type == "DryRun":
        return {"StatusCode": 204, "Payload": b""}
    ctx.runner.submit(_event(ctx, reference, event))
    return {"StatusCode": 202, "Payload": b""}


def _run(ctx: Context, request: InvocationRequest, *, tail: bool) -> Answer:
    result = ctx.runner.run(request)
    answer: dict[str, Any] = {
        "StatusCode": 200,
        "ExecutedVersion": request.version.version,
        "Payload": result.payload,
    }
    if result.function_error is not None:
        answer["FunctionError"] = result.function_error
    if tail:
        answer["LogResult"] = base64.b64encode(result.log.encode()[-_TAIL:]).decode()
    return answer


def _event(ctx: Context, reference: FunctionReference, payload: bytes) -> Event:
    """An event for a function, which knows how to become one for the function's destinations."""

    def settings() -> EventInvokeConfig:
        with ctx.store.lock:
            function = ctx.store.functions.get(reference.name)
            return UNSET if function is None else function.event_configs.get(reference.qualifier or LATEST, UNSET)

    def onward(destination: str, record: bytes) -> Event:
        local = ctx.store.local_reference(destination)
        if local is None:
            raise NotBuiltError(
                f"Lambda would now send the outcome of an event for {reference.name} to {destination}: delivering to "
                "anything but functions of the same account and region is not built yet."
            )
        return _event(replace(ctx, request_id=ctx.backend.request_ids.uuid()), local, record)

    return Event(
        request_id=ctx.request_id,
        resolve=lambda: _resolve(ctx, reference, payload, "Event"),
        settings=settings,
        onward=onward,
    )


def _resolve(
    ctx: Context,
    reference: FunctionReference,
    event: bytes,
    invocation_type: str,
    client_context: str | None = None,
) -> InvocationRequest:
    """Find the version that serves this one invocation; a weighted alias draws anew each time."""
    store = ctx.store
    with store.lock:
        function, version = _target(ctx, reference, draw=True)
    return InvocationRequest(
        request_id=ctx.request_id,
        version=version,
        limits=function.limits,
        invoked_arn=store.arn(reference.name, reference.qualifier),
        qualifier=reference.qualifier,
        account_id=store.account_id,
        region=store.region,
        payload=event,
        client_context=client_context,
        invocation_type=invocation_type,
    )


def _target(ctx: Context, reference: FunctionReference, *, draw: bool = False) -> tuple[Function, FunctionVersion]:
    """The function, and the version behind the qualifier, which must be there and no longer Pending.

    Of a weighted alias it is the main one, or with `draw` the one whose turn it is.
    """
    function = ctx.store.functions.get(reference.name)
    if function is None:
        raise not_found(ctx.store.arn(reference.name, reference.qualifier or LATEST))
    qualifier = reference.qualifier
    alias = function.aliases.get(qualifier) if draw and qualifier is not None else None
    if alias is not None and alias.weights:
        qualifier = alias.choose(ctx.backend.draws.next(alias.arn))
    version = function.running(qualifier)
    if version.state is PENDING:
        raise pending_conflict()
    return function, version


def _check_size(payload: bytes, invocation_type: str) -> None:
    if invocation_type == "Event" and len(payload) > _EVENT_LIMIT:
        raise RequestEntityTooLargeException(
            f"{len(payload)} byte payload is too large for the Event invocation type (limit {_EVENT_LIMIT} bytes)"
        )
    if len(payload) > _SYNCHRONOUS_LIMIT:
        raise RequestEntityTooLargeException(
            f"Request must be smaller than {_SYNCHRONOUS_LIMIT} bytes for the InvokeFunction operation"
        )


def _client_context(encoded: str | None) -> str | None:
    """The client context as text. The header holds base64 of at most 3583 bytes."""
    if encoded is None:
        return None
    if len(encoded) > _CLIENT_CONTEXT_LIMIT:
        raise InvalidRequestContentException(
            f"Client context must be no more than {_CLIENT_CONTEXT_LIMIT} bytes when base64-encoded"
        )
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise InvalidRequestContentException("Client context must be a valid Base64-encoded JSON object.") from error
