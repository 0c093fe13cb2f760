"""Requests to function URLs, as a test writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambda_mock.events.made_up import ACCOUNT, REGION, Event, account_in, digits_of, uuid_of
from lambda_mock.events.moments import Moment, epoch
from lambda_mock.events.requests import SOURCE_IP, Asked, Headers, Query
from lambda_mock.events.web import iam_caller, url_event


def function_url(
    method: str = "GET",
    path: str = "/",
    *,
    query: Query | None = None,
    headers: Headers | None = None,
    cookies: Mapping[str, str] | None = None,
    body: Any = None,
    caller: str | None = None,
    host: str | None = None,
    source_ip: str = SOURCE_IP,
    request_id: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """A request to a function URL: `events.function_url("POST", "/orders?page=2", body={"id": 1})`.

    `path` may have a query behind it; `query` is one as it is written, or values by name, a list for several. In the
    event headers are in lower case, several values of a header or parameter are joined by commas, and cookies are a
    list, too. A body that isn't text or bytes is JSON. A Content-Type that isn't given goes by that, and as on AWS it
    decides whether the body stands in base64. `caller` is the ARN of who has signed the request, for a URL with the
    AuthType AWS_IAM.

    Source: events recorded from AWS; "Invoking Lambda function URLs" in the developer guide of Lambda.
    """
    asked = Asked(method, path, query, headers, cookies, body, source_ip)
    name = digits_of(32, "url", account_id)
    request = asked.at(host or f"{name}.lambda-url.{region}.on.aws")
    request_id = request_id or uuid_of("url", request)
    digits = request_id.replace("-", "")
    return url_event(
        request,
        request_id=request_id,
        trace=f"Root=1-{digits[:8]}-{digits[8:]}",
        now=epoch(at),
        iam=None if caller is None else _caller(caller, account_id),
        signed=caller is not None,
    )


def _caller(arn: str, account_id: str) -> Mapping[str, Any]:
    identity = digits_of(16, arn).upper()
    return iam_caller(
        access_key=f"AKIA{identity}",
        account_id=account_in(arn) if arn.startswith("arn:") else account_id,
        caller_id=f"AIDA{identity}",
        user_arn=arn,
    )
