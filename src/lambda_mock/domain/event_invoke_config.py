"""Event invoke configs: how often events for one qualifier are retried, how old they may get, where their outcome goes.

A config is a value, and belongs to exactly one qualifier: no version or alias inherits the one of `$LATEST`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lambda_mock.domain.clock import milliseconds

_RETRIES = 2
_LONGEST_AGE = 21_600


@dataclass(frozen=True, slots=True, kw_only=True)
class EventInvokeConfig:
    """What was set for a qualifier; None and empty ARNs are what wasn't. `last_modified` is in epoch seconds."""

    last_modified: float = 0.0
    maximum_retry_attempts: int | None = None
    maximum_event_age: int | None = None
    on_success: str = ""
    on_failure: str = ""

    @property
    def retries(self) -> int:
        """How often an event that fails is tried again: twice where nothing else was set."""
        return _RETRIES if self.maximum_retry_attempts is None else self.maximum_retry_attempts

    @property
    def longest_age(self) -> int:
        """The age in seconds at which an event is given up: six hours where nothing else was set."""
        return _LONGEST_AGE if self.maximum_event_age is None else self.maximum_event_age

    def changed(
        self,
        *,
        now: float,
        maximum_retry_attempts: int | None,
        maximum_event_age: int | None,
        destinations: Mapping[str, Mapping[str, str]],
    ) -> EventInvokeConfig:
        """The config with what is given in place of what was. A side of `destinations` without an ARN has none then."""
        return EventInvokeConfig(
            last_modified=now,
            maximum_retry_attempts=_first(maximum_retry_attempts, self.maximum_retry_attempts),
            maximum_event_age=_first(maximum_event_age, self.maximum_event_age),
            on_success=_destination(destinations, "OnSuccess", self.on_success),
            on_failure=_destination(destinations, "OnFailure", self.on_failure),
        )

    def members(self, arn: str) -> Mapping[str, Any]:
        """What AWS shows of the config of that qualified ARN: both destinations always, numbers only where set."""
        return {
            "LastModified": milliseconds(self.last_modified),
            "FunctionArn": arn,
            "MaximumRetryAttempts": self.maximum_retry_attempts,
            "MaximumEventAgeInSeconds": self.maximum_event_age,
            "DestinationConfig": {
                "OnSuccess": {"Destination": self.on_success} if self.on_success else {},
                "OnFailure": {"Destination": self.on_failure} if self.on_failure else {},
            },
        }


UNSET = EventInvokeConfig()
"""The config of a qualifier for which nothing was set."""


def _first(given: int | None, otherwise: int | None) -> int | None:
    return otherwise if given is None else given


def _destination(destinations: Mapping[str, Mapping[str, str]], side: str, otherwise: str) -> str:
    return destinations[side].get("Destination", "") if side in destinations else otherwise
