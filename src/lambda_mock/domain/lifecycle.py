"""The states that a version shows while it is made or changed, and what Lambda answers to whoever comes too early."""

from __future__ import annotations

from lambda_mock.domain.version import Status
from lambda_mock.errors import ResourceConflictException

_REASON = "The function is being created."
_REASON_CODE = "Creating"

PENDING = Status(value="Pending", reason=_REASON, reason_code=_REASON_CODE)
ACTIVE = Status(value="Active")
# AWS really says "being created" of an update, too.
IN_PROGRESS = Status(value="InProgress", reason=_REASON, reason_code=_REASON_CODE)
SUCCESSFUL = Status(value="Successful")


def pending_conflict() -> ResourceConflictException:
    """What a function that isn't made yet answers to invocations and changes."""
    return ResourceConflictException(
        "The operation cannot be performed at this time. "
        f"The function is currently in the following state: {PENDING.value}"
    )


def update_conflict(function_arn: str) -> ResourceConflictException:
    """What a function whose update isn't through yet answers to further changes."""
    return ResourceConflictException(
        f"The operation cannot be performed at this time. An update is in progress for resource: {function_arn}"
    )
