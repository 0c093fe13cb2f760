"""The process as a function finds it while it runs, and as the test finds it again afterwards.

Variables, modules, root logger and standard streams are swapped when a run's turn comes. A nested run starts from what
the test's process had, not from what its caller was given.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING

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

    __slots__ = ("_environment", "_root", "_run", "_shown", "_undo")

    def __init__(self, run: Run, environment: ExecutionEnvironment) -> None:
        self._run = run
        self._environment = environment
        self._root = RootLogger()
        self._shown = Shown(environment.variables)
        self._undo: list[Callable[[], None]] = []
        """How to take back what has been changed, the latest last."""

    def __enter__(self) -> None:
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
        self._undo.append(self._shown.end)
        request = self._run.request
        try:
            self._shown.begin(self._environment.variables_of(request), None if _outside is None else _outside.variables)
        except ValueError as error:
            raise LambdaMockError(
                f"{request.version.function_name} can't run here: one of its environment variables has a value that no "
                f"process can have: {error}. Give it another one in the function's configuration."
            ) from error

    def _change(self) -> None:
        """Change one thing after the other, each time noting before it how it is taken back."""
        undo, run, environment = self._undo, self._run, self._environment
        undo.append(self._mark_restored)
        self._show_variables()
        loop = event_loop.set_aside()
        if loop is not None:
            undo.append(partial(event_loop.bring_back, loop))
        outside = self._enter_outside()
        undo.append(self._root.restore)
        self._exchange_modules(outside)
        undo.append(partial(environment.logging.keep, outside.root))
        environment.logging.install(outside.root)
        run.environment = environment
        environment.occupant = run

    def _enter_outside(self) -> _Outside:
        """What the outermost run found: this one, where there is none yet."""
        global _outside  # noqa: PLW0603
        if _outside is None:
            _outside = _Outside(self._root, self._shown.before)
            self._undo.append(_leave_outside)
        return _outside

    def _exchange_modules(self, outside: _Outside) -> None:
        """Put the modules of this run in the place of its caller's."""
        suspended, modules = outside.modules, self._environment.modules

        def bring_back() -> None:
            outside.modules = suspended
            if suspended is not None:
                suspended.enter()

        self._undo.append(bring_back)
        if suspended is not None:
            outside.modules = None
            suspended.leave()
        if modules is not None:
            self._undo.append(modules.leave)
            outside.modules = modules
            modules.enter()

    def _mark_restored(self) -> None:
        self._run.restored = True

    def _restore(self) -> None:
        """Take back what was changed, the latest first, and all of it, whatever goes wrong in between.

        A run that was given up by its caller, which has put everything back already, has only its modules to take out.
        """
        host, modules = self._run.host, self._environment.modules
        if host is not None and host.restored:
            if modules is not None:
                modules.leave()
            return
        self._take_back()

    def _take_back(self) -> None:
        while self._undo:
            step = self._undo.pop()
            try:
                step()
            except BaseException:
                self._take_back()
                raise


def _leave_outside() -> None:
    global _outside
    if _outside is not None:
        outside, _outside = _outside, None
        outside.restore()
