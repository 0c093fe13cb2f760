"""The states that a version shows while it is made or changed, and what Lambda answers to whoever comes too early.

Which state follows which is here; when, is for the function to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_mock.domain.version import Status
from lambda_mock.errors import ResourceConflictException

if TYPE_CHECKING:
    from lambda_mock.domain.transition_failures import Failure
    from lambda_mock.domain.version import FunctionVersion

_REASON = "The function is being created."
_REASON_CODE = "Creating"

PENDING = Status(value="Pending", reason=_REASON, reason_code=_REASON_CODE)
RESTORING = Status(value="Pending", reason="The function is being restored.", reason_code="Restoring")
ACTIVE = Status(value="Active")
INACTIVE = Status(value="Inactive", reason="The function is idle.", reason_code="Idle")
# AWS really says "being created" of an update, too.
IN_PROGRESS = Status(value="InProgress", reason=_REASON, reason_code=_REASON_CODE)
SUCCESSFUL = Status(value="Successful")
FAILED = "Failed"
"""The value of a state or an update that has failed; its reason is another each time."""


def next_state(state: Status, failure: Failure | None) -> Status:
    """Where a Pending version gets to. What can't be made has Failed, what can't be restored is Inactive as before."""
    if failure is None:
        return ACTIVE
    value = INACTIVE.value if state is RESTORING else FAILED
    return Status(value=value, reason=failure.reason, reason_code=failure.reason_code)


def next_update(failure: Failure | None) -> Status:
    """How an update ends."""
    if failure is None:
        return SUCCESSFUL
    return Status(value=FAILED, reason=failure.reason, reason_code=failure.reason_code)


def check_made(version: FunctionVersion) -> None:
    """Refuse a change of what isn't made yet, or couldn't be made."""
    if version.state.value not in {ACTIVE.value, INACTIVE.value}:
        raise state_conflict(version.state)


def state_conflict(state: Status) -> ResourceConflictException:
    """What a function that isn't made yet, or couldn't be made, answers to invocations and changes."""
    return ResourceConflictException(
        "The operation cannot be performed at this time. "
        f"The function is currently in the following state: {state.value}"
    )


def update_conflict(function_arn: str) -> ResourceConflictException:
    """What a function whose update isn't through yet answers to further changes."""
    return ResourceConflictException(
        f"The operation cannot be performed at this time. An update is in progress for resource: {function_arn}"
    )
