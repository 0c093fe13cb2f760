"""What a test can order to go wrong: calls, runs, and changes. It is a part of `LambdaMock`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from operator import methodcaller
from typing import TYPE_CHECKING, Any, Literal

from lambda_mock.errors import LambdaMockError
from lambda_mock.names import named
from lambda_mock.ordering import FaultOrder, ordered_failure, ordered_fault, ordered_run_fault

if TYPE_CHECKING:
    from datetime import timedelta

    from lambda_mock.activation import Activation
    from lambda_mock.domain.store import Store
    from lambda_mock.domain.transition_failures import Kind
    from lambda_mock.faults import Fault

# pytest shows where the test went wrong, and not where that was noticed.
__tracebackhide__ = methodcaller("errisinstance", LambdaMockError)


class Failing(ABC):
    """What lets a test order failures of its calls, runs and changes."""

    @abstractmethod
    def _open(self) -> Activation:
        """What there is to arrange something in."""

    @abstractmethod
    def _store(self, region: str | None, account_id: str | None) -> Store:
        """Where the functions of a region and an account are; None is the own one."""

    def fail(
        self,
        operation: str,
        error: str | None = None,
        times: int | Literal["always"] | None = None,
        function: str | None = None,
        *,
        every: int | None = None,
        rate: float | None = None,
        latency: float | timedelta | None = None,
        when: Literal["before", "after"] = "before",
        message: str | None = None,
        **members: Any,
    ) -> Fault:
        """Let calls of `operation` fail: with AWS's `error`, such as `TooManyRequestsException`, or without an answer.

        An `error` by the name of a botocore exception (`ReadTimeoutError`, `ConnectTimeoutError`,
        `ConnectionClosedError`, `EndpointConnectionError`, `SSLError`) is one of the network, which the client raises.
        botocore retries what it would retry on AWS, and each attempt is a call that counts.

        It strikes the next call; with `times` so many, or `"always"`. `every=3` strikes every third call, and
        `rate=0.1` one of ten, drawn from the mock's seed; both without end unless `times` says otherwise. `function`
        narrows it to calls that name this function, and a qualifier, region or account in it (`orders:live`, an ARN) to
        calls that name those too. `latency`, in seconds or as a timedelta, passes on the mock's clock first; without an
        `error` calls only take that time. Where it exceeds the client's read_timeout the client hangs up.

        Calls fail before Lambda does anything for them, once they are found well formed; with `when="after"` when all
        is done: the change is there, and the caller doesn't know. `message` and `members` (such as `Reason`) say more
        than the defaults. What is misspelt, and an error that the operation can't raise, is a LambdaMockError.

        Gives the fault: `remove()` takes it back, as does the end of a `with` block, `struck` counts its calls, and
        `assert_struck()` fails where there were none.
        """
        said = FaultOrder(operation, error, times, function, every, rate, latency, when, message, members)
        return self._ordered("mock.fail", ordered_fault(said))

    def fail_run(
        self,
        function: str,
        error: str,
        times: int | Literal["always"] | None = None,
        *,
        every: int | None = None,
        rate: float | None = None,
    ) -> Fault:
        """Let runs of a function break down, whoever asks for them: clients, events, URLs, event source mappings.

        `error` is `Sandbox.Timedout`, for which the rest of its Timeout passes on the mock's clock, `Runtime.ExitError`
        or `Runtime.OutOfMemory`. The run ends so in place of the function's code, which isn't reached, and with it
        what the function has kept between runs. `function` is a name, and narrows it further with a qualifier (the
        alias that was invoked, or the version that runs) or as an ARN. `times`, `every`, `rate` and the fault that is
        given are as with `fail`; each attempt of an event is a run.
        """
        return self._ordered("mock.fail_run", ordered_run_fault(function, error, times, every, rate))

    def _ordered(self, how: str, fault: Fault) -> Fault:
        activation = self._open()
        if activation.watch is not None:
            activation.watch.arranged(f"{how}: {fault}")
        return activation.faults.add(fault)

    def fail_transition(
        self,
        function: str,
        *,
        of: Kind = "Function",
        qualifier: str | None = None,
        reason_code: str | None = None,
        reason: str | None = None,
        times: int = 1,
        region: str | None = None,
        account_id: str | None = None,
    ) -> None:
        """Let the next change of a function that comes to its end end in failure, where AWS would make it succeed.

        A function that is created ends with State `Failed`, an update with LastUpdateStatus `Failed` and the code and
        configuration from before it, a version whose making takes its time with State `Failed`; an idle one that is
        woken stays Inactive. `qualifier` narrows it to a version's number or to `$LATEST`. `reason_code` is one of
        AWS's, such as `InvalidSubnet`, and InternalError unless given; `reason` is the text beside it.

        With `of="ProvisionedConcurrency"` it is what is provisioned for a version or an alias, and ends `FAILED`; with
        `of="EventSourceMapping"` a mapping for that function, version or alias, which ends Disabled. Both show the
        reason and no code. With `of="CapacityProvider"` it is the capacity provider of that name, which ends Failed and
        shows neither. What is misspelt is a LambdaMockError.
        """
        failure = ordered_failure(function, of, qualifier, reason_code, reason, times)
        where = named(function)
        store = self._store(region or where.region, account_id or where.account_id)
        with store.lock:
            store.failures.add(failure)
