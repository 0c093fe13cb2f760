"""Layers: archives that functions share. A version of a layer is frozen, so that whoever uses one keeps it as it was.

A layer lives on without versions, since it remembers the last number that it gave.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.arn import partition_of
from lambda_mock.domain.sorted_names import SortedNames

if TYPE_CHECKING:
    from lambda_mock.domain.code import Code
    from lambda_mock.domain.policy import Policy

_ARN = re.compile(
    r"arn:[a-zA-Z-]+:lambda:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):layer:"
    r"(?P<name>[a-zA-Z0-9-_]+)(?::(?P<number>[0-9]+))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerReference:
    """A layer as a caller names it; `number` where one of its versions is meant."""

    name: str
    account_id: str
    region: str
    number: int | None = None

    @property
    def arn(self) -> str:
        """The ARN of the layer, without a version."""
        return f"arn:{partition_of(self.region)}:lambda:{self.region}:{self.account_id}:layer:{self.name}"


def layer_reference(arn: str) -> LayerReference | None:
    """The layer, or version of one, that an ARN names; None for AWS's own layers, which belong to no account."""
    match = _ARN.fullmatch(arn)
    if match is None:
        return None
    number = match["number"]
    return LayerReference(
        name=match["name"],
        account_id=match["account"],
        region=match["region"],
        number=None if number is None else int(number),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerVersion:
    """One version of a layer: it never changes but in `policy`, and then by being replaced.

    `created` is in epoch seconds. What it is compatible with is None where nothing was said.
    """

    layer_arn: str
    number: int
    code: Code
    created: float
    description: str = ""
    compatible_architectures: tuple[str, ...] | None = None
    compatible_runtimes: tuple[str, ...] | None = None
    license_info: str | None = None
    policy: Policy | None = None

    @property
    def arn(self) -> str:
        """The ARN that ends with the number."""
        return f"{self.layer_arn}:{self.number}"

    def suits(self, runtime: str | None, architecture: str | None) -> bool:
        """Whether it says that it is compatible with both; None asks for nothing."""
        return (runtime is None or runtime in (self.compatible_runtimes or ())) and (
            architecture is None or architecture in (self.compatible_architectures or ())
        )

    def grants(self, account_id: str) -> bool:
        """Whether its policy lets that account use it.

        Nobody here knows the organisations, so an account counts as a member of whichever is asked for.
        """
        statements = () if self.policy is None else self.policy.statements
        return any(_names(statement["Principal"], account_id) for statement in statements)


def _names(principal: str | Mapping[str, str], account_id: str) -> bool:
    return principal == "*" if isinstance(principal, str) else principal["AWS"].split(":")[4] == account_id


@dataclass(slots=True, kw_only=True)
class Layer:
    """One layer. `versions` are kept by their negated numbers, which is the order of lists: the newest first."""

    name: str
    arn: str
    versions: SortedNames[int, LayerVersion] = field(default_factory=SortedNames)
    last_number: int = 0

    def publish(self, **members: Any) -> LayerVersion:
        """Make the next version, with the next number: a number is never given again."""
        self.last_number += 1
        version = LayerVersion(layer_arn=self.arn, number=self.last_number, **members)
        self.keep(version)
        return version

    def keep(self, version: LayerVersion) -> None:
        """Put a version in the place of its number."""
        self.versions[-version.number] = version

    def provide(self, version: LayerVersion) -> LayerVersion | None:
        """Put a version in place whose number was given elsewhere; gives the one that it replaces, if there is one."""
        replaced = self.version(version.number)
        self.last_number = max(self.last_number, version.number)
        self.keep(version)
        return replaced

    def version(self, number: int) -> LayerVersion | None:
        """The version of that number, or None."""
        return self.versions.get(-number)

    def delete(self, number: int) -> LayerVersion | None:
        """Remove the version of that number and give it, or None where there is none."""
        return self.versions.pop(-number)

    def newest_first(self, before: int | None = None) -> Iterator[LayerVersion]:
        """The versions, or those with numbers below `before`."""
        for _, version in self.versions.after(None if before is None else -before):
            yield version
