"""The account's limits, and how much of them the functions of its region use."""

from __future__ import annotations

from lambda_mock.operations.registry import Answer, Context, operation

_LIMITS = {
    "CodeSizeUnzipped": 262_144_000,
    "CodeSizeZipped": 52_428_800,
    "ConcurrentExecutions": 1000,
    "UnreservedConcurrentExecutions": 1000,
}


@operation("GetAccountSettings")
def get_account_settings(ctx: Context) -> Answer:
    """The limits and the usage. Every version counts its code in full, also where nothing but configuration changed."""
    return {
        "AccountLimit": {"TotalCodeSize": ctx.store.storage.limit, **_LIMITS},
        "AccountUsage": {"TotalCodeSize": ctx.store.storage.used, "FunctionCount": len(ctx.store.functions)},
    }
