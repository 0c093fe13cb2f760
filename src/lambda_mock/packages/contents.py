"""What a package is to hold: files by their names in it, from folders, files and texts; and what can't be held."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import methodcaller
from pathlib import Path, PurePosixPath
from typing import Any

from lambda_mock.errors import LambdaMockError
from lambda_mock.packages.folders import files_in, is_executable, read

# pytest shows where the test went wrong, and not where that was noticed.
__tracebackhide__ = methodcaller("errisinstance", LambdaMockError)

_TOP = "."
_PROGRAM = "bootstrap"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of a package, and where in the test's own tree it comes from, if it does."""

    content: bytes
    executable: bool = False
    origin: Path | None = None


Contents = dict[str, File]


def contents_of(source: object, exclude: Iterable[str] = ()) -> Contents | bytes:
    """The files of a package by name; bytes where it is a zip already. What can't be one is a LambdaMockError."""
    patterns = patterns_of(exclude)
    if isinstance(source, Mapping):
        return _of_mapping(source, patterns)
    if isinstance(source, str | os.PathLike):
        return _of_path(_existing(source), patterns)
    raise LambdaMockError(
        f"A package is made of a path, or of a mapping such as {{'app.py': 'def handler(event, context): ...'}}, and "
        f"not of {_shown(source)}."
    )


def _of_path(path: Path, patterns: tuple[str, ...]) -> Contents | bytes:
    if path.is_dir():
        found = _of_folder(path, patterns)
        if not found:
            raise LambdaMockError(f"A package has at least one file, and the folder {str(path)!r} has none to pack.")
        return found
    if patterns:
        raise LambdaMockError(f"exclude= leaves files of a folder out, and {str(path)!r} is a single file.")
    if path.suffix.lower() == ".zip":
        return read(path)
    return {path.name: _of_file(path)}


def _of_mapping(source: Mapping[Any, Any], patterns: tuple[str, ...]) -> Contents:
    if not source:
        raise LambdaMockError("A package has at least one file, and the mapping has none.")
    from_folders: Contents = {}
    named: Contents = {}
    any_folder = False
    for name, value in source.items():
        path = _existing(value) if isinstance(value, os.PathLike) or name == _TOP else None
        if path is not None and path.is_dir():
            any_folder = True
            inside = "" if name == _TOP else f"{_checked_name(name)}/"
            from_folders.update({f"{inside}{rest}": file for rest, file in _of_folder(path, patterns).items()})
        else:
            named[_checked_name(name)] = _of_value(name, value) if path is None else _of_file(path)
    if patterns and not any_folder:
        raise LambdaMockError("exclude= leaves files of a folder out, and the mapping has no folder.")
    found = from_folders | named
    if not found:
        raise LambdaMockError("A package has at least one file, and the folders of the mapping have none to pack.")
    _check_places(found)
    return found


def _of_value(name: str, value: object) -> File:
    if isinstance(value, str):
        try:
            content = value.encode()
        except UnicodeEncodeError as error:
            raise LambdaMockError(f"The content of {name!r} is no text that can be written: {error}.") from error
    elif isinstance(value, bytes):
        content = value
    else:
        hint = f" Of a {type(value).__name__}, json.dumps makes a text." if isinstance(value, dict | list) else ""
        raise LambdaMockError(f"The content of {name!r} is a text, bytes or a path, and not {_shown(value)}.{hint}")
    return File(content=content, executable=name == _PROGRAM or content.startswith(b"#!"))


def _of_folder(folder: Path, patterns: tuple[str, ...]) -> Contents:
    return {_checked_name(name): _of_file(path) for name, path in files_in(folder, patterns)}


def _of_file(path: Path) -> File:
    return File(content=read(path), executable=is_executable(path), origin=path.absolute())


def _existing(source: str | os.PathLike[str]) -> Path:
    """The path, where something is. A test that forgot what it gives, and gave the source itself, is told so."""
    text = os.fspath(source)
    if "\n" in text:
        raise LambdaMockError(
            "A text stands for a path here. Source is given with a name: {'app.py': 'def handler(event, context): …'}."
        )
    path = Path(text)
    if not text or not path.exists():
        link = " It is a link that leads nowhere." if path.is_symlink() else ""
        raise LambdaMockError(f"There is no folder and no file {text!r} to pack, seen from {str(Path.cwd())!r}.{link}")
    return path


def _checked_name(name: object) -> str:
    if not isinstance(name, str) or not name:
        raise LambdaMockError(f"A file of a package has a name such as 'app.py', and not {name!r}.")
    remedy = None
    if "\\" in name:
        remedy = "folders in it are separated by /"
    elif name.startswith("/") or (name[1:2] == ":" and name[0].isalpha()):
        remedy = "names are relative, seen from the top of the package"
    elif PurePosixPath(name).as_posix() != name or {".", ".."} & set(name.split("/")):
        remedy = "it names a file below the top of the package, without . and .. and empty parts"
    elif not name.isprintable():
        remedy = "some of its characters are no text"
    if remedy is not None:
        raise LambdaMockError(f"{name!r} can't be the name of a file in a package: {remedy}.")
    return name


def _check_places(contents: Contents) -> None:
    """Refuse a name that is a file's and a folder's at once."""
    for name in contents:
        for above in PurePosixPath(name).parents:
            if above.as_posix() in contents:
                raise LambdaMockError(f"{above.as_posix()!r} is a file of the package, and {name!r} is to lie in it.")


def patterns_of(exclude: object) -> tuple[str, ...]:
    """What is left out of folders, or a LambdaMockError for what says nothing of the kind."""
    if isinstance(exclude, str) or not isinstance(exclude, Iterable):
        raise LambdaMockError(f"exclude= is a list of patterns, such as ['tests', '*.md'], and not {exclude!r}.")
    patterns = tuple(exclude)
    if not all(isinstance(pattern, str) and pattern for pattern in patterns):
        raise LambdaMockError(f"exclude= is a list of patterns, such as ['tests', '*.md'], and not {exclude!r}.")
    return patterns


def _shown(value: object) -> str:
    """A value, as short as it takes to know it again."""
    shown = repr(value)
    most = 60
    return shown if len(shown) <= most else f"{shown[:most]}…"
