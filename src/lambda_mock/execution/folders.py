"""The folders of a function: its package, in place of /var/task, and what its layers merge to, in place of /opt."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

TASK_ROOT = "/var/task"
LAYER_ROOT = "/opt"


class Folders:
    """Where a version's files really lie, and where its modules are looked for.

    `search` has Lambda's order: the package, the layers' site-packages of the function's Python, and their `python`.
    `originals` are the files that the package was made of, by their names in it, where that is known.
    """

    __slots__ = ("_roots", "_shown", "originals", "search", "task")

    def __init__(
        self, task: Path, layers: Path | None, runtime: str | None, originals: Mapping[str, Path] | None = None
    ) -> None:
        self.originals = originals or {}
        self._shown = {str(original): f"{TASK_ROOT}/{name}" for name, original in self.originals.items()}
        self.task = str(task)
        self.search = [self.task]
        self._roots = [(self.task, TASK_ROOT)]
        if layers is not None:
            self._roots.append((str(layers), LAYER_ROOT))
            python = layers / "python"
            places = (python / "lib" / (runtime or "") / "site-packages", python)
            self.search += [str(place) for place in places if place.is_dir()]

    def hold(self, path: str) -> bool:
        """Whether something lies in these folders, or is one of them."""
        return any(path == root or path.startswith(root + os.sep) for root, _ in self._roots)

    def on_lambda(self, path: str) -> str:
        """The path as it would be on Lambda: of a file here, or of the one that it was made of."""
        for root, shown in self._roots:
            if path.startswith(root + os.sep):
                return shown + path[len(root) :].replace(os.sep, "/")
        return self._shown.get(path, path)
