"""The account's limits, and how much of them the functions of its region use."""

from __future__ import annotations

from lambda_mock.operations.registry import Answer, Context, operation


@operation("GetAccountSettings")
def get_account_settings(ctx: Context) -> Answer:
    """The limits and the usage. Every version counts its code in full, also where nothing but configuration changed."""
    limits = ctx.store.limits
    return {
        "AccountLimit": {
            "TotalCodeSize": limits.total_code_size,
            "CodeSizeUnzipped": limits.code_size_unzipped,
            "CodeSizeZipped": limits.code_size_zipped,
            "ConcurrentExecutions": limits.concurrent_executions,
            "UnreservedConcurrentExecutions": ctx.store.concurrency.unreserved,
        },
        "AccountUsage": {"TotalCodeSize": ctx.store.storage.used, "FunctionCount": len(ctx.store.functions)},
    }
