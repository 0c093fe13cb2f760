"""Types of the ways in: what is decorated stays what it was, and `with` gives a LambdaMock.

Like its neighbours this is read by type checkers, and never run. A line with `type: ignore` is one that they have to
refuse: an ignore that isn't needed is an error.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator, Iterator
from unittest import TestCase

import pytest
from typing_extensions import assert_type

from lambda_mock import LambdaMock, LambdaMockError, LambdaMockWarning, MockConfig, NotBuiltError, current, mock_lambda


@mock_lambda
def plain(number: int, *, text: str = "") -> bool:
    assert_type(current(), LambdaMock)
    return number > len(text)


@mock_lambda(region="eu-west-1", seed=7)
def with_options(number: int) -> bool:
    return number > 0


@mock_lambda
async def coroutine(number: int) -> str:
    return str(number)


@mock_lambda(lifecycle="observed")
async def coroutine_with_options() -> str:
    return ""


@pytest.fixture
@mock_lambda
def fixture() -> Iterator[int]:
    yield 1


@mock_lambda
def generator(text: str) -> Generator[int, str, None]:
    assert_type((yield len(text)), str)


@mock_lambda(async_mode="manual")
async def async_generator() -> AsyncIterator[int]:
    yield 1


@mock_lambda
class TestOrders:
    number = 1

    def test_one(self) -> None: ...


@mock_lambda(execution="process", processes=2)
class TestPayments(TestOrders):
    @mock_lambda
    def test_two(self, number: int) -> str:
        return str(number)


def decorated_things_stay_what_they_were() -> None:
    assert_type(plain(1, text="one"), bool)
    assert_type(with_options(1), bool)
    assert_type(generator("one"), Generator[int, str, None])
    assert_type(async_generator(), AsyncIterator[int])
    assert_type(TestOrders().number, int)
    assert_type(TestPayments().test_two(2), str)
    plain("one")  # type: ignore[arg-type]
    TestPayments().test_two()  # type: ignore[call-arg]


async def coroutines_stay_coroutines() -> None:
    assert_type(await coroutine(1), str)
    assert_type(await coroutine_with_options(), str)


def a_mock_decorates_as_well(handler: Callable[[int], str], case: type[TestCase]) -> None:
    mock = LambdaMock()
    assert_type(mock(handler)(1), str)
    assert_type(mock(case), type[TestCase])
    assert_type(mock_lambda(case), type[TestCase])
    mock("orders")  # type: ignore[type-var]


def it_is_a_context_manager() -> None:
    with mock_lambda() as mock, LambdaMock(MockConfig(seed=7)) as inner:
        assert_type(mock, LambdaMock)
        assert_type(inner, LambdaMock)
        assert_type(mock.config, MockConfig)
    assert_type(mock_lambda(limits={"concurrent_executions": 5}, accounts={"AKIAONE": "1" * 12}), LambdaMock)


def options_are_known_by_name_and_type() -> None:
    mock_lambda(sed=7)  # type: ignore[call-overload]
    mock_lambda(seed="7")  # type: ignore[call-overload]
    mock_lambda(lane="slow")  # type: ignore[call-overload]
    mock_lambda("eu-west-1")  # type: ignore[call-overload]
    MockConfig(sed=7)  # type: ignore[call-arg]
    MockConfig(execution="docker")  # type: ignore[arg-type]
    MockConfig("eu-west-1")  # type: ignore[call-arg]
    LambdaMock(seed=7)  # type: ignore[call-arg]
    MockConfig().seed = 7  # type: ignore[misc]


def a_configuration_has_its_values(config: MockConfig) -> None:
    assert_type(config.region, str)
    assert_type(config.seed, int)
    assert_type(config.timeouts, bool)
    assert_type(config.changed({"seed": 7}), MockConfig)


def errors_are_exceptions() -> None:
    with pytest.raises(LambdaMockError) as raised:
        current()
    assert_type(raised.value, LambdaMockError)
    with pytest.raises(NotBuiltError):
        current()
    with pytest.warns(LambdaMockWarning):
        current()
