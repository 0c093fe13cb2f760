"""First steps: a function, an invocation, what happened, and a handler on its own.

`pytest examples/test_first_steps.py` runs them. The fixtures come with lambda_mock; nothing has to be configured.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

    from lambda_mock import LambdaContext, LambdaMock

SHOP = Path(__file__).parent / "shop"


def double(event: dict[str, int], context: LambdaContext) -> dict[str, Any]:
    """A handler, as production code has it."""
    return {"doubled": 2 * event["number"], "by": context.function_name}


def test_a_handler_alone(lambda_context: LambdaContext) -> None:
    """A handler is a function: call it. `lambda_context` is what Lambda would give it besides the event."""
    assert double({"number": 21}, lambda_context(function_name="double")) == {"doubled": 42, "by": "double"}


def test_a_function_of_a_handler(mock_lambda: LambdaMock, lambda_client: LambdaClient) -> None:
    """`mock_lambda` answers every Lambda call of boto3; `lambda_client` is a client of it, ready to use."""
    mock_lambda.function("double", double, Timeout=10)
    reply = lambda_client.invoke(FunctionName="double", Payload=json.dumps({"number": 21}))
    assert json.load(reply["Payload"]) == {"doubled": 42, "by": "double"}


def test_a_function_of_a_folder(mock_lambda: LambdaMock, lambda_client: LambdaClient) -> None:
    """A folder is deployed as it would be to Lambda, with its other files. Its handler is found."""
    mock_lambda.deploy(SHOP / "v1", "orders")
    reply = lambda_client.invoke(FunctionName="orders", Payload=json.dumps({"basket": {"bread": 2}}))
    assert json.load(reply["Payload"]) == {"total": 8, "priced_by": "$LATEST"}


def tell_the_customer(client: LambdaClient, order: int) -> None:
    """Code under test: it invokes a function that another team has."""
    client.invoke(FunctionName="mails", InvocationType="Event", Payload=json.dumps({"order": order}))


def test_what_code_under_test_has_invoked(mock_lambda: LambdaMock, lambda_client: LambdaClient) -> None:
    """What others have deployed is stood in for; what reached it is recorded."""
    mock_lambda.function("mails", returns=None)
    tell_the_customer(lambda_client, order=7)
    mock_lambda.invocations.assert_invoked("mails", payload={"order": 7}, times=1)


def test_what_goes_wrong(mock_lambda: LambdaMock, lambda_client: LambdaClient) -> None:
    """AWS's errors are AWS's: exceptions of the client, with their codes and messages."""
    with pytest.raises(lambda_client.exceptions.ResourceNotFoundException, match="Function not found: arn:aws:lambda:"):
        tell_the_customer(lambda_client, order=7)
