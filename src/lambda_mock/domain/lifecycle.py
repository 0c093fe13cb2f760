"""The states that a version shows while it is made or changed, and what Lambda answers to whoever comes too early.

Which state follows which is here; when, is for the function to say.
"""

from __future__ import annotations

from dataclasses import replace
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

# Of functions on managed instances only: their `$LATEST` never runs, and a version without environments doesn't.
ACTIVE_NON_INVOCABLE = Status(value="ActiveNonInvocable")
DEACTIVATING = Status(value="Deactivating")
DEACTIVATED = Status(value="Deactivated")
REACTIVATING = Status(value="Pending", reason="The function is being restored.", reason_code="Restoring")
REPUBLISHING = Status(value="InProgress", reason="The function is being updated.", reason_code="Updating")


def next_state(state: Status, failure: Failure | None) -> Status:
    """Where a version gets to. What can't be made has Failed, what can't be restored is as it was before."""
    if state.value != PENDING.value:
        return DEACTIVATED if state is DEACTIVATING else state
    if failure is None:
        return ACTIVE
    value = DEACTIVATED.value if state is REACTIVATING else INACTIVE.value if state is RESTORING else FAILED
    return Status(value=value, reason=failure.reason, reason_code=failure.reason_code)


def next_update(failure: Failure | None) -> Status:
    """How an update ends."""
    if failure is None:
        return SUCCESSFUL
    return Status(value=FAILED, reason=failure.reason, reason_code=failure.reason_code)


def made(version: FunctionVersion, failure: Failure | None) -> FunctionVersion:
    """A version whose making or restoring has come to its end."""
    last_update = version.last_update if failure is not None else SUCCESSFUL
    state = next_state(version.state, failure)
    return replace(version, state=ready(version) if state is ACTIVE else state, last_update=last_update)


def ready(version: FunctionVersion) -> Status:
    """The state of a version that is made: on managed instances only what was published runs."""
    waits = version.configuration.capacity_provider is not None and not version.is_published
    return ACTIVE_NON_INVOCABLE if waits else ACTIVE


def check_made(version: FunctionVersion) -> None:
    """Refuse a change of what isn't made yet, or couldn't be made."""
    if version.state.value not in {ACTIVE.value, INACTIVE.value, ACTIVE_NON_INVOCABLE.value}:
        raise state_conflict(version.state)


def state_conflict(state: Status) -> ResourceConflictException:
    """What a function answers to what it can't do in that state."""
    return ResourceConflictException(
        "The operation cannot be performed at this time. "
        f"The function is currently in the following state: {state.value}"
    )


def update_conflict(function_arn: str) -> ResourceConflictException:
    """What a function whose update isn't through yet answers to further changes."""
    return ResourceConflictException(
        f"The operation cannot be performed at this time. An update is in progress for resource: {function_arn}"
    )
