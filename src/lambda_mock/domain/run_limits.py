"""What limits the runs of a function: its reserved and provisioned concurrency, the account's, and loops.

Runs begin and end outside the store's lock, so what is in flight is counted under a lock of its own.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from lambda_mock.errors import InvalidParameterValueException, LambdaMockError, TooManyRequestsException
from lambda_mock.limits import AWS_DEFAULTS

if TYPE_CHECKING:
    from typing import Literal

    from lambda_mock.limits import Limits

    RecursiveLoop = Literal["Terminate", "Allow"]


class AccountConcurrency:
    """What the functions of one account in one region share: all that none of them has claimed for itself.

    `claimed` is the sum of what they have claimed, `in_flight` counts the runs that come out of what is shared, and
    `waiting` those that wait for others to end; they hear of each change by `changed`.
    """

    __slots__ = ("changed", "claimed", "in_flight", "limits", "lock", "waiting")

    def __init__(self, limits: Limits = AWS_DEFAULTS) -> None:
        self.limits = limits
        self.lock = threading.Lock()
        self.changed = threading.Condition(self.lock)
        self.claimed = 0
        self.in_flight = 0
        self.waiting = 0

    def notify(self) -> None:
        """Let the runs that wait look again. The lock is held."""
        if self.waiting:
            self.changed.notify_all()

    @property
    def unreserved(self) -> int:
        """How many runs may be in flight that neither reserved nor provisioned concurrency has room for."""
        return self.limits.concurrent_executions - self.claimed


class Pool:
    """The execution environments that are kept ready for one version: `size` of them, of which `in_use` run.

    Two pools with the same `serial` are the same environments.
    """

    __slots__ = ("in_use", "serial", "size", "version")

    def __init__(self, version: str, size: int, serial: int) -> None:
        self.version = version
        self.size = size
        self.serial = serial
        self.in_use = 0


class RunLimits:
    """The limits of one function: `reserved` runs at once or, where that is None, a share of the account's.

    `provisioned` is how much provisioned concurrency its versions and aliases ask for together. What is allocated of it
    are pools, one for each version or alias that asks; a run that finds no room there runs on demand.
    """

    __slots__ = ("_account", "_on_demand", "_pools", "_serial", "provisioned", "recursive_loop", "reserved")

    def __init__(self, account: AccountConcurrency) -> None:
        self.reserved: int | None = None
        self.provisioned = 0
        self.recursive_loop: RecursiveLoop = "Terminate"
        self._account = account
        self._on_demand = 0
        self._pools: dict[str, Pool] = {}
        self._serial = 0

    # What is claimed ---------------------------------------------------------------------------------------------

    def reserve(self, number: int) -> None:
        """Reserve `number` runs at once, in place of what was reserved before.

        Refused with InvalidParameterValueException are fewer than the function has provisioned, and so many that the
        other functions are left fewer than the account has to keep.
        """
        if number < self.provisioned:
            raise InvalidParameterValueException(
                f" ReservedConcurrentExecutions  {number} should not be lower than function's total provisioned "
                f"concurrency [{self.provisioned}].",
                typed=False,
            )
        account = self._account
        least = account.limits.unreserved_concurrent_executions
        if account.unreserved + self._claimed - number < least:
            raise InvalidParameterValueException(
                "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
                f"below its minimum value of [{least}].",
                typed=False,
            )
        self._claim(number, self.provisioned)

    def release(self) -> None:
        """Reserve nothing any more."""
        self._claim(None, self.provisioned)

    def check_provisioned(self, number: int, *, before: int) -> None:
        """Refuse `number` of provisioned concurrency in place of `before` where there is no room for it.

        What a function has reserved is all that it can provision; one that has reserved nothing takes from the
        account's, which has to keep what reservations have to leave, too.
        """
        if self.reserved is not None:
            if self.provisioned - before + number > self.reserved:
                raise InvalidParameterValueException(
                    "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for "
                    "function"
                )
            return
        free = self._account.unreserved + before
        least = self._account.limits.unreserved_concurrent_executions
        if number > free:
            raise InvalidParameterValueException(
                "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency "
                f"[{free}].",
                typed=False,
            )
        if free - number < least:
            raise InvalidParameterValueException(
                "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below "
                f"its minimum value of [{least}].",
                typed=False,
            )

    def provision(self, number: int, *, before: int) -> None:
        """Claim `number` of provisioned concurrency in place of `before`."""
        self._claim(self.reserved, self.provisioned - before + number)

    @property
    def _claimed(self) -> int:
        return self.provisioned if self.reserved is None else self.reserved

    def _claim(self, reserved: int | None, provisioned: int) -> None:
        account = self._account
        with account.lock:
            account.claimed -= self._claimed
            if self.reserved is None:
                account.in_flight -= self._on_demand
            self.reserved, self.provisioned = reserved, provisioned
            account.claimed += self._claimed
            if reserved is None:
                account.in_flight += self._on_demand
            account.notify()

    # What is allocated -------------------------------------------------------------------------------------------

    def next_serial(self, qualifier: str, *, version: str) -> int | None:
        """The serial number of the environments that will be allocated next; None where those there are will stay."""
        with self._account.lock:
            pool = self._pools.get(qualifier)
            return None if pool is not None and pool.version == version else self._serial + 1

    def allocate(self, qualifier: str, *, version: str, size: int) -> None:
        """Keep `size` environments of `version` ready, for the `qualifier` that asks for them."""
        with self._account.lock:
            pool = self._pools.get(qualifier)
            if pool is not None and pool.version == version:
                pool.size = size
            else:
                self._serial += 1
                self._pools[qualifier] = Pool(version, size, self._serial)
            self._account.notify()

    def deallocate(self, qualifier: str) -> None:
        """Keep nothing ready for `qualifier` any more."""
        with self._account.lock:
            self._pools.pop(qualifier, None)
            self._account.notify()

    # What runs ---------------------------------------------------------------------------------------------------

    def begin(self, version: str, *, waits: bool) -> Pool | None:
        """Count a run of a version in, or refuse it with TooManyRequestsException.

        The answer is the pool that the run has an environment of, or None for a run on demand. A run that `waits` for
        its turn, as an event does, is refused only where its turn can't come: with nothing that it could run in.
        """
        with self._account.lock:
            return self._begin(version, waits=waits)

    def begin_in_turn(self, version: str, *, patience: float = 60.0) -> Pool | None:
        """Count a run in that waits, for real, until others have ended, or refuse it where its turn can't come.

        Raises LambdaMockError when nothing has changed for that many seconds.
        """
        account = self._account
        with account.lock:
            while not self._has_room(version):
                self._refuse_where_hopeless(version)
                account.waiting += 1
                try:
                    if not account.changed.wait(patience):
                        raise LambdaMockError(
                            f"An event waited {patience:g} s for another run of its function to end, since no more may "
                            "run at once. If that one waits for the event, it does so for ever."
                        )
                finally:
                    account.waiting -= 1
            return self._begin(version, waits=False)

    def _begin(self, version: str, *, waits: bool) -> Pool | None:
        pool = self._pool_of(version)
        if pool is None or pool.in_use >= pool.size:
            refusal = self._refusal(waits=waits)
            if refusal is None:
                self._count_on_demand(1)
                return None
            if pool is None or not waits:
                raise refusal
        pool.in_use += 1
        return pool

    def _pool_of(self, version: str) -> Pool | None:
        return next((pool for pool in self._pools.values() if pool.version == version), None)

    def _has_room(self, version: str) -> bool:
        pool = self._pool_of(version)
        return (pool is not None and pool.in_use < pool.size) or self._refusal(waits=False) is None

    def _refuse_where_hopeless(self, version: str) -> None:
        refusal = self._refusal(waits=True)
        if refusal is not None and self._pool_of(version) is None:
            raise refusal

    def end(self, pool: Pool | None) -> None:
        """Count a run out, given what its beginning has answered."""
        with self._account.lock:
            if pool is None:
                self._count_on_demand(-1)
            else:
                pool.in_use -= 1
            self._account.notify()

    def _refusal(self, *, waits: bool) -> TooManyRequestsException | None:
        if self.reserved is None:
            shared = self._account.unreserved
            if self._account.in_flight < shared or (waits and shared > 0):
                return None
            return _throttled("ConcurrentInvocationLimitExceeded")
        most = self.reserved - sum(pool.size for pool in self._pools.values())
        if self._on_demand < most or (waits and most > 0):
            return None
        return _throttled("ReservedFunctionConcurrentInvocationLimitExceeded")

    def _count_on_demand(self, runs: int) -> None:
        self._on_demand += runs
        if self.reserved is None:
            self._account.in_flight += runs


def _throttled(reason: str) -> TooManyRequestsException:
    return TooManyRequestsException("Rate Exceeded.", Reason=reason)
