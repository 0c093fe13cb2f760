"""The modules of a package: loaded from its files, known only to its own execution environment, gone between its runs.

A package has its own `handler`, whatever module of that name the test or another function has. Everything that the
package doesn't bring is the test's own object, so that its mocks work inside too; so are the standard library and the
AWS SDK even where a package brings them, since the mock answers only the SDK that the test uses.
"""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Iterable, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from lambda_mock.execution.originals import FinderOfOriginals

if TYPE_CHECKING:
    from lambda_mock.execution.folders import Folders

_SDK = frozenset({"boto3", "botocore", "s3transfer", "aiobotocore", "aioboto3", "moto", "lambda_mock"})
# An entry of our own in `sys.modules`: any other one may be taken out and put back, as moto does with some of its own.
_BOUNDARY = "lambda_mock.execution.modules.<boundary>"
_SUFFIXES = (".py", ".pyc", ".so", ".pyd")


class ModuleSet:
    """The modules of one execution environment, with its import path, its working directory and its warning filters."""

    __slots__ = ("_directory", "_filters", "_finders", "_folders", "_modules", "_names", "_outside", "_path")

    def __init__(self, folders: Folders, handler_module: str) -> None:
        self._folders = folders
        self._directory = folders.task
        self._path = folders.search
        self._modules: dict[str, ModuleType] = {}
        self._filters: list[object] | None = None
        self._outside: _Outside | None = None
        brought = set(_names_in(folders.search)) - set(sys.builtin_module_names)
        not_taken = brought & (_SDK | (sys.stdlib_module_names - {handler_module}))
        self._names = brought - not_taken
        self._finders: list[_FinderOutside | FinderOfOriginals] = []
        if folders.originals:
            self._finders.append(FinderOfOriginals(folders.task, folders.originals))
        if not_taken:
            self._finders.append(_FinderOutside(not_taken, folders))

    def enter(self) -> None:
        """Put the package's modules in place of any of the same names."""
        self._outside = outside = _Outside(self._hide())
        sys.modules.update(self._modules)
        sys.modules[_BOUNDARY] = ModuleType(_BOUNDARY)
        sys.path[:] = [*self._path, *outside.path]
        for finder in self._finders:
            sys.meta_path.insert(0, finder)
        if self._filters is not None:
            warnings.resetwarnings()
            warnings.filters[:] = self._filters  # type: ignore[index]
        with contextlib.suppress(OSError):  # a function may have removed the folder it worked in
            os.chdir(self._directory)

    def leave(self) -> None:
        """Take the package's modules out, and keep what it has changed for the next time."""
        outside = self._outside
        if outside is None:
            return
        self._outside = None
        self._collect()
        sys.modules.update(outside.hidden)
        self._path = [entry for entry in sys.path if entry not in outside.path]
        for finder in self._finders:
            if finder in sys.meta_path:
                sys.meta_path.remove(finder)
        if list(warnings.filters) != outside.filters:
            self._filters = list(warnings.filters)
        with contextlib.suppress(OSError):
            self._directory = os.getcwd()  # noqa: PTH109  # a Path is of no use here
        outside.restore(self._folders)

    def _hide(self) -> dict[str, ModuleType]:
        modules = sys.modules
        if not any(name in modules for name in self._names):
            return {}
        return {key: modules.pop(key) for key in list(modules) if key.partition(".")[0] in self._names}

    def _collect(self) -> None:
        """Move what belongs to the package from `sys.modules` to here. New modules stand behind the boundary there."""
        modules = sys.modules
        for key in self._new_keys():
            if key.partition(".")[0] in self._names or self._lies_inside(modules.get(key)):
                self._names.add(key.partition(".")[0])
                self._modules[key] = modules[key]
        self._modules = {key: modules.pop(key) for key in self._modules if key in modules}
        modules.pop(_BOUNDARY, None)

    def _new_keys(self) -> list[str]:
        """The modules loaded since `enter`; all there are, where one of the package has been moved among the others."""
        keys = _keys_behind_boundary()
        found = {*keys, *self._modules}
        return list(sys.modules) if any(name in sys.modules and name not in found for name in self._names) else keys

    def _lies_inside(self, module: object) -> bool:
        attributes = vars(module) if isinstance(module, ModuleType) else {}
        places = [attributes.get("__file__"), *_strings(attributes.get("__path__"))]
        return any(isinstance(place, str) and self._folders.hold(place) for place in places)


class _Outside:
    """What `enter` changes, as it was."""

    __slots__ = ("_caches", "_directory", "_warnings", "filters", "hidden", "path")

    def __init__(self, hidden: dict[str, ModuleType]) -> None:
        self.hidden = hidden
        self._caches = len(sys.path_importer_cache)
        self.path = sys.path[:]
        self._warnings = warnings.catch_warnings()
        self._warnings.__enter__()
        self.filters = list(warnings.filters)
        self._directory: str | None = None
        with contextlib.suppress(OSError):  # the test's own may be gone
            self._directory = os.getcwd()  # noqa: PTH109

    def restore(self, folders: Folders) -> None:
        sys.path[:] = self.path
        if len(sys.path_importer_cache) != self._caches:
            for entry in [entry for entry in sys.path_importer_cache if folders.hold(entry)]:
                del sys.path_importer_cache[entry]
        self._warnings.__exit__(None, None, None)
        if self._directory is not None:
            with contextlib.suppress(OSError):
                os.chdir(self._directory)


class _FinderOutside:
    """Finds elsewhere what a package brings in vain; what is nowhere else is the package's after all."""

    __slots__ = ("_folders", "_names")

    def __init__(self, names: Iterable[str], folders: Folders) -> None:
        self._names = frozenset(names)
        self._folders = folders

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if path is not None or name not in self._names:
            return None
        outside = [entry for entry in sys.path if not self._folders.hold(entry)]
        return PathFinder.find_spec(name, outside, target)


def _names_in(search: Sequence[str]) -> Iterable[str]:
    """The names that can be imported from the folders, `__main__` and the like apart."""
    for entry in (entry for folder in search for entry in os.scandir(folder)):
        name, dot, _ = entry.name.partition(".")
        if not name.isidentifier() or name.startswith("__") or (dot and not entry.name.endswith(_SUFFIXES)):
            continue
        if not _leads_on(entry.path, search):
            yield name


def _leads_on(path: str, search: Sequence[str]) -> bool:
    """Whether this is only the way to another of the folders, as `python/lib` is: then `lib` is the test's own."""
    return any(folder.startswith(path + os.sep) for folder in search) and not Path(path, "__init__.py").exists()


def _keys_behind_boundary() -> list[str]:
    if next(reversed(sys.modules)) == _BOUNDARY:
        return []
    keys = list(sys.modules)
    return keys[keys.index(_BOUNDARY) + 1 :] if _BOUNDARY in sys.modules else keys


def _strings(path: object) -> Iterable[object]:
    return list(path) if isinstance(path, Iterable) else ()
