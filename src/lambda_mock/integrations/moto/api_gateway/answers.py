"""What a function behind API Gateway returns becomes the answer to the request, in each API's own way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.web import results
from lambda_mock.domain.web.messages import Headers, WebAnswer, json_answer
from lambda_mock.domain.web.results import MalformedResultError
from lambda_mock.integrations.moto.api_gateway.events import is_binary

if TYPE_CHECKING:
    from lambda_mock.domain.triggers import Response
    from lambda_mock.domain.web.messages import WebRequest
    from lambda_mock.integrations.moto.api_gateway.integrations import Integration

_OF_A_REST_API = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})
_CORS = "access-control-"


def gateway_answer(integration: Integration, request: WebRequest, response: Response) -> WebAnswer:
    """The answer for a function's response."""
    if response.function_error is not None:
        return _bad(integration)
    try:
        if integration.payload_format == "2.0":
            answer = results.inferred_answer(response.payload)
        else:
            answer = _format_1(integration, request, response.payload)
    except MalformedResultError:
        return _bad(integration)
    if integration.cors:
        # The settings of an HTTP API stand in place of what the function says.
        kept = tuple((name, value) for name, value in answer.headers if not name.lower().startswith(_CORS))
        return WebAnswer(status=answer.status, headers=kept, body=answer.body)
    return answer


def error(integration: Integration, *, throttled: bool) -> WebAnswer:
    """The answer where Lambda doesn't run the function."""
    if integration.is_rest:
        return json_answer(500, {"message": "Internal server error"})
    if throttled:
        return json_answer(503, {"message": "Service Unavailable"})
    return json_answer(500, {"message": "Internal Server Error"})


def _bad(integration: Integration) -> WebAnswer:
    if integration.is_rest:
        return json_answer(
            502, {"message": "Internal server error"}, {"x-amzn-ErrorType": "InternalServerErrorException"}
        )
    return json_answer(500, {"message": "Internal Server Error"})


def _format_1(integration: Integration, request: WebRequest, payload: bytes) -> WebAnswer:
    try:
        result = json.loads(payload)
    except ValueError as error:
        raise MalformedResultError from error
    if not isinstance(result, dict) or (integration.is_rest and not set(result) <= _OF_A_REST_API):
        raise MalformedResultError
    if not integration.is_rest and "statusCode" not in result:
        raise MalformedResultError
    headers = (*results.headers_of(result.get("headers")), *_several(result.get("multiValueHeaders")))
    return WebAnswer(
        status=results.status_of(result.get("statusCode") or 200),
        headers=results.with_content_type(_without_doubles(headers)),
        body=results.body_of(_decoded(integration, request, result)),
    )


def _several(value: Any) -> Headers:
    """Headers with several values each."""
    if value is None:
        return ()
    if not isinstance(value, dict) or not all(isinstance(values, list) for values in value.values()):
        raise MalformedResultError
    return tuple(pair for name, values in value.items() for each in values for pair in results.headers_of({name: each}))


def _without_doubles(headers: Headers) -> Headers:
    """A header with a value that stands in both members is sent once."""
    return tuple(dict.fromkeys(headers))


def _decoded(integration: Integration, request: WebRequest, result: dict[str, Any]) -> dict[str, Any]:
    """The result as it is taken: a REST API decodes a body only for who accepts a type that it takes for bytes."""
    if not integration.is_rest or is_binary(integration.binary, (request.header("accept") or "").partition(",")[0]):
        return result
    return {**result, "isBase64Encoded": False}
