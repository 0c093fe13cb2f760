"""The Pythons of this machine, by the version that a function's runtime asks for."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PROBE = (
    "import sys, sysconfig;"
    "print('%d.%d' % sys.version_info[:2], sysconfig.get_path('stdlib'), sys.base_prefix, sep='\\n')"
)
_PATIENCE = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """A Python: `version` is such as `3.12`, `stdlib` the folder of its standard library, `prefix` that of it all."""

    path: str
    version: str
    stdlib: str
    prefix: str


def own() -> Interpreter:
    """The Python of the test itself, without its virtual environment."""
    return Interpreter(
        path=getattr(sys, "_base_executable", None) or sys.executable,
        version="{}.{}".format(*sys.version_info),
        stdlib=sysconfig.get_path("stdlib"),
        prefix=sys.base_prefix,
    )


def find(version: str) -> Interpreter | None:
    """The Python of that version: the test's own, or one that pyenv, uv or PATH has."""
    mine = own()
    return mine if mine.version == version else _found(version, os.environ.get("PATH", ""))


@functools.cache
def _found(version: str, _path: str) -> Interpreter | None:
    for candidate in _candidates(version):
        interpreter = _asked(candidate)
        if interpreter is not None and interpreter.version == version:
            return interpreter
    return None


def _candidates(version: str) -> Iterator[str]:
    name = f"python{version}"
    home = Path.home()
    roots = (
        (Path(os.environ.get("PYENV_ROOT", home / ".pyenv")) / "versions", f"{version}.*"),
        (Path(os.environ.get("UV_PYTHON_INSTALL_DIR", home / ".local/share/uv/python")), f"cpython-{version}.*"),
    )
    for root, pattern in roots:
        yield from (str(found) for found in sorted(root.glob(f"{pattern}/bin/{name}"), reverse=True))
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        # A shim is a script that may lead to any Python, or to none; what it can lead to has been offered above.
        found = None if Path(folder).name == "shims" else shutil.which(name, path=folder)
        if found:
            yield found


def _asked(path: str) -> Interpreter | None:
    """What the Python at `path` says that it is; None where it doesn't work."""
    try:
        said = subprocess.run(  # noqa: S603  # it is a Python by its name and place
            [path, "-I", "-S", "-c", _PROBE], check=True, capture_output=True, text=True, timeout=_PATIENCE
        )
    except (OSError, subprocess.SubprocessError):
        return None
    version, stdlib, prefix = said.stdout.splitlines()
    return Interpreter(path=path, version=version, stdlib=stdlib, prefix=prefix)
