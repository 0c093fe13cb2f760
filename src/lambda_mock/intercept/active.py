"""What a mock must be to answer calls, and which mocks are active. The innermost one answers, whichever thread asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from lambda_mock.patching import Interception

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_mock.wire.reply import Exchange, Reply


_Answer = TypeVar("_Answer")


class Clock(Protocol):
    """What backoff and waiters sleep on while a mock is active."""

    def sleep(self, seconds: float, /) -> None:
        """Let `seconds` pass."""


class Answering(Protocol):
    """An active mock, as an interceptor sees it."""

    @property
    def lane(self) -> str:
        """`"fast"`, or `"wire"` to send every call through botocore's signing and retries."""

    @property
    def clock(self) -> Clock:
        """The mock's time."""

    def during(self, call: Callable[[], _Answer], /) -> _Answer:
        """Make a call of another service, and handle what that brings to functions before its answer is given."""

    def answer(self, exchange: Exchange, /) -> Reply:
        """What Lambda answers to one request; an error of AWS's is in `Reply.error`.

        What this raises, a LambdaMockError first of all, is for the author of the test: it reaches the caller as it is,
        and isn't retried.
        """


interceptor: Interception[Answering] = Interception()
"""The active mocks. Importing `intercept.botocore` is what makes botocore ask them."""
