"""A function: `$LATEST`, its published versions, its aliases, and the rules by which they change.

Everything here happens under the store's lock. A published version is the frozen snapshot itself, so it can't change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lambda_mock.domain.alias import Alias
from lambda_mock.domain.lifecycle import (
    ACTIVE,
    IN_PROGRESS,
    PENDING,
    SUCCESSFUL,
    pending_conflict,
    update_conflict,
)
from lambda_mock.domain.provisioned_concurrency import ProvisionedConfigs
from lambda_mock.domain.sorted_names import SortedNames
from lambda_mock.domain.version import AUTOMATIC, LATEST, FunctionVersion, RuntimeManagement
from lambda_mock.errors import (
    InvalidParameterValueException,
    PreconditionFailedException,
    ResourceConflictException,
    ResourceNotFoundException,
)

if TYPE_CHECKING:
    from lambda_mock.domain.code import Code
    from lambda_mock.domain.code_signing_config import CodeSigningConfig
    from lambda_mock.domain.code_storage import CodeStorage
    from lambda_mock.domain.configuration import Configuration
    from lambda_mock.domain.event_invoke_config import EventInvokeConfig
    from lambda_mock.domain.function_url import FunctionUrl
    from lambda_mock.domain.policy import Policy
    from lambda_mock.domain.provisioned_concurrency import ProvisionedConcurrency
    from lambda_mock.domain.run_limits import RunLimits

STALE_REVISION = (
    "The Revision Id provided does not match the latest Revision Id. "
    "Call the GetFunction/GetAlias API to retrieve the latest Revision Id"
)


def not_found(arn: str) -> ResourceNotFoundException:
    """What Lambda answers for a function, version or alias that isn't there."""
    return ResourceNotFoundException(f"Function not found: {arn}")


@dataclass(slots=True, kw_only=True)
class Function:
    """One function and all that hangs on it.

    `replaced` is `$LATEST` as it was before the update that is under way: invocations run it until that has settled.
    `unpublished` tells whether `$LATEST` has changed since the last publish; AWS counts accepted updates, not hashes.
    `policies` are kept by qualifier, with None for the unqualified ARN; `event_configs` likewise, but with `$LATEST`,
    and `urls` by alias, with an empty name for the function's own.
    """

    name: str
    arn: str
    latest: FunctionVersion
    new_revision: Callable[[], str]
    next_number: Callable[[], int]
    storage: CodeStorage
    limits: RunLimits
    versions: SortedNames[int, FunctionVersion] = field(default_factory=SortedNames)
    aliases: SortedNames[str, Alias] = field(default_factory=SortedNames)
    policies: dict[str | None, Policy] = field(default_factory=dict)
    event_configs: dict[str, EventInvokeConfig] = field(default_factory=dict)
    provisioned: ProvisionedConfigs = field(init=False)
    urls: SortedNames[str, FunctionUrl] = field(default_factory=SortedNames)
    code_signing: CodeSigningConfig | None = None
    tags: dict[str, str] = field(default_factory=dict)
    replaced: FunctionVersion | None = None
    unpublished: bool = True
    newest: FunctionVersion | None = None

    def __post_init__(self) -> None:
        """Let what is provisioned count against the function's limits."""
        self.provisioned = ProvisionedConfigs(self.limits)

    # Finding -----------------------------------------------------------------------------------------------------

    def version(self, version: str) -> FunctionVersion | None:
        """`$LATEST`, or the published version of that number."""
        if version == LATEST:
            return self.latest
        found = self.versions.get(int(version)) if version.isdecimal() else None
        return found if found is not None and found.version == version else None

    def has(self, qualifier: str | None) -> bool:
        """Whether there is a version or an alias of that name; with no name there is."""
        return qualifier is None or qualifier in self.aliases or self.version(qualifier) is not None

    def at(self, qualifier: str | None) -> FunctionVersion:
        """The version that a qualifier leads to, an alias to its main target. Missing: ResourceNotFoundException."""
        if qualifier is None:
            return self.latest
        alias = self.aliases.get(qualifier)
        found = self.version(qualifier if alias is None else alias.version)
        if found is None:
            raise not_found(f"{self.arn}:{qualifier}")
        return found

    def running(self, qualifier: str | None) -> FunctionVersion:
        """The version that an invocation of a qualifier runs, which for `$LATEST` in an update is still the old one."""
        found = self.at(qualifier)
        return self.replaced if self.replaced is not None and found is self.latest else found

    def all_versions(self) -> list[FunctionVersion]:
        """`$LATEST`, then the published versions by number."""
        return [self.latest, *self.versions.values()]

    # Changing $LATEST --------------------------------------------------------------------------------------------

    def check_revision(self, revision_id: str | None) -> None:
        """Refuse a RevisionId that isn't `$LATEST`'s."""
        if revision_id is not None and revision_id != self.latest.revision_id:
            raise PreconditionFailedException(STALE_REVISION)

    def check_settled(self) -> None:
        """Refuse a change while an earlier one of `$LATEST` is under way."""
        if self.latest.state is PENDING:
            raise pending_conflict()
        if self.latest.last_update is IN_PROGRESS:
            raise update_conflict(self.arn)

    def update(
        self,
        *,
        now: float,
        code: Code | None = None,
        configuration: Configuration | None = None,
        publishable: bool = True,
    ) -> None:
        """Give `$LATEST` new code or configuration, which is then under way until it settles."""
        if code is not None:
            self.storage.claim(code.size - self.latest.code.size)
        self.replaced = self.latest
        self.latest = replace(
            self.latest,
            code=code or self.latest.code,
            configuration=configuration or self.latest.configuration,
            revision_id=self.new_revision(),
            last_modified=now,
            last_update=IN_PROGRESS,
        )
        self.unpublished = self.unpublished or publishable

    def touch(self) -> None:
        """Give `$LATEST` a new RevisionId, as tagging does, without making it differ from the last version."""
        self.latest = replace(self.latest, revision_id=self.new_revision())

    def settle(self, qualifier: str | None = None) -> None:
        """Bring what is under way at `qualifier` to its end. Only `$LATEST` gets a new RevisionId by that."""
        version = self.at(qualifier)
        if version.state is not PENDING and version.last_update is not IN_PROGRESS:
            return
        if not version.is_published:
            self.latest = replace(version, state=ACTIVE, last_update=SUCCESSFUL, revision_id=self.new_revision())
            self.replaced = None
            return
        self._replace_version(version, replace(version, state=ACTIVE, last_update=SUCCESSFUL))

    def manage_runtime(self, qualifier: str, management: RuntimeManagement) -> None:
        """Say how the runtime of `$LATEST` or of a version is kept up to date; no RevisionId changes by that."""
        version = self.at(qualifier)
        managed = replace(version, runtime_management=management)
        if version.is_published:
            self._replace_version(version, managed)
        else:
            self.latest = managed

    def provision(self, qualifier: str, *, requested: int, now: float) -> ProvisionedConcurrency:
        """Ask for provisioned concurrency of a version, itself or by an alias; it gets a new RevisionId by that."""
        version = self.at(qualifier)
        if version.state is PENDING:
            raise pending_conflict()
        if version.configuration.snap_start == "PublishedVersions":
            raise InvalidParameterValueException(
                "Provisioned Concurrency is not supported for functions with SnapStart."
            )
        config = self.provisioned.put(qualifier, alias=self.aliases.get(qualifier), requested=requested, now=now)
        self._replace_version(version, replace(version, revision_id=self.new_revision()))
        return config

    def _replace_version(self, version: FunctionVersion, changed: FunctionVersion) -> None:
        self.versions[int(version.version)] = changed
        if self.newest is version:
            self.newest = changed

    # Publishing --------------------------------------------------------------------------------------------------

    def publish(self, *, description: str | None = None, pending: bool = False) -> FunctionVersion:
        """Snapshot `$LATEST` as the next version, or give the newest one when nothing has changed since it was made."""
        if not self.unpublished and self.newest is not None:
            return self.newest
        self.storage.claim(self.latest.code.size)
        configuration = self.latest.configuration
        if description is not None:
            configuration = replace(configuration, description=description)
        version = replace(
            self.latest,
            version=str(self.next_number()),
            configuration=configuration,
            revision_id=self.new_revision(),
            state=PENDING if pending else ACTIVE,
            last_update=None if pending else SUCCESSFUL,
            runtime_management=AUTOMATIC,
        )
        self.versions[int(version.version)] = version
        self.newest = version
        self.unpublished = False
        self.touch()
        return version

    def delete_version(self, number: str) -> None:
        """Remove a published version; one that isn't there is no error, one that an alias needs is."""
        names = [alias.name for alias in self.aliases.values() if alias.points_to(number)]
        if names:
            raise ResourceConflictException(
                f"Unable to delete version because the following aliases reference it: [{', '.join(names)}]"
            )
        removed = self.version(number)
        if removed is None:
            return
        self.versions.pop(int(number))
        self.policies.pop(number, None)
        self.event_configs.pop(number, None)
        self.provisioned.drop(number)
        self.storage.release(removed.code.size)
        if removed is self.newest:
            self.newest = None

    # Aliases -----------------------------------------------------------------------------------------------------

    def keep_alias(self, name: str, *, version: str, weights: Mapping[str, float], description: str) -> Alias:
        """Create the alias, or move it with what is provisioned for it; either gives it a new RevisionId."""
        alias = Alias(
            name=name,
            arn=f"{self.arn}:{name}",
            version=version,
            weights=dict(weights),
            description=description,
            revision_id=self.new_revision(),
        )
        self.aliases[name] = alias
        self.provisioned.move(name, version=version)
        return alias

    def delete_alias(self, name: str) -> None:
        """Remove the alias with all that is its own; one that isn't there is no error."""
        self.aliases.pop(name)
        self.policies.pop(name, None)
        self.event_configs.pop(name, None)
        self.provisioned.drop(name)
        self.urls.pop(name)

    # Code signing ------------------------------------------------------------------------------------------------

    def sign_by(self, config: CodeSigningConfig | None) -> None:
        """Let `config` judge the packages that are deployed from now on, or none do."""
        if self.code_signing is not None:
            self.code_signing.functions.pop(self.name)
        self.code_signing = config
        if config is not None:
            config.functions[self.name] = self.arn
