"""The second argument of a handler: `context`, with every attribute that Lambda's own has."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from lambda_mock.execution.failures import Fault
from lambda_mock.execution.lineage import current
from lambda_mock.execution.written import written

if TYPE_CHECKING:
    from lambda_mock.execution.lineage import Run

# In the order in which the runtime prints them.
_CONTEXT = (
    "aws_request_id", "log_group_name", "log_stream_name", "function_name", "memory_limit_in_mb", "function_version",
    "invoked_function_arn", "client_context", "identity", "tenant_id",
)  # fmt: skip
_CLIENT = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")
_TRACE_FIELDS = ("traceparent", "tracestate", "baggage")


class Watch(Protocol):
    """What times an invocation."""

    @property
    def started(self) -> float:
        """The moment at which it began, in epoch seconds."""

    def elapsed(self) -> float:
        """The seconds since then."""


class LambdaContext:
    """What a handler is told about its invocation. As on Lambda, `memory_limit_in_mb` is a string."""

    def __init__(
        self,
        *,
        aws_request_id: str,
        log_group_name: str,
        log_stream_name: str,
        function_name: str,
        memory_limit_in_mb: int,
        function_version: str,
        invoked_function_arn: str,
        tenant_id: str | None,
        client_context: Any,
        watch: Watch,
        timeout: float,
    ) -> None:
        self.aws_request_id = aws_request_id
        self.log_group_name = log_group_name
        self.log_stream_name = log_stream_name
        self.function_name = function_name
        self.memory_limit_in_mb: str = str(memory_limit_in_mb)
        self.function_version = function_version
        self.invoked_function_arn = invoked_function_arn
        self.tenant_id = tenant_id
        self.client_context: ClientContext | None = None if client_context is None else ClientContext(client_context)
        self.identity: CognitoIdentity = CognitoIdentity()
        self._trace_fields = _trace_fields(client_context)
        self._watch = watch
        self._timeout = timeout

    def get_remaining_time_in_millis(self) -> int:
        """The milliseconds until the function's timeout, never fewer than 0; they pass on the mock's clock too."""
        return max(0, int((self._timeout - self._watch.elapsed()) * 1000))

    def log(self, message: object) -> None:
        """Write to the invocation's log as it is, without a line end."""
        run = current()
        if run is None:
            sys.stdout.write(str(message))
        else:
            run.log.append(written(str(message), run.watch.now()))

    def w3c(self) -> dict[str, str]:
        """The W3C trace context, which the runtime takes from the `w3c` of a client context; {} where there is none."""
        return dict(self._trace_fields)

    @property
    def _epoch_deadline_time_in_ms(self) -> int:
        return int((self._watch.started + self._timeout) * 1000)

    def __repr__(self) -> str:
        return _shown(self, _CONTEXT)


class CognitoIdentity:
    """The caller's Cognito identity, which an invocation over the API doesn't have."""

    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")

    def __init__(self) -> None:
        self.cognito_identity_id: str | None = None
        self.cognito_identity_pool_id: str | None = None

    def __repr__(self) -> str:
        return _shown(self, self.__slots__)


class ClientContext:
    """What a mobile client said of itself; what it left out is None."""

    __slots__ = ("client", "custom", "env")

    def __init__(self, given: Any) -> None:
        self.custom: Any = given.get("custom")
        self.env: Any = given.get("env")
        client = given.get("client")
        self.client: Client | None = None if client is None else Client(client)

    def __repr__(self) -> str:
        return _shown(self, ("custom", "env", "client"))


class Client:
    """The application part of a client context."""

    __slots__ = _CLIENT

    installation_id: Any
    app_title: Any
    app_version_name: Any
    app_version_code: Any
    app_package_name: Any

    def __init__(self, given: Any) -> None:
        for name in _CLIENT:
            setattr(self, name, given.get(name))

    def __repr__(self) -> str:
        return _shown(self, _CLIENT)


def context_of(run: Run, *, log_group: str, log_stream: str) -> LambdaContext:
    """The context of a run. A client context that is no JSON is a Fault."""
    request = run.request
    version = request.version
    given = request.client_context
    return LambdaContext(
        aws_request_id=request.request_id,
        log_group_name=log_group,
        log_stream_name=log_stream,
        function_name=version.function_name,
        memory_limit_in_mb=version.configuration.memory_size,
        function_version=version.version,
        invoked_function_arn=request.invoked_arn,
        tenant_id=request.tenant_id,
        client_context=None if given is None else _parse(given),
        watch=run.watch,
        timeout=version.configuration.timeout,
    )


def _shown(value: object, names: tuple[str, ...]) -> str:
    """A value as the runtime prints it."""
    return f"{type(value).__name__}([{','.join(f'{name}={getattr(value, name)}' for name in names)}])"


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise Fault("Runtime.LambdaContextUnmarshalError", f"Unable to parse Client Context JSON: {error}") from error


def _trace_fields(client_context: Any) -> dict[str, str]:
    """The fields that the runtime knows, less those whose value is no string."""
    given = None if client_context is None else client_context.get("w3c")
    if not isinstance(given, Mapping):
        return {}
    return {field: given[field] for field in _TRACE_FIELDS if isinstance(given.get(field), str)}
