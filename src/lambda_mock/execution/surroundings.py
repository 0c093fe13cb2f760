"""The process as a function finds it while it runs, and as the test finds it again afterwards.

Variables, modules, root logger and standard streams are swapped when a run's turn comes. A nested run starts from what
the test's process had, not from what its caller was given.
"""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any

from lambda_mock.errors import LambdaMockError
from lambda_mock.execution import event_loop
from lambda_mock.execution.capture import RootLogger, restore_streams, tee_streams
from lambda_mock.execution.guards import Guards
from lambda_mock.execution.turns import wait_for_those_inside
from lambda_mock.execution.variables import Shown, Table

if TYPE_CHECKING:
    from lambda_mock.execution.environment import ExecutionEnvironment
    from lambda_mock.execution.lineage import Run
    from lambda_mock.execution.modules import ModuleSet


class _Outside:
    """What belonged to the test's process when the outermost run began, and what only that run brings."""

    __slots__ = ("_guards", "modules", "root", "variables")

    def __init__(self, root: RootLogger, variables: Table) -> None:
        self.root = root
        self.variables = variables
        self.modules: ModuleSet | None = None
        """Those that are in force at the moment."""
        self._guards = Guards()
        tee_streams()

    def restore(self) -> None:
        restore_streams()
        self._guards.remove()


# There is one process, and the outermost run in it has its turn alone.
_outside: _Outside | None = None


class Surroundings:
    """A context manager: inside it the process is as the run's function expects it."""

    __slots__ = ("_environment", "_loop", "_root", "_run", "_shown", "_suspended")

    def __init__(self, run: Run, environment: ExecutionEnvironment) -> None:
        self._run = run
        self._environment = environment
        self._root = RootLogger()
        self._shown = Shown(environment.variables)
        self._suspended: ModuleSet | None = None
        self._loop: Any = None

    def __enter__(self) -> None:
        self._show_variables()
        self._loop = event_loop.set_aside()
        try:
            self._change()
        except BaseException:
            self._restore()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._environment.occupant = None
        try:
            wait_for_those_inside(self._run)
        finally:
            self._restore()

    def _show_variables(self) -> None:
        """Show the variables, or none of them: there are values that no process can have."""
        request = self._run.request
        try:
            self._shown.begin(self._environment.variables_of(request), None if _outside is None else _outside.variables)
        except ValueError as error:
            self._shown.end()
            raise LambdaMockError(
                f"{request.version.function_name} can't run here: one of its environment variables has a value that no "
                f"process can have: {error}. Give it another one in the function's configuration."
            ) from error

    def _change(self) -> None:
        global _outside  # noqa: PLW0603
        run, environment = self._run, self._environment
        if _outside is None:
            _outside = _Outside(self._root, self._shown.before)
        self._suspended, _outside.modules = _outside.modules, None
        if self._suspended is not None:
            self._suspended.leave()
        if environment.modules is not None:
            _outside.modules = environment.modules
            environment.modules.enter()
        environment.logging.install(_outside.root)
        run.environment = environment
        environment.occupant = run

    def _restore(self) -> None:
        global _outside  # noqa: PLW0603
        run, environment = self._run, self._environment
        event_loop.bring_back(self._loop)
        if environment.modules is not None:
            environment.modules.leave()
        if run.host is not None and run.host.restored:
            return  # given up by its caller, which has put everything back already
        if _outside is not None:
            environment.logging.keep(_outside.root)
            _outside.modules = self._suspended
        self._root.restore()
        if self._suspended is not None:
            self._suspended.enter()
        self._shown.end()
        run.restored = True
        if run.host is None and _outside is not None:
            _outside.restore()
            _outside = None
