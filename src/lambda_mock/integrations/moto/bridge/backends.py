"""Moto's Lambda, as its other services look functions up in it and invoke them: while a mock is active it has ours.

What moto's own Lambda was told before that, by moto's API or CloudFormation, stays there unseen: Lambda is ours.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.arn import partition_of
from lambda_mock.integrations.moto.bridge.seam import Place, known

if TYPE_CHECKING:
    from lambda_mock.domain.triggers import Functions, Trigger

_MODELS = "moto.awslambda.models"

invoking: ContextVar[Callable[[str, bytes], bytes] | None] = ContextVar("lambda_mock_invoking", default=None)
"""How the service that is asking for invocations just now has them made: function ARN and payload to response."""


class BridgedFunction:
    """A function of ours as moto's services take it: `invoke` runs what its ARN leads to when it is called."""

    __slots__ = ("_functions", "function_arn", "function_name")

    def __init__(self, functions: Functions, function_arn: str) -> None:
        self._functions = functions
        self.function_arn = function_arn
        self.function_name = function_arn.split(":")[6]

    def invoke(self, body: str | bytes | None, request_headers: Any, response_headers: Any) -> bytes:
        """Invoke it as its account would by the API, and tell an error of the function in `response_headers`."""
        region, account_id = self.function_arn.split(":")[3:5]
        answer = self._functions.perform(
            "Invoke",
            {
                "FunctionName": self.function_arn,
                "InvocationType": (request_headers or {}).get("x-amz-invocation-type", "RequestResponse"),
                "Payload": _bytes(body),
            },
            region=region,
            account_id=account_id,
        )
        if "FunctionError" in answer and response_headers is not None:
            response_headers["x-amz-function-error"] = answer["FunctionError"]
        return bytes(answer["Payload"])


def arn_of(backend: Any, name: str, qualifier: str | None = None) -> str:
    """The ARN of what a service names, in the region and account of the backend that it asks, unless it is an ARN."""
    with known("awslambda"):
        region, account_id = backend.region_name, backend.account_id
    arn = (
        name if name.startswith("arn:") else f"arn:{partition_of(region)}:lambda:{region}:{account_id}:function:{name}"
    )
    return f"{arn}:{qualifier}" if qualifier and arn.count(":") == _UNQUALIFIED else arn


def may_reach(ours: Functions, trigger: Trigger) -> bool:
    """Whether a trigger like this would come to a function, as a service checks what it is told to call.

    Where a policy keeps it out, the test finds the grant that is missing in the refusals.
    """
    return ours.has(trigger.function_arn) and ours.admits(trigger)


def _get_function(
    ours: Functions, _: Any, backend: Any, function_name_or_arn: str, qualifier: str | None = None
) -> BridgedFunction:
    arn = arn_of(backend, function_name_or_arn, qualifier)
    if not ours.has(arn):
        from moto.awslambda.exceptions import UnknownFunctionException  # noqa: PLC0415 - moto is loaded

        raise UnknownFunctionException(arn)
    return BridgedFunction(ours, arn)


def _get_function_by_arn(ours: Functions, _: Any, __: Any, function_arn: str) -> BridgedFunction | None:
    return BridgedFunction(ours, function_arn) if ours.has(function_arn) else None


def _invoke(
    ours: Functions,
    _: Any,
    backend: Any,
    function_name: str,
    qualifier: str | None = None,
    body: Any = None,
    headers: Any = None,
    response_headers: Any = None,
) -> bytes:
    arn = arn_of(backend, function_name, qualifier)
    by_service = invoking.get()
    if by_service is not None:
        return by_service(arn, _bytes(body))
    return BridgedFunction(ours, arn).invoke(body, headers, response_headers)


def _nothing_sent(*_: Any, **__: Any) -> bool:
    """What the bridge delivers where it arises, or Lambda's mappings read: moto's Lambda isn't to send it again."""
    return False


def _bytes(body: str | bytes | None) -> bytes:
    return body.encode() if isinstance(body, str) else body or b""


_UNQUALIFIED = 6

PLACES = [
    Place(module=_MODELS, owner="LambdaBackend", name="get_function", replacement=_get_function),
    Place(module=_MODELS, owner="LambdaBackend", name="get_function_by_arn", replacement=_get_function_by_arn),
    Place(module=_MODELS, owner="LambdaBackend", name="invoke", replacement=_invoke),
    Place(
        module="moto.awslambda_simple.models", owner="LambdaSimpleBackend", name="invoke", replacement=_invoke
    ),
    *(
        Place(module=_MODELS, owner="LambdaBackend", name=name, replacement=_nothing_sent)
        for name in (
            "send_dynamodb_items", "send_kinesis_message", "send_log_event", "send_sns_message", "send_sqs_batch",
        )
    ),
]  # fmt: skip
