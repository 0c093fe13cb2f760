"""From the function that a caller names to the run of a version: what all ways to invoke a function share.

User code never runs under the store's lock: it is held only while the target is found.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_mock.domain.callers import session_of
from lambda_mock.domain.event_invoke_config import UNSET
from lambda_mock.domain.function import not_found
from lambda_mock.domain.idleness import wake
from lambda_mock.domain.neighbours.keys import check_decryption
from lambda_mock.domain.tenancy import check_tenant
from lambda_mock.domain.tracing import trace_header
from lambda_mock.domain.version import LATEST, LATEST_PUBLISHED
from lambda_mock.errors import NoPublishedVersionException
from lambda_mock.execution.executor import Event, InvocationRequest
from lambda_mock.operations.access import check_grant
from lambda_mock.operations.payloads import EVENT_LIMIT, check_event_size
from lambda_mock.operations.targets import settle_at_once

if TYPE_CHECKING:
    from lambda_mock.domain.arn import FunctionReference
    from lambda_mock.domain.callers import Caller
    from lambda_mock.domain.event_invoke_config import EventInvokeConfig
    from lambda_mock.domain.function import Function
    from lambda_mock.domain.version import FunctionVersion
    from lambda_mock.operations.registry import Context


def tell_trace(ctx: Context, trace: str) -> None:
    """Put into the headers of the answer what AWS puts there for an invocation that it has taken."""
    ctx.headers["x-amzn-remapped-content-length"] = "0"
    ctx.headers["x-amzn-trace-id"] = trace


def event_for(
    ctx: Context,
    reference: FunctionReference,
    payload: bytes,
    tenant_id: str | None = None,
    source_arn: str | None = None,
) -> Event:
    """An event for a function, which knows how to become one for the function's destinations."""

    def settings() -> EventInvokeConfig:
        with ctx.store.lock:
            function = ctx.store.functions.get(reference.name)
            return UNSET if function is None else function.event_configs.get(reference.qualifier or LATEST, UNSET)

    def dead_letter_target() -> str:
        with ctx.store.lock:
            function = ctx.store.functions.get(reference.name)
            # That of `$LATEST` counts for all versions.
            return "" if function is None else function.running(None).configuration.dead_letter_target or ""

    return Event(
        request_id=ctx.request_id,
        qualified_arn=ctx.store.arn(reference.name, reference.qualifier or LATEST),
        payload=payload,
        resolve=lambda: resolve(ctx, reference, payload, "Event", tenant_id=tenant_id, source_arn=source_arn),
        settings=settings,
        dead_letter_target=dead_letter_target,
        onward=lambda destination, record: _onward(ctx, reference, destination, record),
        trace=trace_header(ctx.trace, ctx.request_id, ctx.store.arn(reference.name)),
    )


def _onward(ctx: Context, sender: FunctionReference, destination: str, record: bytes) -> Event:
    """The event that brings a record to the function that is a destination, in whichever account and region it is.

    The sender invokes it in its own role, which another account has to allow.
    """
    check_event_size(record, EVENT_LIMIT)
    region, account_id = destination.split(":")[3:5]
    store = ctx.backend.store(account_id, region)
    there = store.reference(destination)
    there_ctx = replace(ctx, store=store, request_id=ctx.backend.request_ids.uuid())
    with store.lock:
        function = store.functions.get(there.name)
        if function is None or not function.has(there.qualifier):
            raise not_found(destination)
    if store.account_id != ctx.store.account_id:
        check_grant(there_ctx, there, _role_of(ctx, sender), "Invoke")
    return event_for(there_ctx, there, record)


def _role_of(ctx: Context, sender: FunctionReference) -> Caller:
    with ctx.store.lock:
        version = ctx.store.function(sender.name).at(sender.qualifier)
    return session_of(version.configuration.role, sender.name, ctx.store.account_id)


def resolve(
    ctx: Context,
    reference: FunctionReference,
    event: bytes,
    invocation_type: str,
    client_context: str | None = None,
    tenant_id: str | None = None,
    source_arn: str | None = None,
) -> InvocationRequest:
    """The run of the version that serves this one invocation; a weighted alias draws anew each time."""
    store = ctx.store
    with store.lock:
        function, version = target(ctx, reference, tenant_id, draw=True)
        check_decryption(ctx.backend.neighbours, version.configuration)
        # A version that is deleted meanwhile still runs to its end.
        ctx.backend.code.hold(*version.codes)
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
        tenant_id=tenant_id,
        source_arn=source_arn,
        trace=trace_header(ctx.trace, ctx.request_id, function.arn),
        done=lambda: ctx.backend.code.release(*version.codes),
    )


def target(
    ctx: Context, reference: FunctionReference, tenant_id: str | None = None, *, draw: bool = False
) -> tuple[Function, FunctionVersion]:
    """The function, and the version behind the qualifier, which must be there and Active.

    One that is Inactive refuses the invocation, and is made ready again by it. Of a weighted alias it is the main one,
    or with `draw` the one whose turn it is.
    """
    function = ctx.store.functions.get(reference.name)
    if function is None:
        raise not_found(ctx.store.arn(reference.name, reference.qualifier or LATEST))
    qualifier = reference.qualifier or _default_qualifier(function)
    alias = function.aliases.get(qualifier) if draw and qualifier is not None else None
    if alias is not None and alias.weights:
        qualifier = alias.choose(ctx.backend.draws.next(alias.arn))
    check_tenant(function.running(qualifier).configuration, tenant_id)
    now = ctx.backend.clock.time()
    refusal = wake(function, qualifier, now)
    if refusal is not None:
        settle_at_once(ctx, function, qualifier)
        raise refusal
    return function, function.invoke(qualifier, now)


def _default_qualifier(function: Function) -> str | None:
    """What an invocation without a qualifier runs: `$LATEST`, or `$LATEST.PUBLISHED` on managed instances."""
    if function.latest.configuration.capacity_provider is None:
        return None
    if function.latest_published is None:
        raise NoPublishedVersionException("The function has no published versions available.")
    return LATEST_PUBLISHED
