"""Types of the client where boto3's stubs for Lambda are installed, and of their values where the mock takes them."""

from __future__ import annotations

from mypy_boto3_lambda import LambdaClient
from mypy_boto3_lambda.type_defs import EnvironmentTypeDef, GetFunctionResponseTypeDef, VpcConfigTypeDef
from typing_extensions import assert_type

from lambda_mock import LambdaMock, LambdaMockMixin


def the_client_is_typed(mock_lambda: LambdaMock, lambda_client: LambdaClient) -> None:
    assert_type(lambda_client.get_function(FunctionName="orders"), GetFunctionResponseTypeDef)
    lambda_client.get_function(Function="orders")  # type: ignore[call-arg]


class TestOrders(LambdaMockMixin):
    def test_one(self) -> None:
        assert_type(self.lambda_client, LambdaClient)


def values_of_the_stubs_fit(mock_lambda: LambdaMock, network: VpcConfigTypeDef, env: EnvironmentTypeDef) -> None:
    assert_type(mock_lambda.function("orders", returns=1, VpcConfig=network, Environment=env), str)
