"""CORS of function URLs: preflights, and the headers of all other answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.integrations.urls.conftest import Shop

ORIGIN = "https://shop.example"
WHOLE = {
    "AllowCredentials": True,
    "AllowHeaders": ["date", "x-custom"],
    "AllowMethods": ["GET", "PUT"],
    "AllowOrigins": [ORIGIN, "https://*.partner.example"],
    "ExposeHeaders": ["keep-alive", "x-shown"],
    "MaxAge": 300,
}
PREFLIGHT = {"Origin": ORIGIN, "Access-Control-Request-Method": "PUT"}


def cors_headers(answer: Any) -> dict[str, str]:
    names = ("access-control-", "vary")
    return {name: value for name, value in answer.headers.items() if name.lower().startswith(names)}


def test_a_preflight_is_answered_by_the_settings_and_runs_nothing(shop: Shop) -> None:
    shop.deploy(returns="ran", Cors=WHOLE)
    answer = shop.request("OPTIONS", headers=PREFLIGHT)
    assert (answer.status_code, answer.content) == (200, b"")
    assert cors_headers(answer) == {
        "Access-Control-Allow-Origin": ORIGIN,
        "Vary": "Origin",
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "GET,PUT",
        "Access-Control-Allow-Headers": "date,x-custom",
        "Access-Control-Max-Age": "300",
    }
    assert not shop.mock.invocations


def test_a_preflight_needs_no_signature(shop: Shop) -> None:
    shop.deploy(returns="ran", Cors={"AllowOrigins": ["*"]}, AuthType="AWS_IAM")
    answer = shop.request("OPTIONS", headers=PREFLIGHT)
    assert (answer.status_code, cors_headers(answer)) == (200, {"Access-Control-Allow-Origin": "*"})


def test_an_origin_that_is_not_allowed_is_told_nothing(shop: Shop) -> None:
    shop.deploy(returns="ran", Cors=WHOLE)
    preflight = shop.request("OPTIONS", headers={**PREFLIGHT, "Origin": "https://evil.example"})
    assert (preflight.status_code, cors_headers(preflight)) == (200, {})
    assert cors_headers(shop.get(headers={"Origin": "https://evil.example"})) == {}


def test_any_other_answer_gets_the_headers_that_a_browser_looks_for_there(shop: Shop) -> None:
    shop.deploy(returns="ran", Cors=WHOLE)
    answer = shop.get(headers={"Origin": ORIGIN})
    assert answer.text == "ran"
    assert cors_headers(answer) == {
        "Access-Control-Allow-Origin": ORIGIN,
        "Vary": "Origin",
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": "keep-alive,x-shown",
    }


@pytest.mark.parametrize(
    ("cors", "origin", "shown"),
    [
        ({"AllowOrigins": ["*"]}, "http://localhost:8080", "*"),
        ({"AllowOrigins": ["*"], "AllowCredentials": True}, "http://localhost:8080", "http://localhost:8080"),
        ({"AllowOrigins": ["https://*"]}, "https://any.example", "https://any.example"),
        ({"AllowOrigins": ["https://*"]}, "http://any.example", None),
        (WHOLE, "https://eu.partner.example", "https://eu.partner.example"),
        (WHOLE, "HTTPS://SHOP.example", "HTTPS://SHOP.example"),
        ({"AllowMethods": ["GET"]}, ORIGIN, None),
    ],
)
def test_which_origins_are_let_in(shop: Shop, cors: Any, origin: str, shown: str | None) -> None:
    shop.deploy(returns="ran", Cors=cors)
    assert shop.get(headers={"Origin": origin}).headers.get("Access-Control-Allow-Origin") == shown


def test_the_functions_own_cors_headers_come_beside_those_of_the_settings(shop: Shop) -> None:
    shop.deploy(
        returns={"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "*"}}, Cors={"AllowOrigins": ["*"]}
    )
    answer = shop.get(headers={"Origin": ORIGIN})
    assert answer.headers["Access-Control-Allow-Origin"] == "*, *"


def test_errors_have_the_headers_too(shop: Shop) -> None:
    shop.deploy(returns="ran", Cors={"AllowOrigins": ["*"]}, AuthType="AWS_IAM")
    answer = shop.get(headers={"Origin": ORIGIN})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (403, "*")


@pytest.mark.parametrize("headers", [{}, {"Origin": ORIGIN}, {"Access-Control-Request-Method": "PUT"}])
def test_an_options_request_that_is_no_preflight_runs_the_function(shop: Shop, headers: dict[str, str]) -> None:
    shop.deploy(returns="ran", Cors=WHOLE)
    assert shop.request("OPTIONS", headers=headers).text == "ran"


def test_a_request_of_another_method_is_no_preflight_whatever_headers_it_has(shop: Shop) -> None:
    shop.deploy(returns="ran", Cors=WHOLE)
    assert shop.get(headers=PREFLIGHT).text == "ran"


def test_without_settings_the_function_answers_preflights(shop: Shop) -> None:
    shop.deploy(returns="ran")
    answer = shop.request("OPTIONS", headers=PREFLIGHT)
    assert (answer.text, cors_headers(answer)) == ("ran", {})
