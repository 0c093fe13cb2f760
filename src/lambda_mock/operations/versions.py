"""Versions: publishing `$LATEST`, and listing what was published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from lambda_mock.errors import InvalidParameterValueException
from lambda_mock.operations.answers import changed_configuration, list_item
from lambda_mock.operations.not_built import refuse
from lambda_mock.operations.pages import key_of, number_of, page
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
    """Snapshot `$LATEST` as the next version. Without a change the answer is the last one, and still a 201."""
    refuse("PublishVersion", PublishTo=publish_to)
    function = whole_function(ctx, function_name)
    function.check_settled()
    function.check_revision(revision_id)
    current = function.latest.code.sha256
    if code_sha256 is not None and code_sha256 != current:
        raise InvalidParameterValueException(
            f"CodeSHA256 ({code_sha256}) is different from current CodeSHA256 in $LATEST ({current}). "
            "Please try again with the CodeSHA256 in $LATEST."
        )
    # A SnapStart version stays Pending while its snapshot is made; any other is there at once.
    snapshot = function.latest.configuration.snap_start == "PublishedVersions"
    version = function.publish(description=description, pending=snapshot, now=ctx.backend.clock.time())
    answer = changed_configuration(version, version.qualified_arn)
    settle_at_once(ctx, function, version.version)
    return answer


@operation("ListVersionsByFunction")
def list_versions_by_function(
    ctx: Context, *, function_name: str, marker: str | None = None, max_items: int = PAGE_LIMIT
) -> Answer:
    """`$LATEST`, then the published versions in the order of their numbers; at most 50 in a page."""
    function = ctx.store.function(ctx.store.reference(function_name).name)
    items, next_marker = page(_entries(function, key_of(marker)), min(max_items, PAGE_LIMIT))
    return {"NextMarker": next_marker, "Versions": items}


def _entries(function: Function, after: str | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Entries with the version's number as key, where `$LATEST` counts as version 0."""
    if after is None:
        yield "0", list_item(function.latest, function.latest.qualified_arn)
    for number, version in function.versions.after(number_of(after or "0")):
        yield str(number), list_item(version, version.qualified_arn)
