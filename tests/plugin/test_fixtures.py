"""`mock_lambda` and `lambda_client`, as a test gets them."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.config import Config

from lambda_mock import LambdaMock, LambdaMockError, current, mock_lambda


def test_the_fixture_is_an_active_mock(mock_lambda: LambdaMock) -> None:
    assert isinstance(mock_lambda, LambdaMock)
    assert current() is mock_lambda


def test_the_client_speaks_to_the_mock_in_its_region(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    arn = mock_lambda.function("greet", returns="hello")
    assert lambda_client.meta.region_name == mock_lambda.config.region
    assert lambda_client.get_function(FunctionName="greet")["Configuration"]["FunctionArn"] == arn


@pytest.mark.lambda_mock(region="eu-west-1", account_id="000000000042")
def test_the_client_is_in_the_account_and_region_of_the_mock(lambda_client: Any) -> None:
    assert lambda_client.get_account_settings()["AccountUsage"]["FunctionCount"] == 0
    [call] = current().calls
    assert (call.region, call.account_id) == ("eu-west-1", "000000000042")


@pytest.mark.lambda_mock(accounts={"AKIAIOSFODNN7EXAMPLE": "000000000042"})
def test_the_client_is_of_the_mocks_account_whatever_keys_the_machine_has(
    monkeypatch: pytest.MonkeyPatch, mock_lambda: LambdaMock, lambda_client: Any
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    lambda_client.list_functions()
    boto3.client("lambda", aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="x").list_functions()
    assert [call.account_id for call in mock_lambda.calls] == ["123456789012", "000000000042"]


def test_other_clients_meet_the_same_mock(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    lambda_client.list_functions()
    boto3.client("lambda").list_functions()
    mock_lambda.calls.assert_called("ListFunctions", times=2)


def test_a_mock_inside_answers_until_it_ends(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    outer = current()
    outer.function("greet", returns="hello")
    from lambda_mock import mock_lambda as inside

    with inside() as inner:
        assert lambda_client.list_functions()["Functions"] == []
        assert current() is inner
    assert len(lambda_client.list_functions()["Functions"]) == 1
    assert current() is outer


def test_without_a_mock_there_is_no_current_one() -> None:
    with pytest.raises(LambdaMockError, match="No lambda_mock is active here"):
        current()


def test_the_public_name_is_the_decorator_and_not_the_fixture() -> None:
    with mock_lambda() as mock:
        assert isinstance(mock, LambdaMock)


def test_a_mock_of_something_else_than_a_configuration_is_refused() -> None:
    config: Any = {"seed": 7}
    with pytest.raises(LambdaMockError, match=r"takes a MockConfig, as in .*, and not {'seed': 7}\."):
        LambdaMock(config)


def test_asking_for_a_call_that_lambda_does_not_have_is_refused(mock_lambda: LambdaMock) -> None:
    with pytest.raises(LambdaMockError, match="Did you mean 'ListFunctions'"):
        mock_lambda.calls.assert_not_called("list_functions")


# The client is shared ------------------------------------------------------------------------------------------------

SHARING = """
import pytest

seen = []

@pytest.fixture(autouse=True)
def _see(lambda_client):
    seen.append(lambda_client)
    lambda_client.list_functions()

def test_one(mock_lambda, lambda_client):
    {change}

def test_other():
    assert (seen[0] is seen[1]) is {shared}
"""


def shares(pytester: pytest.Pytester, change: str, *, shared: bool) -> None:
    pytester.makepyfile(SHARING.format(change=change, shared=shared))
    pytester.runpytest_inprocess("-p", "no:randomly", "-p", "no:xdist").assert_outcomes(passed=2)


@pytest.mark.parametrize(
    "change",
    [
        "lambda_client.list_functions()",
        "lambda_client.get_waiter('function_active_v2')",
        "list(lambda_client.get_paginator('list_functions').paginate())",
        "pytest.raises(lambda_client.exceptions.ClientError, lambda_client.get_function, FunctionName='orders')",
        "mock_lambda.function('f', returns=1); lambda_client.invoke(FunctionName='f')",
    ],
)
def test_the_client_is_shared_by_tests_that_only_use_it(pytester: pytest.Pytester, change: str) -> None:
    shares(pytester, change, shared=True)


@pytest.mark.parametrize(
    "change",
    [
        "lambda_client.meta.events.register('before-call.lambda', lambda **_: None)",
        "lambda_client.meta.events.register('needs-retry.lambda.Invoke', lambda **_: None)",
        "from botocore.stub import Stubber; Stubber(lambda_client).activate()",
    ],
)
def test_a_client_with_somebodys_handler_is_not_lent_again(pytester: pytest.Pytester, change: str) -> None:
    shares(pytester, change, shared=False)


def test_a_client_that_took_the_wire_lane_is_not_lent_again(pytester: pytest.Pytester) -> None:
    shares(
        pytester,
        "mock_lambda.fail('ListFunctions', 'TooManyRequestsException'); lambda_client.list_functions()",
        shared=False,
    )


def test_a_client_that_somebody_has_patched_is_not_lent_again(pytester: pytest.Pytester) -> None:
    shares(pytester, "lambda_client.list_functions = lambda: {}", shared=False)
    shares(pytester, "lambda_client._endpoint.make_request = None", shared=False)


def test_each_region_has_a_client_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.lambda_mock(region="eu-west-1")
        def test_one(lambda_client):
            assert lambda_client.meta.region_name == "eu-west-1"

        @pytest.mark.lambda_mock(region="eu-north-1")
        def test_other(lambda_client):
            assert lambda_client.meta.region_name == "eu-north-1"
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=2)


def test_a_client_has_the_retry_mode_that_its_test_sets(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def retry_mode(request, monkeypatch):
            monkeypatch.setenv("AWS_RETRY_MODE", request.param)
            return request.param

        @pytest.mark.parametrize("retry_mode", ["legacy", "adaptive", "standard"], indirect=True)
        def test_mode(retry_mode, lambda_client):
            assert lambda_client.meta.config.retries["mode"] == retry_mode
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=3)


def test_without_boto3_the_client_is_botocores(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys
        sys.modules["boto3"] = sys.modules["boto3.session"] = None

        def test_client(mock_lambda, lambda_client):
            mock_lambda.function("greet", returns="hello")
            assert lambda_client.invoke(FunctionName="greet")["Payload"].read() == b'"hello"'
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_the_default_session_of_boto3_is_left_alone(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3

        def test_client(lambda_client):
            assert boto3.DEFAULT_SESSION is None
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_client_made_before_the_mock_is_answered(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3

        client = boto3.client("lambda", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")

        def test_client(mock_lambda):
            assert client.list_functions()["Functions"] == []
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_retries_are_counted_whatever_the_machine_says(mock_lambda: LambdaMock) -> None:
    mock_lambda.fail("ListFunctions", "TooManyRequestsException", times=2)
    client = boto3.client("lambda", config=Config(retries={"mode": "standard", "max_attempts": 3}))
    assert client.list_functions()["ResponseMetadata"]["RetryAttempts"] == 2
    assert [call.attempt for call in mock_lambda.calls] == [1, 2, 3]
