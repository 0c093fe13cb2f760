"""What one account has in one region, and the lock under which it changes."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lambda_mock.domain.arn import FunctionReference, function_reference, partition_of
from lambda_mock.domain.capacity_provider import CapacityProviders
from lambda_mock.domain.code_storage import CodeStorage
from lambda_mock.domain.event_source_mapping import Mappings
from lambda_mock.domain.function import Function, not_found
from lambda_mock.domain.holdings import Holdings
from lambda_mock.domain.lifecycle import PENDING
from lambda_mock.domain.run_limits import AccountConcurrency, RunLimits
from lambda_mock.domain.sorted_names import SortedNames
from lambda_mock.domain.transition_failures import TransitionFailures
from lambda_mock.domain.version import LATEST, LATEST_PUBLISHED, FunctionVersion
from lambda_mock.limits import AWS_DEFAULTS, Limits

if TYPE_CHECKING:
    from lambda_mock.domain.code import Code, CodeStore
    from lambda_mock.domain.code_signing_config import CodeSigningConfig
    from lambda_mock.domain.configuration import Configuration
    from lambda_mock.domain.ids import Ids
    from lambda_mock.domain.layer import Layer


@dataclass(slots=True, kw_only=True)
class Store:
    """What one account has in one region; code signing configs are kept by ARN.

    `numbers` keeps the last version number given for each name, and outlives the function: AWS's page on versions
    says that a number is never used again, not even after the function was deleted and created anew. `former` are the
    functions that were deleted, each with the aliases that it ever had. `contents` is where the code itself is kept,
    for all stores of the mock; `failures` are those that the test has ordered here.
    """

    account_id: str
    region: str
    ids: Ids
    contents: CodeStore
    limits: Limits = AWS_DEFAULTS
    lock: threading.RLock = field(default_factory=threading.RLock)
    functions: SortedNames[str, Function] = field(default_factory=SortedNames)
    mappings: Mappings = field(default_factory=Mappings)
    layers: SortedNames[str, Layer] = field(default_factory=SortedNames)
    code_signing_configs: SortedNames[str, CodeSigningConfig] = field(default_factory=SortedNames)
    numbers: dict[str, int] = field(default_factory=dict)
    former: dict[str, set[str]] = field(default_factory=dict)
    storage: CodeStorage = field(init=False)
    concurrency: AccountConcurrency = field(init=False)
    failures: TransitionFailures = field(default_factory=TransitionFailures)
    capacity: CapacityProviders = field(init=False)
    holdings: Holdings = field(init=False)
    partition: str = field(init=False)
    _prefix: str = field(init=False)

    def __post_init__(self) -> None:
        """Put the limits where they are counted, and spell out once what all ARNs begin with."""
        self.storage = CodeStorage(limit=self.limits.total_code_size)
        self.concurrency = AccountConcurrency(self.limits)
        self.capacity = CapacityProviders(region=self.region, account_id=self.account_id, limits=self.limits)
        self.holdings = Holdings(storage=self.storage, contents=self.contents, capacity=self.capacity)
        self.partition = partition_of(self.region)
        self._prefix = f"arn:{self.partition}:lambda:{self.region}:{self.account_id}:function:"

    def arn(self, name: str, qualifier: str | None = None) -> str:
        """The ARN of a function, with the qualifier where there is one."""
        return self._prefix + name if qualifier is None else f"{self._prefix}{name}:{qualifier}"

    def reference(self, text: str, qualifier: str | None = None) -> FunctionReference:
        """The function that a caller of this account and region means by `text`."""
        return function_reference(text, qualifier, region=self.region, account_id=self.account_id)

    def local_reference(self, arn: str) -> FunctionReference | None:
        """The function of this account and region that an ARN names; None for an ARN of anything else."""
        return self.reference(arn) if arn.startswith(self._prefix) else None

    def function(self, name: str) -> Function:
        """The function of that bare name. Missing: ResourceNotFoundException with its unqualified ARN."""
        found = self.functions.get(name)
        if found is None:
            raise not_found(self.arn(name))
        return found

    def create(self, name: str, *, code: Code, configuration: Configuration, now: float) -> Function:
        """Create a function, which stays Pending until it settles."""
        arn = self.arn(name)
        latest = FunctionVersion(
            function_name=name,
            function_arn=arn,
            version=LATEST,
            configuration=configuration,
            code=code,
            revision_id=self.ids.uuid(),
            last_modified=now,
            state=PENDING,
            last_update=None,
        )
        function = Function(
            name=name,
            arn=arn,
            latest=latest,
            new_revision=self.ids.uuid,
            next_number=lambda: self._next_number(name),
            holdings=self.holdings,
            failures=self.failures,
            limits=RunLimits(self.concurrency),
        )
        self.holdings.take(latest)
        self.functions[name] = function
        return function

    def delete(self, name: str) -> None:
        """Delete a function with all that is its own. Event source mappings stay, as on AWS."""
        function = self.function(name)
        self.functions.pop(name)
        self.former.setdefault(name, set()).update(_aliases_ever(function))
        function.provisioned.clear()
        function.limits.release()
        function.sign_by(None)
        function.release_code()

    def names_ever(self) -> dict[str, set[str]]:
        """The functions that there are or were, each with all qualifiers that it ever had."""
        with self.lock:
            names = {name: set(aliases) for name, aliases in self.former.items()}
            for function in self.functions.values():
                names.setdefault(function.name, set()).update(_aliases_ever(function))
                if function.latest_published is not None:
                    names[function.name].add(LATEST_PUBLISHED)
            for name, qualifiers in names.items():
                qualifiers.update([LATEST, *map(str, range(1, self.numbers.get(name, 0) + 1))])
        return names

    def _next_number(self, name: str) -> int:
        number = self.numbers.get(name, 0) + 1
        self.numbers[name] = number
        return number


def _aliases_ever(function: Function) -> set[str]:
    return {alias.name for alias in function.aliases.values()} | function.former_aliases
