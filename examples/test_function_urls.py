"""Function URLs: a web application in a function, asked by `requests` as its users ask it, and by any other client.

Each alias has a URL of its own, so that a release can be tried at one address while another is in use.
"""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

    from lambda_mock import LambdaMock


def shop(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Version 1 of the handler, as in production code: a payload of format 2.0 comes in, an answer goes out."""
    http = event["requestContext"]["http"]
    if http["method"] == "POST":
        item = json.loads(event["body"])["item"]
        return {"statusCode": 201, "body": json.dumps({"ordered": item}), "cookies": [f"last={item}; HttpOnly"]}
    last = dict(cookie.split("=") for cookie in event.get("cookies", [])).get("last", "nothing")
    return {"statusCode": 200, "headers": {"content-type": "text/plain"}, "body": f"You ordered {last}."}


def shop_that_is_closed(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Version 2."""
    return {"statusCode": 503, "body": "We are moving."}


@pytest.fixture
def url(mock_lambda: LambdaMock, lambda_client: LambdaClient) -> str:
    """The URL of the alias `live`, which leads to version 1."""
    mock_lambda.function("shop", shop, Publish=True)
    lambda_client.create_alias(FunctionName="shop", Name="live", FunctionVersion="1")
    config = lambda_client.create_function_url_config(FunctionName="shop", Qualifier="live", AuthType="NONE")
    return config["FunctionUrl"]


def test_a_session_orders_and_is_remembered(mock_lambda: LambdaMock, url: str) -> None:
    with requests.Session() as session:
        answer = session.post(url, json={"item": "bread"}, timeout=5)
        assert (answer.status_code, answer.json()) == (201, {"ordered": "bread"})
        assert session.get(url, timeout=5).text == "You ordered bread."
    mock_lambda.invocations.assert_invoked("shop", qualifier="live", version="1", times=2)


def test_the_url_stays_when_a_release_moves_the_alias(
    mock_lambda: LambdaMock, lambda_client: LambdaClient, url: str
) -> None:
    mock_lambda.function("shop", shop_that_is_closed, Publish=True)
    assert requests.get(url, timeout=5).status_code == 200
    lambda_client.update_alias(FunctionName="shop", Name="live", FunctionVersion="2")
    assert requests.get(url, timeout=5).status_code == 503


def test_an_error_in_the_handler_is_a_502_and_its_reason_is_in_the_invocation(
    mock_lambda: LambdaMock, url: str
) -> None:
    answer = requests.post(url, json={"article": "bread"}, timeout=5)
    assert (answer.status_code, answer.text) == (502, "Internal Server Error")
    assert mock_lambda.invocations[-1].error_type == "KeyError"


# `requests` is served at the URL itself. All others ask the mock's endpoint, which also other processes reach.
def test_any_client_asks_an_address_of_the_mock(mock_lambda: LambdaMock, url: str) -> None:
    with urllib.request.urlopen(mock_lambda.url_of("shop:live")) as answer:  # noqa: S310 - it is on 127.0.0.1
        assert answer.read() == b"You ordered nothing."


# Anybody may ask a URL with AuthType NONE only where the alias grants that, which takes two statements.
@pytest.mark.lambda_mock(enforce_policies=True)
def test_a_url_that_nobody_was_granted_is_forbidden(mock_lambda: LambdaMock, url: str) -> None:
    assert requests.get(url, timeout=5).status_code == 403
    (refusal,) = mock_lambda.refusals.assert_refused("shop", qualifier="live")
    assert refusal.missing.count("lambda_client.add_permission(FunctionName='shop', Qualifier='live', ") == 2
