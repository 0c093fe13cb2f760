"""A version of a function: the frozen pair of code and configuration that runs, and how far its making has got."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambda_mock.domain.code import Code
    from lambda_mock.domain.configuration import Configuration

LATEST = "$LATEST"
LATEST_PUBLISHED = "$LATEST.PUBLISHED"
"""What a function on managed instances can be published to again and again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A state or an update status, with the reason and the reason's code where AWS gives them."""

    value: str
    reason: str | None = None
    reason_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeManagement:
    """When a version gets a newer patch of its runtime; with `Manual` it is `runtime_version_arn` that it keeps."""

    update_runtime_on: str = "Auto"
    runtime_version_arn: str | None = None


AUTOMATIC = RuntimeManagement()


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionVersion:
    """`$LATEST`, a numbered version, or `$LATEST.PUBLISHED`.

    A numbered one never changes but in `state`, `runtime_management` and, where concurrency is provisioned for it,
    `revision_id`; the other two change by being replaced.
    `last_modified` is in epoch seconds. `last_update` is None until the function's making has settled, and when it has
    failed. `answers` is a memo for whoever renders the version.
    """

    function_name: str
    function_arn: str
    version: str
    configuration: Configuration
    code: Code
    revision_id: str
    last_modified: float
    state: Status
    last_update: Status | None
    runtime_management: RuntimeManagement = AUTOMATIC
    answers: dict[tuple[str, str], Mapping[str, Any]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    @property
    def qualified_arn(self) -> str:
        """The ARN that ends with the version."""
        return f"{self.function_arn}:{self.version}"

    @property
    def codes(self) -> tuple[Code, ...]:
        """All code that it runs: its own, and that of its layers."""
        return (self.code, *(layer.code for layer in self.configuration.layers))

    @property
    def is_under_way(self) -> bool:
        """Whether its making, its restoring or an update has begun and not ended."""
        updating = self.last_update is not None and self.last_update.value == "InProgress"
        return updating or self.state.value in {"Pending", "Deactivating"}

    @property
    def has_snapshot(self) -> bool:
        """Whether Lambda keeps a snapshot of it, for SnapStart."""
        return self.is_published and self.configuration.snap_start == "PublishedVersions"

    @property
    def is_in_vpc(self) -> bool:
        """Whether it has network interfaces in a VPC."""
        return bool(self.configuration.echoed.get("VpcConfig", {}).get("SubnetIds"))

    @property
    def is_published(self) -> bool:
        """Whether this is a published version: a numbered one or `$LATEST.PUBLISHED`."""
        return self.version != LATEST
