"""A function's configuration: what UpdateFunctionConfiguration changes and a version freezes.

Members with rules are fields of their own; members that AWS only stores and echoes stay the mappings they came as.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambda_mock.domain.layer import LayerVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Everything a version snapshots besides its code.

    `timeout` is in seconds, `memory_size` and `ephemeral_storage` in MB. `environment` is None where it was never
    given. `echoed` holds the members that are answered as they were given, by AWS's names.
    """

    role: str
    package_type: str = "Zip"
    runtime: str | None = None
    handler: str | None = None
    description: str = ""
    timeout: int = 3
    memory_size: int = 128
    ephemeral_storage: int = 512
    architectures: tuple[str, ...] = ("x86_64",)
    environment: Mapping[str, str] | None = None
    tracing_mode: str = "PassThrough"
    snap_start: str = "None"
    dead_letter_target: str | None = None
    source_kms_key_arn: str | None = None
    logging: Mapping[str, str] = field(default_factory=dict)
    image_config: Mapping[str, Any] = field(default_factory=dict)
    layers: tuple[LayerVersion, ...] = ()
    echoed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def managed_instances(self) -> Mapping[str, Any]:
        """How it runs on managed instances; empty for an ordinary function."""
        config: Mapping[str, Any] = self.echoed.get("CapacityProviderConfig", {})
        managed: Mapping[str, Any] = config.get("LambdaManagedInstancesCapacityProviderConfig", {})
        return managed

    @property
    def capacity_provider(self) -> str | None:
        """The ARN of the capacity provider whose instances it runs on; None for an ordinary function."""
        return self.managed_instances.get("CapacityProviderArn")

    @property
    def isolates_tenants(self) -> bool:
        """Whether each tenant has execution environments of its own."""
        return "TenancyConfig" in self.echoed
