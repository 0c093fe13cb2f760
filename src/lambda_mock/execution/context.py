"""The second argument of a handler: `context`, with every attribute that Lambda's own has."""

from __future__ import annotations

import json
import sys
from typing import Any

from lambda_mock.execution.failures import Fault
from lambda_mock.execution.lineage import Run, current
from lambda_mock.execution.written import written

_CLIENT = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")


class LambdaContext:
    """What a handler is told about its invocation. As on Lambda, `memory_limit_in_mb` is a string."""

    def __init__(self, run: Run, *, log_group: str, log_stream: str) -> None:
        request = run.request
        configuration = request.version.configuration
        self.aws_request_id = request.request_id
        self.log_group_name = log_group
        self.log_stream_name = log_stream
        self.function_name = request.version.function_name
        self.memory_limit_in_mb = str(configuration.memory_size)
        self.function_version = request.version.version
        self.invoked_function_arn = request.invoked_arn
        self.tenant_id = request.tenant_id
        self.client_context = None if request.client_context is None else ClientContext(_parse(request.client_context))
        self.identity = CognitoIdentity()
        self._watch = run.watch
        self._timeout = configuration.timeout

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

    @property
    def _epoch_deadline_time_in_ms(self) -> int:
        return int((self._watch.started + self._timeout) * 1000)

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in vars(self).items() if not name.startswith("_"))
        return f"LambdaContext([{shown}])"


class CognitoIdentity:
    """The caller's Cognito identity, which an invocation over the API doesn't have."""

    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")

    def __init__(self) -> None:
        self.cognito_identity_id: str | None = None
        self.cognito_identity_pool_id: str | None = None


class ClientContext:
    """What a mobile client said of itself; what it left out is None."""

    __slots__ = ("client", "custom", "env")

    def __init__(self, given: Any) -> None:
        self.custom = given.get("custom")
        self.env = given.get("env")
        client = given.get("client")
        self.client = None if client is None else Client(client)


class Client:
    """The application part of a client context."""

    __slots__ = _CLIENT

    def __init__(self, given: Any) -> None:
        for name in _CLIENT:
            setattr(self, name, given.get(name))


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise Fault("Runtime.LambdaContextUnmarshalError", f"Unable to parse Client Context JSON: {error}") from error
