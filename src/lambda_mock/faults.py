"""Failures that the test has ordered: matching calls fail with AWS's errors, or get no answer, or take their time.

A fault strikes a request that is well formed, before Lambda does anything for it or after it has done all of it.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Protocol

from lambda_mock.errors import ERRORS, ServiceError
from lambda_mock.names import ANY, Named, named_in

if TYPE_CHECKING:
    Perform = Callable[[], Mapping[str, Any]]

RUN = "Run"
"""What stands in place of an operation where runs break down."""

_READ_TIMEOUT = "ReadTimeoutError"
_MOST_LISTED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkError:
    """One way in which no answer arrives.

    With `arrives` the request may have reached Lambda all the same. `takes` names the client's setting that says how
    long it waits for that.
    """

    arrives: bool = False
    takes: Literal["read_timeout", "connect_timeout"] | None = None


NETWORK_ERRORS: Mapping[str, NetworkError] = {
    "ConnectTimeoutError": NetworkError(takes="connect_timeout"),
    "ConnectionClosedError": NetworkError(arrives=True),
    "EndpointConnectionError": NetworkError(),
    _READ_TIMEOUT: NetworkError(arrives=True, takes="read_timeout"),
    "SSLError": NetworkError(),
}
"""By the names of botocore's exceptions, which is what the code under test gets."""


def call_errors() -> set[str]:
    """All that a call can end with: AWS's codes, and the client's own errors where no answer arrives."""
    return {*ERRORS, *NETWORK_ERRORS}


class Sender(Protocol):
    """The client that sends a request, of this process."""

    @property
    def read_timeout(self) -> float | None:
        """For how many seconds it waits for an answer."""

    @property
    def connect_timeout(self) -> float | None:
        """For how many seconds it tries to connect."""


class Unanswered(Exception):  # noqa: N818  # no error of its own: it says that there is nothing to answer
    """The answer doesn't reach the caller; `name` is botocore's exception for that."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(slots=True, kw_only=True, eq=False)
class Fault:
    """A failure that was ordered with `mock.fail` or `mock.fail_run`: ask it how often it struck, or take it back.

    As a `with` block it lasts until the end of the block at most. `operation` and `error` are the names that it was
    ordered by.
    """

    operation: str
    """`Run` for those of `mock.fail_run`."""
    error: str | None = None
    """None where calls only take their time."""
    answer: ServiceError | None = None
    """What Lambda answers; None where no answer arrives, or where it is the usual one."""
    remaining: int | None = 1
    """How often it is still to strike; None without end."""
    about: Named = ANY
    after: bool = False
    """Whether it strikes when the effect of the call is there."""
    latency: float = 0.0
    """The seconds on the mock's clock that pass before all else."""
    every: int = 1
    """It strikes the last of so many calls that it is for."""
    rate: float | None = None
    """The share of them that it strikes."""
    struck: int = field(default=0, init=False)
    """How many calls or runs it has struck."""
    removed: bool = field(default=False, init=False)
    draw: Callable[[], float] | None = field(default=None, init=False, repr=False)
    _met: int = field(default=0, init=False, repr=False)
    _others: Counter[str] = field(default_factory=Counter, init=False, repr=False)

    def remove(self) -> None:
        """Let it strike no more; once removed, it stays so."""
        self.removed = True

    def __enter__(self) -> Fault:  # noqa: PYI034  # Self came with Python 3.11
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.remove()

    def assert_struck(self, times: int | None = None) -> None:
        """Fail the test unless it has struck at all, or that many times: else the test tests nothing of it."""
        __tracebackhide__ = True
        if self.struck == times or (times is None and self.struck):
            return
        wanted = "at least once" if times is None else _times(times)
        order, of_them, all_of_them = "mock.fail", "Calls", f"Calls of {self.operation}"
        if self.operation == RUN:
            order, of_them, all_of_them = "mock.fail_run", "Runs", "Runs"
        raise AssertionError(
            f"{order}: {self._order()} was to strike {wanted}, and struck {_times(self.struck)}.\n"
            f"{of_them} that it was for: {self._met or 'none'}.\n"
            f"{all_of_them} that it wasn't for: {_listed(self._others) or 'none'}."
        )

    @property
    def is_over(self) -> bool:
        """Whether it will strike no more."""
        return self.removed or self.remaining == 0

    @property
    def is_unmet(self) -> bool:
        """Whether something of what was ordered hasn't happened."""
        return self.struck == 0 or (not self.removed and bool(self.remaining))

    def strikes(self, operation: str, *called: Named) -> bool:
        """Whether it strikes a call of `operation` that names `called`, each of which says the same; it is counted."""
        if self.operation != operation or self.is_over:
            return False
        if not any(map(self.about.covers, called)):
            self._others[str(called[-1])] += 1
            return False
        self._met += 1
        if self._met % self.every or (self.draw is not None and self.draw() >= (self.rate or 0)):
            return False
        self.count(1)
        return True

    def count(self, strikes: int) -> None:
        """Count what it has struck, or where negative hasn't after all."""
        self.struck += strikes
        if self.remaining is not None:
            self.remaining -= strikes

    def __str__(self) -> str:
        fate = ", removed before it struck" if self.removed else ""
        return f"{self._order()}{self._how_often()}{fate}"

    def _order(self) -> str:
        about = "" if self.about == ANY else f" {self.about}"
        latency = f"{self.latency:g} s of latency" if self.latency else ""
        what = latency if self.error is None else f"{self.error}{' after its effect' if self.after else ''}"
        return f"{self.operation}{about} → {what}{f', with {latency}' if latency and self.error else ''}"

    def _how_often(self) -> str:
        which = f", every {_ordinal(self.every)} {'run' if self.operation == RUN else 'call'}" if self.every > 1 else ""
        if self.rate is not None:
            which = f", {self.rate * 100:g}% of the {'runs' if self.operation == RUN else 'calls'}"
        if self.remaining is None:
            return which or ", always"
        return which + (f", {_times(self.remaining)}" if which or self.remaining > 1 else "")


class Strike:
    """What the faults that a call has met do to it."""

    __slots__ = ("_fault", "_faults", "_has_struck", "_latency", "_told")

    def __init__(self, faults: Faults, fault: Fault | None, latency: float) -> None:
        self._faults = faults
        self._fault = fault
        self._latency = latency
        self._told: list[str] = []
        self._has_struck = False

    @property
    def done(self) -> str | None:
        """What it has done, for whoever reads of the call afterwards; None where that was nothing after all."""
        if self._told:
            return f"mock.fail: {', '.join(self._told)}"
        return "mock.fail" if self._has_struck else None

    def around(self, perform: Perform, sender: Sender | None) -> Mapping[str, Any]:
        """Let `perform` happen, or not, and raise what comes of it: the ordered error, or Unanswered.

        Without a `sender`, which is one of another process, nobody knows how long it waits.
        """
        fault, hung_up = self._fault, self._wait(sender)
        if fault is not None and not fault.after:
            self._end(fault, sender, hung_up=hung_up)
        effect = "after its effect"
        try:
            members = perform()
        except ServiceError as refused:
            # Of what has failed by itself nothing is lost but the answer.
            if hung_up or (fault is not None and fault.answer is None):
                members, effect = {}, f"in place of {refused.code}"
            else:
                self._faults.give_back(fault)
                raise
        if hung_up or fault is not None:
            self._told.append(effect)
            self._end(fault, sender, hung_up=hung_up)
        return members

    def _wait(self, sender: Sender | None) -> bool:
        """Let the latency pass; whether the client has given up before its end."""
        patience = None if sender is None else sender.read_timeout
        hung_up = patience is not None and self._latency > patience
        if self._latency:
            self._told.append(f"{self._latency:g} s of latency{', the client hung up' if hung_up else ''}")
        self._faults.sleep(patience if hung_up and patience is not None else self._latency)
        return hung_up

    def _end(self, fault: Fault | None, sender: Sender | None, *, hung_up: bool) -> NoReturn:
        self._has_struck = True
        if hung_up or fault is None or fault.error is None:
            raise Unanswered(_READ_TIMEOUT)
        if fault.answer is not None:
            raise fault.answer
        takes = NETWORK_ERRORS[fault.error].takes
        patience = None if takes is None or sender is None else getattr(sender, takes)
        if patience is not None:
            # What was ordered beside it has used up some of the time for the answer.
            self._faults.sleep(patience - (self._latency if takes == "read_timeout" else 0))
        raise Unanswered(fault.error)


class Faults:
    """The faults that are still to strike, in the order in which they were ordered.

    `sleep` lets seconds pass on the mock's clock; what is left to chance is drawn from `seed`.
    """

    __slots__ = ("_lock", "_ordered", "_pending", "_seed", "_sleep")

    def __init__(self, sleep: Callable[[float], None], seed: int) -> None:
        self._sleep = sleep
        self._seed = seed
        self._ordered: list[Fault] = []
        self._pending: list[Fault] = []
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Fault]:
        """Those of which something hasn't happened, or nothing ever has."""
        with self._lock:
            return iter([fault for fault in self._ordered if fault.is_unmet])

    def add(self, fault: Fault) -> Fault:
        """Order a fault, and give it back."""
        with self._lock:
            if fault.rate is not None:
                name = f"{self._seed}:fault {len(self._ordered)}"
                fault.draw = random.Random(name).random  # noqa: S311 - repeatable on purpose, no secret
            self._ordered.append(fault)
            self._pending.append(fault)
        return fault

    def meet(
        self, operation: str, parameters: Mapping[str, Any], *, region: str, account_id: str, of_a_client: bool = True
    ) -> Strike | None:
        """What becomes of a call from that region and account; None where no fault is for it.

        Latencies add up, and one error at most strikes: that of the first fault that is for the call. What AWS itself
        calls is not `of_a_client`, and knows no errors of the network.
        """
        if not self._pending:
            return None
        called = named_in(parameters, region=region, account_id=account_id)
        struck: Fault | None = None
        latency = 0.0
        with self._lock:
            for fault in self._pending:
                if fault.error is not None and (struck or (fault.answer is None and not of_a_client)):
                    continue
                if fault.strikes(operation, called):
                    latency += fault.latency
                    struck = struck if fault.error is None else fault
            self._forget_those_that_are_over()
        return None if struck is None and not latency else Strike(self, struck, latency)

    def meet_run(self, function: str, qualifiers: Iterable[str | None], *, region: str, account_id: str) -> str | None:
        """The error with which a run breaks down, if it does; `qualifiers` are all those by which it can be named."""
        if not self._pending:
            return None
        names = [
            Named(function=function, qualifier=qualifier, region=region, account_id=account_id)
            for qualifier in qualifiers
        ]
        with self._lock:
            struck = next((fault for fault in self._pending if fault.strikes(RUN, *names)), None)
            self._forget_those_that_are_over()
        return None if struck is None else struck.error

    def give_back(self, fault: Fault | None) -> None:
        """Take it that a fault has not struck after all: there was no effect that it could have come after."""
        if fault is not None:
            with self._lock:
                fault.count(-1)
                waiting = {*map(id, self._pending), id(fault)}
                self._pending = [each for each in self._ordered if id(each) in waiting]

    def sleep(self, seconds: float | None) -> None:
        """Let that much pass on the mock's clock, if anything."""
        if seconds:
            self._sleep(seconds)

    def _forget_those_that_are_over(self) -> None:
        """Let calls that come look at them no more. Called with the lock held."""
        self._pending = [fault for fault in self._pending if not fault.is_over]


def _times(number: int) -> str:
    return {0: "never", 1: "once"}.get(number) or f"{number} times"


def _ordinal(number: int) -> str:
    last = number % 10 if number % 100 not in {11, 12, 13} else 0
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(last, 'th') }"


def _listed(others: Counter[str]) -> str:
    shown = [f"{name} ({_times(number)})" for name, number in others.most_common(_MOST_LISTED)]
    return ", ".join([*shown, "…"] if len(others) > _MOST_LISTED else shown)
