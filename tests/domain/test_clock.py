"""The mock's time: it runs, stands, goes on, and can be set; nobody waits for it."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock.domain.clock import Clock
from lambda_mock.errors import LambdaMockError

if TYPE_CHECKING:
    from collections.abc import Callable

NEW_YEAR = datetime(2024, 1, 1, tzinfo=timezone.utc)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """The time of the test and of the machine, which only passes when it is called."""
    passed = [1_000_000.0]
    monkeypatch.setattr("lambda_mock.domain.clock.time_of_the_test", lambda: passed[0])
    monkeypatch.setattr("lambda_mock.domain.clock.measured", lambda: passed[0])

    def wait(seconds: float) -> None:
        passed[0] += seconds

    return wait


def test_it_is_the_tests_own_time_until_somebody_moves_it() -> None:
    before = time.time()
    assert before <= Clock().now().timestamp() <= time.time()
    assert Clock().now().tzinfo is timezone.utc


@pytest.mark.parametrize("step", [90, 90.0, timedelta(minutes=1, seconds=30)])
def test_it_is_advanced_by_seconds_or_by_a_timedelta(machine: Callable[[float], None], step: Any) -> None:
    clock = Clock()
    clock.advance(step)
    machine(5)
    assert clock.time() == 1_000_095


def test_it_is_advanced_to_a_moment() -> None:
    clock = Clock()
    clock.freeze(at=NEW_YEAR)
    clock.advance_to(NEW_YEAR + timedelta(hours=2))
    clock.advance_to(NEW_YEAR + timedelta(hours=2))
    assert clock.now() == NEW_YEAR + timedelta(hours=2)


def test_frozen_it_passes_only_where_it_is_advanced_and_then_goes_on_from_there(
    machine: Callable[[float], None],
) -> None:
    clock = Clock()
    clock.freeze()
    machine(10)
    clock.advance(1)
    clock.freeze()
    assert clock.time() == 1_000_001
    clock.resume()
    clock.resume()
    machine(2)
    assert clock.time() == 1_000_003


def test_it_can_begin_at_any_moment(machine: Callable[[float], None]) -> None:
    clock = Clock()
    clock.advance(7)
    clock.freeze(at=NEW_YEAR)
    machine(5)
    assert clock.now() == NEW_YEAR
    clock.freeze(at=NEW_YEAR - timedelta(days=1))
    clock.resume()
    machine(5)
    assert clock.now() == NEW_YEAR - timedelta(days=1) + timedelta(seconds=5)


def test_a_block_freezes_it_for_its_length_unless_it_was_frozen_before(machine: Callable[[float], None]) -> None:
    clock = Clock()
    with clock.freeze() as frozen:
        machine(5)
        assert frozen is clock
        with clock.freeze(at=NEW_YEAR):
            machine(5)
        machine(5)
        assert clock.now() == NEW_YEAR
    machine(5)
    assert clock.now() == NEW_YEAR + timedelta(seconds=5)


def test_what_takes_time_takes_it_on_the_clock_or_for_real(machine: Callable[[float], None]) -> None:
    clock = Clock()
    before = clock.passed()
    machine(1)
    clock.advance(10)
    with clock.freeze(at=NEW_YEAR):
        machine(100)
        clock.advance(20)
    machine(2)
    assert clock.passed() - before == 33


def test_it_knows_what_it_showed_at_a_moment_of_the_tests_time(
    machine: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    machine(10)
    clock.advance(100)
    machine(10)
    clock.freeze()
    machine(10)
    clock.resume()
    machine(10)
    shown = [clock.moment_of(1_000_000 + at) - 1_000_000 for at in (5, 10, 15, 25, 35)]
    assert shown == [5, 110, 115, 120, 125]
    # Set back, it has nothing to go by but how the clock is set now.
    monkeypatch.setattr("lambda_mock.domain.clock.time_of_the_test", lambda: 500.0)
    assert clock.moment_of(400) == 490


def test_who_asked_is_told_when_it_was_moved() -> None:
    told = []
    clock = Clock(on_advance=lambda: told.append(clock.now()))
    clock.freeze()
    assert told == []
    clock.freeze(at=NEW_YEAR)
    clock.advance(1)
    clock.sleep(2)
    clock.advance_to(NEW_YEAR + timedelta(minutes=1))
    clock.resume()
    assert [(moment - NEW_YEAR).total_seconds() for moment in told] == [0, 1, 3, 60]


@pytest.mark.parametrize("step", [-1, timedelta(seconds=-1), "5", None, True, float("nan"), float("inf")])
def test_it_is_advanced_by_nothing_else(step: Any) -> None:
    clock = Clock()
    with pytest.raises(LambdaMockError) as caught:
        clock.advance(step)
    words = "The clock can't go back, and is advanced by a number of seconds or a timedelta"
    assert str(caught.value) == f"{words}: not by {step!r}."


def test_it_does_not_go_back_to_a_moment() -> None:
    clock = Clock()
    clock.freeze(at=NEW_YEAR)
    with pytest.raises(LambdaMockError) as caught:
        clock.advance_to(NEW_YEAR - timedelta(seconds=1))
    assert str(caught.value) == (
        "The clock can't go back: it is 2024-01-01T00:00:00+00:00 already, after 2023-12-31T23:59:59+00:00. "
        "Only mock.clock.freeze(at=...) sets it to any moment."
    )


@pytest.mark.parametrize("moment", [datetime(2024, 1, 1), "2024-01-01", 0])  # noqa: DTZ001  # that is what is refused
@pytest.mark.parametrize("method", ["freeze", "advance_to"])
def test_a_moment_has_a_time_zone(method: str, moment: Any) -> None:
    with pytest.raises(LambdaMockError) as caught:
        getattr(Clock(), method)(moment)
    assert str(caught.value) == (
        f"mock.clock.{method} takes a datetime with its time zone, such as "
        f"datetime(2024, 1, 1, tzinfo=timezone.utc): not {moment!r}."
    )
