"""Versions: publishing `$LATEST`, and listing what was published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from lambda_mock.errors import InvalidParameterValueException
from lambda_mock.operations.answers import changed_configuration, list_item
from lambda_mock.operations.pages import key_of, number_of, page
from lambda_mock.operations.publishing import Publishing
from lambda_mock.operations.registry import Answer, Context, operation
from lambda_mock.operations.targets import settle_at_once, whole_function

if TYPE_CHECKING:
    from lambda_mock.domain.function import Function

PAGE_LIMIT = 50


@operation("PublishVersion")
def publish_version(
    ctx: Context,
    *,
    function_name: str,
    code_sha256: str | None = None,
    description: str | None = None,
    revision_id: str | None = None,
    publish_to: str | None = None,
) -> Answer:
    """Snapshot `$LATEST` as the next version. Without a change the answer is the last one, and still a 201.

    With `PublishTo`, the snapshot takes the place of what `$LATEST.PUBLISHED` was, whether anything changed or not.
    """
    function = whole_function(ctx, function_name)
    function.check_settled()
    function.check_revision(revision_id)
    current = function.latest.code.sha256
    if code_sha256 is not None and code_sha256 != current:
        raise InvalidParameterValueException(
            f"CodeSHA256 ({code_sha256}) is different from current CodeSHA256 in $LATEST ({current}). "
            "Please try again with the CodeSHA256 in $LATEST."
        )
    publishing = Publishing.of(function.latest.configuration, publish=True, publish_to=publish_to)
    # A SnapStart version stays Pending while its snapshot is made; any other is there at once.
    snapshot = function.latest.configuration.snap_start == "PublishedVersions"
    now = ctx.backend.clock.time()
    version = publishing.perform(function, description=description, pending=snapshot, now=now)
    answer = changed_configuration(version, version.qualified_arn)
    settle_at_once(ctx, function, version.version)
    return answer


@operation("ListVersionsByFunction")
def list_versions_by_function(
    ctx: Context, *, function_name: str, marker: str | None = None, max_items: int = PAGE_LIMIT
) -> Answer:
    """`$LATEST`, `$LATEST.PUBLISHED`, then the versions in the order of their numbers; at most 50 in a page."""
    function = ctx.store.function(ctx.store.reference(function_name).name)
    items, next_marker = page(_entries(function, key_of(marker)), min(max_items, PAGE_LIMIT))
    return {"NextMarker": next_marker, "Versions": items}


def _entries(function: Function, after: str | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Entries with the version's position as key."""
    for position, version in function.listed(number_of(after or "0")):
        yield str(position), list_item(version, version.qualified_arn)
