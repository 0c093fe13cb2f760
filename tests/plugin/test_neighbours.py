"""The plugin beside other plugins, and without itself."""

from __future__ import annotations

import re
from importlib.util import find_spec

import pytest

SUITE = """
import pytest

@pytest.mark.parametrize("name", ["orders", "billing", "invoices", "stock"])
def test_it(mock_lambda, lambda_client, name):
    mock_lambda.function(name, returns=name)
    assert [each["FunctionName"] for each in lambda_client.list_functions()["Functions"]] == [name]
    assert mock_lambda.config.seed == 7
"""


def test_workers_of_xdist_have_the_options_and_report_failures(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SUITE + "    assert name != 'stock'\n")
    options = ["--lambda-mock-seed=7", "--lambda-mock-section=always", "--color=yes", "--junit-xml=junit.xml"]
    result = pytester.runpytest_inprocess("-n", "1", *options)
    result.assert_outcomes(passed=3, failed=1)
    text = str(result.stdout)
    assert "lambda_mock: seed=7, section='always'\n" in text
    assert text.count("\x1b[2mseed 7 · us-east-1 · account 123456789012\x1b[0m") == 4
    orders, stock = (text.index(f"╭─ \x1b[1m{name}\x1b[0m ─") for name in ("orders", "stock"))
    assert text.index("= LAMBDA =") < orders < text.index("= FAILURES =") < stock
    assert (pytester.path / "junit.xml").read_text("utf-8").count("╭─ stock ─") == 1


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_order_of_tests_does_not_matter(pytester: pytest.Pytester, seed: str) -> None:
    pytester.makepyfile(SUITE)
    result = pytester.runpytest_inprocess(f"--randomly-seed={seed}", "--lambda-mock-seed=7")
    result.assert_outcomes(passed=4)


def test_without_the_plugin_nothing_of_it_is_there(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(mock_lambda):\n    pass")
    result = pytester.runpytest_inprocess("-p", "no:lambda_mock")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'mock_lambda' not found*"])


def test_without_the_plugin_the_decorator_still_works(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3
        from lambda_mock import mock_lambda

        @mock_lambda
        def test_it():
            assert boto3.client("lambda").list_functions()["Functions"] == []
        """
    )
    pytester.runpytest_inprocess("-p", "no:lambda_mock").assert_outcomes(passed=1)


def test_without_the_plugin_a_suite_that_uses_the_decorator_in_its_conftest_runs(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nlambda_mock_seed = 7")
    pytester.makeconftest(
        """
        import boto3, pytest
        from lambda_mock import current, mock_lambda

        @pytest.fixture
        @mock_lambda(seed=3)
        def orders():
            current().function("orders", returns="ok")
            yield boto3.client("lambda", "us-east-1")
        """
    )
    pytester.makepyfile(
        """
        from lambda_mock import current

        def test_it(orders):
            assert orders.invoke(FunctionName="orders")["StatusCode"] == 200
            assert current().config.seed == 3
        """
    )
    pytester.runpytest_inprocess("-p", "no:lambda_mock", "-W", "ignore").assert_outcomes(passed=1)


def test_what_is_drawn_is_drawn_from_the_mocks_own_seed(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import random

        def test_it(mock_lambda, lambda_client):
            mock_lambda.function("orders", returns=1)
            before = random.getstate()
            print("drawn:", lambda_client.get_function_configuration(FunctionName="orders")["RevisionId"])
            assert random.getstate() == before
        """
    )
    drawn = {
        re.findall(r"drawn: (.+)", str(pytester.runpytest_inprocess("-s", *arguments).stdout))[0]
        for arguments in (["-p", "no:randomly"], ["-p", "randomly", "--randomly-seed=1"], ["--randomly-seed=2"])
    }
    assert len(drawn) == 1


@pytest.mark.skipif(find_spec("pytest_rerunfailures") is None, reason="pytest-rerunfailures isn't installed")
def test_each_rerun_has_a_mock_and_a_section_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        attempts = []

        def test_it(mock_lambda, lambda_client):
            assert lambda_client.list_functions()["Functions"] == []
            attempts.append(mock_lambda)
            mock_lambda.function(f"attempt{len(attempts)}", returns=1)
            assert False
        """
    )
    run = ["-p", "pytest_rerunfailures", "--reruns=2", "-p", "no:xdist"]
    text = str(pytester.runpytest_inprocess(*run).stdout)
    assert "1 failed, 2 rerun" in text
    assert re.findall(r"╭─ (\w+) ─", text) == ["attempt3"]
    text = str(pytester.runpytest_inprocess(*run, "--lambda-mock-section=always").stdout)
    assert re.findall(r"╭─ (\w+) ─", text) == ["attempt1", "attempt2", "attempt3"]


DOCTESTS = '''
def deployed(mock):
    """
    >>> deployed(getfixture("mock_lambda"))
    'arn:aws:lambda:us-east-1:123456789012:function:orders'
    """
    return mock.function("orders", returns=1)

def broken():
    """
    >>> getfixture("mock_lambda").function("broken", returns=1)
    'nothing'
    """
'''


def test_doctests_and_every_way_to_import_work(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(orders=DOCTESTS)
    for mode in ("prepend", "append", "importlib"):
        result = pytester.runpytest_inprocess("--doctest-modules", f"--import-mode={mode}")
        result.assert_outcomes(passed=1, failed=1)
        result.stdout.fnmatch_lines(["*- Lambda -*", "╭─ broken ─*"])


def test_async_fixtures_in_strict_mode_share_the_mock_of_their_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import asyncio
        import pytest, pytest_asyncio

        @pytest_asyncio.fixture
        async def orders(mock_lambda):
            await asyncio.sleep(0)
            mock_lambda.function("orders", returns="ok")
            yield "orders"
            mock_lambda.invocations.assert_invoked("orders", times=1)

        @pytest.mark.asyncio
        async def test_it(orders, lambda_client):
            assert lambda_client.invoke(FunctionName=orders)["StatusCode"] == 200

        @pytest.mark.asyncio
        async def test_that_fails(mock_lambda):
            mock_lambda.function("coroutine", returns=1)
            assert False
        """
    )
    # An older pytest-asyncio leaves the loop of its last test to the garbage collector.
    result = pytester.runpytest_subprocess("--asyncio-mode=strict")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*- Lambda -*", "╭─ coroutine ─*"])


def test_coroutines_use_the_fixtures(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import asyncio

        async def test_it(mock_lambda, lambda_client):
            await asyncio.sleep(0)
            mock_lambda.function("orders", returns="ok")
            answer = await asyncio.to_thread(lambda_client.invoke, FunctionName="orders")
            assert answer["StatusCode"] == 200
        """
    )
    pytester.runpytest_subprocess("--asyncio-mode=auto").assert_outcomes(passed=1)
