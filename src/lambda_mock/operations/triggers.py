"""What other services ask of functions: whether the policy lets them, and what then runs.

An event goes the way of an Invoke with the type Event, a synchronous one that of RequestResponse; both resolve the ARN
that was configured when they run, so that an alias leads to wherever it points by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_mock.domain.access import Request, ServiceAsker, decide
from lambda_mock.domain.triggers import Response
from lambda_mock.errors import AccessDeniedException
from lambda_mock.operations.access import statements_for
from lambda_mock.operations.payloads import EVENT_LIMIT, check_event_size
from lambda_mock.operations.runs import event_for, resolve

if TYPE_CHECKING:
    from lambda_mock.domain.triggers import Trigger
    from lambda_mock.execution.executor import Event, InvocationRequest
    from lambda_mock.operations.registry import Context

_ACTION = "lambda:InvokeFunction"


def is_there(ctx: Context, function_arn: str) -> bool:
    """Whether there is the function, and the version or alias of it, that an ARN names."""
    reference = ctx.store.reference(function_arn)
    with ctx.store.lock:
        function = ctx.store.functions.get(reference.name)
        return function is not None and function.has(reference.qualifier)


def event_of(ctx: Context, trigger: Trigger) -> Event:
    """The event that a service brings; one that is too large is a ServiceError."""
    reference = ctx.store.reference(trigger.function_arn)
    check_event_size(trigger.payload, EVENT_LIMIT)
    return event_for(ctx, reference, trigger.payload, source_arn=trigger.source_arn)


def respond(ctx: Context, trigger: Trigger) -> Response:
    """Run what a service asks for, and wait for it. Raises ServiceError like Invoke."""
    reference = ctx.store.reference(trigger.function_arn)
    request = resolve(ctx, reference, trigger.payload, "RequestResponse", source_arn=trigger.source_arn)
    result = ctx.runner.run(request)
    duration = result.duration if ctx.backend.rules.timeouts else 0.0
    return Response(payload=result.payload, function_error=result.function_error, duration=duration)


def batch_for(ctx: Context, function_arn: str, payload: bytes, source_arn: str) -> InvocationRequest:
    """The run of a batch that was read from a queue or stream, by the role of the function itself."""
    return resolve(ctx, ctx.store.reference(function_arn), payload, "RequestResponse", source_arn=source_arn)


def missing_grant(trigger: Trigger) -> str:
    """The call that would let a service in, as one would write it in a test."""
    region, account_id, _, name, *qualifier = trigger.function_arn.split(":")[3:]
    members = {
        "FunctionName": name,
        **({"Qualifier": qualifier[0]} if qualifier else {}),
        "StatementId": f"{trigger.principal.partition('.')[0]}-invoke",
        "Action": _ACTION,
        "Principal": trigger.principal,
        **({"SourceArn": trigger.source_arn} if trigger.source_arn else {}),
        **({"SourceAccount": trigger.source_account} if trigger.source_account else {}),
    }
    written = ", ".join(f"{member}={value!r}" for member, value in members.items())
    return f"lambda_client.add_permission({written})  # {region}, account {account_id}"


def allows(ctx: Context, trigger: Trigger) -> bool:
    """Whether the policies let the service invoke exactly that function, version or alias, or nobody asks them."""
    if trigger.in_a_role or not ctx.backend.rules.enforce_policies:
        return True
    reference = ctx.store.reference(trigger.function_arn)
    with ctx.store.lock:
        function = ctx.store.function(reference.name)
        statements = statements_for(function, reference)
        tags = dict(function.tags)
    request = Request(
        asker=ServiceAsker(
            principal=trigger.principal, source_arn=trigger.source_arn, source_account=trigger.source_account
        ),
        action=_ACTION,
        resource=ctx.store.arn(reference.name, reference.qualifier),
        region=ctx.store.region,
        now=ctx.backend.clock.time(),
        tags=tags,
    )
    return decide(statements, request) == "allowed"


def denied(trigger: Trigger) -> AccessDeniedException:
    """What Lambda answers to a service that the policies don't let in."""
    return AccessDeniedException(
        f"User: {trigger.principal} is not authorized to perform: {_ACTION} on resource: {trigger.function_arn} "
        f"because no resource-based policy allows the {_ACTION} action"
    )
