"""The account's limits, and how much of them the functions of its region use."""

from __future__ import annotations

from lambda_mock.domain.archive import UNZIPPED_LIMIT, ZIPPED_LIMIT
from lambda_mock.domain.run_limits import ACCOUNT_CONCURRENCY
from lambda_mock.operations.registry import Answer, Context, operation

_LIMITS = {
    "CodeSizeUnzipped": UNZIPPED_LIMIT,
    "CodeSizeZipped": ZIPPED_LIMIT,
    "ConcurrentExecutions": ACCOUNT_CONCURRENCY,
}


@operation("GetAccountSettings")
def get_account_settings(ctx: Context) -> Answer:
    """The limits and the usage. Every version counts its code in full, also where nothing but configuration changed."""
    return {
        "AccountLimit": {
            "TotalCodeSize": ctx.store.storage.limit,
            **_LIMITS,
            "UnreservedConcurrentExecutions": ctx.store.concurrency.unreserved,
        },
        "AccountUsage": {"TotalCodeSize": ctx.store.storage.used, "FunctionCount": len(ctx.store.functions)},
    }
