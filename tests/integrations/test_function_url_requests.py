"""Requests to function URLs: those of an active mock never leave the process, all others are left alone."""

from __future__ import annotations

import json

import boto3
import pytest
import requests
import responses

from lambda_mock import LambdaMock, NotBuiltError, mock_lambda

ELSEWHERE = "https://0123456789abcdefghijklmnopqrstuv.lambda-url.us-east-1.on.aws/orders"


def url_of(mock: LambdaMock, name: str = "orders") -> str:
    mock.function(name, returns=None)
    client = boto3.client("lambda", region_name="us-east-1")
    url: str = client.create_function_url_config(FunctionName=name, AuthType="NONE")["FunctionUrl"]
    return url


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("path", ["", "orders/1", "?page=2", "#top"])
def test_a_request_to_a_function_url_is_not_built(method: str, path: str) -> None:
    with mock_lambda() as mock, pytest.raises(NotBuiltError, match="requests to function URLs"):
        requests.request(method, url_of(mock) + path, timeout=1)


def test_it_is_known_in_every_spelling() -> None:
    with mock_lambda() as mock:
        url = url_of(mock)
        for spelled in (url.upper(), url.rstrip("/"), f"{url[:-1]}:443/", url.replace("https", "http")):
            with pytest.raises(NotBuiltError):
                requests.get(spelled, timeout=1)


def test_a_url_that_was_deleted_is_still_the_mocks() -> None:
    with mock_lambda() as mock:
        url = url_of(mock)
        boto3.client("lambda", region_name="us-east-1").delete_function(FunctionName="orders")
        with pytest.raises(NotBuiltError):
            requests.get(url, timeout=1)


def test_a_url_of_an_outer_mock_is_known_inside_another() -> None:
    with mock_lambda() as outer:
        url = url_of(outer)
        with mock_lambda(), pytest.raises(NotBuiltError):
            requests.get(url, timeout=1)


def test_a_handler_that_asks_its_own_url_tells_the_test() -> None:
    def handler(event: dict[str, str], _context: object) -> None:
        requests.get(event["url"], timeout=1)

    with mock_lambda() as mock:
        mock.function("caller", handler)
        payload = json.dumps({"url": url_of(mock)})
        client = boto3.client("lambda", region_name="us-east-1")
        with pytest.raises(NotBuiltError):
            client.invoke(FunctionName="caller", Payload=payload)


def test_the_users_own_answers_for_other_function_urls_stay() -> None:
    with mock_lambda() as mock, responses.RequestsMock() as answers:
        url_of(mock)
        answers.get(ELSEWHERE, body="theirs")
        assert requests.get(ELSEWHERE, timeout=1).text == "theirs"


def test_a_mock_that_has_left_knows_no_urls() -> None:
    with mock_lambda() as mock:
        url = url_of(mock)
    with mock_lambda(), responses.RequestsMock() as answers:
        answers.get(url, body="theirs")
        assert requests.get(url, timeout=1).text == "theirs"
