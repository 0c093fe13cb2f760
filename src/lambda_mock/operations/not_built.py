"""What Lambda does and this mock doesn't yet: asking for it is an error that says so, never silence."""

from __future__ import annotations

from lambda_mock.errors import NotBuiltError

OPERATIONS_NOT_BUILT = frozenset({
    "CheckpointDurableExecution", "DeleteDurableExecution", "GetDurableExecution", "GetDurableExecutionHistory",
    "GetDurableExecutionState", "ListDurableExecutionsByFunction", "PauseDurableExecution",
    "ResumeDurableExecution", "SendDurableExecutionCallbackFailure", "SendDurableExecutionCallbackHeartbeat",
    "SendDurableExecutionCallbackSuccess", "StopDurableExecution",
})  # fmt: skip
"""The operations of Lambda that raise NotBuiltError."""


def refuse(operation: str, **members: object) -> None:
    """Raise NotBuiltError for the first member (by its AWS name) that was given; an empty value counts as not given."""
    for name, value in members.items():
        if value:
            message = f"lambda_mock doesn't do {name} of {operation} yet. Leave it out where the test can do without."
            raise NotBuiltError(message)
