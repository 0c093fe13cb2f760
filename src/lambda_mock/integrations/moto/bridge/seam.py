"""Where moto's services meet our functions: attributes of theirs that ask us while a mock is active.

The inside of moto is private, and may look otherwise in another version. An attribute that isn't there any more, or an
object that has changed, is a warning that names moto's version; everything else goes on.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import wrapt

from lambda_mock.errors import LambdaMockError, LambdaMockWarning, warn
from lambda_mock.patching import Interception, Patch, Wrapper

if TYPE_CHECKING:
    from lambda_mock.domain.triggers import Functions

Replacement = Callable[..., Any]
"""What happens in place of an attribute: called with the innermost mock's functions, with what was there (bound), with
whose it is (None for a function of a module), and with the arguments of the call."""


class UnknownInsideError(Exception):
    """Something in moto doesn't look as we know it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One attribute of moto: of a module, or with `owner` of a class in it, and what happens in its place."""

    module: str
    owner: str | None = None
    name: str
    replacement: Replacement

    @property
    def service(self) -> str:
        """Moto's name of the service."""
        return self.module.split(".")[1]


functions: Interception[Functions] = Interception()
"""The functions of the active mocks, innermost first."""

_strange: dict[str, str] = {}


def enter(ours: Functions) -> None:
    """Let moto's services reach these functions, and no others, until `leave`."""
    functions.enter(ours)
    for told in list(_strange.values()):
        _warn(told)


def leave(ours: Functions) -> None:
    """Let moto's services no longer reach these functions."""
    functions.leave(ours)


def install(places: list[Place]) -> None:
    """Have these places taken whenever a mock is active, and their modules there: no module is imported for it."""
    for module in {place.module for place in places}:
        mine = [place for place in places if place.module == module]
        wrapt.register_post_import_hook(partial(_take, mine), module)


@contextmanager
def known(service: str) -> Iterator[None]:
    """Make whatever goes wrong inside an UnknownInsideError: for a look at moto's own objects, and for nothing else."""
    try:
        yield
    except (LambdaMockError, LambdaMockWarning, UnknownInsideError):
        raise
    except Exception as error:
        raise UnknownInsideError(_told(service, f"{type(error).__name__}: {error}")) from error


@contextmanager
def tolerated(service: str) -> Iterator[None]:
    """Like `known`, for what comes after moto has done its own: it isn't to be done again, and a warning is all."""
    try:
        with known(service):
            yield
    except UnknownInsideError as strange:
        _warn(str(strange))


def _take(places: list[Place], module: Any) -> None:
    for place in places:
        owner = module if place.owner is None else getattr(module, place.owner, None)
        where = ".".join(part for part in (place.module, place.owner, place.name) if part)
        if place.name in getattr(owner, "__dict__", {}):
            functions.add(Patch(owner, place.name, partial(_wrapper, place)))
            continue
        _strange[where] = _told(place.service, f"there is no {where}")
        if functions.active():
            _warn(_strange[where])


def _wrapper(place: Place, original: Any) -> Wrapper:
    signature = inspect.signature(place.replacement)

    def wrapper(wrapped: Callable[..., Any], owner: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        ours = functions.current()
        if ours is None:
            return wrapped(*args, **kwargs)
        try:
            with known(place.service):
                signature.bind(ours, wrapped, owner, *args, **kwargs)
            return place.replacement(ours, wrapped, owner, *args, **kwargs)
        except UnknownInsideError as strange:
            _warn(str(strange))
            return wrapped(*args, **kwargs)

    return Wrapper(original, wrapper)


def _told(service: str, what: str) -> str:
    version = getattr(sys.modules.get("moto"), "__version__", "of an unknown version")
    return f"moto {version} has {service} in a way that lambda_mock doesn't know ({what})."


def _warn(told: str) -> None:
    warn(f"{told} Its events may not reach functions, or not as AWS sends them; everything else goes on.")
