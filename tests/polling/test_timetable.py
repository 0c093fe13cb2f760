"""Schedules come round in the time that the test lets pass, and in no other."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock import LambdaMockWarning, mock_lambda
from lambda_mock.domain.neighbours.port import Schedule
from lambda_mock.domain.triggers import Functions, Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_mock import LambdaMock

ARN = "arn:aws:lambda:us-east-1:123456789012:function:sweep"
BEGUN = 1_800_000_000.0


class Keeper:
    """A neighbour that keeps schedules."""

    def __init__(self) -> None:
        self.schedules_there: list[Schedule] = []
        self.over: list[str] = []

    def schedules(self) -> list[Schedule]:
        return self.schedules_there

    def __getattr__(self, name: str) -> Any:
        """Whatever else it is asked it doesn't know, and whatever it is given it doesn't take."""
        return lambda *_, **__: None

    def add(self, name: str, expression: str, **changes: Any) -> None:
        def fire(functions: Functions, moment: float) -> None:
            payload = json.dumps([name, round(moment - BEGUN)]).encode()
            functions.send(Trigger(function_arn=ARN, payload=payload, principal="events.amazonaws.com"))

        schedule = Schedule(arn=name, expression=expression, fire=fire, over=lambda: self.over.append(name))
        self.schedules_there.append(replace(schedule, **changes))


@pytest.fixture
def keeper(monkeypatch: pytest.MonkeyPatch) -> Keeper:
    found = Keeper()
    monkeypatch.setattr("lambda_mock.activation.moto_where_active", lambda: found)
    return found


@pytest.fixture
def mock(keeper: Keeper) -> Iterator[LambdaMock]:
    with mock_lambda() as mock:
        mock.clock.freeze()
        mock.clock.advance(BEGUN - mock.clock.time())
        mock.function("sweep", returns=None)
        yield mock


def look(mock: LambdaMock) -> None:
    """What a call of another service makes happen."""
    mock._activation.during(lambda: None)


def ran(mock: LambdaMock) -> list[list[Any]]:
    found = [run.event for run in mock.invocations]
    mock.invocations.clear()
    return found


def test_a_rate_counts_from_when_the_schedule_was_made(mock: LambdaMock, keeper: Keeper) -> None:
    keeper.add("a", "rate(5 minutes)")
    look(mock)
    assert ran(mock) == []
    mock.clock.advance(299)
    assert ran(mock) == []
    mock.clock.advance(1)
    assert ran(mock) == [["a", 300]]
    mock.clock.advance(900)
    assert ran(mock) == [["a", 600], ["a", 900], ["a", 1200]]


def test_schedules_have_their_turns_by_their_moments(mock: LambdaMock, keeper: Keeper) -> None:
    keeper.add("a", "rate(5 minutes)")
    keeper.add("b", "rate(2 minutes)")
    look(mock)
    mock.clock.advance(600)
    assert ran(mock) == [["b", 120], ["b", 240], ["a", 300], ["b", 360], ["b", 480], ["a", 600], ["b", 600]]


def test_a_schedule_that_is_gone_or_changed_comes_round_no_more(mock: LambdaMock, keeper: Keeper) -> None:
    keeper.add("a", "rate(5 minutes)")
    keeper.add("b", "rate(5 minutes)")
    look(mock)
    keeper.schedules_there[0] = replace(keeper.schedules_there[0], expression="rate(7 minutes)")
    keeper.schedules_there.pop()
    mock.clock.advance(300)
    assert ran(mock) == []
    mock.clock.advance(420)
    assert ran(mock) == [["a", 720]]


def test_a_schedule_has_a_beginning_and_an_end(mock: LambdaMock, keeper: Keeper) -> None:
    keeper.add("a", "rate(1 minute)", begins=BEGUN + 600, ends=BEGUN + 750)
    look(mock)
    mock.clock.advance(3600)
    assert ran(mock) == [["a", 660], ["a", 720]]
    assert keeper.over == ["a"]


def test_a_schedule_may_begin_with_its_first_turn(mock: LambdaMock, keeper: Keeper) -> None:
    keeper.add("a", "rate(5 minutes)", at_once=True)
    keeper.add("b", "rate(5 minutes)", at_once=True, begins=BEGUN + 100)
    look(mock)
    assert ran(mock) == [["a", 0]]
    mock.clock.advance(300)
    assert ran(mock) == [["b", 100], ["a", 300]]


def test_what_comes_round_once_is_over(mock: LambdaMock, keeper: Keeper) -> None:
    keeper.add("a", f"at({mock.clock.now().replace(year=2028):%Y-%m-%dT%H:%M:%S})")
    look(mock)
    mock.clock.advance(86400 * 366)
    assert [name for name, _ in ran(mock)] == ["a"]
    assert keeper.over == ["a"]


def test_time_that_retries_take_brings_no_schedule_round(mock: LambdaMock, keeper: Keeper) -> None:
    mock.function("sweep", raises=ValueError)
    keeper.add("a", "rate(1 minute)")
    look(mock)
    mock.clock.advance(60)
    assert ran(mock) == [["a", 60]] * 3
    assert round(mock.clock.time() - BEGUN) == 240
    look(mock)
    assert ran(mock) == []
    mock.clock.advance(60)
    assert ran(mock) == [["a", 300]] * 3


def test_a_drain_does_not_wait_for_what_never_ends(keeper: Keeper) -> None:
    with mock_lambda(async_mode="manual") as mock:
        mock.clock.freeze()
        mock.clock.advance(BEGUN - mock.clock.time())
        mock.function("sweep", returns=None)
        keeper.add("a", "rate(1 minute)")
        assert not mock.drain()
        mock.clock.advance(150)
        assert ran(mock) == []
        assert [run.event for run in mock.drain()] == [["a", 60], ["a", 120]]


def test_an_expression_that_says_nothing_is_a_warning_once(mock: LambdaMock, keeper: Keeper) -> None:
    keeper.add("a", "rate(often)")
    keeper.add("b", "cron(0 12 * * ? *)", zone="Europe/Atlantis")
    with pytest.warns(LambdaMockWarning) as warned:
        look(mock)
    mock.clock.advance(86400 * 2)
    told = [str(warning.message) for warning in warned]
    assert [text[:24] for text in told] == ["a never comes round: its", "b never comes round: its"]
    assert ran(mock) == []
