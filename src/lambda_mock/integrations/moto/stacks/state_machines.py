"""Task states of moto's Step Functions, where moto does otherwise than AWS with a function.

A state calls Invoke by a boto3 client of its own, which any mock answers. What it lacks is whose call that is, the
InvocationType, and the names that errors of Lambda have for Retry and Catch. And it runs in a thread of moto's, which
goes on where nobody waits for it: what has begun in a mock that has ended is kept from the next one.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from lambda_mock.domain.callers import Caller, session_of
from lambda_mock.errors import LambdaMockError
from lambda_mock.integrations.moto.stacks.active import stacks

_BEGUN_IN = "_lambda_mock_begun_in"
_READER = "moto.stepfunctions.parser.asl.component.state.exec.state_task.lambda_eval_utils"

_working: ContextVar[Any] = ContextVar("lambda_mock_state_machine", default=None)


def state_machine() -> Caller | None:
    """The state machine that makes a call here, in its role; None where none does.

    One that began in a mock which has ended meanwhile is a LambdaMockError in its own thread.
    """
    execution = _working.get()
    if execution is None:
        return None
    _check_where_it_began(execution)
    return session_of(execution.role_arn, "states", execution.account)


def execution_details(wrapped: Callable[..., Any], _execution: Any, args: Any, kwargs: Any) -> Any:
    """What moto knows of an execution that begins, and in which mock that is."""
    details = wrapped(*args, **kwargs)
    setattr(details, _BEGUN_IN, [weakref.ref(host) for host in stacks.active()[:1]])
    return details


def eval_execution(wrapped: Callable[..., Any], _state: Any, args: Any, kwargs: Any) -> Any:
    """Run a state whose resource is a function, in the role of the state machine."""
    with _as_its_role(args[0] if args else kwargs["env"]):
        return wrapped(*args, **kwargs)


def supported_parameters(wrapped: Callable[..., Any], _state: Any, args: Any, kwargs: Any) -> Any:
    """The parameters of `lambda:invoke`. An older moto couldn't go on with the empty answer to an event."""
    supported = wrapped(*args, **kwargs)
    reads_empty_answers = hasattr(sys.modules[_READER], "_from_payload")
    return {*supported, "InvocationType"} if supported and reads_empty_answers else supported


def from_error(wrapped: Callable[..., Any], _state: Any, args: Any, kwargs: Any) -> Any:
    """The failure of a state whose resource is a function; errors of Lambda are named as `lambda:invoke` does it."""
    failure = wrapped(*args, **kwargs)
    error = kwargs.get("ex", args[-1] if args else None)
    response = getattr(error, "response", None)
    if response is not None:
        name = f"Lambda.{response['Error']['Code']}"
        failure.error_name = type(failure.error_name)(name)
        failure.event_details["lambdaFunctionFailedEventDetails"]["error"] = name
    return failure


@contextmanager
def _as_its_role(env: Any) -> Iterator[None]:
    execution = env.aws_execution_details
    _check_where_it_began(execution)
    token = _working.set(execution)
    try:
        yield
    finally:
        _working.reset(token)


def _check_where_it_began(execution: Any) -> None:
    """Refuse an execution of a mock that has ended: what is active now is the mock of another test."""
    active = stacks.active()
    if any(begun_in() not in active for begun_in in getattr(execution, _BEGUN_IN, ())):
        raise LambdaMockError(
            f"An execution of a state machine in the role {execution.role_arn} goes on after its mock has ended, and "
            "is kept from the mock that is active now. Let the test that starts it wait for its end."
        )
