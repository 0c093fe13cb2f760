"""Where a request becomes an answer: the only place in which wire, operations and errors meet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from functools import lru_cache, partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import lambda_mock.operations  # noqa: F401 - importing it enters every operation into the registry
from lambda_mock.errors import NotBuiltError, RequestEntityTooLargeException, ServiceError
from lambda_mock.faults import Unanswered
from lambda_mock.operations.access import admitted
from lambda_mock.operations.registry import OPERATIONS, Context, Operation
from lambda_mock.operations.triggers import allows, batch_for, denied, event_of, is_there, missing_grant, respond
from lambda_mock.operations.url_requests import UrlRequest, answer_at_url
from lambda_mock.records import Call
from lambda_mock.wire.model import codec
from lambda_mock.wire.reply import Exchange, Reply

if TYPE_CHECKING:
    from lambda_mock.domain.backend import Backend
    from lambda_mock.domain.callers import Caller
    from lambda_mock.domain.triggers import Response, Trigger
    from lambda_mock.domain.web.messages import WebAnswer, WebRequest
    from lambda_mock.execution.executor import InvocationRequest, Runner
    from lambda_mock.faults import Faults, Strike

_BODY_LIMITS = dict.fromkeys(("CreateFunction", "UpdateFunctionCode", "PublishLayerVersion"), 70_167_211)
_TRACE_HEADER = "x-amzn-trace-id"
_FUNCTION_ARN = re.compile(r"arn:[^:]+:lambda:[^:]+:\d{12}:function:")
_WORD_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Service:
    """Lambda, for every account and region of one backend."""

    def __init__(
        self,
        *,
        backend: Backend,
        runner: Runner,
        faults: Faults,
        caller_of: Callable[[str | None], Caller],
        on_call: Callable[[Call], None],
    ) -> None:
        self._backend = backend
        self._runner = runner
        self._faults = faults
        self._caller_of = caller_of
        self.on_call = on_call
        self.on_performed: Callable[[str, Mapping[str, Any], str, str], None] | None = None

    def answer(self, exchange: Exchange) -> Reply:
        """Answer one request: with the operation's output, or with the error that AWS would send.

        What is raised, a LambdaMockError first of all, is for the author of the test, not for the code under test.
        """
        name = exchange.operation.name
        operation = _operation(name)
        request = codec(exchange.operation)
        parameters = request.decode(exchange.request)
        caller = self._caller_of(exchange.access_key)
        context = self._context(exchange.region, caller.account_id, _trace(exchange.request["headers"]))
        now = self._backend.clock.time()
        members: Mapping[str, Any] = {}
        error: ServiceError | None = None
        lost: str | None = None
        strike: Strike | None = None
        status = 0
        try:
            _check_body(name, exchange.request)
            request.check(parameters)
            strike = self._faults.meet(name, parameters, region=exchange.region, account_id=caller.account_id)
            asked = (caller, operation, context, parameters)
            members = (
                _perform_for(*asked)
                if strike is None
                else strike.around(partial(_perform_for, *asked), exchange.sender)
            )
            status = members.get("StatusCode") or exchange.operation.http.get("responseCode", 200)
        except ServiceError as raised:
            # Its traceback would keep this frame, and so the request with its zip, until the next collection, and that
            # of an error which was ordered more than once the frames of every time.
            error = raised.with_traceback(None)
            status = raised.status
        except Unanswered as unanswered:
            lost = unanswered.name
        self._note(exchange, context, parameters, error or lost, now, strike)
        return Reply(
            request_id=context.request_id,
            status=status,
            date=now if strike is None else self._backend.clock.time(),
            members=members,
            headers=context.headers,
            error=error,
            lost=lost,
        )

    def call(self, name: str, parameters: Mapping[str, Any], *, region: str, account_id: str) -> Mapping[str, Any]:
        """Perform an operation for the mock itself, past the wire; a ServiceError is raised as it is."""
        members = _perform(_operation(name), self._context(region, account_id), parameters)
        if self.on_performed is not None:
            self.on_performed(name, parameters, region, account_id)
        return members

    def has(self, function_arn: str) -> bool:
        """Whether there is the function, and the version or alias of it, that an ARN names; no other text names one."""
        if _FUNCTION_ARN.match(function_arn) is None:
            return False
        return is_there(self._context_of(function_arn), function_arn)

    def missing_grant(self, trigger: Trigger) -> str | None:
        """The AddPermission call without which the policy of the qualifier refuses a trigger; None where it may."""
        allowed = allows(self._context_of(trigger.function_arn), trigger)
        return None if allowed else missing_grant(trigger)

    def deliver(self, trigger: Trigger) -> None:
        """Invoke a function asynchronously for another service. An event that is too large is a ServiceError."""
        self._runner.submit(event_of(self._context_of(trigger.function_arn), trigger))

    def respond(self, trigger: Trigger) -> Response:
        """Invoke a function for another service, and wait for it. Raises ServiceError like Invoke."""
        if self.missing_grant(trigger) is not None:
            raise denied(trigger)
        return respond(self._context_of(trigger.function_arn), trigger)

    def batch_for(self, function_arn: str, payload: bytes, source_arn: str) -> InvocationRequest:
        """The run of a batch that was read from a queue or stream. Raises ServiceError like Invoke."""
        return batch_for(self._context_of(function_arn), function_arn, payload, source_arn)

    def _context_of(self, function_arn: str) -> Context:
        region, account_id = function_arn.split(":")[3:5]
        return self._context(region, account_id)

    def answer_url(
        self, request: WebRequest, access_key: str | None, refused: Callable[[Trigger, str], None]
    ) -> WebAnswer | None:
        """Answer a request to a function URL, signed with an access key or not at all; None where the URL isn't ours.

        `refused` is told of one that no policy lets in, and what would.
        """
        target = self._backend.url_hosts.find(request.host)
        if target is None:
            return None
        caller = None if access_key is None else self._caller_of(access_key)
        asked = UrlRequest(target=target, web=request, caller=caller, access_key=access_key)
        context = self._context(target.region, target.account_id, request.header(_TRACE_HEADER))
        return answer_at_url(context, asked, refused)

    def _note(
        self,
        exchange: Exchange,
        context: Context,
        parameters: Mapping[str, Any],
        error: ServiceError | str | None,
        now: float,
        strike: Strike | None,
    ) -> None:
        code, message = (error.code, error.message) if isinstance(error, ServiceError) else (error, None)
        self.on_call(
            Call(
                operation=exchange.operation.name,
                parameters=parameters,
                region=exchange.region,
                account_id=context.store.account_id,
                request_id=context.request_id,
                attempt=exchange.attempt,
                error=code,
                time=now,
                error_message=message,
                fault=None if strike is None else strike.done,
            )
        )

    def _context(self, region: str, account_id: str, trace: str | None = None) -> Context:
        return Context(
            store=self._backend.store(account_id, region),
            backend=self._backend,
            runner=self._runner,
            request_id=self._backend.request_ids.uuid(),
            trace=trace,
        )


def _trace(headers: Mapping[str, Any]) -> str | None:
    """The X-Ray trace header of a request, however its name is written."""
    return next((value for name, value in headers.items() if name.lower() == _TRACE_HEADER), None)


def _perform_for(
    caller: Caller, operation: Operation, context: Context, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    return _perform(operation, admitted(context, operation.name, parameters, caller), parameters)


def _perform(operation: Operation, context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    arguments = {_argument(operation.name, member): value for member, value in parameters.items()}
    try:
        with context.store.lock if operation.locked else nullcontext():
            members = operation.function(context, **arguments) or {}
        for follow_up in context.afterwards:
            follow_up()
    finally:
        context.let_go()
    return members


def _operation(name: str) -> Operation:
    found = OPERATIONS.get(name)
    if found is None:
        raise NotBuiltError(
            f"lambda_mock {_version()} doesn't do {name} yet. Where the test can't do without, let it answer this call "
            f"itself: botocore's Stubber and handlers of before-call.lambda.{name} come before the mock."
        )
    return found


@lru_cache(maxsize=2048)
def _argument(operation: str, member: str) -> str:
    """The keyword argument of an operation's function for an input member, which is the member in snake_case."""
    argument = _WORD_BOUNDARY.sub("_", member).lower()
    if argument not in OPERATIONS[operation].parameters:
        raise NotBuiltError(
            f"lambda_mock {_version()} doesn't know the member {member} of {operation} yet, which is newer than it. "
            "Leave it out where the test can do without."
        )
    return argument


def _version() -> str:
    return version("lambda-mock")


def _check_body(name: str, request: Mapping[str, Any]) -> None:
    limit = _BODY_LIMITS.get(name)
    body = request.get("body")
    if limit is not None and isinstance(body, (bytes, str)) and len(body) > limit:
        raise RequestEntityTooLargeException(f"Request must be smaller than {limit} bytes for the {name} operation")
