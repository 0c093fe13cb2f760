"""HTTP APIs of moto's with proxy integrations: the events of both formats, routes, stages and answers."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock import LambdaMockWarning
from tests.integrations.api_gateway.conftest import ACCOUNT, ORDERS, REGION, Gateway, ask, echo, path_of

if TYPE_CHECKING:
    import requests

BROKEN = (500, {"message": "Internal Server Error"})


def shown(answer: requests.Response) -> tuple[int, Any]:
    return answer.status_code, answer.json()


def test_a_request_becomes_an_event_of_format_2(gateway: Gateway) -> None:
    gateway.deploy()
    api = gateway.http("POST /pets/{id}", stage="test", variables={"table": "pets"})
    event = gateway.event(
        "POST",
        "/pets/a%2Fb?parameter1=value1&parameter1=value2",
        json={"a": 1},
        cookies={"c": "d"},
        headers={"User-Agent": "test/echo", "X-HEADER": "v"},
    )
    now, host = gateway.mock.clock.time(), f"{api}.execute-api.{REGION}.amazonaws.com"
    assert event == {
        "version": "2.0",
        "routeKey": "POST /pets/{id}",
        "rawPath": "/test/pets/a/b",
        "rawQueryString": "parameter1=value1&parameter1=value2",
        "cookies": ["c=d"],
        "headers": {
            "accept": "*/*",
            "accept-encoding": "gzip, deflate",
            "content-length": "8",
            "content-type": "application/json",
            "host": host,
            "user-agent": "test/echo",
            "x-amzn-trace-id": event["headers"]["x-amzn-trace-id"],
            "x-forwarded-for": "127.0.0.1",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
            "x-header": "v",
        },
        "queryStringParameters": {"parameter1": "value1,value2"},
        "pathParameters": {"id": "a/b"},
        "stageVariables": {"table": "pets"},
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": api,
            "domainName": host,
            "domainPrefix": api,
            "http": {
                "method": "POST",
                "path": "/test/pets/a/b",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "test/echo",
            },
            "requestId": event["requestContext"]["requestId"],
            "routeKey": "POST /pets/{id}",
            "stage": "test",
            "time": f"{datetime.fromtimestamp(now, timezone.utc):%d/%b/%Y:%H:%M:%S} +0000",
            "timeEpoch": int(now * 1000),
        },
        "body": '{"a": 1}',
        "isBase64Encoded": False,
    }


def test_format_1_is_that_of_rest_apis_with_a_version(gateway: Gateway) -> None:
    gateway.deploy()
    gateway.http("GET /pets/{id}", version="1.0")
    event = gateway.event(path="/pets/a%20b?a=1&a=2")
    assert (event["version"], event["resource"], event["path"]) == ("1.0", "/pets/{id}", "/pets/a b")
    assert (event["pathParameters"], event["stageVariables"]) == ({"id": "a b"}, None)
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"]}
    assert event["headers"]["host"] == gateway.url[8:]
    assert (event["requestContext"]["stage"], event["requestContext"]["resourceId"]) == ("$default", None)
    assert "deploymentId" not in event["requestContext"]


def test_the_route_that_fits_best_is_asked(gateway: Gateway) -> None:
    gateway.mock.function("orders", lambda event, _: event["routeKey"])
    gateway.http(
        "$default", "ANY /pets/{id}", "GET /pets/{id}", "GET /pets/mine", "ANY /pets/{proxy+}", "POST /pets/{other}/x"
    )
    asked = {
        ("GET", "/pets/mine"): "GET /pets/mine",
        ("PUT", "/pets/mine"): "ANY /pets/{id}",
        ("GET", "/pets/7"): "GET /pets/{id}",
        ("GET", "/pets/7/x"): "ANY /pets/{proxy+}",
        ("POST", "/pets/7/x"): "POST /pets/{other}/x",
        ("GET", "/else/where"): "$default",
        ("GET", "/"): "$default",
    }
    assert {case: gateway.request(*case).text for case in asked} == asked
    sources = {
        str(invocation.source_arn).rpartition(":")[2].partition("/")[2] for invocation in gateway.mock.invocations
    }
    assert "$default/$default" in sources
    assert "$default/GET/pets/mine" in sources


@pytest.mark.parametrize(("stage", "path"), [("$default", "/none"), ("test", "/none"), ("test", "x")])
def test_what_no_route_leads_to_is_not_found(gateway: Gateway, stage: str, path: str) -> None:
    gateway.deploy()
    gateway.http("GET /pets", stage=stage)
    assert shown(gateway.request(path=path)) == (404, {"message": "Not Found"})


def test_both_forms_of_an_integrations_uri_lead_to_the_function(gateway: Gateway) -> None:
    gateway.mock.function("orders", lambda event, context: context.invoked_function_arn, Publish=True)
    gateway.client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    for uri in (f"{ORDERS}:live", path_of(f"{ORDERS}:live"), f"{ORDERS}:${{stageVariables.alias}}"):
        gateway.http("GET /pets", uri=uri, variables={"alias": "live"})
        assert gateway.request().text == f"{ORDERS}:live"


def test_a_route_without_an_integration_to_a_function_is_left_to_others(gateway: Gateway) -> None:
    gateway.http("GET /pets", uri="arn:aws:lambda:::not-a-function")
    assert "doesn't lead to a function" in ask(gateway.mock.url_of(f"{gateway.url}/pets"))[1]


# Answers


@pytest.mark.parametrize(
    ("returned", "status", "body"),
    [
        ({"statusCode": 201, "body": "made"}, 201, "made"),
        ("text", 200, "text"),
        ({"a": 1}, 200, '{"a":1}'),
        ({"statusCode": 200, "body": "aGk=", "isBase64Encoded": True}, 200, "hi"),
    ],
)
def test_in_format_2_the_answer_is_inferred(gateway: Gateway, returned: Any, status: int, body: str) -> None:
    gateway.returns(returned)
    gateway.http("GET /pets")
    answer = gateway.request()
    assert (answer.status_code, answer.headers["Content-Type"], answer.text) == (status, "application/json", body)
    assert answer.headers["Apigw-Requestid"]


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("returned", [{"statusCode": "no"}, {"statusCode": 200, "body": 1}])
def test_an_answer_of_the_wrong_form_is_an_internal_error(gateway: Gateway, returned: Any, version: str) -> None:
    gateway.returns(returned)
    gateway.http("GET /pets", version=version)
    assert shown(gateway.request()) == BROKEN


def test_in_format_1_a_status_is_needed_and_further_members_are_passed_over(gateway: Gateway) -> None:
    gateway.returns({"body": "ok"})
    gateway.http("GET /pets", version="1.0")
    assert shown(gateway.request()) == BROKEN
    gateway.returns({"statusCode": 200, "body": "aGk=", "isBase64Encoded": True, "more": 1})
    assert gateway.request().text == "hi"


def test_a_function_that_fails_is_an_internal_error(gateway: Gateway) -> None:
    gateway.mock.function("orders", raises=ValueError("no such order"))
    gateway.http("GET /pets")
    assert shown(gateway.request()) == BROKEN


def test_a_throttled_function_is_unavailable(gateway: Gateway) -> None:
    gateway.deploy()
    gateway.client.put_function_concurrency(FunctionName="orders", ReservedConcurrentExecutions=0)
    gateway.http("GET /pets")
    assert shown(gateway.request()) == (503, {"message": "Service Unavailable"})


def test_a_function_that_does_not_let_the_gateway_in_is_an_internal_error(strict: Gateway) -> None:
    strict.deploy()
    api = strict.http("ANY /pets/{id}")
    with pytest.warns(LambdaMockWarning, match="AccessDeniedException"):
        assert shown(strict.request(path="/pets/7")) == BROKEN
    strict.client.add_permission(
        FunctionName="orders",
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/*/*/pets/*",
    )
    assert strict.request(path="/pets/7").status_code == 200


def test_cors_settings_answer_preflights_and_stand_in_place_of_the_functions(gateway: Gateway) -> None:
    gateway.returns({"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "*", "X-One": "1"}, "body": "ran"})
    gateway.http("GET /pets", cors={"AllowOrigins": ["https://shop.example"], "AllowMethods": ["GET"], "MaxAge": 5})
    headers = {"Origin": "https://shop.example", "Access-Control-Request-Method": "GET"}
    preflight = gateway.request("OPTIONS", headers=headers)
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Methods"] == "GET"
    assert not gateway.mock.invocations
    answer = gateway.request(headers={"Origin": "https://shop.example"})
    assert (answer.text, answer.headers["Access-Control-Allow-Origin"]) == ("ran", "https://shop.example")
    assert answer.headers["X-One"] == "1"


def test_what_is_not_imitated_says_so(gateway: Gateway) -> None:
    gateway.deploy(echo)
    gateway.http("GET /pets", RequestParameters={"append:header.a": "b"}, route={"AuthorizationType": "AWS_IAM"})
    with pytest.warns(LambdaMockWarning, match="isn't imitated") as told:
        assert gateway.request().status_code == 200
    assert [str(each.message).partition(": ")[2].partition(" isn't")[0] for each in told] == [
        "authorization (AWS_IAM)",
        "the mapping of parameters",
    ]
