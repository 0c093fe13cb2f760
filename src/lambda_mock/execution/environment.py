"""Execution environments: what stays between the runs of one version, and the variables its code is shown.

An environment serves one run at a time, and one tenant where there are tenants. It is used again while the version's
code and configuration are the same. One in which a function died or ran out of time isn't used again.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Generic, TypeVar

from lambda_mock.execution.capture import FunctionLogging
from lambda_mock.execution.folders import TASK_ROOT
from lambda_mock.execution.variables import Variables

if TYPE_CHECKING:
    from lambda_mock.domain.version import FunctionVersion
    from lambda_mock.execution.executor import InvocationRequest
    from lambda_mock.execution.lineage import Run
    from lambda_mock.execution.modules import ModuleSet

# Neither credentials nor what describes the machine (PATH, LANG, PWD and the like): the function runs in the test's
# process, with the test's own.
_SAME_FOR_ALL = {
    "AWS_LAMBDA_RUNTIME_API": "169.254.100.1:9001",
    "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
    "AWS_XRAY_DAEMON_ADDRESS": "169.254.100.1:2000",
    "LAMBDA_RUNTIME_DIR": "/var/runtime",
    "TZ": ":UTC",
    "_AWS_XRAY_DAEMON_ADDRESS": "169.254.100.1",
    "_AWS_XRAY_DAEMON_PORT": "2000",
}


class ExecutionEnvironment:
    """One environment of a version, and of a tenant where it has tenants.

    `pool` is which provisioned environments it belongs to, None if to none. `text` are Lambda's own variables, without
    the function's.
    """

    __slots__ = (
        "log_group", "log_stream", "logging", "modules", "occupant", "pool", "tenant_id", "text", "variables",
        "version",
    )  # fmt: skip

    def __init__(self, request: InvocationRequest, moment: float, serial: int, task_root: str = TASK_ROOT) -> None:
        version = request.version
        configuration = version.configuration
        self.version = version
        self.pool = request.pool
        self.tenant_id = request.tenant_id
        self.occupant: Run | None = None
        self.modules: ModuleSet | None = None
        self.logging = FunctionLogging(configuration.logging.get("ApplicationLogLevel"))
        self.log_group = configuration.logging.get("LogGroup", default_log_group(version))
        self.log_stream = _log_stream(version, self.log_group, moment, serial)
        own = self._of_function(request, task_root)
        self.text = {**_SAME_FOR_ALL, **own}
        self.variables = Variables({**self.text, **(configuration.environment or {})})

    def _of_function(self, request: InvocationRequest, task_root: str) -> dict[str, str]:
        version = request.version
        configuration = version.configuration
        variables = {
            "AWS_DEFAULT_REGION": request.region,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration.memory_size),
            "AWS_LAMBDA_FUNCTION_NAME": version.function_name,
            "AWS_LAMBDA_FUNCTION_VERSION": version.version,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand" if request.pool is None else "provisioned-concurrency",
            "AWS_LAMBDA_LOG_GROUP_NAME": self.log_group,
            "AWS_LAMBDA_LOG_STREAM_NAME": self.log_stream,
            "AWS_REGION": request.region,
            "LAMBDA_TASK_ROOT": task_root,
            "_HANDLER": configuration.handler or "",
        }
        if configuration.runtime:
            variables["AWS_EXECUTION_ENV"] = f"AWS_Lambda_{configuration.runtime}"
        if configuration.logging.get("LogFormat") == "JSON":
            variables["AWS_LAMBDA_LOG_FORMAT"] = "JSON"
            variables["AWS_LAMBDA_LOG_LEVEL"] = configuration.logging.get("ApplicationLogLevel", "INFO")
        if configuration.managed_instances:
            concurrency = configuration.managed_instances["PerExecutionEnvironmentMaxConcurrency"]
            variables["AWS_LAMBDA_INITIALIZATION_TYPE"] = "lambda-managed-instances"
            variables["AWS_LAMBDA_MAX_CONCURRENCY"] = str(concurrency)
        return variables

    def variables_of(self, request: InvocationRequest) -> dict[str, str]:
        """The variables that are the invocation's."""
        return {"_X_AMZN_TRACE_ID": request.trace}

    def serves(self, request: InvocationRequest) -> bool:
        """Whether this is still an environment of that version: nothing of it was updated, and it isn't another's.

        What was provisioned anew has environments of its own.
        """
        mine, version = self.version, request.version
        return self.pool == request.pool and (
            mine is version
            or (
                mine.configuration is version.configuration
                and mine.code == version.code
                and mine.last_modified == version.last_modified
            )
        )

    @property
    def shelf(self) -> Shelf:
        """Where it is kept, among those of its version, while it is idle."""
        return _shelf(self.tenant_id, self.pool)


E = TypeVar("E", bound=ExecutionEnvironment)

Shelf = tuple[str | None, bool]
"""For which tenant the environments on this shelf are, and whether they are provisioned ones."""


def _shelf(tenant_id: str | None, pool: int | None) -> Shelf:
    return tenant_id, pool is not None


class Environments(Generic[E]):
    """The environments of all versions; `make` makes one for a request, given the next of the `serials`.

    No two environments of a mock have the same serial number, whatever runs in them: their names are made from it.
    """

    __slots__ = ("_busy", "_idle", "_lock", "_make", "_serials")

    def __init__(self, make: Callable[[InvocationRequest, int], E], serials: Iterator[int]) -> None:
        self._make = make
        self._idle: dict[str, dict[Shelf, list[E]]] = {}
        self._busy: dict[E, None] = {}
        self._serials = serials
        self._lock = threading.Lock()

    def take(self, request: InvocationRequest) -> tuple[E, bool]:
        """An environment for a run of `request`, and whether it is a new one."""
        with self._lock:
            idle = self._idle.get(request.version.qualified_arn, {}).get(_shelf(request.tenant_id, request.pool))
            while idle:
                environment = idle.pop()
                if environment.serves(request):
                    self._busy[environment] = None
                    return environment, False
        environment = self._make(request, next(self._serials))
        with self._lock:
            self._busy[environment] = None
        return environment, True

    def give_back(self, environment: E, *, usable: bool) -> None:
        """End a run in the environment, and keep it for the next one unless it or its version has come to an end."""
        with self._lock:
            wanted = environment in self._busy
            self._busy.pop(environment, None)
            if wanted and usable:
                shelves = self._idle.setdefault(environment.version.qualified_arn, {})
                shelves.setdefault(environment.shelf, []).append(environment)

    def forget(self, version_arn: str) -> None:
        """Keep none of a version: neither those that are idle, nor those in use once their runs have ended."""
        with self._lock:
            # They end outside the lock, since what a function's objects do at their end may come back here.
            idle = self._idle.pop(version_arn, {})
            for environment in [busy for busy in self._busy if busy.version.qualified_arn == version_arn]:
                del self._busy[environment]
        idle.clear()

    def clear(self) -> None:
        """Keep none."""
        with self._lock:
            self._idle.clear()
            self._busy.clear()


def _log_stream(version: FunctionVersion, log_group: str, moment: float, serial: int) -> str:
    """The stream's name; the same test gives the same one. In a group that functions share it begins with theirs."""
    day = time.strftime("%Y/%m/%d", time.gmtime(moment))
    digest = hashlib.sha256(f"{version.qualified_arn} {version.revision_id} {serial}".encode()).hexdigest()
    owner = "" if log_group == default_log_group(version) else version.function_name
    return f"{day}/{owner}[{version.version}]{digest[:32]}"


def default_log_group(version: FunctionVersion) -> str:
    """The group of a function that names none."""
    return f"/aws/lambda/{version.function_name}"
