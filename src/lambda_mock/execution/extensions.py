"""Extensions: programs that Lambda starts beside the runtime. Here none runs, and a test is told so."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING

from lambda_mock.errors import LambdaMockWarning

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_mock.domain.version import FunctionVersion

_FOLDER = "extensions"


class Extensions:
    """Knows of which functions it has told."""

    __slots__ = ("_told",)

    def __init__(self) -> None:
        self._told: set[str] = set()

    def tell(self, version: FunctionVersion, layers: Path | None) -> None:
        """Warn of the extensions in a function's layers, once for each function."""
        if layers is None or version.function_arn in self._told:
            return
        found = _extensions(layers / _FOLDER)
        if found:
            self._told.add(version.function_arn)
            warnings.warn(
                f"{version.function_name} runs without its extensions: {', '.join(found)}. lambda_mock starts no "
                "programs beside the function's runtime. To be rid of this warning leave out the layers that bring "
                "them, or ignore LambdaMockWarning.",
                LambdaMockWarning,
                stacklevel=2,
            )


def _extensions(folder: Path) -> list[str]:
    """The programs in the folder of extensions, as Lambda names them."""
    if not folder.is_dir():
        return []
    programs = [entry for entry in folder.iterdir() if entry.is_file() and os.access(entry, os.X_OK)]
    return sorted(f"/opt/{_FOLDER}/{program.name}" for program in programs)
