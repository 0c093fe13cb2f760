"""REST APIs of moto's with proxy integrations: the events that requests become, and the answers."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import boto3
import moto
import pytest
import responses
from moto import mock_aws
from moto.apigateway.models import RestAPI

from lambda_mock import LambdaMockError, LambdaMockWarning, mock_lambda
from tests.integrations.api_gateway.conftest import ACCOUNT, ORDERS, REGION, Gateway, ask, client, path_of

if TYPE_CHECKING:
    import requests

BROKEN = (502, {"message": "Internal server error"})


def shown(answer: requests.Response) -> tuple[int, Any]:
    return answer.status_code, answer.json()


def test_a_request_becomes_an_event_with_every_member_that_is_documented(gateway: Gateway) -> None:
    gateway.deploy()
    api = gateway.rest("/pets/{id}", "POST", variables={"table": "pets"})
    event = gateway.event(
        "POST",
        "/pets/a%20b?parameter1=value1&parameter1=value2&parameter2=%E2%82%AC",
        data="text",
        headers={"User-Agent": "test/echo", "X-HEADER": "v", "Accept-Encoding": "gzip"},
    )
    now, host = gateway.mock.clock.time(), f"{api}.execute-api.{REGION}.amazonaws.com"
    request_id = event["requestContext"]["requestId"]
    headers = {
        "User-Agent": "test/echo",
        "X-HEADER": "v",
        "Accept": "*/*",
        "Accept-Encoding": "gzip",
        "Content-Length": "4",
        "Host": host,
        "X-Amzn-Trace-Id": event["headers"]["X-Amzn-Trace-Id"],
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
    }
    (resource,) = (
        item for item in client("apigateway").get_resources(restApiId=api)["items"] if "{id}" in item["path"]
    )
    (stage,) = client("apigateway").get_stages(restApiId=api)["item"]
    nobody = dict.fromkeys(
        [
            "accessKey",
            "accountId",
            "caller",
            "cognitoAuthenticationProvider",
            "cognitoAuthenticationType",
            "cognitoIdentityId",
            "cognitoIdentityPoolId",
            "principalOrgId",
            "user",
            "userArn",
        ]
    )
    assert event == {
        "resource": "/pets/{id}",
        "path": "/pets/a%20b",
        "httpMethod": "POST",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {"parameter1": "value2", "parameter2": "\u20ac"},
        "multiValueQueryStringParameters": {"parameter1": ["value1", "value2"], "parameter2": ["\u20ac"]},
        "pathParameters": {"id": "a b"},
        "stageVariables": {"table": "pets"},
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": api,
            "deploymentId": stage["deploymentId"],
            "domainName": host,
            "domainPrefix": api,
            "extendedRequestId": request_id,
            "httpMethod": "POST",
            "identity": {**nobody, "sourceIp": "127.0.0.1", "userAgent": "test/echo"},
            "path": "/prod/pets/a%20b",
            "protocol": "HTTP/1.1",
            "requestId": request_id,
            "requestTime": f"{datetime.fromtimestamp(now, timezone.utc):%d/%b/%Y:%H:%M:%S} +0000",
            "requestTimeEpoch": int(now * 1000),
            "resourceId": resource["id"],
            "resourcePath": "/pets/{id}",
            "stage": "prod",
        },
        "body": "text",
        "isBase64Encoded": False,
    }


def test_what_a_request_does_not_bring_is_null(gateway: Gateway) -> None:
    gateway.deploy()
    gateway.rest()
    event = gateway.event()
    names = ["queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "body"]
    assert [event[name] for name in names] == [None] * 5


def test_a_stage_variable_chooses_the_alias(gateway: Gateway) -> None:
    gateway.mock.function(
        "orders", lambda event, context: {"statusCode": 200, "body": context.function_version}, Publish=True
    )
    gateway.client.create_alias(FunctionName="orders", Name="blue", FunctionVersion="1")
    gateway.rest(uri=path_of(f"{ORDERS}:${{stageVariables.alias}}"), variables={"alias": "blue"})
    assert gateway.request().text == "1"
    (invocation,) = gateway.mock.invocations
    assert (invocation.qualifier, invocation.version) == ("blue", "1")
    assert (
        invocation.source_arn
        == f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{gateway.url[8:].partition('.')[0]}/prod/GET/pets"
    )


def test_an_alias_leads_to_where_it_points_at_that_moment(gateway: Gateway) -> None:
    gateway.mock.function("orders", returns={"statusCode": 200, "body": "one"}, Publish=True)
    gateway.mock.function("orders", returns={"statusCode": 200, "body": "two"}, Publish=True)
    gateway.client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    gateway.rest(uri=path_of(f"{ORDERS}:live"))
    assert gateway.request().text == "one"
    gateway.client.update_alias(FunctionName="orders", Name="live", FunctionVersion="2")
    assert gateway.request().text == "two"


def test_the_resource_that_fits_best_is_asked(gateway: Gateway) -> None:
    gateway.mock.function("orders", lambda event, _: {"statusCode": 200, "body": event["resource"]})
    api = gateway.rest("/{proxy+}", "ANY")
    for path in ("/pets/{id}", "/pets/mine", "/pets/{id}/{rest+}"):
        gateway.method(api, path)
    asked = {
        "/pets/mine": "/pets/mine",
        "/pets/7": "/pets/{id}",
        "/pets/7/a/b": "/pets/{id}/{rest+}",
        "/other/a/b": "/{proxy+}",
        "/pets": "/{proxy+}",
    }
    assert {path: gateway.request(path=path).text for path in asked} == asked
    # A method that only the catch-all has isn't looked for there.
    assert gateway.request("PUT", "/pets/mine").status_code == 403
    assert gateway.request("PUT", "/other").text == "/{proxy+}"


def test_a_greedy_parameter_takes_the_rest_of_the_path(gateway: Gateway) -> None:
    gateway.deploy()
    gateway.rest("/a/{proxy+}", "ANY")
    assert gateway.event("DELETE", "/a/b%2Fc/d")["pathParameters"] == {"proxy": "b/c/d"}


@pytest.mark.parametrize("path", ["/none", "/pets/7", ""])
def test_a_path_or_method_that_is_not_there_is_told_that_a_token_is_missing(gateway: Gateway, path: str) -> None:
    gateway.deploy()
    gateway.rest()
    answer = gateway.request(path=path)
    assert shown(answer) == (403, {"message": "Missing Authentication Token"})
    assert answer.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"
    assert gateway.request("POST").status_code == 403


def test_a_stage_that_is_not_there_is_forbidden(gateway: Gateway) -> None:
    gateway.deploy()
    gateway.rest()
    gateway.url = gateway.url.replace("/prod", "/test")
    assert shown(gateway.request()) == (403, {"message": "Forbidden"})


def test_an_integration_that_is_none_of_lambdas_stays_motos(gateway: Gateway) -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as answers:
        gateway.rest(kind="HTTP", uri="https://users.example/")
        answers.get(f"{gateway.url}/pets", body="theirs")
        assert gateway.request().text == "theirs"
    assert not gateway.mock.invocations


# Answers


@pytest.mark.parametrize(
    ("returned", "status", "content_type", "body"),
    [
        ({"statusCode": 201, "body": "made"}, 201, "application/json", "made"),
        ({"statusCode": "404", "headers": {"Content-Type": "text/plain"}, "body": "no"}, 404, "text/plain", "no"),
        ({"body": "ok"}, 200, "application/json", "ok"),
        ({}, 200, "application/json", ""),
        ({"statusCode": 200, "body": "aGk=", "isBase64Encoded": True}, 200, "application/json", "aGk="),
    ],
)
def test_a_result_of_the_proxy_format_is_the_answer(
    gateway: Gateway, returned: Any, status: int, content_type: str, body: str
) -> None:
    gateway.returns(returned)
    gateway.rest()
    answer = gateway.request()
    assert (answer.status_code, answer.headers["Content-Type"], answer.text) == (status, content_type, body)


@pytest.mark.parametrize(
    "returned",
    [
        "text",
        None,
        [1],
        {"statusCode": "no"},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "more": 1},
        {"statusCode": 200, "cookies": []},
        {"statusCode": 200, "multiValueHeaders": []},
        {"statusCode": 200, "multiValueHeaders": {"a": "b"}},
        float("nan"),
        b"\xff",
    ],
)
def test_any_other_result_is_a_bad_gateway(gateway: Gateway, returned: Any) -> None:
    gateway.returns(returned)
    gateway.rest()
    assert shown(gateway.request()) == BROKEN


def test_a_function_that_fails_is_a_bad_gateway(gateway: Gateway) -> None:
    gateway.mock.function("orders", raises=ValueError("no such order"))
    gateway.rest()
    assert shown(gateway.request()) == BROKEN


def test_headers_with_several_values_are_sent_one_by_one(gateway: Gateway) -> None:
    gateway.returns(
        {
            "statusCode": 200,
            "headers": {"X-One": "1"},
            "multiValueHeaders": {"Set-Cookie": ["a=b", "c=d"], "X-One": ["1"]},
        }
    )
    gateway.rest()
    answer = gateway.request()
    assert dict(answer.cookies) == {"a": "b", "c": "d"}
    assert answer.headers["X-One"] == "1"
    assert answer.headers["x-amzn-RequestId"]


def test_bodies_of_binary_media_types_are_bytes_both_ways(gateway: Gateway) -> None:
    gateway.mock.function(
        "orders",
        lambda event, _: {"statusCode": 200, "body": event["body"], "isBase64Encoded": event["isBase64Encoded"]},
    )
    gateway.rest(method="POST", binary=["image/*", "application/zip"])
    for content_type in ("image/png", "application/zip; v=1"):
        headers = {"Content-Type": content_type, "Accept": f"{content_type.partition(';')[0]},text/html"}
        assert gateway.request("POST", data=b"\xff\x00", headers=headers).content == b"\xff\x00"
        # Whoever accepts something else gets it in base64.
        assert gateway.request("POST", data=b"\xff", headers={"Content-Type": content_type}).content == b"/w=="
    assert gateway.request("POST", data=b"text", headers={"Content-Type": "text/plain"}).text == "text"


# Policies, and what isn't there


def test_a_function_that_does_not_let_the_gateway_in_is_an_internal_error(strict: Gateway) -> None:
    strict.deploy(Publish=True)
    strict.client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    api = strict.rest(uri=path_of(f"{ORDERS}:live"))
    source = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/*/GET/pets"
    grant = {"StatementId": "api", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"}
    strict.client.add_permission(FunctionName="orders", SourceArn=source, **grant)
    with pytest.warns(LambdaMockWarning, match="can't invoke .*:orders:live .*AccessDeniedException"):
        assert shown(strict.request()) == (500, {"message": "Internal server error"})
    (refusal,) = strict.mock.refusals
    assert (refusal.principal, refusal.qualifier) == ("apigateway.amazonaws.com", "live")
    strict.client.add_permission(FunctionName="orders", Qualifier="live", SourceArn=source, **grant)
    assert strict.request().status_code == 200


def test_a_function_that_is_not_there_is_an_internal_error(gateway: Gateway) -> None:
    gateway.rest()
    with pytest.warns(LambdaMockWarning, match="ResourceNotFoundException"):
        assert shown(gateway.request()) == (500, {"message": "Internal server error"})


def test_a_throttled_function_is_an_internal_error(gateway: Gateway) -> None:
    gateway.deploy()
    gateway.client.put_function_concurrency(FunctionName="orders", ReservedConcurrentExecutions=0)
    gateway.rest()
    assert shown(gateway.request()) == (500, {"message": "Internal server error"})


def test_what_is_not_enforced_says_so(gateway: Gateway) -> None:
    gateway.deploy()
    gateway.rest(authorizationType="AWS_IAM", apiKeyRequired=True)
    with pytest.warns(LambdaMockWarning, match="isn't imitated") as told:
        assert gateway.request().status_code == 200
    assert [str(each.message).partition(": ")[2].partition(" isn't")[0] for each in told] == [
        "authorization (AWS_IAM)",
        "the API key that is required",
    ]


def test_any_client_of_http_has_an_address_for_it(gateway: Gateway) -> None:
    gateway.deploy()
    api = gateway.rest()
    address = gateway.mock.url_of(f"{gateway.url}/pets?a=b")
    assert address == f"{gateway.mock.endpoint_url}/-/{api}.execute-api.{REGION}.amazonaws.com/prod/pets?a=b"
    status, text = ask(address)
    assert (status, json.loads(text)["queryStringParameters"]) == (200, {"a": "b"})


def test_an_api_that_leads_elsewhere_is_not_answered_at_the_endpoint(gateway: Gateway) -> None:
    gateway.rest(kind="HTTP", uri="https://users.example/")
    status, text = ask(gateway.mock.url_of(f"{gateway.url}/pets"))
    assert (status, "doesn't lead to a function" in text) == (400, True)


@pytest.mark.parametrize("order", ["moto first", "ours first"])
def test_it_does_not_matter_which_mock_came_first(order: str) -> None:
    first, second = (mock_aws(), mock_lambda()) if order == "moto first" else (mock_lambda(), mock_aws())
    with first as one, second as other:
        gateway = Gateway(other if order == "moto first" else one)  # type: ignore[arg-type]
        gateway.deploy()
        gateway.rest()
        assert gateway.event()["resource"] == "/pets"


def test_an_api_of_another_account_is_found_among_those_of_all(gateway: Gateway) -> None:
    gateway.deploy()
    theirs = boto3.Session(aws_access_key_id="222222222222", aws_secret_access_key="any", region_name=REGION)
    theirs.client("apigateway").create_rest_api(name="theirs")
    theirs.client("apigatewayv2").create_api(Name="theirs", ProtocolType="HTTP")
    gateway.rest()
    assert gateway.event()["requestContext"]["accountId"] == ACCOUNT
    gateway.http("GET /pets")
    assert gateway.event()["requestContext"]["accountId"] == ACCOUNT


def test_a_web_socket_api_is_none_of_ours(gateway: Gateway) -> None:
    options = {"Name": "chat", "ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.action"}
    api = client("apigatewayv2").create_api(**options)["ApiId"]
    with pytest.raises(LambdaMockError, match="no URL that this mock answers"):
        gateway.mock.url_of(f"https://{api}.execute-api.{REGION}.amazonaws.com/")


def test_an_api_whose_own_endpoint_is_switched_off_is_forbidden(gateway: Gateway) -> None:
    gateway.deploy()
    api = gateway.rest()
    client("apigateway").update_rest_api(
        restApiId=api, patchOperations=[{"op": "replace", "path": "/disableExecuteApiEndpoint", "value": "true"}]
    )
    assert shown(gateway.request()) == (403, {"message": "Forbidden"})


def test_without_moto_the_host_of_an_api_is_nobodys() -> None:
    with mock_aws(), mock_lambda() as mock:
        gateway = Gateway(mock)
        gateway.rest()
    with mock_lambda(), responses.RequestsMock() as answers:
        answers.get(f"{gateway.url}/pets", body="theirs")
        assert gateway.request().text == "theirs"


def test_an_api_of_another_kind_of_moto_is_a_warning(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway.deploy()
    gateway.rest()
    monkeypatch.setattr(RestAPI, "stages", property(lambda _: None), raising=False)
    with pytest.warns(LambdaMockWarning, match=f"moto {moto.__version__} keeps apigateway in a way"):
        ask(gateway.mock.url_of(f"{gateway.url}/pets"))
