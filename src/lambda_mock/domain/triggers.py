"""Triggers: what other services ask of functions, and the port through which they ask.

It is the other direction of `neighbours.port`: there Lambda asks and sends, here it is asked. A service names a
function by the ARN that somebody configured there, and what that leads to is found out when the event is delivered: an
alias goes where it points at that moment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One event from another service.

    `function_arn` is what was configured there: unqualified, a version or an alias. `payload` is the event as JSON
    text. `principal` is the service's name in policies, such as `s3.amazonaws.com`; `source_arn` is what the event
    comes from (bucket, topic, rule) and `source_account` whose that is, where the service tells Lambda. One that works
    `in_a_role` of the function's own account is asked for no grant in the function's policy.
    """

    function_arn: str
    payload: bytes
    principal: str
    source_arn: str | None = None
    source_account: str | None = None
    in_a_role: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What a function answered to a trigger: its result or its error as JSON, and `Unhandled` for an error.

    `duration` is how long it took, in milliseconds; 0 where nothing has a deadline.
    """

    payload: bytes
    function_error: str | None
    duration: float = 0.0


class Functions(Protocol):
    """Lambda's functions, as far as other services reach them."""

    def has(self, function_arn: str) -> bool:
        """Whether there is that function, version or alias."""

    def allows(self, trigger: Trigger) -> bool:
        """Whether the policies let a trigger in, for a service that asks before anything happens; nobody is told."""

    def admits(self, trigger: Trigger) -> bool:
        """The same for a service that refuses otherwise what it is told to do: the missing grant is recorded."""

    def send(self, trigger: Trigger) -> None:
        """Invoke a function asynchronously.

        Nothing comes back: what can't be delivered is a warning and a record. During a call of another service the
        event waits until that call has its answer.
        """

    def call(self, trigger: Trigger) -> Response:
        """Invoke a function, and wait for it. Raises the ServiceError that Lambda answers the service with."""

    def perform(
        self, operation: str, parameters: Mapping[str, Any], *, region: str, account_id: str
    ) -> Mapping[str, Any]:
        """Perform an operation of Lambda's API for an account, as its caller. Raises a ServiceError."""
