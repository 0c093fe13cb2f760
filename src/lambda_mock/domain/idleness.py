"""Being idle: what Lambda keeps ready for a version goes after two weeks without an invocation, and comes back by one.

Nothing watches the time: a version is found to be idle when somebody looks at it or invokes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_mock.domain.lifecycle import ACTIVE, INACTIVE, RESTORING
from lambda_mock.errors import (
    CodeArtifactUserPendingException,
    ResourceNotReadyException,
    ServiceError,
    SnapStartNotReadyException,
)

if TYPE_CHECKING:
    from lambda_mock.domain.function import Function
    from lambda_mock.domain.version import FunctionVersion

IDLE_AFTER = 14 * 86_400.0
"""After how many seconds without an invocation a version is idle."""


def rest(function: Function, qualifier: str | None, now: float) -> None:
    """Let the version at `qualifier` become Inactive where nobody has invoked it for too long."""
    version = function.at(qualifier)
    if version.state is not ACTIVE or version.is_under_way or not _can_be_idle(version):
        return
    since = max(version.last_modified, function.used.get(version.version, 0.0))
    if now - since >= IDLE_AFTER and not function.provisioned.keep_ready(version.version):
        function.show(version, INACTIVE)


def wake(function: Function, qualifier: str | None, now: float) -> ServiceError | None:
    """What an invocation is refused with that finds an Inactive version, which is then Pending; else None."""
    rest(function, qualifier, now)
    version = function.at(qualifier)
    if version.state.value != INACTIVE.value:
        return None
    function.used[version.version] = now
    function.show(version, RESTORING)
    return _refusal(version)


def _can_be_idle(version: FunctionVersion) -> bool:
    """Whether Lambda keeps something for a version that it takes away: a snapshot, an image, a network interface.

    Other functions may become idle on AWS too; nobody says when, so that here they never are.
    """
    if version.configuration.capacity_provider is not None:
        return False
    return version.has_snapshot or version.configuration.package_type == "Image" or version.is_in_vpc


def _refusal(version: FunctionVersion) -> ServiceError:
    if version.has_snapshot:
        return SnapStartNotReadyException(
            "Lambda is initializing your function. It will be ready to invoke once your function state becomes ACTIVE."
        )
    if version.is_in_vpc:
        return ResourceNotReadyException(
            "The function is inactive and its VPC connection is no longer available. "
            "Wait for the VPC connection to reestablish and try again."
        )
    return CodeArtifactUserPendingException("Lambda is initializing your function. It will be ready to invoke shortly.")
