"""Decorating functions of every kind, with a context manager that writes down when it is entered and left.

What pytest makes of decorated tests and fixtures stands in tests/plugin/test_decorated_tests.py.
"""

from __future__ import annotations

import asyncio
import inspect
import unittest
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from lambda_mock.decorating import decorate
from lambda_mock.errors import LambdaMockError


class Mocks:
    """Makes context managers; `active` are the numbers of those that are entered, `made` counts all."""

    def __init__(self) -> None:
        self.made = 0
        self.active: list[int] = []

    @contextmanager
    def fresh(self) -> Iterator[None]:
        self.made += 1
        number = self.made
        self.active.append(number)
        try:
            yield
        finally:
            self.active.remove(number)

    def __call__(self, target: Any) -> Any:
        return decorate(target, self.fresh)


@pytest.fixture
def mocks() -> Mocks:
    return Mocks()


def outcome_of(case: type[unittest.TestCase], *names: str) -> unittest.TestResult:
    result = unittest.TestResult()
    unittest.TestSuite(case(name) for name in names or unittest.defaultTestLoader.getTestCaseNames(case)).run(result)
    return result


# Functions -----------------------------------------------------------------------------------------------------------


def test_each_call_of_a_function_has_a_mock_of_its_own(mocks: Mocks) -> None:
    @mocks
    def seen() -> list[int]:
        return list(mocks.active)

    assert (seen(), seen(), mocks.active) == ([1], [2], [])


def test_a_decorated_function_keeps_its_name_and_its_arguments(mocks: Mocks) -> None:
    @mocks
    def total(one: int, *, other: int) -> int:
        """Add."""
        return one + other

    assert total(1, other=2) == 3
    assert list(inspect.signature(total).parameters) == ["one", "other"]
    assert (total.__name__, total.__doc__) == ("total", "Add.")


def test_a_function_that_raises_leaves_its_mock(mocks: Mocks) -> None:
    @mocks
    def fails() -> None:
        raise KeyError(*mocks.active)

    with pytest.raises(KeyError, match="1"):
        fails()
    assert mocks.active == []


def test_a_bound_method_can_be_decorated(mocks: Mocks) -> None:
    class Shop:
        def open(self) -> tuple[object, list[int]]:
            return self, list(mocks.active)

    shop = Shop()
    assert mocks(shop.open)() == (shop, [1])


def test_a_coroutine_function_stays_one_and_is_mocked_while_it_waits(mocks: Mocks) -> None:
    @mocks
    async def seen() -> list[list[int]]:
        before = list(mocks.active)
        await asyncio.sleep(0)
        return [before, list(mocks.active)]

    assert inspect.iscoroutinefunction(seen)
    coroutine = seen()
    assert mocks.active == []
    assert (asyncio.run(coroutine), mocks.active) == ([[1], [1]], [])


# Generators ----------------------------------------------------------------------------------------------------------


def test_a_generator_function_stays_one_and_is_mocked_from_its_first_step_to_its_end(mocks: Mocks) -> None:
    @mocks
    def steps() -> Generator[str, None, None]:
        assert mocks.active == [1]
        yield "open"
        assert mocks.active == [1]

    assert inspect.isgeneratorfunction(steps)
    generator = steps()
    assert mocks.active == []
    assert (next(generator), mocks.active) == ("open", [1])
    assert (list(generator), mocks.active) == ([], [])


def test_what_is_sent_and_thrown_into_a_generator_arrives(mocks: Mocks) -> None:
    @mocks
    def echo() -> Generator[object, object, str]:
        sent = yield "ready"
        try:
            yield sent
        except KeyError as error:
            yield error
        return "over"

    generator = echo()
    error = KeyError("lost")
    assert [next(generator), generator.send("hello"), generator.throw(error)] == ["ready", "hello", error]
    with pytest.raises(StopIteration) as stopped:
        next(generator)
    assert (stopped.value.value, mocks.active) == ("over", [])


def test_a_generator_that_is_closed_early_leaves_its_mock(mocks: Mocks) -> None:
    @mocks
    def steps() -> Generator[None, None, None]:
        yield

    generator = steps()
    next(generator)
    generator.close()
    assert mocks.active == []


def test_an_async_generator_function_stays_one_and_is_mocked_to_its_end(mocks: Mocks) -> None:
    @mocks
    async def steps() -> AsyncGenerator[list[int], None]:
        yield list(mocks.active)
        await asyncio.sleep(0)
        yield list(mocks.active)

    async def collect() -> list[list[int]]:
        return [seen async for seen in steps()]

    assert inspect.isasyncgenfunction(steps)
    assert (asyncio.run(collect()), mocks.active) == ([[1], [1]], [])


def test_what_is_sent_and_thrown_into_an_async_generator_arrives(mocks: Mocks) -> None:
    @mocks
    async def echo() -> AsyncGenerator[object, object]:
        sent = yield "ready"
        try:
            yield sent
        except KeyError as error:
            yield error

    async def talk() -> list[object]:
        generator = echo()
        heard = [await anext(generator), await generator.asend("hello"), await generator.athrow(error)]
        assert await anext(generator, "over") == "over"
        return heard

    error = KeyError("lost")
    assert (asyncio.run(talk()), mocks.active) == (["ready", "hello", error], [])


def test_an_async_generator_that_is_closed_early_cleans_up_under_its_mock(mocks: Mocks) -> None:
    seen = []

    @mocks
    async def steps() -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            seen.append(list(mocks.active))

    async def close() -> None:
        generator = steps()
        await anext(generator)
        await generator.aclose()

    asyncio.run(close())
    assert (seen, mocks.active) == ([[1]], [])


# What can't be decorated ---------------------------------------------------------------------------------------------


def test_a_fixture_is_refused_with_the_order_that_works(mocks: Mocks) -> None:
    @pytest.fixture
    def client() -> None:
        pass

    with pytest.raises(LambdaMockError, match=r"above @pytest\.fixture, .*Swap the two"):
        mocks(client)


@pytest.mark.parametrize("kind", [staticmethod, classmethod])
def test_a_static_or_class_method_is_refused_with_the_order_that_works(mocks: Mocks, kind: Any) -> None:
    with pytest.raises(LambdaMockError, match=rf"above @{kind.__name__}\. Swap the two"):
        mocks(kind(lambda: None))


def test_what_is_no_function_is_refused(mocks: Mocks) -> None:
    with pytest.raises(LambdaMockError, match="and test classes, and not 42"):
        mocks(42)


# unittest ------------------------------------------------------------------------------------------------------------


def test_each_unittest_has_a_mock_of_its_own_from_set_up_to_the_last_cleanup(mocks: Mocks) -> None:
    seen: list[tuple[str, int]] = []

    @mocks
    class Case(unittest.TestCase):
        def note(self, what: str) -> None:
            [number] = mocks.active
            seen.append((what, number))

        def setUp(self) -> None:
            self.addCleanup(self.note, "cleanup")
            self.note("setUp")

        def tearDown(self) -> None:
            self.note("tearDown")

        def test_one(self) -> None:
            self.note("one")

        def test_other(self) -> None:
            self.note("other")

    assert outcome_of(Case).wasSuccessful()
    assert seen[:4] == [("setUp", 1), ("one", 1), ("tearDown", 1), ("cleanup", 1)]
    assert seen[4:] == [("setUp", 2), ("other", 2), ("tearDown", 2), ("cleanup", 2)]
    assert mocks.active == []


def test_a_unittest_without_set_up_is_mocked_too(mocks: Mocks) -> None:
    @mocks
    class Case(unittest.TestCase):
        def test_one(self) -> None:
            assert mocks.active == [1]

    assert outcome_of(Case).wasSuccessful()


def test_a_set_up_that_fails_leaves_nothing_behind(mocks: Mocks) -> None:
    @mocks
    class Case(unittest.TestCase):
        def setUp(self) -> None:
            raise KeyError(*mocks.active)

        def test_one(self) -> None:
            raise AssertionError

    [(_, text)] = outcome_of(Case).errors
    assert "KeyError: 1" in text
    assert mocks.active == []


def test_an_asynchronous_unittest_is_mocked_from_set_up_to_tear_down(mocks: Mocks) -> None:
    seen: list[tuple[object, ...]] = []

    @mocks
    class Case(unittest.IsolatedAsyncioTestCase):
        async def asyncSetUp(self) -> None:
            seen.append(("asyncSetUp", *mocks.active))

        async def asyncTearDown(self) -> None:
            seen.append(("asyncTearDown", *mocks.active))

        async def test_one(self) -> None:
            await asyncio.sleep(0)
            seen.append(("one", *mocks.active))

    assert outcome_of(Case).wasSuccessful()
    assert seen == [("asyncSetUp", 1), ("one", 1), ("asyncTearDown", 1)]
    assert mocks.active == []


def test_a_subclass_that_calls_super_has_one_mock_and_not_two(mocks: Mocks) -> None:
    @mocks
    class Base(unittest.TestCase):
        def setUp(self) -> None:
            self.seen_in_base = list(mocks.active)

    class Case(Base):
        def setUp(self) -> None:
            before = list(mocks.active)
            super().setUp()
            assert before == self.seen_in_base == mocks.active == [1]

        def test_one(self) -> None:
            assert mocks.active == [1]

    assert outcome_of(Case).wasSuccessful()
    assert mocks.active == []


def test_a_subclass_that_forgets_super_is_mocked_all_the_same(mocks: Mocks) -> None:
    @mocks
    class Base(unittest.TestCase):
        pass

    class Case(Base):
        def setUp(self) -> None:
            assert mocks.active == [1]

        def test_one(self) -> None:
            assert mocks.active == [1]

    assert outcome_of(Case).wasSuccessful()


def test_a_mixin_that_comes_before_the_decorated_class_is_under_the_mock(mocks: Mocks) -> None:
    @mocks
    class Base(unittest.TestCase):
        pass

    class Mixin:
        def setUp(self) -> None:
            assert mocks.active == [1]
            super().setUp()  # type: ignore[misc]

    class Case(Mixin, Base):
        def test_one(self) -> None:
            assert mocks.active == [1]

    assert outcome_of(Case).wasSuccessful()


def test_a_decorated_subclass_has_its_own_say_and_its_base_keeps_the_other() -> None:
    general, special = Mocks(), Mocks()

    @general
    class Base(unittest.TestCase):
        def test_one(self) -> None:
            pass

    @special
    class Case(Base):
        pass

    assert outcome_of(Case).wasSuccessful()
    assert (general.made, special.made) == (0, 1)
    assert outcome_of(Base).wasSuccessful()
    assert (general.made, special.made) == (1, 1)


def test_a_subclass_hook_of_the_class_itself_still_runs(mocks: Mocks) -> None:
    @mocks
    class Base(unittest.TestCase):
        names: list[str]

        def __init_subclass__(cls, *, names: list[str], **kwargs: Any) -> None:
            super().__init_subclass__(**kwargs)
            cls.names = names

    class Case(Base, names=["a"]):
        def setUp(self) -> None:
            assert mocks.active == [1]

        def test_one(self) -> None:
            assert self.names == ["a"]

    assert outcome_of(Case).wasSuccessful()


def test_a_test_that_runs_twice_has_a_mock_each_time(mocks: Mocks) -> None:
    @mocks
    class Case(unittest.TestCase):
        def test_one(self) -> None:
            assert mocks.active

    case = Case("test_one")
    results = [case.run(), case.run()]
    assert [result is not None and result.wasSuccessful() for result in results] == [True, True]
    assert (mocks.made, mocks.active) == (2, [])


def test_a_test_class_inside_a_decorated_one_is_refused(mocks: Mocks) -> None:
    class TestOuter:
        class TestInner: ...

    with pytest.raises(LambdaMockError, match="move TestInner out of it"):
        mocks(TestOuter)
