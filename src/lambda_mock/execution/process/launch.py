"""How a runtime is started: the port between the executor and the runtimes it knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambda_mock.domain.version import FunctionVersion
    from lambda_mock.execution.process.workshop import Workshop


@dataclass(slots=True, kw_only=True)
class Material:
    """What a runtime is started from: the version, its package, its layers merged to one folder, and the workshop."""

    version: FunctionVersion
    task: Path
    layers: Path | None
    workshop: Workshop


@dataclass(slots=True, kw_only=True)
class Launch:
    """A command that starts a runtime, by an absolute path.

    `variables` name folders as Lambda does, and may do so by `places`; None takes one of Lambda's own away.

    `places` are folders that are elsewhere on Lambda, with their names there, besides the package, layers and /tmp.

    `entrypoint` is the name on Lambda of a program that is the function's own. It is told of no frames for log records,
    and where it can't be started that is what Lambda answers. `fault` is the answer where there is no program at all.
    """

    command: Sequence[str]
    variables: Mapping[str, str | None] = field(default_factory=dict)
    places: Sequence[tuple[str, str]] = ()
    entrypoint: str | None = None
    fault: str | None = None


class InvalidEntrypoint(Exception):  # noqa: N818  # AWS calls it so
    """The function's own program couldn't be started; the reason is in Lambda's words."""


Launcher = Callable[[Material], Launch]
"""Raises LambdaMockError where the runtime can't be started here, naming the ways out."""
