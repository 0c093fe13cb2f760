"""What has to come to its end before the next thing can begin, and the failure of what ends badly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_mock.integrations.moto.stacks.failures import ResourceError, handler_message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_mock.integrations.moto.stacks.resource import Work


def wait_for_code(work: Work, name: str) -> None:
    """Wait until a function or version can be worked with; a ResourceError where it has failed."""
    found = work.settled("GetFunctionConfiguration", _is_ready, FunctionName=name)
    if "Failed" in (found["State"], found.get("LastUpdateStatus")):
        raise not_stabilized(work, found.get("LastUpdateStatusReason") or found.get("StateReason"))


def not_stabilized(work: Work, reason: str | None) -> ResourceError:
    """The failure of a resource that was made and didn't become what it should."""
    return ResourceError(handler_message(str(reason), work.host.ids.uuid(), "NotStabilized"))


def _is_ready(found: Mapping[str, Any]) -> bool:
    return found["State"] != "Pending" and found.get("LastUpdateStatus") != "InProgress"
