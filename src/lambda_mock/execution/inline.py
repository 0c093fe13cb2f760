"""Runs zips of Python code in this process: real files and real modules, an execution environment's own ones."""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lambda_mock.execution.environment import Environments, ExecutionEnvironment
from lambda_mock.execution.failures import Fault
from lambda_mock.execution.folders import Folders
from lambda_mock.execution.handler import answer, failed
from lambda_mock.execution.lineage import running
from lambda_mock.execution.modules import ModuleSet
from lambda_mock.execution.surroundings import Surroundings
from lambda_mock.execution.turns import Turn

if TYPE_CHECKING:
    from lambda_mock.domain.clock import Clock
    from lambda_mock.domain.code import CodeStore
    from lambda_mock.execution.executor import InvocationRequest, InvocationResult
    from lambda_mock.execution.lineage import Run


class InlineEnvironment(ExecutionEnvironment):
    """An execution environment with modules of its own, and the handler once they are loaded."""

    __slots__ = ("folders", "handler")

    def __init__(self, request: InvocationRequest, moment: float, serial: int, folders: Folders) -> None:
        super().__init__(request, moment, serial, task_root=folders.task)
        self.folders = folders
        self.handler: Callable[..., Any] | None = None
        module = (request.version.configuration.handler or "").rpartition(".")[0]
        self.modules = ModuleSet(folders, module.replace("/", ".").partition(".")[0])


class Inline:
    """The executor for `python*` runtimes; a function stays loaded until it dies, runs out of time or is updated."""

    __slots__ = ("_clock", "_code", "_environments")

    def __init__(self, code: CodeStore, clock: Clock) -> None:
        self._code = code
        self._clock = clock
        self._environments = Environments(self._make)

    def run(self, request: InvocationRequest) -> InvocationResult:
        """Run the function, loading it first where no warm environment has it, as the run that is under way here."""
        run = running()
        with Turn(run):
            run.begin()
            return self._run(run, request)

    def _run(self, run: Run, request: InvocationRequest) -> InvocationResult:
        begun = time.perf_counter()
        environment, _ = self._environments.take(request)
        loaded = False
        try:
            with Surroundings(run, environment):
                if environment.handler is None:
                    try:
                        environment.handler = _load(request.version.configuration.handler or "", environment.folders)
                    except BaseException as error:  # noqa: BLE001  # what isn't the function's own is raised again
                        return failed(run, error, "", environment.folders)
                    run.init_duration = (time.perf_counter() - begun) * 1000
                    run.init_log, run.log = run.log, []
                loaded = True
                return answer(run, environment.handler, environment, environment.folders)
        finally:
            self._environments.give_back(environment, usable=loaded and run.leaves_environment_usable)

    def forget(self, version_arn: str) -> None:
        """Close the execution environments of a version."""
        self._environments.forget(version_arn)

    def close(self) -> None:
        """Forget every execution environment, with its modules."""
        self._environments.clear()

    def _make(self, request: InvocationRequest, serial: int) -> InlineEnvironment:
        version = request.version
        layers = [layer.code for layer in version.configuration.layers]
        folders = Folders(
            self._code.folder(version.code),
            self._code.merged(layers) if layers else None,
            version.configuration.runtime,
        )
        return InlineEnvironment(request, self._clock.time(), serial, folders)


def _load(name: str, folders: Folders) -> Callable[..., Any]:
    """The handler of that name, with the runtime's own complaints where it can't be had."""
    try:
        module_name, attribute = name.rsplit(".", 1)
    except ValueError as error:
        raise Fault("Runtime.MalformedHandlerName", f"Bad handler '{name}': {error}") from error
    if module_name.partition(".")[0] in sys.builtin_module_names:
        message = f"Cannot use built-in module {module_name} as a handler module"
        raise Fault("Runtime.BuiltInModuleConflict", message)
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = f"Unable to import module '{module_name}': {error}"
        raise Fault("Runtime.ImportModuleError", message) from error
    except SyntaxError as error:
        place = f'  File "{folders.on_lambda(error.filename or "")}" Line {error.lineno}\n    {error.text}'
        raise Fault(
            "Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}", [place]
        ) from error
    try:
        handler: Callable[..., Any] = getattr(module, attribute)
    except AttributeError as error:
        message = f"Handler '{attribute}' missing on module '{module_name}'"
        raise Fault("Runtime.HandlerNotFound", message) from error
    return handler
