"""What may be in flight at once: by function, and in all of an account's region."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from lambda_mock.domain.run_limits import AccountConcurrency, RunLimits
from lambda_mock.domain.version import LATEST
from lambda_mock.errors import LambdaMockError, TooManyRequestsException

PATIENCE = 30


@pytest.fixture
def account() -> AccountConcurrency:
    return AccountConcurrency()


def begin(limits: RunLimits, runs: int) -> None:
    for _ in range(runs):
        limits.begin(LATEST, waits=False)


def refusal(limits: RunLimits) -> object:
    with pytest.raises(TooManyRequestsException) as refused:
        limits.begin(LATEST, waits=False)
    return refused.value.members["Reason"]


def test_functions_without_a_reservation_share_a_thousand_runs(account: AccountConcurrency) -> None:
    first, second = RunLimits(account), RunLimits(account)
    begin(first, 600)
    begin(second, 400)
    assert refusal(first) == refusal(second) == "ConcurrentInvocationLimitExceeded"
    second.end(None)
    begin(first, 1)


def test_what_one_function_reserves_the_others_have_to_do_without(account: AccountConcurrency) -> None:
    reserved, other = RunLimits(account), RunLimits(account)
    reserved.reserve(900)
    begin(other, 100)
    assert refusal(other) == "ConcurrentInvocationLimitExceeded"
    begin(reserved, 900)
    assert refusal(reserved) == "ReservedFunctionConcurrentInvocationLimitExceeded"


def test_runs_in_flight_move_with_a_reservation(account: AccountConcurrency) -> None:
    limits = RunLimits(account)
    begin(limits, 3)
    assert account.in_flight == 3
    limits.reserve(3)
    assert account.in_flight == 0
    limits.end(None)
    limits.release()
    assert account.in_flight == 2
    limits.end(None)
    limits.end(None)
    assert account.in_flight == 0


def test_a_run_that_was_refused_is_not_counted(account: AccountConcurrency) -> None:
    limits = RunLimits(account)
    limits.reserve(0)
    assert refusal(limits) == "ReservedFunctionConcurrentInvocationLimitExceeded"
    limits.reserve(1)
    begin(limits, 1)
    assert refusal(limits) == "ReservedFunctionConcurrentInvocationLimitExceeded"
    limits.end(None)
    assert limits.begin(LATEST, waits=False) is None


def test_a_run_that_waits_is_refused_only_where_its_turn_cannot_come(account: AccountConcurrency) -> None:
    limits = RunLimits(account)
    begin(limits, 1000)
    limits.begin(LATEST, waits=True)
    limits.reserve(1)
    limits.begin(LATEST, waits=True)
    limits.reserve(0)
    with pytest.raises(TooManyRequestsException, match="Rate Exceeded"):
        limits.begin(LATEST, waits=True)


def test_a_run_of_a_provisioned_version_takes_nothing_from_the_others(account: AccountConcurrency) -> None:
    limits, other = RunLimits(account), RunLimits(account)
    limits.provision(2, before=0)
    limits.allocate("live", version="1", size=2)
    pools = [limits.begin("1", waits=False) for _ in range(3)]
    assert pools[0] is pools[1] is not None
    assert pools[2] is None
    assert account.in_flight == 1
    begin(other, 997)
    assert refusal(other) == "ConcurrentInvocationLimitExceeded"
    limits.end(pools[0])
    assert limits.begin("1", waits=False) is pools[0]


def test_a_run_whose_environment_was_given_back_meanwhile_ends_all_the_same(account: AccountConcurrency) -> None:
    limits = RunLimits(account)
    limits.allocate("1", version="1", size=1)
    pool = limits.begin("1", waits=False)
    limits.deallocate("1")
    limits.end(pool)
    assert limits.begin("1", waits=False) is None
    assert account.in_flight == 1


def test_what_is_allocated_anew_are_other_environments(account: AccountConcurrency) -> None:
    limits = RunLimits(account)
    limits.allocate("live", version="1", size=1)
    first = limits.begin("1", waits=False)
    limits.allocate("live", version="1", size=2)
    assert limits.begin("1", waits=False) is first
    limits.allocate("live", version="2", size=2)
    second = limits.begin("2", waits=False)
    assert first is not None
    assert second is not None
    assert first.serial != second.serial


def test_a_run_that_waits_is_refused_where_all_that_is_reserved_is_of_other_versions(
    account: AccountConcurrency,
) -> None:
    limits = RunLimits(account)
    limits.reserve(1)
    limits.allocate("1", version="1", size=1)
    begun = [limits.begin("1", waits=True) for _ in range(2)]
    assert begun[0] is begun[1] is not None
    with pytest.raises(TooManyRequestsException, match="Rate Exceeded"):
        limits.begin(LATEST, waits=True)


def waiting_for_its_turn(pool: ThreadPoolExecutor, limits: RunLimits, account: AccountConcurrency) -> Future[Any]:
    """A run that waits in a thread of its own, and does so by now."""
    run = pool.submit(limits.begin_in_turn, LATEST)
    while not account.waiting:
        assert not run.done()
    return run


def test_a_run_in_turn_waits_until_another_has_ended(account: AccountConcurrency) -> None:
    limits = RunLimits(account)
    limits.reserve(1)
    begin(limits, 1)
    with ThreadPoolExecutor(1) as threads:
        run = waiting_for_its_turn(threads, limits, account)
        limits.end(None)
        assert run.result(PATIENCE) is None
    assert account.waiting == 0
    refusal(limits)


def test_a_run_in_turn_begins_where_a_pool_has_room(account: AccountConcurrency) -> None:
    limits = RunLimits(account)
    limits.reserve(1)
    limits.allocate("1", version="1", size=1)
    pool = limits.begin_in_turn("1")
    assert pool is not None
    with ThreadPoolExecutor(1) as threads:
        run = threads.submit(limits.begin_in_turn, "1")
        while not account.waiting:
            assert not run.done()
        limits.end(pool)
        assert run.result(PATIENCE) is pool


@pytest.mark.parametrize(
    "change",
    [lambda limits: limits.reserve(2), lambda limits: limits.release()],
    ids=["more reserved", "nothing reserved"],
)
def test_a_run_in_turn_begins_when_more_may_run_at_once(account: AccountConcurrency, change: Any) -> None:
    limits = RunLimits(account)
    limits.reserve(1)
    begin(limits, 1)
    with ThreadPoolExecutor(1) as threads:
        run = waiting_for_its_turn(threads, limits, account)
        change(limits)
        assert run.result(PATIENCE) is None


def test_a_run_in_turn_is_refused_once_its_turn_can_not_come(account: AccountConcurrency) -> None:
    limits = RunLimits(account)
    limits.reserve(1)
    begin(limits, 1)
    with ThreadPoolExecutor(1) as threads:
        run = waiting_for_its_turn(threads, limits, account)
        limits.allocate("1", version="1", size=1)
        with pytest.raises(TooManyRequestsException, match="Rate Exceeded"):
            run.result(PATIENCE)


def test_a_run_in_turn_that_waits_for_ever_says_so(account: AccountConcurrency) -> None:
    limits = RunLimits(account)
    limits.reserve(1)
    begin(limits, 1)
    with pytest.raises(LambdaMockError, match="An event waited 0 s for another run"):
        limits.begin_in_turn(LATEST, patience=0)
    assert account.waiting == 0
