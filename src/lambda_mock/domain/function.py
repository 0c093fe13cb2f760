"""A function: `$LATEST`, its published versions, its aliases, and the rules by which they change.

Everything here happens under the store's lock. A published version is the frozen snapshot itself, so it can't change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.alias import Alias
from lambda_mock.domain.lifecycle import (
    ACTIVE,
    FAILED,
    IN_PROGRESS,
    PENDING,
    SUCCESSFUL,
    check_made,
    made,
    next_update,
    ready,
    state_conflict,
    update_conflict,
)
from lambda_mock.domain.provisioned_concurrency import READY, ProvisionedConfigs, check_provisionable, failed
from lambda_mock.domain.sorted_names import SortedNames
from lambda_mock.domain.version import AUTOMATIC, LATEST, LATEST_PUBLISHED, FunctionVersion, RuntimeManagement
from lambda_mock.errors import PreconditionFailedException, ResourceConflictException, ResourceNotFoundException

if TYPE_CHECKING:
    from lambda_mock.domain.code import Code
    from lambda_mock.domain.code_signing_config import CodeSigningConfig
    from lambda_mock.domain.configuration import Configuration
    from lambda_mock.domain.event_invoke_config import EventInvokeConfig
    from lambda_mock.domain.function_scaling import FunctionScaling
    from lambda_mock.domain.function_url import FunctionUrl
    from lambda_mock.domain.holdings import Holdings
    from lambda_mock.domain.policy import Policy
    from lambda_mock.domain.provisioned_concurrency import ProvisionedConcurrency
    from lambda_mock.domain.run_limits import RunLimits
    from lambda_mock.domain.transition_failures import Failure, TransitionFailures
    from lambda_mock.domain.version import Status

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

    `replaced` is `$LATEST` as it was before the update that is under way: invocations run it until that has settled,
    and for good where it fails. `companion` is the version that was published in the same step as what is under way
    with `$LATEST`, and fails with it. `unpublished` tells whether `$LATEST` has changed since the last publish; AWS
    counts accepted updates, not hashes. `was_unpublished` is that from before the update, for one that fails.

    `latest_published` is `$LATEST.PUBLISHED`, and `republished` what that was before the publishing that is under way.
    `scaling` is kept by version. `used` are the moments at which versions were published or invoked last. `policies`
    are kept by qualifier, with None for the unqualified ARN; `event_configs` likewise, but with `$LATEST`, and `urls`
    by alias, with an empty name for the function's own.
    """

    name: str
    arn: str
    latest: FunctionVersion
    new_revision: Callable[[], str]
    next_number: Callable[[], int]
    holdings: Holdings
    failures: TransitionFailures
    limits: RunLimits
    versions: SortedNames[int, FunctionVersion] = field(default_factory=SortedNames)
    aliases: SortedNames[str, Alias] = field(default_factory=SortedNames)
    former_aliases: set[str] = field(default_factory=set)
    policies: dict[str | None, Policy] = field(default_factory=dict)
    event_configs: dict[str, EventInvokeConfig] = field(default_factory=dict)
    provisioned: ProvisionedConfigs = field(init=False)
    urls: SortedNames[str, FunctionUrl] = field(default_factory=SortedNames)
    code_signing: CodeSigningConfig | None = None
    tags: dict[str, str] = field(default_factory=dict)
    replaced: FunctionVersion | None = None
    companion: str | None = None
    used: dict[str, float] = field(default_factory=dict)
    latest_published: FunctionVersion | None = None
    republished: FunctionVersion | None = None
    scaling: dict[str, FunctionScaling] = field(default_factory=dict)
    unpublished: bool = True
    was_unpublished: bool = True
    newest: FunctionVersion | None = None

    def __post_init__(self) -> None:
        """Let what is provisioned count against the function's limits."""
        self.provisioned = ProvisionedConfigs(self.limits)

    # Finding -----------------------------------------------------------------------------------------------------

    def version(self, version: str) -> FunctionVersion | None:
        """`$LATEST`, `$LATEST.PUBLISHED`, or the published version of that number."""
        if version == LATEST:
            return self.latest
        if version == LATEST_PUBLISHED:
            return self.latest_published
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
        if self.republished is not None and found is self.latest_published:
            return self.republished
        return self.replaced if self.replaced is not None and found is self.latest else found

    def invoke(self, qualifier: str | None, now: float) -> FunctionVersion:
        """The version that an invocation of `qualifier` runs. One that isn't Active is refused."""
        version = self.running(qualifier)
        if version.state is not ACTIVE:
            raise state_conflict(version.state)
        self.used[version.version] = now
        return version

    def listed(self, after: int = 0) -> Iterator[tuple[int, FunctionVersion]]:
        """The versions behind a position, each with its own: `$LATEST`, `$LATEST.PUBLISHED`, then by number."""
        if after < 1:
            yield 1, self.latest
        if after < 2 and self.latest_published is not None:  # noqa: PLR2004  # its position
            yield 2, self.latest_published
        for number, version in self.versions.after(max(after - 2, 0)):
            yield number + 2, version

    def all_versions(self) -> list[FunctionVersion]:
        """The versions in the order of lists."""
        return [version for _, version in self.listed()]

    # Changing $LATEST --------------------------------------------------------------------------------------------

    def check_revision(self, revision_id: str | None) -> None:
        """Refuse a RevisionId that isn't `$LATEST`'s."""
        if revision_id is not None and revision_id != self.latest.revision_id:
            raise PreconditionFailedException(STALE_REVISION)

    def check_settled(self) -> None:
        """Refuse a change while an earlier one of `$LATEST` is under way, and to a function that couldn't be made."""
        check_made(self.latest)
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
        """Give `$LATEST` new code or configuration, which is then under way until it settles. It wakes an idle one."""
        state = ready(self.latest)
        before = self.latest if self.latest.state is state else replace(self.latest, state=state)
        latest = replace(
            before,
            code=code or self.latest.code,
            configuration=configuration or self.latest.configuration,
            revision_id=self.new_revision(),
            last_modified=now,
            last_update=IN_PROGRESS,
        )
        self.holdings.exchange(before, latest)
        self.replaced, self.latest = before, latest
        self.was_unpublished = self.unpublished
        self.unpublished = self.unpublished or publishable

    def touch(self) -> None:
        """Give `$LATEST` a new RevisionId, as tagging does, without making it differ from the last version."""
        self.latest = replace(self.latest, revision_id=self.new_revision())

    # Settling ----------------------------------------------------------------------------------------------------

    def settle(self, qualifier: str | None = None) -> None:
        """Bring what is under way at `qualifier` to its end, which is a failure where the test has ordered one.

        Only `$LATEST` gets a new RevisionId by that.
        """
        version = self.at(qualifier)
        if version.version in self.scaling:
            self.scaling[version.version] = self.scaling[version.version].settled()
        if not version.is_under_way:
            return
        failure = self.failures.strike("Function", self.name, version.version)
        if version is self.latest_published and self.republished is not None:
            self._end_republishing(version, self.republished, failure)
            return
        if version.is_published:
            self._end_making(version, failure)
            return
        if self.replaced is not None:
            self._end_update(self.replaced, failure)
        else:
            self.latest = replace(made(self.latest, failure), revision_id=self.new_revision())
        companion = None if self.companion is None else self.version(self.companion)
        self.companion = None
        if failure is not None and companion is not None and companion.is_under_way:
            self._end_making(companion, failure)

    def settle_provisioned(self, qualifier: str, outcome: Status = READY) -> None:
        """Bring what is under way with the provisioned concurrency of a version or alias to its end.

        That is a failure where the test has ordered one, and else the `outcome`.
        """
        config = self.provisioned.get(qualifier)
        if config is None or not config.is_under_way:
            return
        failure = self.failures.strike("ProvisionedConcurrency", self.name, qualifier)
        self.provisioned.settle(qualifier, outcome if failure is None else failed(failure.reason))

    def _end_making(self, version: FunctionVersion, failure: Failure | None) -> None:
        """What was published and couldn't be made doesn't count as published."""
        ended = made(version, failure)
        self.replace_version(version, ended)
        if self.newest is ended and ended.state.value == FAILED:
            self.newest = None

    def _end_update(self, replaced: FunctionVersion, failure: Failure | None) -> None:
        """An update that fails is abandoned: the code and the configuration from before it are there again."""
        changed = self.latest
        self.replaced = None
        self.latest = replace(changed, last_update=next_update(failure), revision_id=self.new_revision())
        if failure is None:
            self.holdings.complete(replaced, changed)
            return
        self.latest = replace(
            self.latest, code=replaced.code, configuration=replaced.configuration, last_modified=replaced.last_modified
        )
        self.unpublished = self.was_unpublished
        self.holdings.undo(replaced, changed)

    def _end_republishing(self, version: FunctionVersion, before: FunctionVersion, failure: Failure | None) -> None:
        """A new `$LATEST.PUBLISHED` that fails is abandoned likewise: it is what it was before."""
        self.republished = None
        if failure is None:
            self.holdings.complete(before, version)
        else:
            self.holdings.undo(before, version, of=version.qualified_arn)
        self.latest_published = replace(version if failure is None else before, last_update=next_update(failure))

    def show(self, version: FunctionVersion, state: Status) -> None:
        """Put a version into a state that isn't for good: idle, or being woken. Its RevisionId stays."""
        self.replace_version(version, replace(version, state=state))

    # Publishing, and what is set for versions --------------------------------------------------------------------

    def manage_runtime(self, qualifier: str, management: RuntimeManagement) -> None:
        """Say how the runtime of `$LATEST` or of a version is kept up to date; no RevisionId changes by that."""
        version = self.at(qualifier)
        self.replace_version(version, replace(version, runtime_management=management))

    def provision(self, qualifier: str, *, requested: int, now: float) -> ProvisionedConcurrency:
        """Ask for provisioned concurrency of a version, itself or by an alias; it gets a new RevisionId by that."""
        version = self.at(qualifier)
        check_made(version)
        check_provisionable(version.configuration)
        config = self.provisioned.put(qualifier, alias=self.aliases.get(qualifier), requested=requested, now=now)
        self.replace_version(version, replace(version, revision_id=self.new_revision()))
        return config

    def replace_version(self, version: FunctionVersion, changed: FunctionVersion) -> FunctionVersion:
        """Put `changed` where `version` stands."""
        if version.version == LATEST:
            self.latest = changed
            return changed
        if version.version == LATEST_PUBLISHED:
            self.latest_published = changed
            return changed
        self.versions[int(version.version)] = changed
        self.newest = changed if self.newest is version else self.newest
        return changed

    def publish(
        self, *, description: str | None = None, pending: bool = False, now: float | None = None
    ) -> FunctionVersion:
        """Snapshot `$LATEST` as the next version, or give the newest one when nothing has changed since it was made."""
        if not self.unpublished and self.newest is not None:
            return self.newest
        self.holdings.capacity.require_room(self.latest.configuration, self.name)
        self.holdings.storage.require(self.latest.code.stored)
        # On managed instances a version has its environments before it is there.
        pending = pending or self.latest.configuration.capacity_provider is not None
        version = replace(
            self.snapshot(description),
            version=str(self.next_number()),
            state=PENDING if pending else ACTIVE,
            last_update=None if pending else SUCCESSFUL,
        )
        self.holdings.take(version)
        self.versions[int(version.version)] = version
        if now is not None:
            self.used[version.version] = now
        if self.latest.is_under_way:
            self.companion = version.version
        self.newest = version
        self.unpublished = False
        self.touch()
        return version

    def snapshot(self, description: str | None) -> FunctionVersion:
        """What is published of `$LATEST`."""
        fresh = replace(self.latest, revision_id=self.new_revision(), runtime_management=AUTOMATIC)
        if description is None:
            return fresh
        return replace(fresh, configuration=replace(fresh.configuration, description=description))

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
        if number == LATEST_PUBLISHED:
            if self.republished is not None:
                self.holdings.cut_short(self.republished)
            self.latest_published = self.republished = None
        else:
            self.versions.pop(int(number))
        self._forget(number)
        self.holdings.give_back(removed)
        if removed is self.newest:
            self.newest = None

    def release_code(self) -> None:
        """Let go of all code, as the function is no more."""
        for before in (self.replaced, self.republished):
            if before is not None:
                self.holdings.cut_short(before)
        for version in self.all_versions():
            self.holdings.give_back(version)

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
        if self.aliases.pop(name) is not None:
            self.former_aliases.add(name)
        self._forget(name)

    def _forget(self, qualifier: str) -> None:
        """Drop whatever is kept for a version or an alias that is no more."""
        kept: tuple[dict[Any, Any], ...] = (self.policies, self.event_configs, self.used, self.scaling)
        for table in kept:
            table.pop(qualifier, None)
        self.provisioned.drop(qualifier)
        self.urls.pop(qualifier)

    # Code signing ------------------------------------------------------------------------------------------------

    def sign_by(self, config: CodeSigningConfig | None) -> None:
        """Let `config` judge the packages that are deployed from now on, or none do."""
        if self.code_signing is not None:
            self.code_signing.functions.pop(self.name)
        self.code_signing = config
        if config is not None:
            config.functions[self.name] = self.arn
