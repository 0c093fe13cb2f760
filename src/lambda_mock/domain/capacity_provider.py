"""Capacity providers: the instances in a VPC that functions run on, and which versions do.

A provider keeps an index of the versions that run on it, so that neither listing nor deleting looks through functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.arn import partition_of
from lambda_mock.domain.sorted_names import SortedNames
from lambda_mock.domain.version import LATEST_PUBLISHED
from lambda_mock.errors import (
    CapacityProviderLimitExceededException,
    FunctionVersionsPerCapacityProviderLimitExceededException,
    InvalidParameterValueException,
    ResourceConflictException,
    ResourceNotFoundException,
)

if TYPE_CHECKING:
    from lambda_mock.domain.configuration import Configuration
    from lambda_mock.domain.transition_failures import TransitionFailures
    from lambda_mock.domain.version import FunctionVersion
    from lambda_mock.limits import Limits

PENDING, ACTIVE, FAILED, DELETING = "Pending", "Active", "Failed", "Deleting"

_DEFAULT_ARCHITECTURE = "x86_64"
_DEFAULT_SCALING: Mapping[str, Any] = {"MaxVCpuCount": 400, "ScalingMode": "Auto"}

Place = tuple[str, int]
"""Where a version stands among those of a provider: its function, and its number or, for `$LATEST.PUBLISHED`, 0."""


@dataclass(slots=True, kw_only=True)
class CapacityProvider:
    """One capacity provider, and who uses it.

    `settings` are the members of CreateCapacityProvider as they are answered. `last_modified` is in epoch seconds.
    `versions` are the published versions that run on it; `functions` are those whose `$LATEST` names it.
    """

    name: str
    arn: str
    settings: Mapping[str, Any]
    last_modified: float
    state: str = PENDING
    tags: Mapping[str, str]
    versions: SortedNames[Place, str] = field(default_factory=SortedNames)
    functions: set[str] = field(default_factory=set)

    @property
    def architecture(self) -> str:
        """The architecture of its instances."""
        (architecture,) = self.settings["InstanceRequirements"]["Architectures"]
        return str(architecture)

    def settle(self, failures: TransitionFailures) -> None:
        """Bring its making to its end, which is a failure where the test has ordered one."""
        if self.state == PENDING:
            failed = failures.strike("CapacityProvider", self.name, "")
            self.state = ACTIVE if failed is None else FAILED

    def check_state(self, *allowed: str) -> None:
        """Refuse what can be done in none but those states."""
        if self.state not in allowed:
            raise ResourceConflictException(
                "The operation cannot be performed at this time. "
                f"The capacity provider is currently in the following state: {self.state}"
            )

    def check_unused(self) -> None:
        """Refuse to delete it while a function uses it."""
        users = self.functions | {name for (name, _), _ in self.versions.after(None)}
        if users:
            raise ResourceConflictException(
                f"The capacity provider is currently in use by {len(users)} functions. "
                f"To delete this capacity provider, first remove its association with {self.arn}."
            )


class CapacityProviders:
    """The capacity providers of one account in one region, by name."""

    __slots__ = ("_limits", "_prefix", "by_name")

    def __init__(self, *, region: str, account_id: str, limits: Limits) -> None:
        self.by_name: SortedNames[str, CapacityProvider] = SortedNames()
        self._limits = limits
        self._prefix = f"arn:{partition_of(region)}:lambda:{region}:{account_id}:capacity-provider:"

    def arn(self, name_or_arn: str) -> str:
        """The ARN of a provider of this account and region; an ARN stays what it is."""
        return name_or_arn if ":" in name_or_arn else self._prefix + name_or_arn

    def get(self, name_or_arn: str) -> CapacityProvider:
        """The provider of that name or ARN. Missing, or elsewhere: ResourceNotFoundException."""
        arn = self.arn(name_or_arn)
        found = self.by_name.get(arn.removeprefix(self._prefix))
        if found is None:
            raise ResourceNotFoundException(f"Capacity provider not found: {arn}")
        return found

    def create(
        self, name_or_arn: str, settings: Mapping[str, Any], tags: Mapping[str, str], *, now: float
    ) -> CapacityProvider:
        """Make a provider, which stays Pending until it settles."""
        arn = self.arn(name_or_arn)
        if not arn.startswith(self._prefix):
            raise InvalidParameterValueException(
                f"The capacity provider {arn} can't be created from here: it belongs to another account or region."
            )
        name = arn.removeprefix(self._prefix)
        if name in self.by_name:
            raise ResourceConflictException(f"Capacity provider already exists: {arn}")
        if len(self.by_name) >= self._limits.capacity_providers:
            raise CapacityProviderLimitExceededException(
                "The maximum number of capacity providers for your account has been exceeded."
            )
        provider = CapacityProvider(
            name=name, arn=arn, settings=completed(settings), last_modified=now, tags=dict(tags)
        )
        self.by_name[name] = provider
        return provider

    # Who uses them ---------------------------------------------------------------------------------------------------

    def check(self, configuration: Configuration) -> None:
        """Refuse a configuration whose provider isn't there, isn't ready, or has another architecture."""
        if configuration.capacity_provider is None:
            return
        provider = self.get(configuration.capacity_provider)
        provider.check_state(ACTIVE)
        if provider.architecture not in configuration.architectures:
            raise InvalidParameterValueException(
                f"The function's architecture ({configuration.architectures[0]}) doesn't match the architecture of the "
                f"capacity provider ({provider.architecture})."
            )

    def require_room(self, configuration: Configuration, function_name: str, version: str | None = None) -> None:
        """Refuse one more version on the provider of a configuration, unless `version` is on it already."""
        if configuration.capacity_provider is None:
            return
        versions = self.get(configuration.capacity_provider).versions
        if version is not None and (function_name, _rank(version)) in versions:
            return
        if len(versions) >= self._limits.versions_per_capacity_provider:
            raise FunctionVersionsPerCapacityProviderLimitExceededException(
                "The maximum number of function versions that can be associated with a single capacity provider has "
                "been exceeded."
            )

    def attach(self, version: FunctionVersion) -> None:
        """Count a version as one that uses its provider, if it has one."""
        name = version.configuration.capacity_provider
        if name is None:
            return
        provider = self.get(name)
        if version.is_published:
            provider.versions[version.function_name, _rank(version.version)] = version.version
        else:
            provider.functions.add(version.function_name)

    def detach(self, version: FunctionVersion) -> None:
        """Count a version no longer."""
        name = version.configuration.capacity_provider
        if name is None:
            return
        provider = self.get(name)
        if version.is_published:
            provider.versions.pop((version.function_name, _rank(version.version)))
        else:
            provider.functions.discard(version.function_name)


def completed(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """Settings with AWS's defaults for what wasn't given, and without what has none."""
    given = {member: value for member, value in settings.items() if value is not None}
    instances: Mapping[str, Any] = {
        "Architectures": [_DEFAULT_ARCHITECTURE],
        **given.get("InstanceRequirements", {}),
    }
    if instances.get("AllowedInstanceTypes") and instances.get("ExcludedInstanceTypes"):
        raise InvalidParameterValueException(
            "You can specify only one of AllowedInstanceTypes or ExcludedInstanceTypes."
        )
    scaling = {**_DEFAULT_SCALING, **given.get("CapacityProviderScalingConfig", {})}
    return {**given, "InstanceRequirements": instances, "CapacityProviderScalingConfig": scaling}


def _rank(version: str) -> int:
    return 0 if version == LATEST_PUBLISHED else int(version)
