"""The events of proxy integrations: where a request leads, told as API Gateway tells it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lambda_mock.events.gateway import Reached, format_1, format_2

if TYPE_CHECKING:
    from lambda_mock.domain.web.messages import WebRequest
    from lambda_mock.integrations.moto.api_gateway.integrations import Integration


def event_for(integration: Integration, request: WebRequest, request_id: str, now: float) -> bytes:
    """The event as JSON text."""
    reached = Reached(
        is_rest=integration.is_rest,
        api_id=integration.api_id,
        account_id=integration.account_id,
        stage=integration.stage,
        path=integration.path,
        resource=integration.resource,
        parameters=integration.parameters,
        variables=integration.variables,
        route_key=integration.route_key,
        resource_id=integration.resource_id,
        deployment_id=integration.deployment_id,
        binary=is_binary(integration.binary, request.header("content-type")),
    )
    make = format_2 if integration.payload_format == "2.0" else format_1
    event = make(reached, request, request_id, now)
    return json.dumps(event, ensure_ascii=False).encode(errors="surrogatepass")


def is_binary(media_types: Iterable[str], content_type: str | None) -> bool:
    """Whether a REST API takes a content type for bytes."""
    given = (content_type or "").partition(";")[0].strip().lower()
    main = given.partition("/")[0]
    return any(media_type.lower() in {"*/*", given, f"{main}/*"} for media_type in media_types)
