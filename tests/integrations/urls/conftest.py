"""A function `orders` with a URL, and requests to it."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
import requests
from botocore.session import Session

from lambda_mock import LambdaMock, mock_lambda

# An older botocore has no name for the condition; a grant without it serves as well.
REQUEST: Any = Session().get_service_model("lambda").shape_for("AddPermissionRequest")
VIA_URL: dict[str, Any] = {"InvokedViaFunctionUrl": True} if "InvokedViaFunctionUrl" in REQUEST.members else {}
REGION = "us-east-1"
ACCOUNT = "123456789012"


@functools.cache
def client() -> Any:
    """One client for all tests: making one takes longer than most of them."""
    session = boto3.Session(aws_access_key_id="AKIASHOP", aws_secret_access_key="any", region_name=REGION)
    return session.client("lambda")


class Shop:
    """A mock with the function `orders`, whose handler or result each test gives, and its URL."""

    def __init__(self, mock: LambdaMock) -> None:
        self.mock = mock
        self.client = client()
        self.url = ""

    def deploy(self, handler: Any = None, *, returns: Any = None, qualifier: str | None = None, **url: Any) -> str:
        """Deploy the function and give it, or an alias for its version 1, a URL."""
        if handler is None:
            self.mock.function("orders", returns=returns, Publish=True)
        else:
            self.mock.function("orders", handler, Publish=True)
        if qualifier is not None:
            self.client.create_alias(FunctionName="orders", Name=qualifier, FunctionVersion="1")
        self.url = self.give_url(qualifier, **url)
        return self.url

    def give_url(self, qualifier: str | None = None, **url: Any) -> str:
        """Give the function or an alias a URL."""
        named = {} if qualifier is None else {"Qualifier": qualifier}
        created = self.client.create_function_url_config(FunctionName="orders", **named, **{"AuthType": "NONE", **url})
        return str(created["FunctionUrl"])

    def get(self, path: str = "", **options: Any) -> requests.Response:
        """Ask the URL."""
        return requests.get(self.url + path, timeout=5, **options)

    def request(self, method: str, path: str = "", **options: Any) -> requests.Response:
        """Ask the URL by any method."""
        return requests.request(method, self.url + path, timeout=5, **options)

    def event(self, method: str = "GET", path: str = "", **options: Any) -> dict[str, Any]:
        """The event that a request becomes, of a function that gives it back."""
        answer = self.request(method, path, **options)
        assert answer.status_code == 200, answer.text
        event: dict[str, Any] = answer.json()["event"]
        return event

    def answer(self, returns: Any) -> tuple[int, str, bytes]:
        """Status, content type and body of the answer where the function returns that."""
        self.mock.function("orders", returns=returns)
        answer = self.get()
        return answer.status_code, answer.headers["Content-Type"], answer.content


@contextmanager
def opened(**config: Any) -> Iterator[Shop]:
    with mock_lambda(**config) as mock:
        mock.clock.freeze()
        yield Shop(mock)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with opened() as shop:
        yield shop


def echo(event: Any, _context: Any) -> Any:
    """A handler that gives its event back."""
    return {"event": event}


def shown(answer: requests.Response) -> tuple[int, Any]:
    """Status and JSON of an answer."""
    return answer.status_code, json.loads(answer.content)
