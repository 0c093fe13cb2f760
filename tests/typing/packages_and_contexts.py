"""Types of what helps around a function: packages, folders that are deployed, contexts, test cases of unittest."""

from __future__ import annotations

import unittest
from pathlib import Path
from types import MappingProxyType

from typing_extensions import assert_type

from lambda_mock import LambdaContext, LambdaMock, LambdaMockMixin, package


def packages_are_bytes(mock_lambda: LambdaMock, folder: Path) -> None:
    assert_type(package({"app.py": "def handler(event, context): ...", "data.bin": b"1", "lib": folder}), bytes)
    assert_type(package(folder, exclude=["tests"]), bytes)
    assert_type(mock_lambda.deploy(folder, "orders", Timeout=5, exclude=("*.md",)), str)
    assert_type(mock_lambda.deploy(package("app.py"), "orders", region="eu-west-1"), str)
    package(1)  # type: ignore[arg-type]
    mock_lambda.deploy(folder, "orders", Timeuot=5)  # type: ignore[call-arg]


def contexts_are_those_of_python(lambda_context: LambdaContext) -> None:
    assert_type(lambda_context.function_name, str)
    assert_type(lambda_context.get_remaining_time_in_millis(), int)
    assert_type(lambda_context(timeout=10), LambdaContext)
    assert_type(LambdaContext(function_name="orders", qualifier="live"), LambdaContext)
    LambdaContext(timeuot=10)  # type: ignore[call-arg]


class TestOrders(LambdaMockMixin, unittest.TestCase):
    lambda_mock_config = MappingProxyType({"region": "eu-west-1"})

    def test_one(self) -> None:
        assert_type(self.mock_lambda, LambdaMock)
        self.assertEqual(self.mock_lambda.config.region, "eu-west-1")
