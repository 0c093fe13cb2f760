"""Publishing to `$LATEST.PUBLISHED`, which is made anew in place. How it ends is the function's to say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_mock.domain.lifecycle import FAILED, PENDING, REPUBLISHING, state_conflict, update_conflict
from lambda_mock.domain.version import LATEST_PUBLISHED

if TYPE_CHECKING:
    from lambda_mock.domain.function import Function
    from lambda_mock.domain.version import FunctionVersion


def check_republishable(function: Function) -> None:
    """Refuse to publish to `$LATEST.PUBLISHED` while that is under way already."""
    before = function.latest_published
    if before is not None and before.last_update is REPUBLISHING:
        raise update_conflict(before.qualified_arn)
    if before is not None and before.is_under_way:
        raise state_conflict(before.state)


def republish(function: Function, *, description: str | None = None) -> FunctionVersion:
    """Make a snapshot of `$LATEST` the `$LATEST.PUBLISHED`, in place of the one that there was."""
    before, holdings = function.latest_published, function.holdings
    check_republishable(function)
    holdings.capacity.require_room(function.latest.configuration, function.name, LATEST_PUBLISHED)
    working = before is not None and before.state.value != FAILED
    version = replace(
        function.snapshot(description),
        version=LATEST_PUBLISHED,
        state=before.state if before is not None and working else PENDING,
        last_update=REPUBLISHING if working else None,
    )
    if before is None:
        holdings.take(version)
    else:
        holdings.exchange(before, version)
        if not working:
            holdings.complete(before, version)
    function.latest_published = version
    function.republished = before if working else None
    function.touch()
    return version
