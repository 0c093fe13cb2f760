"""The end of a change of provisioned concurrency: environments are initialised ahead, which may fail.

One of them really is; the others are when they first run, and count as initialised before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_mock.domain.provisioned_concurrency import INIT_FAILURE, READY
from lambda_mock.execution.executor import InvocationRequest

if TYPE_CHECKING:
    from lambda_mock.domain.function import Function
    from lambda_mock.domain.provisioned_concurrency import ProvisionedConcurrency
    from lambda_mock.operations.registry import Context


def settle_provisioned_at_once(ctx: Context, function: Function, qualifier: str) -> None:
    """Let what is provisioned for a version or an alias be there at once, unless the test wants to observe it."""
    if not ctx.backend.rules.observed:
        settle_provisioned(ctx, function, qualifier)


def settle_provisioned(ctx: Context, function: Function, qualifier: str) -> None:
    """Bring what is under way with the provisioned concurrency of a version or alias to its end, after the answer."""
    config = function.provisioned.get(qualifier)
    if config is not None and config.is_under_way:
        ctx.afterwards.append(lambda: _settle(ctx, function, qualifier, config))


def _settle(ctx: Context, function: Function, qualifier: str, config: ProvisionedConcurrency) -> None:
    with ctx.store.lock:
        request = _preparation(ctx, function, qualifier, config)
    loads = request is None or _prepare(ctx, request)
    with ctx.store.lock:
        if function.provisioned.get(qualifier) is config:
            function.settle_provisioned(qualifier, READY if loads else INIT_FAILURE)


def _prepare(ctx: Context, request: InvocationRequest) -> bool:
    try:
        return ctx.runner.prepare(request)
    finally:
        request.done()


def _preparation(
    ctx: Context, function: Function, qualifier: str, config: ProvisionedConcurrency
) -> InvocationRequest | None:
    """What initialises an environment; None where no new ones are wanted."""
    version = function.version(config.version)
    serial = function.limits.next_serial(qualifier, version=config.version)
    if version is None or serial is None or function.provisioned.get(qualifier) is not config:
        return None
    ctx.backend.code.hold(*version.codes)
    return InvocationRequest(
        request_id=ctx.request_id,
        version=version,
        limits=function.limits,
        invoked_arn=ctx.store.arn(function.name, qualifier),
        qualifier=qualifier,
        account_id=ctx.store.account_id,
        region=ctx.store.region,
        payload=b"",
        pool=serial,
        done=lambda: ctx.backend.code.release(*version.codes),
    )
