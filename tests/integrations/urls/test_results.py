"""What a function returns becomes the answer to a request to its URL."""

from __future__ import annotations

import base64
import gzip
from email.utils import formatdate
from typing import Any

import pytest

from tests.integrations.urls.conftest import Shop, shown

JSON = "application/json"
FAILED = (502, JSON, b"Internal Server Error")


@pytest.mark.parametrize(
    ("returned", "body"),
    [
        ({"hello": "world"}, b'{"hello":"world"}'),
        (["hello", 3, True], b'["hello",3,true]'),
        ("hello", b"hello"),
        (3, b"3"),
        (3.1, b"3.1"),
        (True, b"true"),
        (None, b"null"),
        ({"body": "b", "headers": {}}, b'{"body":"b","headers":{}}'),
        ("gr\u00fcn", "gr\u00fcn".encode()),
    ],
)
def test_a_result_without_a_status_is_the_body(shop: Shop, returned: Any, body: bytes) -> None:
    shop.deploy(returns=returned)
    answer = shop.get()
    assert (answer.status_code, answer.headers["Content-Type"], answer.content) == (200, JSON, body)
    assert answer.headers["Content-Length"] == str(len(body))


@pytest.mark.parametrize(
    ("returned", "status", "body"),
    [
        ({"statusCode": 200, "body": "body123"}, 200, b"body123"),
        ({"statusCode": 200, "body": '{"hello": "world"}'}, 200, b'{"hello": "world"}'),
        ({"statusCode": "404", "body": "missing"}, 404, b"missing"),
        ({"statusCode": 201}, 201, b""),
        ({"statusCode": 500, "body": None, "headers": None, "cookies": None}, 500, b""),
        ({"statusCode": 200, "body": "//4=", "isBase64Encoded": True}, 200, b"\xff\xfe"),
        ({"statusCode": 200, "body": "//4=", "isBase64Encoded": False}, 200, b"//4="),
    ],
)
def test_a_result_with_a_status_is_the_answer(shop: Shop, returned: Any, status: int, body: bytes) -> None:
    shop.deploy()
    assert shop.answer(returned) == (status, JSON, body)


@pytest.mark.parametrize(
    "returned",
    [
        {"statusCode": "ok"},
        {"statusCode": None},
        {"statusCode": True},
        {"statusCode": 200.5},
        {"statusCode": 100},
        {"statusCode": 600},
        {"statusCode": "20000000000000000000"},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "body": 3},
        {"statusCode": 200, "body": "no base64!", "isBase64Encoded": True},
        {"statusCode": 200, "headers": ["a"]},
        {"statusCode": 200, "headers": {"a": ["b"]}},
        {"statusCode": 200, "headers": {"a": None}},
        {"statusCode": 200, "headers": {"a b": "c"}},
        {"statusCode": 200, "headers": {"": "c"}},
        {"statusCode": 200, "headers": {"a": "b\r\nc: d"}},
        {"statusCode": 200, "cookies": "a=b"},
        {"statusCode": 200, "cookies": [1]},
        {"statusCode": 200, "cookies": ["a=b\r\nc: d"]},
        {"statusCode": 200, "headers": {"a": "\ud800"}},
        {"statusCode": "0200"},
    ],
)
def test_an_answer_of_the_wrong_form_is_a_bad_gateway(shop: Shop, returned: Any) -> None:
    shop.deploy()
    assert shop.answer(returned) == FAILED


def test_headers_are_passed_on(shop: Shop) -> None:
    headers = {"Content-Type": "text/html", "My-Custom-Header": "Custom Value", "X-Number": 3, "X-Flag": True}
    shop.deploy(
        returns={
            "statusCode": 200,
            "headers": {**headers, "Content-Length": "9", "Transfer-Encoding": "chunked"},
            "body": "<p>",
        }
    )
    answer = shop.get()
    request_id = shop.mock.invocations[0].request_id
    trace = answer.headers.pop("X-Amzn-Trace-Id")
    assert trace.startswith(f"Root=1-{request_id[:8]}-")
    assert dict(answer.headers) == {
        "Content-Type": "text/html",
        "My-Custom-Header": "Custom Value",
        "X-Number": "3",
        "X-Flag": "true",
        "Content-Length": "3",
        "Connection": "keep-alive",
        "Date": formatdate(shop.mock.clock.time(), usegmt=True),
        "x-amzn-RequestId": request_id,
    }


def test_each_cookie_is_a_header_of_its_own(shop: Shop) -> None:
    cookies = ["Cookie_1=Value1; Expires=Thu, 21 Oct 2027 07:48:00 GMT; Path=/", "Cookie_2=Value2; Max-Age=78000"]
    shop.deploy(returns={"statusCode": 200, "cookies": cookies})
    answer = shop.get()
    assert dict(answer.cookies) == {"Cookie_1": "Value1", "Cookie_2": "Value2"}
    assert answer.raw.headers.getlist("set-cookie") == cookies


def test_what_a_function_compresses_is_decompressed_by_the_client(shop: Shop) -> None:
    body = base64.b64encode(gzip.compress(b"much text")).decode()
    headers = {"Content-Encoding": "gzip"}
    shop.deploy(returns={"statusCode": 200, "headers": headers, "body": body, "isBase64Encoded": True})
    assert shop.get().content == b"much text"


def test_an_answer_to_head_has_no_body_and_says_how_long_it_is(shop: Shop) -> None:
    shop.deploy(returns="hello")
    answer = shop.request("HEAD")
    assert (answer.status_code, answer.content, answer.headers["Content-Length"]) == (200, b"", "5")


def test_a_redirect_is_followed_and_reaches_the_function_again(shop: Shop) -> None:
    def handler(event: Any, _context: Any) -> Any:
        if event["rawPath"] == "/old":
            return {"statusCode": 302, "headers": {"Location": "/new"}}
        return event["rawPath"]

    shop.deploy(handler)
    assert shop.get("old").text == "/new"
    assert shop.get("old", allow_redirects=False).status_code == 302


def fails(_event: Any, _context: Any) -> None:
    raise ValueError("no such order")


def test_a_function_that_fails_is_a_bad_gateway_and_tells_nothing(shop: Shop) -> None:
    shop.deploy(fails)
    answer = shop.get()
    assert (answer.status_code, answer.headers["Content-Type"], answer.content) == FAILED
    (invocation,) = shop.mock.invocations
    assert (invocation.function_error, invocation.invocation_type) == ("Unhandled", "RequestResponse")


def test_a_function_that_takes_too_long_is_a_bad_gateway(shop: Shop) -> None:
    shop.deploy(lambda event, context: shop.mock.clock.advance(10))
    assert shop.get().status_code == 502


def test_a_result_that_is_too_large_is_a_bad_gateway(shop: Shop) -> None:
    shop.deploy(returns="x" * 6_291_556)
    assert shop.get().status_code == 502


def test_a_number_that_json_does_not_know_is_passed_on_as_the_runtime_wrote_it(shop: Shop) -> None:
    shop.deploy(returns=[float("nan")])
    assert shop.get().text == "[NaN]"


def test_a_throttled_request_is_told_so(shop: Shop) -> None:
    shop.deploy(returns="hello")
    shop.client.put_function_concurrency(FunctionName="orders", ReservedConcurrentExecutions=0)
    answer = shop.get()
    assert shown(answer) == (
        429,
        {
            "Type": "User",
            "message": "Rate Exceeded.",
            "Reason": "ReservedFunctionConcurrentInvocationLimitExceeded",
        },
    )
    assert answer.headers["x-amzn-ErrorType"] == "TooManyRequestsException"
    shop.client.delete_function_concurrency(FunctionName="orders")
    assert shop.get().text == "hello"


def test_a_request_to_itself_does_not_end_in_a_deadlock(shop: Shop) -> None:
    def handler(event: Any, _context: Any) -> Any:
        return shop.get("inner").text + ", outer" if event["rawPath"] == "/" else "inner"

    shop.deploy(handler)
    assert shop.get().text == "inner, outer"
    assert len(shop.mock.invocations) == 2
