"""`LambdaMockMixin`: mocks for the test cases of unittest."""

from __future__ import annotations

import inspect
import re
import unittest
from typing import Any, ClassVar

import pytest

from lambda_mock import LambdaMock, LambdaMockError, LambdaMockMixin, MockConfig, current


def outcome_of(case: type[unittest.TestCase]) -> unittest.TestResult:
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    return result


def passes(case: type[unittest.TestCase], tests: int = 1) -> None:
    result = outcome_of(case)
    assert [text for _, text in [*result.errors, *result.failures]] == []
    assert result.testsRun == tests
    with pytest.raises(LambdaMockError, match="No lambda_mock is active"):
        current()


def functions(client: Any) -> list[str]:
    return [function["FunctionName"] for function in client.list_functions()["Functions"]]


# A mock for each test ------------------------------------------------------------------------------------------------


def test_each_test_has_a_mock_and_a_client_of_its_own() -> None:
    seen = []

    class Case(LambdaMockMixin, unittest.TestCase):
        def setUp(self) -> None:
            self.mock_lambda.function("orders", returns="ok")
            self.addCleanup(lambda: seen.append((current(), functions(self.lambda_client))))

        def test_one(self) -> None:
            assert current() is self.mock_lambda
            assert functions(self.lambda_client) == ["orders"]
            assert self.lambda_client is self.lambda_client
            self.mock_lambda.function("more", returns="ok")

        def test_other(self) -> None:
            with self.subTest("is as it was set up"):
                assert functions(self.lambda_client) == ["orders"]

    passes(Case, tests=2)
    (one, found), (other, found_later) = seen
    assert one is not other
    assert (found, found_later) == (["more", "orders"], ["orders"])


def test_a_client_is_used_again_by_the_next_test_and_by_no_two_at_once() -> None:
    clients = []

    class Case(LambdaMockMixin, unittest.TestCase):
        def test_one(self) -> None:
            clients.append(self.lambda_client)

        test_other = test_one

        def test_with_another_one_inside(self) -> None:
            inner = type(self)("test_one")
            assert self.lambda_client is clients[0]
            inner.run()

    passes(Case, tests=3)
    assert clients[0] is clients[1]
    assert clients[2] is not clients[0]


def test_the_class_says_how_it_is_configured_and_its_bases_as_well() -> None:
    class Base(LambdaMockMixin, unittest.TestCase):
        lambda_mock_config: ClassVar[Any] = {"region": "eu-west-1", "seed": 3}

        def test_one(self) -> None:
            config = self.mock_lambda.config
            assert (config.region, config.account_id, config.seed) == ("eu-west-1", "123456789012", 3)
            assert self.lambda_client.meta.region_name == "eu-west-1"

    class Special(Base):
        lambda_mock_config: ClassVar[Any] = {"account_id": "111122223333", "seed": 7}

        def test_one(self) -> None:
            config = self.mock_lambda.config
            assert (config.region, config.account_id, config.seed) == ("eu-west-1", "111122223333", 7)

    class Whole(Special):
        lambda_mock_config: ClassVar[Any] = MockConfig(seed=9)

        def test_one(self) -> None:
            assert self.mock_lambda.config == MockConfig(seed=9)

    passes(Base)
    passes(Special)
    passes(Whole)


@pytest.mark.parametrize("order", ["first", "last", "apart"])
def test_it_works_in_any_order_and_where_super_is_forgotten(order: str) -> None:
    class Prepared:
        def setUp(self) -> None:
            current().function("orders", returns="ok")

    class Apart(LambdaMockMixin):
        pass

    bases: dict[str, tuple[type, ...]] = {
        "first": (LambdaMockMixin, unittest.TestCase),
        "last": (unittest.TestCase, LambdaMockMixin),
        "apart": (Prepared, Apart, unittest.TestCase),
    }

    def test_one(self: Any) -> None:
        assert functions(self.lambda_client) == (["orders"] if order == "apart" else [])

    passes(type("Case", bases[order], {"test_one": test_one}))


def test_asynchronous_tests_have_their_mock_too() -> None:
    class Case(LambdaMockMixin, unittest.IsolatedAsyncioTestCase):
        async def asyncSetUp(self) -> None:
            self.mock_lambda.function("orders", returns="ok")

        async def test_one(self) -> None:
            assert functions(self.lambda_client) == ["orders"]

    passes(Case)


def test_other_arguments_of_a_class_go_on_to_its_bases() -> None:
    class Base:
        names: list[str]

        def __init_subclass__(cls, *, names: list[str], **kwargs: Any) -> None:
            super().__init_subclass__(**kwargs)
            cls.names = names

    class Case(LambdaMockMixin, Base, unittest.TestCase, names=["a"]):
        def test_one(self) -> None:
            assert (self.names, functions(self.lambda_client)) == (["a"], [])

    passes(Case)


def test_a_failing_set_up_is_an_error_of_its_test_and_leaves_nothing() -> None:
    class Case(LambdaMockMixin, unittest.TestCase):
        def setUp(self) -> None:
            raise KeyError(self.mock_lambda.config.region)

        def test_one(self) -> None:
            raise AssertionError

    ((_, text),) = outcome_of(Case).errors
    assert text.endswith("KeyError: 'us-east-1'\n")
    assert "decorating" not in text
    with pytest.raises(LambdaMockError, match="No lambda_mock is active"):
        current()


# One for all tests of a class ----------------------------------------------------------------------------------------


def test_the_tests_of_a_class_can_share_a_mock() -> None:
    class Case(LambdaMockMixin, unittest.TestCase):
        lambda_mock_per_class = True
        lambda_mock_config: ClassVar[Any] = {"seed": 3}

        @classmethod
        def setUpClass(cls) -> None:
            cls.mock_lambda.function("orders", returns="ok")
            assert functions(cls.lambda_client) == ["orders"]

        @classmethod
        def tearDownClass(cls) -> None:
            assert functions(cls.lambda_client) == ["more", "orders"]

        def test_a(self) -> None:
            assert self.mock_lambda is type(self).mock_lambda is current()
            assert self.mock_lambda.config.seed == 3
            self.mock_lambda.function("more", returns="ok")

        def test_b(self) -> None:
            assert functions(self.lambda_client) == ["more", "orders"]

    passes(Case, tests=2)
    passes(Case, tests=2)
    assert not {"_lambda_mock_client", "_lambda_mock_shared"} & vars(Case).keys()


def test_a_class_without_set_up_of_its_own_can_share_one_too() -> None:
    class Base(LambdaMockMixin, unittest.TestCase):
        lambda_mock_per_class = True

        @classmethod
        def setUpClass(cls) -> None:
            super().setUpClass()
            cls.mock_lambda.function("orders", returns="ok")

    class Case(Base):
        lambda_mock_config: ClassVar[Any] = {"seed": 3}

        def test_one(self) -> None:
            assert functions(self.lambda_client) == ["orders"]
            assert self.mock_lambda.config.seed == 3

    class Other(Base):
        lambda_mock_per_class = False

        @classmethod
        def setUpClass(cls) -> None:
            with pytest.raises(LambdaMockError):
                super().setUpClass()

        def test_one(self) -> None:
            assert functions(self.lambda_client) == []

    class Sharing(Other):
        lambda_mock_per_class = True

        @classmethod
        def setUpClass(cls) -> None:
            pass

        def test_one(self) -> None:
            assert current() is type(self).mock_lambda

    passes(Case)
    passes(Other)
    passes(Sharing)


def test_a_set_up_of_the_class_that_fails_leaves_nothing() -> None:
    class Case(LambdaMockMixin, unittest.TestCase):
        lambda_mock_per_class = True

        @classmethod
        def setUpClass(cls) -> None:
            raise KeyError(cls.mock_lambda.config.region)

        def test_one(self) -> None:
            raise AssertionError

    ((_, text),) = outcome_of(Case).errors
    assert text.endswith("KeyError: 'us-east-1'\n")
    with pytest.raises(LambdaMockError, match="No lambda_mock is active"):
        current()


# What can't be -------------------------------------------------------------------------------------------------------


def test_who_looks_through_a_class_finds_the_rest_of_it() -> None:
    class Case(LambdaMockMixin, unittest.TestCase):
        def test_one(self) -> None:
            pass

    assert "test_one" in dict(inspect.getmembers(Case))
    assert not hasattr(Case, "mock_lambda")
    assert not hasattr(Case, "lambda_client")


def test_a_mock_is_there_while_a_test_runs() -> None:
    class Case(LambdaMockMixin, unittest.TestCase):
        def test_one(self) -> None:
            pass

    class Sharing(LambdaMockMixin, unittest.TestCase):
        lambda_mock_per_class = True

        def test_one(self) -> None:
            pass

    case = Case("test_one")
    outside = "has its mock while its tests run, from its set-up to the last cleanup, and not outside."
    for what, complaint in (
        (
            lambda: Case.mock_lambda,
            "Case has a mock for each test, and none for the class. Set lambda_mock_per_class = True",
        ),
        (lambda: Case.lambda_client, "Case has a mock for each test, and none for the class."),
        (lambda: case.mock_lambda, f"Case {outside}"),
        (lambda: Sharing.mock_lambda, f"Sharing {outside}"),
        (lambda: Sharing("test_one").mock_lambda, f"Sharing {outside}"),
    ):
        with pytest.raises(LambdaMockError, match=re.escape(complaint)):
            what()
    case.run()
    assert isinstance(case.mock_lambda, LambdaMock)


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        ({"sead": 1}, "lambda_mock has no option 'sead'. Did you mean 'seed'?"),
        (7, "Case.lambda_mock_config is a mapping of options or a MockConfig, and not 7."),
    ],
)
def test_options_that_cannot_work_are_refused_where_the_class_is_made(config: Any, complaint: str) -> None:
    with pytest.raises(LambdaMockError, match=re.escape(complaint)):
        type("Case", (LambdaMockMixin, unittest.TestCase), {"lambda_mock_config": config})


# Under pytest --------------------------------------------------------------------------------------------------------


def test_under_pytest_a_failed_test_shows_its_mock(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import unittest
        from lambda_mock import LambdaMockMixin

        class TestEach(LambdaMockMixin, unittest.TestCase):
            lambda_mock_config = {"seed": 42}

            def test_it(self):
                self.mock_lambda.function("orders", returns="ok")
                self.lambda_client.invoke(FunctionName="orders")
                self.assertEqual(self.mock_lambda.config.seed, 43)

        class TestShared(LambdaMockMixin, unittest.TestCase):
            lambda_mock_per_class = True

            @classmethod
            def setUpClass(cls):
                cls.mock_lambda.function("shared", returns="ok")

            def test_it(self):
                self.fail()
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:xdist", "-p", "no:randomly")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*- Lambda -*", "*seed 42 *", "*─ orders ─*", "*- Lambda -*", "*─ shared ─*"])
