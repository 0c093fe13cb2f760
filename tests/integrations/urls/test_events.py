"""A request to a function URL becomes an event of payload format 2.0."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest

from tests.integrations.urls.conftest import Shop, echo

BINARY = bytes(range(256))


def test_a_request_becomes_an_event_with_every_member_that_aws_gives_it(shop: Shop) -> None:
    host = shop.deploy(echo)[len("https://") : -1]
    event = shop.event(
        "POST",
        "my/path?parameter1=value1&parameter1=value2&parameter2=a%20value",
        json={"hello": "world"},
        headers={"User-Agent": "test/echo", "ExTrA-HeadErs": "With WeiRd CapS"},
        cookies={"foo": "bar", "hello": "hello"},
    )
    prefix, now = host.partition(".")[0], shop.mock.clock.time()
    (invocation,) = shop.mock.invocations
    trace = f"Root=1-{invocation.request_id[:8]}-{invocation.request_id[9:].replace('-', '')}"
    assert event == {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/my/path",
        "rawQueryString": "parameter1=value1&parameter1=value2&parameter2=a%20value",
        "cookies": ["foo=bar", "hello=hello"],
        "headers": {
            "accept": "*/*",
            "accept-encoding": "gzip, deflate",
            "content-length": "18",
            "content-type": "application/json",
            "cookie": "foo=bar; hello=hello",
            "extra-headers": "With WeiRd CapS",
            "host": host,
            "user-agent": "test/echo",
            "x-amzn-tls-cipher-suite": "ECDHE-RSA-AES128-GCM-SHA256",
            "x-amzn-tls-version": "TLSv1.2",
            "x-amzn-trace-id": trace,
            "x-forwarded-for": "127.0.0.1",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "queryStringParameters": {"parameter1": "value1,value2", "parameter2": "a value"},
        "requestContext": {
            "accountId": "anonymous",
            "apiId": prefix,
            "domainName": host,
            "domainPrefix": prefix,
            "http": {
                "method": "POST",
                "path": "/my/path",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "test/echo",
            },
            "requestId": invocation.request_id,
            "routeKey": "$default",
            "stage": "$default",
            "time": f"{datetime.fromtimestamp(now, timezone.utc):%d/%b/%Y:%H:%M:%S} +0000",
            "timeEpoch": int(now * 1000),
        },
        "body": '{"hello": "world"}',
        "isBase64Encoded": False,
    }


def test_what_a_request_does_not_bring_is_not_in_its_event(shop: Shop) -> None:
    shop.deploy(echo)
    event = shop.event("GET", headers={"User-Agent": None})
    assert set(event) == {
        "version",
        "routeKey",
        "rawPath",
        "rawQueryString",
        "headers",
        "requestContext",
        "isBase64Encoded",
    }
    assert (event["rawPath"], event["rawQueryString"], event["isBase64Encoded"]) == ("/", "", False)
    assert "userAgent" not in event["requestContext"]["http"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_function_is_reached_by_every_method(shop: Shop, method: str) -> None:
    shop.deploy(echo)
    assert shop.request(method).status_code == 200
    (invocation,) = shop.mock.invocations
    assert json.loads(invocation.payload)["requestContext"]["http"]["method"] == method


def test_the_raw_path_stays_encoded_and_the_path_of_the_context_is_decoded(shop: Shop) -> None:
    """As a path with a percent sign was recorded in 2025-11: it arrives as `/pa2%25Fth/1`."""
    shop.deploy(echo)
    event = shop.event("POST", "pa2%Fth/1?q=query&multiQuery=foo&multiQuery=%2Fbar", json={"foo": "bar"})
    assert event["rawPath"] == "/pa2%25Fth/1"
    assert event["requestContext"]["http"]["path"] == "/pa2%Fth/1"
    assert event["rawQueryString"] == "q=query&multiQuery=foo&multiQuery=%2Fbar"
    assert event["queryStringParameters"] == {"q": "query", "multiQuery": "foo,/bar"}


@pytest.mark.parametrize(
    ("query", "parameters"),
    [("a=1+2", {"a": "1 2"}), ("a", {"a": ""}), ("a=&b=%E2%82%AC", {"a": "", "b": "\u20ac"}), ("a=b=c", {"a": "b=c"})],
)
def test_query_parameters_are_decoded(shop: Shop, query: str, parameters: dict[str, str]) -> None:
    shop.deploy(echo)
    event = shop.event("GET", f"?{query}")
    assert (event["rawQueryString"], event["queryStringParameters"]) == (query, parameters)


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "TEXT/csv; charset=utf-8", "application/json", "application/xml", "application/javascript"],
)
def test_a_body_of_a_textual_type_arrives_as_it_is(shop: Shop, content_type: str) -> None:
    shop.deploy(echo)
    event = shop.event("POST", data="gr\u00fcn", headers={"Content-Type": content_type})
    assert (event["body"], event["isBase64Encoded"]) == ("gr\u00fcn", False)


@pytest.mark.parametrize(
    ("body", "content_type", "encoded"),
    [
        (b"a=b", "application/x-www-form-urlencoded", "YT1i"),
        (b"text", "application/octet-stream", "dGV4dA=="),
        (b"text", None, "dGV4dA=="),
        (b"\xff\xfe", "text/plain", "//4="),
        (b"\x89PNG", "image/png", "iVBORw=="),
    ],
)
def test_any_other_body_arrives_in_base64(shop: Shop, body: bytes, content_type: str | None, encoded: str) -> None:
    shop.deploy(echo)
    event = shop.event("POST", data=body, headers={"Content-Type": content_type})
    assert (event["body"], event["isBase64Encoded"]) == (encoded, True)


@pytest.mark.parametrize("whole", [[b"one, ", b"two"], ["one, ", "two"], "one, two"])
def test_a_body_may_be_sent_in_pieces(shop: Shop, whole: Any) -> None:
    shop.deploy(echo)
    event = shop.event("POST", data=iter(whole), headers={"Content-Type": "text/plain"})
    assert event["body"] == "one, two"
    assert "transfer-encoding" not in event["headers"]


def test_a_body_may_be_a_file(shop: Shop, tmp_path: Any) -> None:
    shop.deploy(echo)
    file = tmp_path / "body.txt"
    file.write_bytes(b"from a file")
    with file.open("rb") as body:
        assert shop.event("PUT", data=body, headers={"Content-Type": "text/plain"})["body"] == "from a file"


def test_a_client_that_is_part_of_a_trace_stays_in_it(shop: Shop) -> None:
    root = "Root=1-643ec28d-5503dc7274559e68706dae64"
    shop.deploy(lambda event, context: event["headers"]["x-amzn-trace-id"])
    answer = shop.get(headers={"X-Amzn-Trace-Id": root})
    assert answer.text == root
    assert answer.headers["X-Amzn-Trace-Id"].startswith(f"{root};Parent=")


def test_over_plain_http_there_is_no_tls(shop: Shop) -> None:
    shop.url = shop.deploy(echo).replace("https", "http")
    headers = shop.event()["headers"]
    assert (headers["x-forwarded-proto"], headers["x-forwarded-port"]) == ("http", "80")
    assert not any(name.startswith("x-amzn-tls") for name in headers)


def test_the_function_is_told_the_request_id_and_the_arn_that_the_url_is_for(shop: Shop) -> None:
    shop.deploy(lambda event, context: [context.aws_request_id, context.invoked_function_arn], qualifier="live")
    answer = shop.get()
    request_id, arn = answer.json()
    assert arn == "arn:aws:lambda:us-east-1:123456789012:function:orders:live"
    assert answer.headers["x-amzn-RequestId"] == request_id == shop.mock.invocations[0].request_id


def test_a_request_of_more_than_6_mb_is_refused(shop: Shop) -> None:
    shop.deploy(echo)
    answer = shop.request("POST", data=b"x" * 6_291_456, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 413
    assert answer.headers["x-amzn-ErrorType"] == "RequestEntityTooLargeException"
    assert answer.json()["message"] == "Request must be smaller than 6291456 bytes for the InvokeFunction operation"
    assert not shop.mock.invocations
