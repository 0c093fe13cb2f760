"""Requests as tests write them: paths, queries, headers, bodies, and who asks."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_mock import LambdaMockError, events


def picked(event: Any, *names: str) -> list[Any]:
    return [event.get(name) for name in names]


@pytest.mark.parametrize(
    ("path", "query", "raw"),
    [
        ("/a?x=1", None, "x=1"),
        ("/a?x=1", {"y": "ä b"}, "x=1&y=%C3%A4%20b"),
        ("/a", "?x=1&x=2", "x=1&x=2"),
        ("/a", [("x", 1), ("x", 2)], "x=1&x=2"),
        ("/a", {"x": (1, 2), "no": None}, "x=1&x=2"),
        ("a", "", ""),
    ],
)
def test_a_query_is_text_values_or_pairs(path: str, query: Any, raw: str) -> None:
    event = events.function_url(path=path, query=query)
    assert (event["rawPath"], event["rawQueryString"]) == ("/a", raw)


def test_a_path_is_encoded_unless_it_is_already() -> None:
    assert events.function_url(path="/a b/ü/%25")["rawPath"] == "/a%20b/%C3%BC/%25"
    assert events.api_gateway(path="/a b")["path"] == "/a%20b"
    assert events.api_gateway_v2(path="/a b")["rawPath"] == "/a b"


@pytest.mark.parametrize(
    ("body", "headers", "told"),
    [
        (None, {}, (None, False, None)),
        ({"a": 1}, {}, ('{"a": 1}', False, "application/json")),
        ("text", {}, ("text", False, "text/plain; charset=utf-8")),
        (b"text", {}, ("dGV4dA==", True, "application/octet-stream")),
        (bytearray(b"text"), {"Content-Type": "text/csv"}, ("text", False, "text/csv")),
        ("a=b", {"content-type": "application/x-www-form-urlencoded"}, ("YT1i", True, None)),
    ],
)
def test_the_content_type_of_a_body_decides_how_it_comes(body: Any, headers: Any, told: Any) -> None:
    for event in (
        events.function_url("POST", body=body, headers=headers),
        events.api_gateway_v2("POST", body=body, headers=headers),
    ):
        content_type = None if told[2] is None else event["headers"]["content-type"]
        assert (event.get("body"), event["isBase64Encoded"], content_type) == told


def test_a_rest_api_takes_bytes_for_bytes_unless_it_is_told_otherwise() -> None:
    names = ("body", "isBase64Encoded")
    assert picked(events.api_gateway(body=b"\xff"), *names) == ["/w==", True]
    assert picked(events.api_gateway(body=b"a", binary=False), *names) == ["a", False]
    assert picked(events.api_gateway(body="a", binary=True), *names) == ["YQ==", True]


def test_headers_are_told_as_each_source_tells_them() -> None:
    headers = {"X-Two": ["1", "2"], "Accept": None, "N": 1}
    rest = events.api_gateway(headers=headers)
    assert (rest["headers"]["X-Two"], rest["multiValueHeaders"]["X-Two"]) == ("2", ["1", "2"])
    assert (rest["headers"]["N"], "Accept" in rest["headers"]) == ("1", False)
    for event in (events.api_gateway_v2(headers=headers), events.function_url(headers=headers)):
        assert (event["headers"]["x-two"], "accept" in event["headers"]) == ("1,2", False)


def test_cookies_are_a_list_in_format_2_and_a_header_everywhere_else() -> None:
    cookies = {"a": "1", "b": "2"}
    assert events.function_url(cookies=cookies)["cookies"] == ["a=1", "b=2"]
    format_2 = events.api_gateway_v2(cookies=cookies)
    assert (format_2["cookies"], "cookie" in format_2["headers"]) == (["a=1", "b=2"], False)
    assert events.api_gateway(cookies=cookies)["headers"]["Cookie"] == "a=1; b=2"


def test_parameters_are_found_in_the_path_or_make_it() -> None:
    found = events.api_gateway(path="/orders/a%20b/x/y?z=1", resource="/orders/{id}/{rest+}")
    assert found["pathParameters"] == {"id": "a b", "rest": "x/y"}
    made = events.api_gateway(resource="/orders/{id}/{rest+}", path_parameters={"id": "a/b", "rest": "x/y"})
    assert (made["path"], made["requestContext"]["path"]) == ("/orders/a%2Fb/x/y", "/prod/orders/a%2Fb/x/y")
    assert events.api_gateway(path="/7", path_parameters={"id": "7"})["pathParameters"] == {"id": "7"}
    given = events.api_gateway(path="/7", resource="/{id}", path_parameters={"id": "8", "more": "9"})
    assert given["pathParameters"] == {"id": "8", "more": "9"}


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: events.api_gateway(path="/b/7", resource="/a/{id}"), "The path '/b/7' isn't one of /a/{id}."),
        (lambda: events.api_gateway(path="/a", resource="/a/{id}"), "The path '/a' isn't one of /a/{id}."),
        (
            lambda: events.api_gateway(resource="/b/{x+}"),
            "/b/{x+} has the parameter 'x'. Give the path of the request, or path_parameters with it; there are: none.",
        ),
        (
            lambda: events.api_gateway_v2(route_key="POST /a/{id}", path_parameters={"di": "7"}),
            "/a/{id} has the parameter 'id'. Give the path of the request, or path_parameters with it; there are: di.",
        ),
        (lambda: events.api_gateway_v2("get", route_key="POST /a"), "The route 'POST /a' takes no GET."),
        (
            lambda: events.api_gateway_v2(route_key="/a"),
            "route_key='/a' is no route. It is such as 'GET /orders/{id}' or '$default'.",
        ),
    ],
)
def test_a_path_or_method_that_does_not_fit_is_refused(build: Any, message: str) -> None:
    with pytest.raises(LambdaMockError) as caught:
        build()
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("method", "route_key", "told"),
    [
        (None, "$default", "GET"),
        ("put", "$default", "PUT"),
        (None, "DELETE /a", "DELETE"),
        (None, "ANY /a", "GET"),
        ("patch", "ANY /a", "PATCH"),
    ],
)
def test_a_route_knows_its_method(method: Any, route_key: str, told: str) -> None:
    event = events.api_gateway_v2(method, route_key=route_key)
    assert (event["requestContext"]["http"]["method"], event["routeKey"]) == (told, route_key)


def test_authorizers_tell_who_asks() -> None:
    def authorizer(event: Any) -> Any:
        return event["requestContext"].get("authorizer")

    assert authorizer(events.api_gateway()) is None
    assert authorizer(events.api_gateway(claims={"sub": "ann"})) == {"claims": {"sub": "ann"}}
    assert authorizer(events.api_gateway(authorizer={"principalId": "ann"})) == {"principalId": "ann"}
    assert authorizer(events.api_gateway_v2(claims={"sub": "ann"}, scopes=("a",))) == {
        "jwt": {"claims": {"sub": "ann"}, "scopes": ["a"]}
    }
    assert authorizer(events.api_gateway_v2(authorizer={"lambda": {"user": "ann"}})) == {"lambda": {"user": "ann"}}


def test_a_url_is_told_who_has_signed_and_not_the_signature() -> None:
    event = events.function_url(
        headers={"Authorization": "AWS4-HMAC-SHA256 ..."}, caller="arn:aws:iam::210987654321:user/ann"
    )
    context = event["requestContext"]
    assert (context["accountId"], context["authorizer"]["iam"]["userArn"]) == (
        "210987654321",
        "arn:aws:iam::210987654321:user/ann",
    )
    assert "authorization" not in event["headers"]
    assert events.function_url(headers={"Authorization": "Bearer a"})["headers"]["authorization"] == "Bearer a"


ARN = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5"


def test_a_rest_api_asks_authorizers_about_a_token_or_a_request() -> None:
    assert events.api_gateway_authorizer_token("Bearer a", "post", "orders/7") == {
        "type": "TOKEN",
        "authorizationToken": "Bearer a",
        "methodArn": f"{ARN}/prod/POST/orders/7",
    }
    event = events.api_gateway_authorizer_request("POST", "/orders/7?x=1", resource="/orders/{id}", stage="test")
    names = ("type", "methodArn", "pathParameters", "stageVariables", "multiValueQueryStringParameters", "resource")
    assert picked(event, *names) == [
        "REQUEST",
        f"{ARN}/test/POST/orders/7",
        {"id": "7"},
        {},
        {"x": ["1"]},
        "/orders/{id}",
    ]
    assert {"body", "isBase64Encoded"} & set(event) == set()


def test_an_http_api_asks_authorizers_in_both_formats() -> None:
    headers = {"Authorization": "Bearer a"}
    second = events.api_gateway_v2_authorizer(
        route_key="GET /orders", headers=headers, stage="test", cookies={"a": "1"}
    )
    names = ("version", "type", "routeArn", "identitySource", "routeKey", "rawPath", "cookies")
    assert picked(second, *names) == [
        "2.0",
        "REQUEST",
        f"{ARN}/test/GET/orders",
        ["Bearer a"],
        "GET /orders",
        "/test/orders",
        ["a=1"],
    ]
    first = events.api_gateway_v2_authorizer(path="/orders", identity=["a", "b"], payload_format="1.0")
    names = ("version", "type", "methodArn", "identitySource", "authorizationToken", "path", "stageVariables")
    assert picked(first, *names) == ["1.0", "REQUEST", f"{ARN}/$default/GET/orders", "a,b", "a,b", "/orders", {}]
    assert {"body", "isBase64Encoded"} & {*first, *second} == set()
    nobody = events.api_gateway_v2_authorizer(payload_format="1.0")
    assert picked(nobody, "identitySource", "authorizationToken") == [None, None]


def test_an_api_of_china_has_its_host_there() -> None:
    event = events.api_gateway(region="cn-north-1")
    assert event["requestContext"]["domainName"] == "a1b2c3d4e5.execute-api.cn-north-1.amazonaws.com.cn"
    assert events.api_gateway_authorizer_token(region="cn-north-1")["methodArn"].startswith("arn:aws-cn:execute-api:")
