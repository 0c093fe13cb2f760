"""The files of a folder that belong into a package, and those that never do."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from fnmatch import fnmatchcase
from operator import methodcaller
from pathlib import Path

from lambda_mock.errors import LambdaMockError

# pytest shows where the test went wrong, and not where that was noticed.
__tracebackhide__ = methodcaller("errisinstance", LambdaMockError)

_NEVER = frozenset({
    "__pycache__", "*.pyc", "*.pyo", ".git", ".hg", ".svn", ".venv", ".tox", ".nox", ".mypy_cache", ".pytest_cache",
    ".ruff_cache", ".coverage", ".idea", ".vscode", ".DS_Store",
})  # fmt: skip
_ENVIRONMENT = "pyvenv.cfg"
_REMEDY = " Name it in exclude=, or take it away."


def files_in(folder: Path, exclude: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    """The files below `folder`, by their paths within it, written with /. Links are followed, as `zip -r` does."""
    yield from _below(folder, "", exclude, (os.path.realpath(folder),))


def _below(folder: Path, inside: str, exclude: tuple[str, ...], above: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    for entry in sorted(_entries(folder)):
        name = f"{inside}{entry.name}"
        if _is_left_out(entry, name, exclude):
            continue
        if entry.is_dir():
            real = os.path.realpath(entry)
            if real in above:
                raise LambdaMockError(f"{str(entry)!r} is a link to a folder that it lies in, and has no end.{_REMEDY}")
            yield from _below(entry, f"{name}/", exclude, (*above, real))
        elif entry.is_file():
            yield name, entry
        else:
            what = "a link that leads nowhere" if entry.is_symlink() else "neither a file nor a folder"
            raise LambdaMockError(f"{str(entry)!r} is {what}, and can't be packed.{_REMEDY}")


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise LambdaMockError(f"The folder {str(folder)!r} can't be read: {error.strerror}.") from error


def _is_left_out(entry: Path, name: str, exclude: tuple[str, ...]) -> bool:
    if any(fnmatchcase(entry.name, pattern) for pattern in _NEVER):
        return True
    is_folder = entry.is_dir()
    if is_folder and (entry / _ENVIRONMENT).exists():
        return True
    for pattern in exclude:
        wanted = pattern.rstrip("/")
        if wanted != pattern and not is_folder:
            continue
        if fnmatchcase(entry.name, wanted) or fnmatchcase(name, wanted.removeprefix("./")):
            return True
    return False


def read(path: Path) -> bytes:
    """The content of a file, or a LambdaMockError that says why it can't be had."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise LambdaMockError(f"{str(path)!r} can't be read: {error.strerror}.") from error


def is_executable(path: Path) -> bool:
    """Whether its owner may run it."""
    return bool(path.stat().st_mode & stat.S_IXUSR)
