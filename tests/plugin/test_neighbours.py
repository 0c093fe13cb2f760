"""The plugin beside other plugins, and without itself."""

from __future__ import annotations

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
    result = pytester.runpytest_inprocess("-n", "2", *options)
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
