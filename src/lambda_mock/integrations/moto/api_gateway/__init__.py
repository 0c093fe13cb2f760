"""API Gateway's proxy integrations: requests to APIs that moto keeps reach our functions.

moto's state is only read, when a request comes: what leads to no function of Lambda stays moto's to answer.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Union, cast

from lambda_mock.domain.triggers import Trigger
from lambda_mock.domain.web import cors
from lambda_mock.domain.web.messages import WebAnswer
from lambda_mock.errors import ServiceError, warn
from lambda_mock.integrations.moto.api_gateway import http_api, rest
from lambda_mock.integrations.moto.api_gateway.answers import error, gateway_answer
from lambda_mock.integrations.moto.api_gateway.events import event_for
from lambda_mock.integrations.moto.state import is_active, read

if TYPE_CHECKING:
    from lambda_mock.domain.triggers import Functions
    from lambda_mock.domain.web.messages import WebRequest
    from lambda_mock.integrations.moto.api_gateway.integrations import Integration

_HOST = re.compile(r"(?P<api>[a-z0-9]+)\.execute-api\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?")
_PRINCIPAL = "apigateway.amazonaws.com"
_LeadsTo = Union["Integration", "WebAnswer", None]
_KINDS: dict[str, Callable[[WebRequest, str, str], _LeadsTo]] = {
    "apigateway": rest.integration_for,
    "apigatewayv2": http_api.integration_for,
}
_THROTTLED = "TooManyRequestsException"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiGateway:
    """The gateway for one mock: `functions` are what it calls, `new_id` draws ids, and `now` is the time."""

    functions: Functions
    new_id: Callable[[], str]
    now: Callable[[], float]

    def knows(self, host: str) -> bool:
        """Whether a host is that of an API which moto keeps."""
        found = _HOST.fullmatch(host) if _is_there() else None
        if found is None:
            return False
        api, region = found["api"], found["region"]
        in_charge = read("apigateway", lambda: rest.has(api, region)) or read(
            "apigatewayv2", lambda: http_api.has(api, region)
        )
        return bool(in_charge)

    def ask(self, request: WebRequest) -> WebAnswer | None:
        """The answer to a request to an API; None where that has nothing to do with a function."""
        found = _HOST.fullmatch(request.host) if _is_there() else None
        if found is None:
            return None
        api, region = found["api"], found["region"]
        leads_to: _LeadsTo = None
        for service, integration_for in _KINDS.items():
            if leads_to is None:
                leads_to = cast("_LeadsTo", read(service, partial(integration_for, request, api, region)))
        if leads_to is None or isinstance(leads_to, WebAnswer):
            return leads_to
        return self._call(leads_to, request)

    def _call(self, integration: Integration, request: WebRequest) -> WebAnswer:
        for what in integration.left_out:
            _warn(f"{integration.source_arn}: {what} isn't imitated, and every request goes through.")
        request_id = self.new_id()
        trigger = Trigger(
            function_arn=integration.function_arn,
            payload=event_for(integration, request, request_id, self.now()),
            principal=_PRINCIPAL,
            source_arn=integration.source_arn,
        )
        try:
            response = self.functions.call(trigger)
        except ServiceError as refusal:
            if refusal.code != _THROTTLED:
                _warn(
                    f"API Gateway can't invoke {integration.function_arn} for {integration.source_arn}, and answers "
                    f"with status 500: {refusal.code}: {refusal.message}"
                )
            answer = error(integration, throttled=refusal.code == _THROTTLED)
        else:
            answer = gateway_answer(integration, request, response)
        identity = ("x-amzn-RequestId", request_id) if integration.is_rest else ("Apigw-Requestid", request_id)
        return answer.with_headers(identity, *cors.headers_for(integration.cors, request))


def _is_there() -> bool:
    """Whether anybody can have made an API."""
    return ("moto.apigateway.models" in sys.modules or "moto.apigatewayv2.models" in sys.modules) and is_active()


def _warn(text: str) -> None:
    warn(text)
