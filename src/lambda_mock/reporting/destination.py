"""Where the page goes: refused before anything runs if it can't go there, and written as a whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from lambda_mock.errors import LambdaMockError


def prepared(path: Path) -> Path:
    """Make the folder of `path`, and try whether a file can be written there. Raises LambdaMockError if not."""
    if path.is_dir():
        raise LambdaMockError(f"The report can't be written to {path}: that is a folder, give it a file's name.")
    if path.exists() and not os.access(path, os.W_OK):
        raise LambdaMockError(f"The report can't be written to {path}: the file there may not be changed.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            return path
    except OSError as error:
        raise LambdaMockError(f"The report can't be written to {path}: {error.strerror} ({error.filename}).") from error


def write(path: Path, text: str) -> None:
    """Put the text where whatever was there stays until the new file is whole. Raises OSError."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(text)
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink()
        raise


def _umask() -> int:
    """What new files of this process may not be; it can only be read by setting it."""
    umask = os.umask(0o022)
    os.umask(umask)
    return umask
