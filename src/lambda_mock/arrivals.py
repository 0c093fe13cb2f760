"""Arrivals: what other services bring to functions while a mock is active.

What a service brings during a call that somebody makes of it waits until that call has its answer: then moto's locks
are free, and nothing of moto stands between an error that speaks to the test and the test. Before the caller gets the
answer the events are handled, and the queues and streams of event source mappings are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

from lambda_mock.errors import ServiceError, warn
from lambda_mock.records.refusals import Refusal

if TYPE_CHECKING:
    from lambda_mock.domain.clock import Clock
    from lambda_mock.domain.triggers import Response, Trigger
    from lambda_mock.records.refusals import Refusals
    from lambda_mock.service import Service

_Answer = TypeVar("_Answer")

_waiting: ContextVar[list[Callable[[], None]] | None] = ContextVar("lambda_mock_arrivals", default=None)


class Arrivals:
    """The port `domain.triggers.Functions`, for one activation; `look` has queues and streams looked at."""

    def __init__(self, service: Service, refusals: Refusals, clock: Clock, look: Callable[[], None]) -> None:
        self._service = service
        self._refusals = refusals
        self._clock = clock
        self._look = look

    def during(self, call: Callable[[], _Answer]) -> _Answer:
        """Make a call of another service, and then handle what that has brought, and what has come to sources."""
        try:
            return self.holding(call)
        finally:
            self._look()

    def holding(self, call: Callable[[], _Answer]) -> _Answer:
        """Do something in another service, and then handle what that has brought, even where it fails in the end."""
        arrived: list[Callable[[], None]] = []
        token = _waiting.set(arrived)
        try:
            return call()
        finally:
            _waiting.reset(token)
            _do_all(arrived)

    def has(self, function_arn: str) -> bool:
        """Whether there is that function, version or alias."""
        return self._service.has(function_arn)

    def allows(self, trigger: Trigger) -> bool:
        """Whether the policies let a trigger in, which is asked before anything is sent; nobody is told."""
        return self._service.missing_grant(trigger) is None

    def admits(self, trigger: Trigger) -> bool:
        """Whether the policies let a trigger in; if not, that stands in the refusals."""
        return self._is_refused(trigger) is None

    def send(self, trigger: Trigger) -> None:
        """Invoke a function asynchronously, as soon as the call is over that this comes of."""
        waiting = _waiting.get()
        if waiting is None:
            self._deliver(trigger)
        else:
            waiting.append(lambda: self._deliver(trigger))

    def call(self, trigger: Trigger) -> Response:
        """Invoke a function, and wait for it. Raises the ServiceError that Lambda answers the service with."""
        self._is_refused(trigger)
        token = _waiting.set(None)  # what the function sends isn't part of the call around it
        try:
            return self._service.respond(trigger)
        finally:
            _waiting.reset(token)

    def perform(
        self, operation: str, parameters: Mapping[str, Any], *, region: str, account_id: str
    ) -> Mapping[str, Any]:
        """Perform an operation for an account, as its caller. Raises a ServiceError."""
        return self._service.call(operation, parameters, region=region, account_id=account_id)

    def refused(self, trigger: Trigger, missing: str) -> None:
        """Record that the policies of a function have kept something from it; `missing` is the call that would help."""
        region, account_id, _, function, *qualifier = trigger.function_arn.split(":")[3:]
        self._refusals.append(
            Refusal(
                principal=trigger.principal,
                source_arn=trigger.source_arn,
                source_account=trigger.source_account,
                function=function,
                qualifier=qualifier[0] if qualifier else None,
                region=region,
                account_id=account_id,
                missing=missing,
                time=self._clock.time(),
            )
        )

    def _deliver(self, trigger: Trigger) -> None:
        if not self.has(trigger.function_arn):
            _warn(trigger, "There is no such function, version or alias.")
            return
        missing = self._is_refused(trigger)
        if missing is not None:
            _warn(trigger, f"Its resource policy doesn't allow that. What is missing is\n  {missing}")
            return
        try:
            self._service.deliver(trigger)
        except ServiceError as error:
            _warn(trigger, f"{error.code}: {error.message}")

    def _is_refused(self, trigger: Trigger) -> str | None:
        """The grant that is missing for a trigger, which is recorded; None where it is let in."""
        missing = self._service.missing_grant(trigger) if self._service.has(trigger.function_arn) else None
        if missing is not None:
            self.refused(trigger, missing)
        return missing


def _do_all(arrived: Iterable[Callable[[], None]]) -> None:
    """Deliver all of them: an error that speaks to the test costs no other event. The first one is told."""
    errors = [error for error in map(_error_of, arrived) if error is not None]
    if errors:
        raise errors[0]


def _error_of(deliver: Callable[[], None]) -> Exception | None:
    try:
        deliver()
    except Exception as error:  # noqa: BLE001  # whatever it is, it is raised in the end
        return error
    return None


def _warn(trigger: Trigger, why: str) -> None:
    source = "" if trigger.source_arn is None else f" of {trigger.source_arn}"
    warn(f"An event{source} that {trigger.principal} sends to {trigger.function_arn} doesn't reach it. {why}")
