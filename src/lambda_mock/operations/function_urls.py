"""Function URLs: one for the function itself, and one for each of its aliases. None of it touches a RevisionId.

To be read or deleted only the URL has to be there; to be created, changed or listed what it is for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.function_url import UNQUALIFIED, FunctionUrl, UrlTarget, new_host
from lambda_mock.domain.tenancy import check_caller
from lambda_mock.errors import ResourceConflictException, ResourceNotFoundException
from lambda_mock.operations.pages import key_of, page
from lambda_mock.operations.registry import Answer, Context, operation

if TYPE_CHECKING:
    from lambda_mock.domain.arn import FunctionReference
    from lambda_mock.domain.function import Function

PAGE_LIMIT = 50
_ID_LENGTH = 32


@operation("CreateFunctionUrlConfig")
def create_function_url_config(
    ctx: Context,
    *,
    function_name: str,
    auth_type: str,
    qualifier: str | None = None,
    cors: Mapping[str, Any] | None = None,
    invoke_mode: str | None = None,
) -> Answer:
    """Give the function, or an alias of it, a URL; each has one at the most."""
    reference = ctx.store.reference(function_name, qualifier)
    function = _function(ctx, reference)
    check_caller(function.latest.configuration, "Function URLs")
    alias = _alias(reference)
    arn = _arn(function, alias)
    if alias in function.urls:
        raise ResourceConflictException(
            f"Failed to create function url config for [functionArn = {arn}]. "
            "Error message:  FunctionUrlConfig exists for this Lambda function"
        )
    now = ctx.backend.clock.time()
    url = FunctionUrl(
        host=new_host(ctx.store.ids.token(_ID_LENGTH), ctx.store.region),
        auth_type=auth_type,
        created=now,
        last_modified=now,
        cors=cors or {},
        invoke_mode=invoke_mode,
    )
    target = UrlTarget(account_id=ctx.store.account_id, region=ctx.store.region, function=reference.name, alias=alias)
    ctx.backend.url_hosts.add(url.host, target)
    function.urls[alias] = url
    return _described(url, arn)


@operation("UpdateFunctionUrlConfig")
def update_function_url_config(
    ctx: Context,
    *,
    function_name: str,
    qualifier: str | None = None,
    auth_type: str | None = None,
    cors: Mapping[str, Any] | None = None,
    invoke_mode: str | None = None,
) -> Answer:
    """Change the settings of a URL; what isn't given stays, and so does the URL itself."""
    reference = ctx.store.reference(function_name, qualifier)
    function = _function(ctx, reference)
    before = _url(ctx, reference)
    alias = _alias(reference)
    function.urls[alias] = url = before.changed(
        now=ctx.backend.clock.time(), auth_type=auth_type, cors=cors, invoke_mode=invoke_mode
    )
    return {**_described(url, _arn(function, alias)), "LastModifiedTime": _instant(url.last_modified)}


@operation("GetFunctionUrlConfig")
def get_function_url_config(ctx: Context, *, function_name: str, qualifier: str | None = None) -> Answer:
    """The URL of the function or of an alias. A missing function, alias and URL are all one to AWS."""
    reference = ctx.store.reference(function_name, qualifier)
    return _shown(_url(ctx, reference), ctx.store.arn(reference.name, reference.qualifier))


@operation("DeleteFunctionUrlConfig")
def delete_function_url_config(ctx: Context, *, function_name: str, qualifier: str | None = None) -> Answer:
    """Take the URL of the function, or of an alias, away; the other URLs of the function stay."""
    reference = ctx.store.reference(function_name, qualifier)
    _url(ctx, reference)
    ctx.store.function(reference.name).urls.pop(_alias(reference))
    return None


@operation("ListFunctionUrlConfigs")
def list_function_url_configs(
    ctx: Context, *, function_name: str, marker: str | None = None, max_items: int = PAGE_LIMIT
) -> Answer:
    """The URLs of a function: its own, then those of its aliases by name."""
    function = _function(ctx, ctx.store.reference(function_name))
    items, next_marker = page(_entries(function, key_of(marker)), max_items)
    return {"FunctionUrlConfigs": items, "NextMarker": next_marker}


def _function(ctx: Context, reference: FunctionReference) -> Function:
    """The function; it, and the alias if one is named, have to be there."""
    function = ctx.store.functions.get(reference.name)
    if function is None or not (reference.qualifier is None or reference.qualifier in function.aliases):
        raise ResourceNotFoundException("Function does not exist")
    return function


def _url(ctx: Context, reference: FunctionReference) -> FunctionUrl:
    function = ctx.store.functions.get(reference.name)
    url = None if function is None else function.urls.get(_alias(reference))
    if url is None:
        raise ResourceNotFoundException("The resource you requested does not exist.")
    return url


def _alias(reference: FunctionReference) -> str:
    return reference.qualifier or UNQUALIFIED


def _arn(function: Function, alias: str) -> str:
    return f"{function.arn}:{alias}" if alias else function.arn


def _entries(function: Function, after: str | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for alias, url in function.urls.after(after):
        yield alias, _shown(url, _arn(function, alias))


def _described(url: FunctionUrl, arn: str) -> Mapping[str, Any]:
    """A URL as the calls that make or change it show it: its InvokeMode only where one was given."""
    return {
        "FunctionUrl": url.url,
        "FunctionArn": arn,
        "AuthType": url.auth_type,
        "Cors": url.cors or None,
        "CreationTime": _instant(url.created),
        "InvokeMode": url.invoke_mode,
    }


def _shown(url: FunctionUrl, arn: str) -> Mapping[str, Any]:
    """A URL as the calls that read it show it."""
    return {
        **_described(url, arn),
        "LastModifiedTime": _instant(url.last_modified),
        "InvokeMode": url.invoke_mode or "BUFFERED",
    }


def _instant(seconds: float) -> str:
    """A moment as function URLs have it, to the nanosecond: `2026-02-09T07:22:19.958646680Z`."""
    return f"{datetime.fromtimestamp(seconds, tz=timezone.utc):%Y-%m-%dT%H:%M:%S.%f}000Z"
