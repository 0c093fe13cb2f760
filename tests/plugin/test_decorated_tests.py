"""`@mock_lambda` as pytest meets it: on tests, fixtures and classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

ASYNC = "--asyncio-mode=auto"
BEGINNING = """
import asyncio, boto3, pytest, unittest
from lambda_mock import LambdaMockError, current, mock_lambda

client = boto3.client("lambda", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")

def deploy(name):
    current().function(name, returns=name)

def deployed():
    return [function["FunctionName"] for function in client.list_functions()["Functions"]]

def is_active():
    try:
        return bool(current())
    except LambdaMockError:
        return False

@pytest.fixture(autouse=True)
def _nothing_is_left():
    assert not is_active()
    yield
    assert not is_active()
"""


def run(pytester: pytest.Pytester, body: str, *arguments: str, **outcomes: int) -> pytest.RunResult:
    pytester.makepyfile(f"{BEGINNING}\n{body}")
    # Older versions of pytest-asyncio leave event loops open, and one of our own tests would be blamed for that.
    run_pytest = pytester.runpytest_subprocess if ASYNC in arguments else pytester.runpytest_inprocess
    result = run_pytest(*arguments)
    result.assert_outcomes(**outcomes)
    return result


def test_a_decorated_test_gets_its_fixtures_and_nothing_else(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
@pytest.fixture
def name():
    return "orders"

@mock_lambda
def test_it(name, tmp_path):
    deploy(name)
    assert deployed() == ["orders"]
""",
        passed=1,
    )


def test_each_case_of_a_parametrized_test_begins_with_nothing_deployed(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
@pytest.mark.parametrize("name", ["orders", "billing"])
@mock_lambda
def test_below(name):
    deploy(name)
    assert deployed() == [name]

@mock_lambda
@pytest.mark.parametrize("name", ["orders", "billing"])
def test_above(name):
    deploy(name)
    assert deployed() == [name]
""",
        passed=4,
    )


def test_options_configure_the_decorated_test(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
@mock_lambda(region="eu-west-1", seed=3)
def test_it():
    assert (current().config.region, current().config.seed) == ("eu-west-1", 3)
""",
        passed=1,
    )


def test_a_mock_object_decorates_too_and_is_fresh_each_time(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
mocked = mock_lambda(seed=3)

@mocked
def test_one():
    deploy("orders")
    assert current() is not mocked

@mocked
def test_other():
    assert (deployed(), current().config.seed) == ([], 3)
""",
        passed=2,
    )


def test_a_generator_fixture_keeps_its_mock_for_the_whole_test(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
@pytest.fixture
@mock_lambda
def orders():
    deploy("orders")
    yield "orders"
    assert deployed() == ["billing", "orders"]

def test_it(orders):
    deploy("billing")
    assert deployed() == ["billing", orders]
""",
        passed=1,
    )


def test_a_fixture_decorated_the_wrong_way_round_is_refused(pytester: pytest.Pytester) -> None:
    result = run(pytester, "@mock_lambda\n@pytest.fixture\ndef orders():\n    yield\n", errors=1)
    result.stdout.fnmatch_lines(["*@mock_lambda stands above @pytest.fixture, *Swap the two: *"])


def test_coroutines_and_async_fixtures_are_decorated_as_well(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
import pytest_asyncio

@mock_lambda
async def test_coroutine():
    await asyncio.sleep(0)
    assert deployed() == []

@pytest_asyncio.fixture
@mock_lambda
async def orders():
    deploy("orders")
    await asyncio.sleep(0)
    yield "orders"
    assert deployed() == ["billing", "orders"]

async def test_fixture(orders):
    await asyncio.sleep(0)
    deploy("billing")
""",
        ASYNC,
        passed=2,
    )


# Classes -------------------------------------------------------------------------------------------------------------


def test_each_test_of_a_class_begins_with_what_setup_method_deploys(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
@mock_lambda
class TestIt:
    def setup_method(self):
        deploy("orders")

    def teardown_method(self):
        assert deployed() == [self.name, "orders"]

    def test_one(self):
        self.name = "billing"
        deploy(self.name)

    def test_other(self):
        self.name = "invoices"
        deploy(self.name)
""",
        passed=2,
    )


def test_hooks_may_take_the_method(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
@mock_lambda
class TestIt:
    def setup_method(self, method):
        deploy(method.__name__)

    def teardown_method(self, method):
        assert deployed() == [method.__name__]

    def test_one(self):
        assert deployed() == ["test_one"]
""",
        passed=1,
    )


def test_hooks_may_be_static(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
@mock_lambda
class TestIt:
    @staticmethod
    def setup_method():
        deploy("orders")

    @staticmethod
    def teardown_method(method):
        assert deployed() == [method.__name__[5:]]

    def test_orders(self):
        pass
""",
        passed=1,
    )


def test_a_class_without_hooks_is_mocked_with_its_fixtures(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
@mock_lambda(region="eu-west-1")
class TestIt:
    @pytest.fixture
    def orders(self):
        deploy("orders")
        yield
        assert is_active()

    def test_one(self, orders):
        assert current().config.region == "eu-west-1"

    def test_other(self):
        assert current().describe().startswith("Nothing")
""",
        passed=2,
    )


def test_a_setup_method_that_fails_leaves_nothing_behind(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
@mock_lambda
class TestIt:
    def setup_method(self):
        assert deployed() == ["orders"]

    def test_one(self):
        pass

def test_other():
    assert not is_active()
""",
        passed=1,
        errors=1,
    )


def test_a_teardown_method_that_fails_leaves_nothing_behind(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
@mock_lambda
class TestIt:
    def teardown_method(self):
        assert not is_active()

    def test_one(self):
        pass

def test_other():
    assert not is_active()
""",
        passed=2,
        errors=1,
    )


def test_subclasses_of_a_decorated_class_are_mocked_however_they_treat_its_hooks(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
@mock_lambda
class Base:
    def setup_method(self):
        deploy("base")

    def teardown_method(self):
        assert is_active()

class TestInherits(Base):
    def test_it(self):
        assert deployed() == ["base"]

class TestCallsSuper(Base):
    def setup_method(self):
        deploy("own")
        super().setup_method()

    def teardown_method(self):
        super().teardown_method()
        assert deployed() == ["base", "own"]

    def test_it(self):
        assert deployed() == ["base", "own"]

class TestReplaces(Base):
    def setup_method(self, method):
        deploy("own")

    def test_it(self):
        assert deployed() == ["own"]
""",
        passed=3,
    )


def test_a_setup_method_that_fails_below_super_leaves_nothing_behind(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
@mock_lambda
class Base:
    def setup_method(self):
        raise KeyError("base")

class TestIt(Base):
    def setup_method(self):
        with pytest.raises(KeyError, match="base"):
            super().setup_method()
        assert is_active()
        raise KeyError("own")

    def test_it(self):
        pass
""",
        errors=1,
    )


def test_a_class_beside_the_decorated_one_keeps_its_hooks(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
class Beside:
    def setup_method(self):
        deploy("beside")

@mock_lambda
class Base:
    pass

class TestBefore(Beside, Base):
    def test_it(self):
        assert deployed() == ["beside"]

class TestBehind(Base, Beside):
    def test_it(self):
        assert deployed() == ["beside"]
""",
        passed=2,
    )


def test_a_decorated_subclass_of_a_decorated_class_has_one_mock_with_its_own_options(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
@mock_lambda(seed=1)
class TestBase:
    def setup_method(self):
        deploy("base")

    def test_it(self):
        assert current().config.seed == type(self).seed
        assert deployed() == ["base"]

    seed = 1

@mock_lambda(seed=2)
class TestBelow(TestBase):
    seed = 2
""",
        passed=2,
    )


def test_a_fixture_called_setup_method_is_refused(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@mock_lambda
class TestIt:
    @pytest.fixture(autouse=True)
    def setup_method(self):
        pass
""",
        errors=1,
    )
    result.stdout.fnmatch_lines(["*TestIt.setup_method is a fixture, but @mock_lambda needs pytest to call a plain*"])


def test_unittest_classes_are_mocked_under_pytest(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
@mock_lambda
class Case(unittest.TestCase):
    def setUp(self):
        deploy("orders")

    def tearDown(self):
        assert deployed() == ["billing", "orders"]

    def test_one(self):
        deploy("billing")

    def test_other(self):
        deploy("billing")

@mock_lambda
class AsyncCase(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        deploy("orders")

    async def test_it(self):
        assert deployed() == ["orders"]
""",
        passed=3,
    )


def test_asynchronous_tests_of_a_decorated_class_are_mocked(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
@mock_lambda
class TestIt:
    def setup_method(self):
        deploy("orders")

    async def test_it(self):
        await asyncio.sleep(0)
        assert deployed() == ["orders"]
""",
        ASYNC,
        passed=1,
    )
