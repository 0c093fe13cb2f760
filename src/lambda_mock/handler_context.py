"""The context of an invocation that never was, for tests that call a handler themselves.

It needs no mock, activates nothing and changes nothing. While a mock is active its time passes on that mock's clock.
"""

from __future__ import annotations

import difflib
import math
import sys
import time
from collections.abc import Mapping
from operator import methodcaller
from typing import TYPE_CHECKING, Any, NoReturn, TypedDict

from lambda_mock.config import MockConfig
from lambda_mock.domain.arn import partition_of
from lambda_mock.domain.ids import Ids
from lambda_mock.domain.times import measured, time_of_the_test
from lambda_mock.errors import LambdaMockError
from lambda_mock.execution.context import LambdaContext as RuntimeContext

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from lambda_mock.domain.clock import Clock

# pytest shows where the test went wrong, and not where that was noticed.
__tracebackhide__ = methodcaller("errisinstance", LambdaMockError)

_LATEST = "$LATEST"
_TEXTS = (
    "function_name", "function_version", "qualifier", "invoked_function_arn", "aws_request_id", "log_group_name",
    "log_stream_name", "tenant_id", "cognito_identity_id", "cognito_identity_pool_id",
)  # fmt: skip
_CLIENT_CONTEXT = ("client", "custom", "env", "w3c")


class ContextValues(TypedDict, total=False):
    """What a `LambdaContext` can be given."""

    function_name: str
    function_version: str
    qualifier: str
    invoked_function_arn: str
    memory_limit_in_mb: int | str
    timeout: float
    aws_request_id: str
    log_group_name: str
    log_stream_name: str
    client_context: Mapping[str, Any]
    cognito_identity_id: str
    cognito_identity_pool_id: str
    tenant_id: str
    region: str
    account_id: str
    seed: int


class LambdaContext(RuntimeContext):
    """A context to call a handler with: `handler(event, LambdaContext(function_name="orders", timeout=10))`.

    It has the attributes and methods of the one that Lambda gives to Python functions. Every value has a default:

    - `function_name`: `"function"`.
    - `function_version`: `"$LATEST"`, or the `qualifier` where that is a number.
    - `qualifier`: what the function was invoked by besides its name, such as an alias; nothing unless given.
    - `invoked_function_arn`: made of name, qualifier, `region` and `account_id`.
    - `memory_limit_in_mb`: 128; the attribute is a string, as on Lambda.
    - `timeout`: 3 seconds, which `get_remaining_time_in_millis()` counts down from the moment when the context is made,
      for the fixture's from when the test begins. It does so in real time, and as the clock of an active mock is
      advanced; a mock's clock that is frozen stops it, and a test's time that is set changes nothing. Nobody interrupts
      a handler that is called directly: at 0 it goes on.
    - `aws_request_id`, `log_stream_name`: drawn from `seed`; the same ones in each run of a test.
    - `log_group_name`: `"/aws/lambda/"` and the function's name.
    - `client_context`: None, or a mapping with `client`, `custom` and `env`, as a mobile client sends it.
    - `cognito_identity_id`, `cognito_identity_pool_id`: None; `context.identity` has them.
    - `tenant_id`: None.
    - `region`, `account_id`, `seed`: those of the active mock, or else the defaults of `MockConfig`.

    Calling a context gives another one, with some values changed and the next request id: `context(timeout=10)`. What
    can't be is a LambdaMockError.
    """

    def __init__(self, **values: Unpack[ContextValues]) -> None:
        self._begin(values, None)

    def __call__(self, **changes: Unpack[ContextValues]) -> LambdaContext:
        """Another context, with these values changed, that begins now and has the next request id."""
        other = LambdaContext.__new__(LambdaContext)
        ids = None if "seed" in changes else self._ids
        other._begin({**self._values, **changes}, ids)  # noqa: SLF001  # it is one of ours
        return other

    @property
    def environment(self) -> dict[str, str]:
        """The variables in which Lambda tells a function the same, for `patch.dict(os.environ, context.environment)`.

        `LAMBDA_TASK_ROOT` isn't among them: by that libraries such as Powertools' Tracer tell that they really run on
        Lambda, and look for its X-Ray daemon.
        """
        return {
            "AWS_DEFAULT_REGION": self._region,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": self.memory_limit_in_mb,
            "AWS_LAMBDA_FUNCTION_NAME": self.function_name,
            "AWS_LAMBDA_FUNCTION_VERSION": self.function_version,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": self.log_group_name,
            "AWS_LAMBDA_LOG_STREAM_NAME": self.log_stream_name,
            "AWS_REGION": self._region,
        }

    def restart(self) -> None:
        """Begin to count down anew, as the fixture's does when the test begins."""
        self._watch = _Watch()

    def _begin(self, values: ContextValues, ids: Ids | None) -> None:
        """Be the context of these values, with ids of a stream that has begun already, or else of a new one."""
        config = _checked(values)
        self._values, self._region = values, config.region
        self._ids = ids = ids or Ids(config.seed, "contexts")
        name, watch = values.get("function_name", "function"), _Watch()
        qualifier = values.get("qualifier")
        version = values.get("function_version") or (qualifier if qualifier and qualifier.isdecimal() else _LATEST)
        super().__init__(
            # Drawn whether they are needed or not, so that no value that a test gives changes another.
            aws_request_id=_given_or(values, "aws_request_id", ids.uuid()),
            log_group_name=_given_or(values, "log_group_name", f"/aws/lambda/{name}"),
            log_stream_name=_given_or(values, "log_stream_name", _log_stream(version, ids, watch.started)),
            function_name=name,
            memory_limit_in_mb=int(values.get("memory_limit_in_mb", 128)),
            function_version=version,
            invoked_function_arn=_given_or(values, "invoked_function_arn", _arn(config, name, qualifier)),
            tenant_id=values.get("tenant_id"),
            client_context=values.get("client_context"),
            watch=watch,
            timeout=values.get("timeout", 3),
        )
        self.identity.cognito_identity_id = values.get("cognito_identity_id")
        self.identity.cognito_identity_pool_id = values.get("cognito_identity_pool_id")


class _Watch:
    """Times a call by a clock that may come and go: that of the innermost active mock, or else the machine's."""

    __slots__ = ("_measured", "_passed", "_real")

    def __init__(self) -> None:
        self._real = time_of_the_test()
        self._measured = measured()
        self._passed: dict[Clock, float] = {mock.clock: mock.clock.passed() for mock in _active()}

    @property
    def started(self) -> float:
        clock = _clock()
        return self._real if clock is None else clock.moment_of(self._real)

    def elapsed(self) -> float:
        """The seconds since then. That somebody sets the test's time, or the clock to a moment, takes none of them."""
        clock = _clock()
        if clock is None:
            return measured() - self._measured
        # One that was made since began with what is measured.
        return clock.passed() - self._passed.get(clock, self._measured)


def _active() -> list[Any]:
    """The active mocks, the innermost first. Where none was ever made, this loads nothing."""
    module = sys.modules.get("lambda_mock.mock")
    return [] if module is None else module.active_mocks()


def _innermost() -> Any:
    return next(iter(_active()), None)


def _clock() -> Clock | None:
    mock = _innermost()
    return None if mock is None else mock.clock


def _checked(values: ContextValues) -> MockConfig:
    """Refuse values that can't be; gives the configuration with their region, account and seed."""
    known = tuple(ContextValues.__annotations__)
    for name, value in values.items():
        if name not in known:
            near = difflib.get_close_matches(name.lower(), known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise LambdaMockError(f"A LambdaContext has no {name!r}.{hint} It takes {', '.join(known)}.")
        if name in _TEXTS and not (isinstance(value, str) and value):
            _refuse(name, value, "a string")
    memory: object = values.get("memory_limit_in_mb", 128)
    timeout: object = values.get("timeout", 3)
    if isinstance(memory, bool) or not str(memory).isdecimal():
        _refuse("memory_limit_in_mb", memory, "a whole number of MB")
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not 0 <= timeout < math.inf:
        _refuse("timeout", timeout, "a number of seconds, at least 0")
    given: object = values.get("client_context")
    if given is not None and not (isinstance(given, Mapping) and set(given) <= set(_CLIENT_CONTEXT)):
        _refuse("client_context", given, "a mapping that has some of client, custom, env and w3c")
    client: object = None if given is None else given.get("client")
    if not isinstance(client, Mapping | None):
        _refuse("client in a client_context", client, "a mapping")
    mock = _innermost()
    places = {name: value for name, value in values.items() if name in {"region", "account_id", "seed"}}
    return (MockConfig() if mock is None else mock.config).changed(places)


def _refuse(name: str, value: object, expected: str) -> NoReturn:
    raise LambdaMockError(f"LambdaContext: {name} is {expected}, and not {value!r}.")


def _given_or(values: ContextValues, name: str, default: str) -> str:
    value: str = values.get(name, default)  # type: ignore[assignment]
    return value


def _arn(config: MockConfig, name: str, qualifier: str | None) -> str:
    arn = f"arn:{partition_of(config.region)}:lambda:{config.region}:{config.account_id}:function:{name}"
    return arn if qualifier is None else f"{arn}:{qualifier}"


def _log_stream(version: str, ids: Ids, moment: float) -> str:
    return f"{time.strftime('%Y/%m/%d', time.gmtime(moment))}/[{version}]{ids.hexadecimal(32)}"
