"""Ends the processes of functions when the test's process is gone, however it went: nothing of it runs then.

A shell waits at the end of a pipe whose other end only the test's process has. It knows the process groups that are
alive, and the folders that go with them.
"""

from __future__ import annotations

import contextlib
import subprocess

_SCRIPT = """
groups=" "
while read -r what group; do
    case $what in
        start) groups="$groups$group " ;;
        folder) set -- "$@" "$group" ;;
        leave) set -- ;;
        end) case $groups in *" $group "*) groups="${groups%% "$group" *} ${groups#* "$group" }" ;; esac ;;
    esac
done
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
rm -rf -- "$@"
"""


class Watchdog:
    """One for all processes of a mock, in a session of its own, where no Ctrl-C reaches it."""

    __slots__ = ("_process",)

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603
            ["/bin/sh", "-c", _SCRIPT],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )

    def folder(self, path: str) -> None:
        """Remove the folder, should the test's process not do so."""
        self._tell(f"folder {path}\n")

    def started(self, group: int) -> None:
        """Watch over a process group."""
        self._tell(f"start {group}\n")

    def ended(self, group: int) -> None:
        """Nothing is left of the group, and its number may be another's."""
        self._tell(f"end {group}\n")

    def _tell(self, line: str) -> None:
        pipe = self._process.stdin
        if pipe is not None:
            with contextlib.suppress(OSError, ValueError):  # it is gone, or was let go
                pipe.write(line.encode())
                pipe.flush()

    def close(self) -> None:
        """Let it go: it ends the processes that it still knows of, and itself. Folders are left to the caller."""
        self._tell("leave\n")
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        self._process.wait()
