"""What `mock.deploy` makes of a path: a package, where its files come from, and what it is run by."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import methodcaller
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.runtimes import supported_or
from lambda_mock.errors import LambdaMockError
from lambda_mock.packages.contents import contents_of, patterns_of
from lambda_mock.packages.entry_points import handler_of, runtime_of
from lambda_mock.packages.zips import files_at_the_top, zipped

if TYPE_CHECKING:
    from lambda_mock.domain.configuration import Configuration

# pytest shows where the test went wrong, and not where that was noticed.
__tracebackhide__ = methodcaller("errisinstance", LambdaMockError)

_PYTHON, _NODE = "python3.13", "nodejs22.x"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A zip, the files at its top by name, and the files that it was made of by their names in it."""

    content: bytes
    at_the_top: Mapping[str, bytes]
    originals: Mapping[str, Path]

    @classmethod
    def of(cls, source: object, name: str, exclude: Iterable[str]) -> Package:
        """The package of whatever `mock.deploy` was given."""
        if isinstance(source, bytes) and patterns_of(exclude):
            raise LambdaMockError(f"mock.deploy({name!r}): exclude= leaves files of a folder out, and these are bytes.")
        contents = source if isinstance(source, bytes) else _contents(source, name, exclude)
        if isinstance(contents, bytes):
            return cls(content=contents, at_the_top=files_at_the_top(contents), originals={})
        return cls(
            content=zipped(contents),
            at_the_top={path: file.content for path, file in contents.items() if "/" not in path},
            originals={path: file.origin for path, file in contents.items() if file.origin is not None},
        )

    def entry_point(self, name: str, settings: Mapping[str, Any], there: Configuration | None) -> dict[str, str]:
        """Runtime and Handler, where `settings` leave them out and they aren't as the function has them already."""
        found = {"Runtime": settings.get("Runtime"), "Handler": settings.get("Handler")}
        has = {} if there is None else {"Runtime": there.runtime, "Handler": there.handler}
        try:
            runtime = found["Runtime"] = found["Runtime"] or self._runtime(settings.get("Handler"), has.get("Runtime"))
            found["Handler"] = found["Handler"] or handler_of(self.at_the_top, runtime, has.get("Handler"))
        except LambdaMockError as error:
            raise LambdaMockError(f"mock.deploy({name!r}): {error}") from None
        new = {member: text for member, text in found.items() if text != has.get(member)}
        return {member: str(text) for member, text in new.items() if member not in settings}

    def _runtime(self, handler: str | None, current: str | None) -> str:
        return supported_or(runtime_of(self.at_the_top, handler, current, _runtime_of_node), _PYTHON)


def layer_content(content: object) -> bytes | None:
    """The zip of a layer: as it is given, or of the path or the mapping that is given in its place."""
    if content is None or isinstance(content, bytes):
        return content
    contents = contents_of(content)
    return contents if isinstance(contents, bytes) else zipped(contents)


def _contents(source: object, name: str, exclude: Iterable[str]) -> Any:
    if isinstance(source, str | os.PathLike) and not Path(source).exists() and Path(name).exists():
        raise LambdaMockError(
            f"The path comes first, and then the name: mock.deploy({name!r}, {str(source)!r}), and not the other way."
        )
    return contents_of(source, exclude)


def _runtime_of_node() -> str:
    from lambda_mock.execution.process.nodejs import runtime_here  # noqa: PLC0415  # few tests need it

    return supported_or(runtime_here() or _NODE, _NODE)
