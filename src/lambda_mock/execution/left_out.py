"""Programs that Lambda starts beside a function and that don't run here: a test is told so, once for each function."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lambda_mock.errors import warn

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_mock.domain.version import FunctionVersion

_FOLDER = "extensions"
_WRAPPER = "AWS_LAMBDA_EXEC_WRAPPER"


class LeftOut:
    """Knows of which functions it has told. `wrappers` says whether wrapper scripts run."""

    __slots__ = ("_told", "_wrappers")

    def __init__(self, *, wrappers: bool) -> None:
        self._told: set[str] = set()
        self._wrappers = wrappers

    def tell(self, version: FunctionVersion, layers: Path | None) -> None:
        """Warn of the extensions in a function's layers, and of its wrapper where it doesn't run."""
        arn, name = version.function_arn, version.function_name
        if arn in self._told:
            return
        extensions = [] if layers is None else _extensions(layers / _FOLDER)
        wrapper = None if self._wrappers else (version.configuration.environment or {}).get(_WRAPPER)
        if extensions or wrapper:
            self._told.add(arn)
        if extensions:
            _warn(
                f"{name} runs without its extensions: {', '.join(extensions)}. lambda_mock starts no programs beside "
                "the function's runtime. To be rid of this warning leave out the layers that bring them, or ignore "
                "LambdaMockWarning."
            )
        if wrapper:
            _warn(
                f"{name} runs without its wrapper: {_WRAPPER} is {wrapper!r}, and a function that runs in the test's "
                "own process has no command that it could start. With execution='process' it runs."
            )


def _warn(message: str) -> None:
    warn(message)


def _extensions(folder: Path) -> list[str]:
    """The programs in the folder of extensions, as Lambda names them."""
    if not folder.is_dir():
        return []
    programs = [entry for entry in folder.iterdir() if entry.is_file() and os.access(entry, os.X_OK)]
    return sorted(f"/opt/{_FOLDER}/{program.name}" for program in programs)
