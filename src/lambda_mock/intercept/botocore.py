"""The way in for botocore: the innermost active mock answers every Lambda call of every client, and nothing else.

The wrap sits on `BaseClient._make_request`, below a Stubber and a user's `before-call` handlers, which answer earlier,
and above signing, sending and parsing, which are most of a call's cost. A plain answer returns from there (the fast
lane); one that botocore may retry goes on through botocore's own code, down to `wire_lane`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import botocore.client
import botocore.endpoint
import botocore.waiter
import wrapt
from botocore.client import BaseClient
from botocore.endpoint import Endpoint

from lambda_mock.errors import LambdaMockError
from lambda_mock.intercept.active import interceptor
from lambda_mock.intercept.lanes import is_plain, may_be_retried, nobody_listens
from lambda_mock.intercept.ongoing import OngoingCall
from lambda_mock.intercept.time import time_of_retries, time_of_waiters
from lambda_mock.intercept.wire_lane import answer_exchanges
from lambda_mock.patching import Patch, Wrapper

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from botocore.awsrequest import AWSResponse
    from botocore.model import OperationModel

    from lambda_mock.intercept.active import Answering

__all__ = ["interceptor"]


def _answer_calls(make_request: Any) -> Wrapper:
    """Wrap `BaseClient._make_request`: from a serialised request to a response and what it says."""
    # Somebody's wrapper below is to see the call too; that may even be one of ours again, left behind below theirs.
    nobody_wrapped_it = is_plain(make_request, botocore.client)

    def wrapper(wrapped: Callable[..., Any], client: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        mock = interceptor.current()
        if mock is None:
            return wrapped(*args, **kwargs)
        if client.meta.service_model.service_name != "lambda":
            return mock.during(lambda: wrapped(*args, **kwargs))
        return carry(mock, wrapped, client, *args, **kwargs)

    def carry(
        mock: Answering,
        wrapped: Callable[..., tuple[AWSResponse, dict[str, Any]]],
        client: Any,
        operation_model: OperationModel,
        request_dict: dict[str, Any],
        request_context: MutableMapping[str, Any],
    ) -> tuple[AWSResponse, dict[str, Any]]:
        call = OngoingCall(mock, client, operation_model, request_dict)
        if mock.lane == "fast" and nobody_wrapped_it and nobody_listens(client, operation_model.name):
            reply = call.evaluate()
            if not may_be_retried(reply):
                return call.codec.answered(reply, request_dict["url"])
            call.first = reply
        call.travel_in(request_context)
        return wrapped(operation_model, request_dict, request_context)

    return Wrapper(make_request, wrapper)


def _refuse(wrapped: Callable[..., Any], client: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if interceptor.current() is None or client.meta.service_model.service_name != "lambda":
        return wrapped(*args, **kwargs)
    message = (
        "lambda_mock doesn't answer aiobotocore clients yet, and this call would have reached AWS. "
        "Use a boto3 or botocore client in this test, or stub the aiobotocore one."
    )
    raise LambdaMockError(message)


def _patch_aiobotocore(module: Any) -> None:
    interceptor.add(Patch(module.AioBaseClient, "_make_request", lambda original: Wrapper(original, _refuse)))


interceptor.add(
    Patch(BaseClient, "_make_request", _answer_calls),
    Patch(Endpoint, "_do_get_response", answer_exchanges),
    Patch(botocore.endpoint, "time", time_of_retries),
    Patch(botocore.waiter, "time", time_of_waiters),
)
wrapt.register_post_import_hook(_patch_aiobotocore, "aiobotocore.client")
