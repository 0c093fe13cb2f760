"""Requests to function URLs: who may send them, the event that they become, and what the client is answered.

It isn't an operation of Lambda's API: it has no name, and no client calls it. What runs is found as for Invoke, when
the request comes: an alias goes where it points at that moment.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.function_url import UNQUALIFIED
from lambda_mock.domain.tracing import trace_header
from lambda_mock.domain.triggers import Trigger
from lambda_mock.domain.url_access import grants_missing, written
from lambda_mock.domain.web import cors, results
from lambda_mock.domain.web.messages import BrokenOffError, WebAnswer, json_answer
from lambda_mock.errors import RequestEntityTooLargeException, ResourceNotFoundException, ServiceError
from lambda_mock.events.web import iam_caller, url_event
from lambda_mock.operations.access import statements_for
from lambda_mock.operations.runs import resolve

if TYPE_CHECKING:
    from lambda_mock.domain.callers import Caller
    from lambda_mock.domain.function import Function
    from lambda_mock.domain.function_url import FunctionUrl, UrlTarget
    from lambda_mock.domain.web.messages import WebRequest
    from lambda_mock.execution.executor import InvocationRequest, InvocationResult, StreamedResponse
    from lambda_mock.operations.registry import Context

_IAM = "AWS_IAM"
_LARGEST_EVENT = 6_291_456
_FORBIDDEN = (
    "Forbidden. For troubleshooting Function URL authorization issues, see: "
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
)


Refused = Callable[[Trigger, str], None]
"""Is told of a request that no policy lets in, and of the calls that would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlRequest:
    """A request to a function URL: `caller` signed it with `access_key`; both are None where nobody did."""

    target: UrlTarget
    web: WebRequest
    caller: Caller | None
    access_key: str | None

    @property
    def alias(self) -> str | None:
        """The alias that the URL is for, if it is for one."""
        return None if self.target.alias == UNQUALIFIED else self.target.alias


def answer_at_url(ctx: Context, asked: UrlRequest, refused: Refused) -> WebAnswer:
    """The answer to a request, in the store of the function. What speaks to the test is raised."""
    with ctx.store.lock:
        function = ctx.store.functions.get(asked.target.function)
        url = None if function is None else function.urls.get(asked.target.alias)
        if function is None or url is None or url.host != asked.web.host:
            return _finished(ctx, _forbidden())
        preflight = cors.preflight_answer(url.cors, asked.web)
        if preflight is not None:
            return _finished(ctx, preflight)
        let_in = _is_let_in(ctx, asked, function, url, refused)
    answer = _invoke(ctx, asked, function.arn, url) if let_in else _forbidden()
    return _finished(ctx, answer.with_headers(*cors.headers_for(url.cors, asked.web)))


def _finished(ctx: Context, answer: WebAnswer) -> WebAnswer:
    date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(ctx.backend.clock.time()))
    return answer.with_headers(
        ("Date", date), ("Connection", "keep-alive"), ("x-amzn-RequestId", ctx.request_id), *ctx.headers.items()
    )


def _is_let_in(ctx: Context, asked: UrlRequest, function: Function, url: FunctionUrl, refused: Refused) -> bool:
    """Whether a request may reach the function.

    An account's own callers need no grant, and what is open to all needs one only where the test asks for it.
    """
    if url.auth_type != _IAM:
        caller, spared = None, not ctx.backend.rules.enforce_policies
    elif asked.caller is None:
        return False
    else:
        caller, spared = asked.caller, asked.caller.account_id == ctx.store.account_id
    if spared:
        return True
    arn = ctx.store.arn(function.name, asked.alias)
    missing = grants_missing(
        statements_for(function, ctx.store.reference(function.name, asked.alias)),
        caller,
        url.auth_type,
        arn=arn,
        tags=function.tags,
        region=ctx.store.region,
        now=ctx.backend.clock.time(),
    )
    if missing:
        principal = "*" if caller is None else caller.account_id
        calls = "\n".join(written(grant, function.name, asked.alias, principal) for grant in missing)
        refused(Trigger(function_arn=arn, payload=b"", principal=principal), calls)
    return not missing


def _invoke(ctx: Context, asked: UrlRequest, function_arn: str, url: FunctionUrl) -> WebAnswer:
    trace = trace_header(ctx.trace, ctx.request_id, function_arn)
    event = json.dumps(_event(ctx, asked, url, trace), ensure_ascii=False).encode(errors="surrogatepass")
    try:
        if len(event) > _LARGEST_EVENT:
            message = f"Request must be smaller than {_LARGEST_EVENT} bytes for the InvokeFunction operation"
            raise RequestEntityTooLargeException(message)
        request = resolve(ctx, ctx.store.reference(asked.target.function, asked.alias), event, "RequestResponse")
        ctx.headers["X-Amzn-Trace-Id"] = request.trace
        return _run(ctx, request, streaming=url.invoke_mode == "RESPONSE_STREAM")
    except ResourceNotFoundException:  # it has been deleted since
        return _forbidden()
    except ServiceError as error:
        document = {"Type": error.fault, error.message_member: error.message, **error.members}
        return json_answer(error.status, document, {"x-amzn-ErrorType": error.code})
    except results.MalformedResultError:
        return _failed()


def _run(ctx: Context, request: InvocationRequest, *, streaming: bool) -> WebAnswer:
    if not streaming:
        return _whole(ctx.runner.run(request))
    response = ctx.runner.stream(request)
    if not response.content_type:
        return _whole(response.result())
    pieces = iter(response)
    first = next(pieces, None)
    if first is None and not _came_to_a_good_end(response):
        return _failed()
    begun = itertools.chain(() if first is None else (first,), pieces)
    return results.streamed_answer(begun, response.content_type, lambda rest: _to_its_end(rest, response))


def _whole(result: InvocationResult) -> WebAnswer:
    return _failed() if result.function_error is not None else results.inferred_answer(result.payload)


def _to_its_end(pieces: Iterator[bytes], response: StreamedResponse) -> Iterator[bytes]:
    yield from pieces
    if not _came_to_a_good_end(response):
        raise BrokenOffError


def _came_to_a_good_end(response: StreamedResponse) -> bool:
    result = response.result()
    return result.function_error is None and result.break_off is None


def _failed() -> WebAnswer:
    """What a client is told of a function that fails, whatever it is."""
    return WebAnswer(status=502, headers=(("Content-Type", "application/json"),), body=b"Internal Server Error")


def _forbidden() -> WebAnswer:
    return json_answer(403, {"Message": _FORBIDDEN}, {"x-amzn-ErrorType": "AccessDeniedException"})


def _event(ctx: Context, asked: UrlRequest, url: FunctionUrl, trace: str) -> dict[str, Any]:
    signed = url.auth_type == _IAM
    return url_event(
        asked.web,
        request_id=ctx.request_id,
        trace=trace.partition(";")[0],
        now=ctx.backend.clock.time(),
        iam=_caller(asked, ctx.store.region) if signed else None,
        signed=signed,
    )


def _caller(asked: UrlRequest, region: str) -> dict[str, Any] | None:
    """Who asks, if somebody has signed the request."""
    caller = asked.caller
    if caller is None:
        return None
    return iam_caller(
        access_key=asked.access_key,
        account_id=caller.account_id,
        caller_id=_unique_id(caller),
        user_arn=caller.shown(region),
    )


def _unique_id(caller: Caller) -> str:
    """IAM's id of a caller: a root user's is its account; that of a user or role nobody knows, so one of its form."""
    if not caller.arns:
        return caller.account_id
    digits = hashlib.blake2b(caller.arns[-1].encode(), digest_size=8).hexdigest().upper()
    session = caller.arns[0].rpartition("/")[2]
    return f"AROA{digits}:{session}" if ":assumed-role/" in caller.arns[0] else f"AIDA{digits}"
