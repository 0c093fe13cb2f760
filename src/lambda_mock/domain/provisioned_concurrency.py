"""Provisioned concurrency: environments kept ready for a version, asked for by the version itself or by an alias of it.

A version has one config at most, whoever asks. A config is a value; what it changes among the runs are the pools of
`run_limits`, and they change when it settles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.version import LATEST, Status
from lambda_mock.errors import InvalidParameterValueException, ResourceConflictException

if TYPE_CHECKING:
    from lambda_mock.domain.alias import Alias
    from lambda_mock.domain.configuration import Configuration
    from lambda_mock.domain.run_limits import RunLimits

IN_PROGRESS = Status(value="IN_PROGRESS")
READY = Status(value="READY")
INIT_FAILURE = Status(value="FAILED", reason="FUNCTION_ERROR_INIT_FAILURE")
"""That the function's code could not be loaded: the one reason that AWS was recorded giving."""


def failed(reason: str) -> Status:
    """The end of what can't be provisioned, for that reason."""
    return Status(value=INIT_FAILURE.value, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionedConcurrency:
    """What a version or an alias asks for, and how far that has got.

    `version` is for which version. `last_modified` is in epoch seconds. `allocated` is what there is; while a change is
    under way, and after one that failed, that is what there was before it.
    """

    version: str
    requested: int
    last_modified: float
    allocated: int = 0
    status: Status = IN_PROGRESS

    @property
    def is_under_way(self) -> bool:
        """Whether what was asked for isn't there yet, and has not failed."""
        return self.status is IN_PROGRESS

    def members(self) -> Mapping[str, Any]:
        """What AWS shows of it. All that is allocated is available, also while it runs."""
        return {
            "RequestedProvisionedConcurrentExecutions": self.requested,
            "AvailableProvisionedConcurrentExecutions": self.allocated,
            "AllocatedProvisionedConcurrentExecutions": self.allocated,
            "Status": self.status.value,
            "StatusReason": self.status.reason,
            # Unlike the LastModified of a function this one has whole seconds.
            "LastModified": f"{datetime.fromtimestamp(self.last_modified, tz=timezone.utc):%Y-%m-%dT%H:%M:%S}+0000",
        }


class ProvisionedConfigs:
    """The configs of one function, by the number or alias that asks; every change claims what it needs of `limits`."""

    __slots__ = ("_configs", "_limits")

    def __init__(self, limits: RunLimits) -> None:
        self._configs: dict[str, ProvisionedConcurrency] = {}
        self._limits = limits

    def __iter__(self) -> Iterator[str]:
        return iter(self._configs)

    def items(self) -> list[tuple[str, ProvisionedConcurrency]]:
        """Who asks, by name, and for what."""
        return sorted(self._configs.items())

    def get(self, qualifier: str) -> ProvisionedConcurrency | None:
        """The config that this very number or alias has, or None."""
        return self._configs.get(qualifier)

    def keep_ready(self, version: str) -> bool:
        """Whether environments are kept ready for a version, whoever has asked for them."""
        return any(config.version == version for config in self._configs.values())

    def put(self, qualifier: str, *, alias: Alias | None, requested: int, now: float) -> ProvisionedConcurrency:
        """Ask for `requested` environments, in place of what `qualifier` has asked for before.

        `alias` is the one that the qualifier names, None for a version's number. The change is under way until it
        settles. Refused with an error are a target that can't have it, and more than there is.
        """
        version = qualifier if alias is None else alias.version
        check_published(version)
        if alias is not None:
            _check_weights(alias)
        self._check_alone(qualifier, version, is_alias=alias is not None)
        before = self._configs.get(qualifier)
        claimed = 0 if before is None else before.requested
        self._limits.check_provisioned(requested, before=claimed)
        self._limits.provision(requested, before=claimed)
        config = ProvisionedConcurrency(
            version=version,
            requested=requested,
            last_modified=now,
            allocated=0 if before is None else before.allocated,
        )
        self._configs[qualifier] = config
        return config

    def delete(self, qualifier: str, *, alias: Alias | None) -> None:
        """Give back what `qualifier` has asked for; nothing is no error. A weighted alias has to keep it."""
        if alias is not None and qualifier in self._configs:
            _check_weights(alias)
        self.drop(qualifier)

    def drop(self, qualifier: str) -> None:
        """Give back what `qualifier` has asked for, as it goes itself."""
        config = self._configs.pop(qualifier, None)
        if config is not None:
            self._limits.provision(0, before=config.requested)
            self._limits.deallocate(qualifier)

    def clear(self) -> None:
        """Give back everything."""
        for qualifier in list(self._configs):
            self.drop(qualifier)

    def check_move(self, alias: Alias, *, version: str, weights: Mapping[str, float]) -> None:
        """Refuse to point an alias where its config, if it has one, can't follow it."""
        if alias.name not in self._configs:
            return
        if alias.weights and weights and {version, *weights} != {alias.version, *alias.weights}:
            raise InvalidParameterValueException("Invalid alias configuration for Provisioned Concurrency")
        if version != alias.version:
            check_published(version)
            self._check_alone(alias.name, version, is_alias=True)

    def move(self, name: str, *, version: str) -> None:
        """Let the config of an alias, if it has one, follow it to another version; under way until it settles."""
        config = self._configs.get(name)
        if config is not None and config.version != version:
            self._configs[name] = replace(config, version=version, status=IN_PROGRESS)

    def settle(self, qualifier: str, outcome: Status = READY) -> None:
        """Bring what is under way to its end: `READY`, or a failure with its reason, which leaves what was there."""
        config = self._configs.get(qualifier)
        if config is None or not config.is_under_way:
            return
        if outcome is READY:
            self._limits.allocate(qualifier, version=config.version, size=config.requested)
            config = replace(config, allocated=config.requested)
        self._configs[qualifier] = replace(config, status=outcome)

    def _check_alone(self, qualifier: str, version: str, *, is_alias: bool) -> None:
        """Refuse a second config of one version."""
        others = (other for other in self._configs if other != qualifier)
        if any(self._configs[other].version == version for other in others):
            raise ResourceConflictException(
                "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version"
                if is_alias
                else "Version is pointed by a Provisioned Concurrency alias"
            )


def check_provisionable(configuration: Configuration) -> None:
    """Refuse what goes together with no provisioned concurrency."""
    for kind, there in (
        ("functions with SnapStart", configuration.snap_start == "PublishedVersions"),
        ("functions with a TenancyConfig", configuration.isolates_tenants),
        ("Lambda Managed Instances functions", configuration.capacity_provider is not None),
    ):
        if there:
            raise InvalidParameterValueException(f"Provisioned Concurrency is not supported for {kind}.")


def check_published(version: str) -> None:
    """Refuse to provision `$LATEST`."""
    if version == LATEST:
        raise InvalidParameterValueException(
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
        )


def _check_weights(alias: Alias) -> None:
    if alias.weights:
        raise InvalidParameterValueException("Alias with weights can not be used with Provisioned Concurrency")
