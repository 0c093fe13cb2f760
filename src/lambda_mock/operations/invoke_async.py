"""InvokeAsync, which AWS has deprecated: Invoke with the invocation type Event, with a lower limit and no qualifier."""

from __future__ import annotations

from lambda_mock.operations.payloads import check_event_size, check_json
from lambda_mock.operations.registry import Answer, Context, operation
from lambda_mock.operations.runs import event_for, target

_LIMIT = 262_144


@operation("InvokeAsync", locked=False)
def invoke_async(ctx: Context, *, function_name: str, invoke_args: bytes) -> Answer:
    """Queue an event for a function. The payload limit stayed what that of Invoke was before."""
    check_event_size(invoke_args, _LIMIT)
    reference = ctx.store.reference(function_name)
    event = check_json(invoke_args) if invoke_args else b"{}"
    with ctx.store.lock:
        target(ctx, reference)
    ctx.runner.submit(event_for(ctx, reference, event))
    return None  # the status 202 is the whole answer
