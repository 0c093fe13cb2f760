"""APIs that moto keeps, in front of functions of ours."""

from __future__ import annotations

import functools
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import requests
from moto import mock_aws

from lambda_mock import LambdaMock, mock_lambda

REGION = "us-east-1"
ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/orders"
ORDERS = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@functools.cache
def client(service: str) -> Any:
    """One client of a service for all tests."""
    session = boto3.Session(aws_access_key_id="AKIASHOP", aws_secret_access_key="any", region_name=REGION)
    return session.client(service)  # type: ignore[call-overload]


def path_of(function_arn: str) -> str:
    """A function's ARN as integrations name it."""
    return f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function_arn}/invocations"


def echo(event: Any, _context: Any) -> Any:
    """A handler that gives its event back."""
    return {"statusCode": 200, "body": json.dumps(event)}


class Gateway:
    """A mock with the function `orders` beside moto, and APIs in front of it."""

    def __init__(self, mock: LambdaMock) -> None:
        self.mock = mock
        self.client = client("lambda")
        self.role = client("iam").create_role(RoleName="orders", AssumeRolePolicyDocument=json.dumps(TRUST))
        self.url = ""

    def deploy(self, handler: Any = echo, **options: Any) -> None:
        """Deploy the function."""
        self.mock.function("orders", handler, Role=ROLE, **options)

    def returns(self, result: Any) -> None:
        """Deploy a function with that result."""
        self.mock.function("orders", returns=result, Role=ROLE)

    def rest(
        self, path: str = "/pets", method: str = "GET", uri: str = path_of(ORDERS), stage: str = "prod", **options: Any
    ) -> str:
        """A REST API with one method, deployed to a stage. Gives the API's id."""
        rest = client("apigateway")
        binary: list[str] = options.pop("binary", [])
        variables = options.pop("variables", {})
        integration_type = options.pop("kind", "AWS_PROXY")
        api: str = rest.create_rest_api(name="shop")["id"]
        # moto takes them only as changes, and only with a value.
        added = [
            {"op": "add", "path": f"/binaryMediaTypes/{kind.replace('/', '~1')}", "value": kind} for kind in binary
        ]
        rest.update_rest_api(restApiId=api, patchOperations=added)
        self.method(api, path, method, uri, kind=integration_type, **options)
        rest.create_deployment(restApiId=api, stageName=stage, variables=variables)
        self.url = f"https://{api}.execute-api.{REGION}.amazonaws.com/{stage}"
        return api

    def method(self, api: str, path: str, method: str = "GET", uri: str = path_of(ORDERS), **options: Any) -> None:
        """Give a resource of a REST API a method."""
        rest = client("apigateway")
        existing = {resource["path"]: resource["id"] for resource in rest.get_resources(restApiId=api)["items"]}
        at, parent = "", existing["/"]
        for part in filter(None, path.split("/")):
            at = f"{at}/{part}"
            if at not in existing:
                existing[at] = rest.create_resource(restApiId=api, parentId=parent, pathPart=part)["id"]
            parent = existing[at]
        where = {"restApiId": api, "resourceId": parent, "httpMethod": method}
        kind = options.pop("kind", "AWS_PROXY")
        rest.put_method(**where, **{"authorizationType": "NONE", **options})
        rest.put_integration(**where, type=kind, uri=uri, integrationHttpMethod="POST")

    def http(
        self, *routes: str, uri: str = ORDERS, version: str = "2.0", stage: str = "$default", **options: Any
    ) -> str:
        """An HTTP API whose routes all lead to one integration. Gives the API's id."""
        http = client("apigatewayv2")
        cors = {"CorsConfiguration": options.pop("cors")} if "cors" in options else {}
        variables = options.pop("variables", {})
        api: str = http.create_api(Name="shop", ProtocolType="HTTP", **cors)["ApiId"]
        self.routes(api, *routes, uri=uri, version=version, **options)
        http.create_stage(ApiId=api, StageName=stage, StageVariables=variables, AutoDeploy=True)
        self.url = f"https://{api}.execute-api.{REGION}.amazonaws.com{'' if stage == '$default' else '/' + stage}"
        return api

    def routes(self, api: str, *routes: str, uri: str = ORDERS, version: str = "2.0", **options: Any) -> None:
        """Give an HTTP API further routes to an integration of their own."""
        http = client("apigatewayv2")
        route = options.pop("route", {})
        integration = http.create_integration(
            ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=uri, PayloadFormatVersion=version, **options
        )["IntegrationId"]
        for key in routes:
            http.create_route(ApiId=api, RouteKey=key, Target=f"integrations/{integration}", **route)

    def request(self, method: str = "GET", path: str = "/pets", **options: Any) -> requests.Response:
        """Ask the API."""
        return requests.request(method, self.url + path, timeout=5, **options)

    def event(self, method: str = "GET", path: str = "/pets", **options: Any) -> dict[str, Any]:
        """The event that a request becomes, of a function that gives it back."""
        answer = self.request(method, path, **options)
        assert answer.status_code == 200, answer.text
        event: dict[str, Any] = answer.json()
        return event


def ask(address: str) -> tuple[int, str]:
    """Status and text of what an address answers to `urllib`: moto answers `requests` for every host, this one too."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with mock_aws(), mock_lambda() as mock:
        mock.clock.freeze()
        yield Gateway(mock)


@pytest.fixture
def strict() -> Iterator[Gateway]:
    """Where policies are enforced."""
    with mock_aws(), mock_lambda(enforce_policies=True) as mock:
        yield Gateway(mock)
