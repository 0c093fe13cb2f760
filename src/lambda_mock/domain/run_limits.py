"""What limits the runs of a function, whichever version runs: its reserved concurrency, the account's, and loops.

Runs begin and end outside the store's lock, so what is in flight is counted under a lock of its own.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from lambda_mock.errors import InvalidParameterValueException, TooManyRequestsException
from lambda_mock.limits import AWS_DEFAULTS

if TYPE_CHECKING:
    from typing import Literal

    from lambda_mock.limits import Limits

    RecursiveLoop = Literal["Terminate", "Allow"]


class AccountConcurrency:
    """What the functions of one account in one region share: all that none of them has reserved.

    `reserved` is the sum of what they have reserved, `in_flight` counts the runs of those that have reserved nothing.
    """

    __slots__ = ("in_flight", "limits", "lock", "reserved")

    def __init__(self, limits: Limits = AWS_DEFAULTS) -> None:
        self.limits = limits
        self.lock = threading.Lock()
        self.reserved = 0
        self.in_flight = 0

    @property
    def unreserved(self) -> int:
        """How many runs may be in flight of functions that have reserved nothing."""
        return self.limits.concurrent_executions - self.reserved


class RunLimits:
    """The limits of one function: `reserved` runs at once or, where that is None, a share of the account's."""

    __slots__ = ("_account", "_in_flight", "recursive_loop", "reserved")

    def __init__(self, account: AccountConcurrency) -> None:
        self.reserved: int | None = None
        self.recursive_loop: RecursiveLoop = "Terminate"
        self._account = account
        self._in_flight = 0

    def reserve(self, number: int) -> None:
        """Reserve `number` runs at once, in place of what was reserved before.

        Leaving the other functions fewer than the account has to keep is refused with InvalidParameterValueException.
        """
        account = self._account
        least = account.limits.unreserved_concurrent_executions
        if account.unreserved + (self.reserved or 0) - number < least:
            raise InvalidParameterValueException(
                "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
                f"below its minimum value of [{least}].",
                typed=False,
            )
        self._change(number)

    def release(self) -> None:
        """Reserve nothing any more."""
        self._change(None)

    def _change(self, reserved: int | None) -> None:
        account = self._account
        with account.lock:
            account.reserved += (reserved or 0) - (self.reserved or 0)
            if self.reserved is None:
                account.in_flight -= self._in_flight
            if reserved is None:
                account.in_flight += self._in_flight
            self.reserved = reserved

    def begin(self, *, waits: bool) -> None:
        """Count a run in, or refuse it with TooManyRequestsException.

        A run that `waits` for its turn, as an event does, is refused only where its turn can't come: with nothing
        reserved for it at all.
        """
        account = self._account
        with account.lock:
            if self.reserved is None:
                if account.in_flight >= account.unreserved and not waits:
                    raise _throttled("ConcurrentInvocationLimitExceeded")
                account.in_flight += 1
            elif self._in_flight >= self.reserved and not (waits and self.reserved):
                raise _throttled("ReservedFunctionConcurrentInvocationLimitExceeded")
            self._in_flight += 1

    def end(self) -> None:
        """Count a run out."""
        account = self._account
        with account.lock:
            if self.reserved is None:
                account.in_flight -= 1
            self._in_flight -= 1


def _throttled(reason: str) -> TooManyRequestsException:
    return TooManyRequestsException("Rate Exceeded.", Reason=reason)
