"""Publishing as three operations do it: as the next version, or to `$LATEST.PUBLISHED`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_mock.domain.republishing import check_republishable, republish
from lambda_mock.errors import InvalidParameterValueException

if TYPE_CHECKING:
    from lambda_mock.domain.configuration import Configuration
    from lambda_mock.domain.function import Function
    from lambda_mock.domain.version import FunctionVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishing:
    """Whether to publish, and where to."""

    wanted: bool
    to_latest: bool

    @classmethod
    def of(cls, configuration: Configuration, *, publish: bool, publish_to: str | None) -> Publishing:
        """What a request asks for. Only functions on managed instances have a `$LATEST.PUBLISHED`."""
        if publish_to is not None and configuration.capacity_provider is None:
            raise InvalidParameterValueException(
                "Publishing to LATEST_PUBLISHED is only supported for Lambda Managed Instances."
            )
        return cls(wanted=publish, to_latest=publish_to is not None)

    def required(self, function: Function, size: int) -> int:
        """How many bytes publishing code of that size would take. What else forbids it is raised here."""
        before = function.latest_published
        function.holdings.capacity.require_room(
            function.latest.configuration, function.name, before.version if self.to_latest and before else None
        )
        if not self.to_latest:
            return size
        check_republishable(function)
        return size - (0 if before is None else before.code.stored)

    def perform(
        self, function: Function, *, description: str | None = None, pending: bool = False, now: float | None = None
    ) -> FunctionVersion:
        """Publish `$LATEST`."""
        if self.to_latest:
            return republish(function, description=description)
        return function.publish(description=description, pending=pending, now=now)
