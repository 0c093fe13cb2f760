"""What the processes of one mock share, and what ends with it: the folder of their files, and the watchdog."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from lambda_mock.execution.process.watchdog import Watchdog


class Workshop:
    """Made when the first process starts; nothing of it is left after `close`."""

    __slots__ = ("_folder", "_lock", "_serial", "_shared", "watchdog")

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="lambda_mock-", ignore_cleanup_errors=True)
        self._lock = threading.Lock()
        self._shared: dict[str, Path] = {}
        self._serial = 0
        self.watchdog = Watchdog()
        self.watchdog.folder(self._folder.name)

    def shared(self, name: str, fill: Callable[[Path], None]) -> Path:
        """The folder of that name, which `fill` fills when it is asked for first."""
        with self._lock:
            folder = self._shared.get(name)
            if folder is None:
                folder = self._new(name)
                try:
                    fill(folder)
                except BaseException:
                    shutil.rmtree(folder, ignore_errors=True)
                    raise
                self._shared[name] = folder
            return folder

    def own(self) -> Path:
        """A new folder for somebody's own."""
        with self._lock:
            self._serial += 1
            return self._new(f"tmp-{self._serial}")

    def _new(self, name: str) -> Path:
        folder = Path(self._folder.name).resolve() / name
        folder.mkdir()
        return folder

    def close(self) -> None:
        """End all of it; no process may be left that uses it."""
        self.watchdog.close()
        self._folder.cleanup()
