"""An execution environment with a process: the runtime that serves one version, and the folder that is its /tmp."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_mock.domain.times import time_of_the_machine
from lambda_mock.execution.environment import ExecutionEnvironment
from lambda_mock.execution.process.connection import Reply
from lambda_mock.execution.process.output import Output
from lambda_mock.execution.process.places import Places
from lambda_mock.execution.process.runtime_api import Delivery, Outcome, RuntimeApi
from lambda_mock.execution.process.runtime_process import RuntimeProcess
from lambda_mock.execution.process.server import Server, Waited

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_mock.execution.executor import InvocationRequest
    from lambda_mock.execution.process.launch import Launch, Material

_KEY_LENGTH = 16
_LIBRARIES = "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib"
_PROGRAMS = "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin"

Left = Callable[[], float | None]


class ProcessEnvironment(ExecutionEnvironment):
    """Made without a process; `start` starts one, `close` ends it and all that it has started.

    `temporary` is the folder in place of /tmp. It outlives a process that died: the next environment gets it.
    `access_key` is the one that the function's own calls are signed with.
    """

    __slots__ = ("_api", "_launch", "_material", "_now", "_output", "_places", "_process", "_server", "_services",
                 "access_key", "temporary")  # fmt: skip

    def __init__(
        self,
        request: InvocationRequest,
        moment: float,
        serial: int,
        *,
        material: Material,
        launch: Launch,
        temporary: Path,
        services: Callable[[str], Mapping[str, str]],
        now: Callable[[], float],
    ) -> None:
        super().__init__(request, moment, serial)
        self.temporary = temporary
        self._material = material
        self._launch = launch
        self._services = services
        self._now = now
        self.access_key = f"ASIA{self._made_up('access key', serial)[:_KEY_LENGTH]}"
        pairs = [(str(material.task), "/var/task"), (str(temporary), "/tmp"), *launch.places]  # noqa: S108  # Lambda's
        if material.layers is not None:
            pairs.append((str(material.layers), "/opt"))
        self._places = Places(pairs)
        self._server: Server | None = None
        self._process: RuntimeProcess | None = None
        self._output: Output | None = None
        self._api = RuntimeApi()

    def start(self, log: list[str], left: Left) -> Waited:
        """Start a process, and wait until its runtime is ready or has said what is wrong: see `failure`.

        Raises InvalidEntrypoint where the function's own program can't be started.
        """
        self._end_process()
        self._api = RuntimeApi(concurrent=bool(self.version.configuration.managed_instances))
        self._server = server = Server(self._api)
        self._process = None
        self._process = process = RuntimeProcess(
            self._launch,
            folder=str(self._material.task),
            variables=self._variables(server.address),
            function=self.version.function_name,
            watchdog=self._material.workshop.watchdog,
        )
        self._output = output = Output(process.output, self._places, self._now)
        output.log = log
        server.attach(process, output)
        waited = server.wait(process, until=lambda: self._api.ready or self._api.outcome is not None, left=left)
        output.read()
        output.flush()
        output.log = []
        return waited

    @property
    def failure(self) -> Outcome | None:
        """What the runtime said of its failed start."""
        return self._outcome()

    @property
    def started(self) -> bool:
        """Whether there is a process that is alive."""
        return self._process is not None and self._process.returncode is None

    @property
    def returncode(self) -> int:
        """How its process ended."""
        process = self._process
        returncode = None if process is None else process.returncode
        return 0 if returncode is None else returncode

    def accept(self, request: InvocationRequest, log: list[str], left: Left, timeout: float) -> Waited:
        """Hand the runtime an invocation, as soon as it asks for one. DEAD: it has not, and will not."""
        server, process, output = self._server, self._process, self._output
        if server is None or process is None or output is None:
            return Waited.DEAD
        log += output.log  # what was written between the runs
        output.log = log
        while True:
            waited = server.wait(process, until=lambda: self._api.ready, left=left)
            server.take_what_is_there()
            remaining = left()
            delivery = self._delivery(request, timeout if remaining is None else remaining)
            if waited is not Waited.DONE or self._api.deliver(delivery, remaining):
                return waited

    def finish(self, left: Left) -> tuple[Waited, Outcome | None]:
        """Wait for the answer to the invocation. The log has all that was written before it."""
        server, process, output = self._server, self._process, self._output
        if server is None or process is None or output is None:
            return Waited.DEAD, None
        waited = server.wait(process, until=lambda: self._api.outcome is not None, left=left)
        output.read()
        if waited is not Waited.DONE:
            self._end_process()
        output.flush()
        output.log = []
        return waited, self._outcome()

    def _outcome(self) -> Outcome | None:
        outcome = self._api.outcome
        if outcome is None:
            return None
        shown, body = self._places.on_lambda, outcome.error_body
        return replace(outcome, payload=shown(outcome.payload), error_body=body and shown(body.encode()).decode())

    @property
    def streaming(self) -> bool:
        """Whether the response to its invocation has begun to reach somebody."""
        return self._api.streaming

    def kill(self) -> None:
        """End its process and nothing else: whoever waits for it notices, and closes the environment."""
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """End its process."""
        self._end_process()

    def _end_process(self) -> None:
        if self._process is not None:
            self._process.end()
        if self._output is not None:
            self._output.read()
            self._output.flush()
            self._output.close()
        if self._server is not None:
            self._server.close()
            self._server = None

    def _delivery(self, request: InvocationRequest, timeout: float) -> Delivery:
        headers: dict[str, str | None] = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": request.request_id,
            # The function's own clock is the real one.
            "Lambda-Runtime-Deadline-Ms": str(int((time_of_the_machine() + timeout) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": request.invoked_arn,
            "Lambda-Runtime-Trace-Id": self.variables_of(request)["_X_AMZN_TRACE_ID"],
            "Lambda-Runtime-Client-Context": _on_one_line(request.client_context),
            "Lambda-Runtime-Aws-Tenant-Id": request.tenant_id,
        }
        shown = tuple((name, value.encode()) for name, value in headers.items() if value)
        reply = Reply(status=200, body=request.payload, headers=shown)
        return Delivery(request_id=request.request_id, reply=reply, stream=request.stream)

    def _variables(self, address: str) -> dict[str, str]:
        configuration = self.version.configuration
        machine = {
            "LANG": "en_US.UTF-8",
            "LD_LIBRARY_PATH": _LIBRARIES,
            "PATH": _PROGRAMS,
            "PWD": "/var/task",
            "SHLVL": "0",
            "TMPDIR": "/tmp",  # noqa: S108  # Lambda's
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self._made_up("secret", 0)[:40],
            "AWS_SESSION_TOKEN": self._made_up("token", 0),
        }
        lambdas: dict[str, str | None] = {**self.text, **machine, **self._launch.variables}
        own = configuration.environment or {}
        return {
            **{name: self._places.here(value) for name, value in lambdas.items() if value is not None},
            **{name: self._places.here_unless_real(value) for name, value in own.items()},
            "AWS_LAMBDA_RUNTIME_API": address,
            **self._services(self.access_key),
        }

    def _made_up(self, what: str, serial: int) -> str:
        """Letters and digits that look drawn, and are the same in each run of the same test."""
        seed = f"{what} {self.version.qualified_arn} {self.version.revision_id} {self.log_stream} {serial}"
        return base64.b32encode(hashlib.sha512(seed.encode()).digest()).decode().rstrip("=")


def _on_one_line(context: str | None) -> str | None:
    """The caller's client context as a header can have it."""
    if context is None or context.isprintable():
        return context
    try:
        return json.dumps(json.loads(context), ensure_ascii=False)
    except ValueError:
        return " ".join(context.split())
