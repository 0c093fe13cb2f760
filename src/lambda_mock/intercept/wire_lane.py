"""Lambda's end of the wire: botocore signs, sends, parses and retries as ever, and each exchange is answered here.

Nothing of botocore's way is rebuilt: an endpoint whose network is the mock stands in for the real one, an exchange at a
time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.endpoint import Endpoint
from botocore.exceptions import CapacityNotAvailableError
from botocore.retries.adaptive import ClientRateLimiter

from lambda_mock.errors import LambdaMockError
from lambda_mock.intercept.active import interceptor
from lambda_mock.intercept.lanes import handlers_of, is_motos
from lambda_mock.intercept.ongoing import call_in
from lambda_mock.patching import Wrapper
from lambda_mock.wire.network import network_error
from lambda_mock.wire.response import aws_response_from

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from botocore.awsrequest import AWSResponse
    from botocore.model import OperationModel

    from lambda_mock.intercept.active import Clock
    from lambda_mock.intercept.ongoing import OngoingCall


def answer_exchanges(do_get_response: Any) -> Wrapper:
    """Wrap `Endpoint._do_get_response`: one request out and one answer back, below botocore's retries."""

    def wrapper(wrapped: Callable[..., Any], endpoint: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if isinstance(endpoint, _LambdaEndpoint):  # a wrapper that was left behind, below the one that answers
            return wrapped(*args, **kwargs)
        return exchange(wrapped, endpoint, *args, **kwargs)

    def exchange(
        wrapped: Callable[..., Any],
        endpoint: Any,
        request: Any,
        operation_model: OperationModel,
        context: Mapping[str, Any],
    ) -> Any:
        call = call_in(context)
        if call is None:
            _keep_off_the_network(operation_model)
            return wrapped(request, operation_model, context)
        stand_in = _LambdaEndpoint(endpoint, call)
        outcome = do_get_response.__get__(stand_in, Endpoint)(request, operation_model, context)
        if stand_in.raised is not None:
            raise stand_in.raised
        return outcome

    return Wrapper(do_get_response, wrapper)


class _LambdaEndpoint(Endpoint):
    """`endpoint` in all things, but what it sends is answered by the mock."""

    def __init__(self, endpoint: Any, call: OngoingCall) -> None:
        events = _WireEvents(endpoint._event_emitter, call.mock.clock)  # noqa: SLF001
        vars(self).update(vars(endpoint), _event_emitter=events, _send=self._answer)
        self._call = call
        self.raised: Exception | None = None

    def _answer(self, request: Any) -> AWSResponse:
        try:
            reply = self._call.evaluate_sent(request)
            if reply.lost is None:
                http = self._call.codec.http(reply)
                return aws_response_from(http, request.url, stream=request.stream_output)
        except Exception as raised:
            # botocore would take it for a failure of the network, and might retry it.
            self.raised = raised
            raise
        raise network_error(reply.lost, request)


class _WireEvents:
    """A client's events during an exchange: `before-send` reaches everybody but moto, and nobody really waits in it."""

    def __init__(self, events: Any, clock: Clock) -> None:
        self._events = events
        self._clock = clock

    def emit(self, event_name: str, **kwargs: Any) -> list[tuple[Any, Any]]:
        """Emit as botocore's emitter does: every handler is called, and each is paired with what it answered."""
        if not event_name.startswith("before-send."):
            responses: list[tuple[Any, Any]] = self._events.emit(event_name, **kwargs)
            return responses
        handlers = [handler for handler in handlers_of(self._events, event_name) if not is_motos(handler)]
        return [(handler, self._before_send(handler, event_name=event_name, **kwargs)) for handler in handlers]

    def _before_send(self, handler: Any, **kwargs: Any) -> Any:
        limiter = getattr(handler, "__self__", None)
        if isinstance(limiter, ClientRateLimiter):
            return _wait_for_a_token(limiter, self._clock)
        return handler(**kwargs)


def _wait_for_a_token(limiter: Any, clock: Clock) -> None:
    """What adaptive mode does before it sends, with the wait for the bucket to refill passing on the mock's clock."""
    if not limiter._enabled:  # noqa: SLF001
        return
    bucket = limiter._token_bucket  # noqa: SLF001
    try:
        bucket.acquire(block=False)
    except CapacityNotAvailableError:
        # The token that comes in this time goes at once, so the bucket, which fills in real time, needn't know.
        clock.sleep((1 - bucket.available_capacity) / bucket.max_rate)


def _keep_off_the_network(operation_model: OperationModel) -> None:
    if operation_model.service_model.service_name == "lambda" and interceptor.current() is not None:
        message = (
            f"A {operation_model.name} request was about to reach the network: it came to botocore's endpoint without "
            "passing BaseClient._make_request while the mock was active. Make Lambda calls through a client, and start "
            "them after the mock."
        )
        raise LambdaMockError(message)
