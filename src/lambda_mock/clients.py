"""Lambda clients that tests share, since making one costs more than most tests do.

A client that a test has left its mark on is never lent again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import botocore.session

# Nobody's key: so the mock answers for its own account, and the machine's credentials are never looked for.
_KEY = "lambda_mock"

Environment = frozenset[tuple[str, str]]


class Clients:
    """Clients by region and by the AWS settings of the environment, which botocore takes retry modes and more from."""

    def __init__(self) -> None:
        self._makers: dict[Environment, Callable[..., Any]] = {}
        self._kept: dict[tuple[str, Environment], Any] = {}

    @contextmanager
    def lent(self, region: str) -> Iterator[Any]:
        """A client of `region` for one user at a time: boto3's, or botocore's where there is no boto3."""
        environment = frozenset(item for item in os.environ.items() if item[0].startswith("AWS_"))
        client = self._kept.pop((region, environment), None) or self._made(region, environment)
        before = _attributes(client)
        lookups = _lookups(client)
        yield client
        if _lookups(client) is lookups and not _took_the_wire(lookups) and _attributes(client) == before:
            self._kept[region, environment] = client

    def _made(self, region: str, environment: Environment) -> Any:
        make = self._makers.get(environment)
        if make is None:
            make = self._makers[environment] = _maker()
        return make("lambda", region_name=region, aws_access_key_id=_KEY, aws_secret_access_key=_KEY)


def _maker() -> Callable[..., Any]:
    """What makes clients, of a session of our own: the default one belongs to the tests."""
    try:
        from boto3.session import Session  # noqa: PLC0415  # boto3 may not be there
    except ImportError:
        make: Callable[..., Any] = botocore.session.Session().create_client
    else:
        make = Session().client
    return make


def _lookups(client: Any) -> Mapping[str, object]:
    """The handlers that were looked up so far, by event. botocore begins a new one when a handler comes or goes."""
    lookups: Mapping[str, object] = client.meta.events._emitter._lookup_cache  # noqa: SLF001
    return lookups


def _took_the_wire(lookups: Mapping[str, object]) -> bool:
    """Whether a request went through botocore's retries, whose quota lasts as long as the client."""
    return any(event.startswith("request-created.") for event in lookups)


def _attributes(client: Any) -> tuple[frozenset[str], frozenset[str]]:
    """The names that somebody could have put something over."""
    return frozenset(vars(client)), frozenset(vars(client._endpoint))  # noqa: SLF001
