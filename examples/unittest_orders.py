"""`python -m unittest examples/unittest_orders.py`: the same with unittest, and without pytest.

Each test has a mock of its own: `self.mock_lambda`, and a client of it, `self.lambda_client`.
"""

# ruff: noqa: PT009 - unittest's own assertions, which need no pytest to explain themselves

from __future__ import annotations

import json
import unittest
from pathlib import Path
from typing import Any, ClassVar

from lambda_mock import LambdaContext, LambdaMockMixin

SHOP = Path(__file__).parent / "shop"


def greet(event: dict[str, str], context: Any) -> str:
    """A handler, as production code has it."""
    return f"Hello {event['name']}, this is {context.function_name}."


class HandlerTest(unittest.TestCase):
    """A handler on its own needs no mock, and only a context."""

    def test_it_greets(self) -> None:
        context = LambdaContext(function_name="greeter", timeout=10)
        self.assertEqual(greet({"name": "Ada"}, context), "Hello Ada, this is greeter.")


class OrdersTest(LambdaMockMixin, unittest.TestCase):
    """A function on disk, deployed before each test."""

    lambda_mock_config: ClassVar[dict[str, Any]] = {"region": "eu-central-1"}

    def setUp(self) -> None:
        self.mock_lambda.deploy(SHOP / "v1", "orders", Publish=True)
        self.lambda_client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")

    def order(self, basket: dict[str, int]) -> Any:
        reply = self.lambda_client.invoke(FunctionName="orders:live", Payload=json.dumps({"basket": basket}))
        return json.load(reply["Payload"])

    def test_an_order_is_priced_by_the_version_that_is_live(self) -> None:
        self.assertEqual(self.order({"bread": 2}), {"total": 8, "priced_by": "1"})

    def test_a_release_goes_live_when_the_alias_moves(self) -> None:
        self.mock_lambda.deploy(SHOP / "v2", "orders", Publish=True)
        self.assertEqual(self.order({"bread": 2})["priced_by"], "1")
        self.lambda_client.update_alias(FunctionName="orders", Name="live", FunctionVersion="2")
        self.assertEqual(self.order({"bread": 2})["priced_by"], "2")
        self.mock_lambda.invocations.assert_invoked("orders", qualifier="live", times=2)


if __name__ == "__main__":
    unittest.main()
