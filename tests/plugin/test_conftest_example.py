"""`conftest_example.py`, as somebody copies it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

EXAMPLE = Path(__file__).parents[2] / "conftest_example.py"


def test_the_example_works_as_it_stands(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(EXAMPLE.read_text("utf-8"))
    source = pytester.mkdir("src") / "orders"
    source.mkdir()
    (source / "app.py").write_text("def handler(event, context):\n    return 2 * event\n")
    pytester.makepyfile(
        """
        import json

        def greet(client, alias, name):
            answer = client.invoke(FunctionName=alias, Payload=json.dumps({"name": name}))
            return json.load(answer["Payload"])

        def test_the_function_is_deployed(mock_lambda, lambda_client, greeter):
            assert greeter == "arn:aws:lambda:eu-central-1:123456789012:function:greeter:live"
            assert greet(lambda_client, greeter, "Ada") == {"greeting": "Hello, Ada!"}
            mock_lambda.invocations.assert_invoked(greeter, version="1", payload={"name": "Ada"}, times=1)

        def test_the_folder_is_deployed(lambda_client, orders):
            assert json.load(lambda_client.invoke(FunctionName=orders, Payload="21")["Payload"]) == 42
            assert lambda_client.get_function_configuration(FunctionName="orders")["Timeout"] == 30

        def test_a_handler_is_called(lambda_context):
            assert lambda_context.invoked_function_arn.endswith(":eu-central-1:123456789012:function:greeter")
            assert lambda_context.memory_limit_in_mb == "512"
            assert 29_000 < lambda_context.get_remaining_time_in_millis() <= 30_000

        def test_the_configuration_is_the_examples(mock_lambda, pytestconfig):
            assert mock_lambda.config.region == "eu-central-1"
            assert mock_lambda.config.seed == 5
        """
    )
    pytester.runpytest_inprocess("--lambda-mock-seed=5").assert_outcomes(passed=4)
