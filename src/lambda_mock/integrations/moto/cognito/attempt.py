"""One call that may end with tokens: what the triggers of its end need to know of its beginning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambda_mock.integrations.moto.cognito.pools import Pool


@dataclass(slots=True, kw_only=True)
class Attempt:
    """A call that may end with tokens; `overrides` is what a function has changed of them, once it was asked.

    `metadata` is the client's, of which RespondToAuthChallenge tells the triggers of the end, and InitiateAuth doesn't.
    """

    pool: Pool
    client_id: str
    occasion: str
    metadata: Mapping[str, Any] | None = None
    overrides: Any = None


_current: ContextVar[Attempt | None] = ContextVar("lambda_mock_cognito_attempt", default=None)


def current() -> Attempt | None:
    """The attempt that is being made."""
    return _current.get()


@contextmanager
def making(attempt: Attempt | None) -> Iterator[None]:
    """Make an attempt; None for what a function does meanwhile, which is no part of it."""
    before = _current.set(attempt)
    try:
        yield
    finally:
        _current.reset(before)
