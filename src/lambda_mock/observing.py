"""Who is told of the mocks of this process that begin, if anybody is, and watches them if he wants to.

It knows nothing of what is watched, so that whoever watches can be loaded without the mock, and a mock that nobody
watches pays for one look at an empty list, and a call of it for one at None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from lambda_mock.execution.executor import InvocationRequest
    from lambda_mock.records import Call, Invocation
    from lambda_mock.records.deliveries import Delivery
    from lambda_mock.wire.reply import Exchange, Reply

_Answer = TypeVar("_Answer")


class Watch(Protocol):
    """What is told of everything that happens in one mock, from its beginning to its end."""

    def answer(self, answering: Callable[[Exchange], Reply], exchange: Exchange) -> Reply:
        """Let a call be answered by `answering`, and note it with what came of it meanwhile."""

    def hearing(self, keep: Callable[[Call], None]) -> Callable[[Call], None]:
        """What is told of each call that was answered, and passes it on to who keeps them."""

    def performed(self, operation: str, parameters: Mapping[str, Any], region: str, account_id: str) -> None:
        """Note an operation that the mock itself has performed: for `mock.function`, or a stack's resource."""

    def arranged(self, what: str) -> None:
        """Note what the test has arranged by a method of the mock."""

    def during(self, what: str, doing: Callable[[], _Answer]) -> _Answer:
        """Do something that may lead to runs, and note them beneath it."""

    def ran(self, request: InvocationRequest, invocation: Invocation) -> None:
        """Note a run that has ended."""

    def delivered(self, delivery: Delivery) -> None:
        """Note what was sent to a destination or a dead-letter target."""


class Observer(Protocol):
    """Who is told of mocks."""

    def watch(self, activation: Any) -> Watch | None:
        """Watch a mock that begins; None from who only wants to know of it."""


_observers: list[Observer] = []


def observe(observer: Observer) -> None:
    """Tell `observer` of the mocks that begin from now on; who watches them does so in place of who did before."""
    _observers.append(observer)


def end(observer: Observer) -> None:
    """Tell `observer` of no more of them; who watched before does so again."""
    _observers.remove(observer)


def watch_of(activation: object) -> Watch | None:
    """How a mock that begins is watched, by the last one who wants to; None where nobody does."""
    for observer in reversed(_observers):
        watch = observer.watch(activation)
        if watch is not None:
            return watch
    return None
