"""The files that a package was made of, in the tree that its author edits: what debuggers and coverage shall show.

A function runs from the copy that was unpacked, and its `__file__` lies there. Its code objects name the originals, so
that breakpoints, tracebacks and coverage are about the files that the test's author has open.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

Originals = Mapping[str, Path]
"""For each file of a package, by its name in it, the file that it was made of."""


class FinderOfOriginals:
    """Finds the modules of a package as Python would, and lets their code name the files that they were made of."""

    __slots__ = ("_originals", "_task")

    def __init__(self, task: str, originals: Originals) -> None:
        self._task = Path(task)
        self._originals = originals

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The spec of a module that was made of a file which is still the same; None leaves it to others."""
        if name in sys.builtin_module_names:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.origin is None or not isinstance(spec.loader, SourceFileLoader):
            return None
        original = self._original_of(Path(spec.origin))
        if original is None:
            return None
        spec.loader = _Loader(name, spec.origin, str(original))
        return spec

    def _original_of(self, copy: Path) -> Path | None:
        if not copy.is_relative_to(self._task):
            return None
        original = self._originals.get(copy.relative_to(self._task).as_posix())
        try:
            return original if original is not None and original.read_bytes() == copy.read_bytes() else None
        except OSError:
            return None


class _Loader(SourceFileLoader):
    """Loads a module from its copy, with code that names its original."""

    def __init__(self, fullname: str, path: str, original: str) -> None:
        super().__init__(fullname, path)
        self._original = original

    def get_code(self, fullname: str) -> CodeType | None:
        code = super().get_code(fullname)
        return None if code is None else _named(code, self._original)

    def exec_module(self, module: ModuleType) -> None:
        # Coverage asks `__file__` where the code it sees for the first time lies, once for each file.
        exec(compile("", self._original, "exec"), {"__file__": self._original})  # noqa: S102
        super().exec_module(module)


def _named(code: CodeType, file: str) -> CodeType:
    """The code, and all code inside it, as that of `file`."""
    inside = (_named(constant, file) if isinstance(constant, CodeType) else constant for constant in code.co_consts)
    return code.replace(co_filename=file, co_consts=tuple(inside))
