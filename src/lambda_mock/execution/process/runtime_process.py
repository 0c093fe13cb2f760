"""A runtime's process: its group, its pipe, its end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping
from typing import TYPE_CHECKING

from lambda_mock.errors import LambdaMockError
from lambda_mock.execution.process.launch import InvalidEntrypoint, Launch

if TYPE_CHECKING:
    from lambda_mock.execution.process.watchdog import Watchdog


class RuntimeProcess:
    """Leads a session of its own, so that a Ctrl-C doesn't reach it, and all that it starts ends with it."""

    __slots__ = ("_ended", "_process", "_watchdog", "end_signal", "output")

    def __init__(
        self, launch: Launch, *, folder: str, variables: Mapping[str, str], function: str, watchdog: Watchdog
    ) -> None:
        self._watchdog = watchdog
        self._ended = False
        if launch.fault is not None:
            raise InvalidEntrypoint(launch.fault)
        self.output, written = os.pipe()
        frames = {} if launch.entrypoint else {"_LAMBDA_TELEMETRY_LOG_FD": str(written)}
        try:
            self._process = subprocess.Popen(  # noqa: S603
                launch.command,
                cwd=folder,
                env={**variables, **frames},
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=written,
                pass_fds=(written,) if frames else (),
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            os.close(self.output)
            if launch.entrypoint and isinstance(error, OSError):
                reason = os.strerror(error.errno or 0).lower()
                raise InvalidEntrypoint(f"fork/exec {launch.entrypoint}: {reason}") from error
            raise LambdaMockError(_impossible(function, error)) from error
        finally:
            os.close(written)
        watchdog.started(self._process.pid)
        self.end_signal = _end_signal(self._process.pid)

    @property
    def returncode(self) -> int | None:
        """Its exit status, or the negative number of the signal that ended it; None while it lives.

        It is left to `end` to take the process off the system's list, so that its group's number stays its own.
        """
        if self._process.returncode is not None or not hasattr(os, "waitid"):
            return self._process.poll()
        try:
            ended = os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:  # the test waits for all children, and has taken this one's status
            return self._process.poll()
        if ended is None:
            return None
        return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status

    def kill(self) -> None:
        """Kill it and all of its group; whoever runs something in it will notice."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Kill it and all of its group, whether it has ended by itself or not, and wait for its end."""
        if self._ended:
            return
        self._ended = True
        self.kill()
        self._process.wait()
        self._watchdog.ended(self._process.pid)
        if self.end_signal is not None:
            os.close(self.end_signal)


def _end_signal(process: int) -> int | None:
    """A file descriptor that can be read when the process has ended, where the system has such."""
    try:
        return os.pidfd_open(process)
    except (AttributeError, OSError):
        return None


def _impossible(function: str, error: Exception) -> str:
    if isinstance(error, ValueError):
        return (
            f"{function} can't run here: one of its environment variables has a value that no process can have: "
            f"{error}. Give it another one in the function's configuration."
        )
    return f"{function} can't run here: its runtime could not be started: {error}."
