"""Runs zips of Python code in this process: real files and real modules, an execution environment's own ones."""

from __future__ import annotations

import importlib
import math
import os
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_mock.execution.environment import Environments, ExecutionEnvironment
from lambda_mock.execution.executor import UNHANDLED, InvocationResult
from lambda_mock.execution.failures import Fault
from lambda_mock.execution.folders import Folders
from lambda_mock.execution.handler import answer, failed
from lambda_mock.execution.left_out import LeftOut
from lambda_mock.execution.lineage import LATE, running
from lambda_mock.execution.modules import ModuleSet
from lambda_mock.execution.named_loggers import NamedLoggers
from lambda_mock.execution.surroundings import Surroundings
from lambda_mock.execution.turns import Turn
from lambda_mock.execution.worker import OutOfTime, Workers

if TYPE_CHECKING:
    from lambda_mock.domain.clock import Clock
    from lambda_mock.domain.code import CodeStore
    from lambda_mock.execution.executor import InvocationRequest
    from lambda_mock.execution.lineage import Run


INIT_SECONDS = 10
"""How long an initialisation may take that isn't part of an invocation."""
INIT_SECONDS_AHEAD = 130
"""The same for provisioned concurrency, where nobody waits for it."""
_TRACE = "_X_AMZN_TRACE_ID"


class InlineEnvironment(ExecutionEnvironment):
    """An execution environment with modules of its own, and the handler once they are loaded."""

    __slots__ = ("_loggers", "folders", "handler")

    def __init__(
        self, request: InvocationRequest, moment: float, serial: int, folders: Folders, loggers: NamedLoggers
    ) -> None:
        super().__init__(request, moment, serial, task_root=folders.task)
        self.folders = folders
        self._loggers = loggers
        self.handler: Callable[..., Any] | None = None
        module = (request.version.configuration.handler or "").rpartition(".")[0]
        self.modules = ModuleSet(folders, module.replace("/", ".").partition(".")[0])

    def perform(self, run: Run, *, ahead: bool) -> InvocationResult:
        """Run the function in this thread, loading it first where that isn't done, and nothing more if it is ahead."""
        run.main_thread = threading.current_thread()
        if self.handler is None:
            trace = os.environ.pop(_TRACE, "")  # an initialisation has none
            try:
                with self._loggers.watched():
                    handler = _load(self.version.configuration.handler or "", self.folders)
            except BaseException as error:  # noqa: BLE001  # what isn't the function's own is raised again
                return failed(run, error, "", self.folders)
            run.unless_given_up(lambda: os.environ.update({_TRACE: trace}))
            run.init_duration = run.watch.elapsed() * 1000
            run.init_log, run.log = run.log, []
            run.watch.start()
            self.handler = handler
        if ahead:
            run.finish("success")
            return InvocationResult(payload=b"", function_error=None, log="", duration=run.watch.duration)
        return answer(run, self.handler, self, self.folders)

    def time_left(self, run: Run) -> float:
        """The seconds that `run` has left here.

        Lambda lets an initialisation take 10 seconds for nothing, and begins it once more within the function's timeout
        where that isn't enough. Here it isn't begun twice.
        """
        timeout = self.version.configuration.timeout
        limit = timeout
        if self.handler is None:
            limit = max(INIT_SECONDS if self.pool is None else INIT_SECONDS_AHEAD, timeout)
        return limit - run.watch.elapsed()


class Inline:
    """The executor for `python*` runtimes; a function stays loaded until it dies, runs out of time or is updated."""

    __slots__ = ("_clock", "_code", "_environments", "_left_out", "_loggers", "_workers")

    elsewhere: ClassVar[bool] = False

    def __init__(self, code: CodeStore, clock: Clock, serials: Iterator[int]) -> None:
        self._code = code
        self._clock = clock
        self._environments = Environments(self._make, serials)
        self._left_out = LeftOut(wrappers=False)
        self._loggers = NamedLoggers()
        self._workers: Workers[InlineEnvironment] = Workers()

    def run(self, request: InvocationRequest) -> InvocationResult:
        """Run the function, loading it first where no warm environment has it, as the run that is under way here."""
        return self._run(request, ahead=False)

    def prepare(self, request: InvocationRequest) -> bool:
        """Load the function, as the run that is under way here, and keep it for those to come."""
        return self._run(request, ahead=True).function_error is None

    def _run(self, request: InvocationRequest, *, ahead: bool) -> InvocationResult:
        run = running()
        with Turn(run):
            run.begin()
            environment, _ = self._environments.take(request)
            try:
                with Surroundings(run, environment):
                    return self._perform(run, environment, ahead=ahead)
            finally:
                usable = environment.handler is not None and run.leaves_environment_usable
                if not usable:
                    self._workers.drop(lambda known: known is environment)
                self._environments.give_back(environment, usable=usable)

    def forget(self, version_arn: str) -> None:
        """Close the execution environments of a version."""
        self._environments.forget(version_arn)
        self._workers.drop(lambda environment: environment.version.qualified_arn == version_arn)

    def close(self) -> None:
        """Forget every execution environment, with its modules, and end their threads."""
        self._environments.clear()
        self._workers.close()
        self._loggers.restore()

    def _perform(self, run: Run, environment: InlineEnvironment, *, ahead: bool) -> InvocationResult:
        """Run the function in its own thread until its deadline; one that has none runs in the thread of its caller."""
        if run.timeless:
            return environment.perform(run, ahead=ahead)
        version = environment.version
        worker = self._workers.of(environment, f"lambda_mock: {version.function_name}:{version.version}")

        def time_left() -> float:
            left = environment.time_left(run)
            if left <= 0 and worker.is_in_a_debugger():
                run.take_all_the_time_it_needs()
            return math.inf if run.timeless else left

        try:
            return worker.do(lambda: environment.perform(run, ahead=ahead), time_left)
        except OutOfTime:
            run.give_up(late=True)
            if environment.handler is None:
                run.init_error, run.init_log, run.log = LATE, run.log, []
            return InvocationResult(payload=b"", function_error=UNHANDLED, log="", duration=run.watch.duration)
        except BaseException:
            if not worker.usable:
                run.give_up(late=False)
            raise

    def _make(self, request: InvocationRequest, serial: int) -> InlineEnvironment:
        version = request.version
        codes = [layer.code for layer in version.configuration.layers]
        layers = self._code.merged(codes) if codes else None
        folder, originals = self._code.folder(version.code), self._code.originals_of(version.code)
        folders = Folders(folder, layers, version.configuration.runtime, originals)
        self._left_out.tell(version, layers)
        return InlineEnvironment(request, self._clock.time(), serial, folders, self._loggers)


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
