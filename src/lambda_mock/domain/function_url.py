"""Function URLs: the HTTPS endpoint of a function or of one of its aliases.

A function URL is a value. Its host belongs to the mock that gave it for as long as that is active, even after the URL
was deleted: whoever asks for it is told so here, and never reaches the network.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lambda_mock.errors import NotBuiltError

UNQUALIFIED = ""
"""The key of the URL that belongs to the function itself; the others have the name of their alias. It sorts first."""

_HOST = re.compile(r"https?://([a-z0-9]+\.lambda-url\.[a-z0-9-]+\.on\.aws)(?:[:/?#]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionUrl:
    """A function URL with its settings.

    `created` and `last_modified` are in epoch seconds. `cors` is empty where none is set, `invoke_mode` None where
    none was given, which means `BUFFERED`.
    """

    host: str
    auth_type: str
    created: float
    last_modified: float
    cors: Mapping[str, Any]
    invoke_mode: str | None

    @property
    def url(self) -> str:
        """The URL itself, as AWS shows it."""
        return f"https://{self.host}/"

    def changed(
        self, *, now: float, auth_type: str | None, cors: Mapping[str, Any] | None, invoke_mode: str | None
    ) -> FunctionUrl:
        """The URL with what is given in place of what was; an empty `cors` takes away the one that is set."""
        return replace(
            self,
            auth_type=auth_type or self.auth_type,
            last_modified=now,
            cors=self.cors if cors is None else cors,
            invoke_mode=invoke_mode or self.invoke_mode,
        )


def new_host(token: str, region: str) -> str:
    """The host of a URL of that region, from `token`, which is unique."""
    return f"{token}.lambda-url.{region}.on.aws"


class UrlHosts:
    """The hosts of every function URL that one mock has given."""

    __slots__ = ("_hosts",)

    def __init__(self) -> None:
        self._hosts: set[str] = set()

    def add(self, host: str) -> None:
        """Remember a host, which stays the mock's from now on."""
        self._hosts.add(host)

    def refuse_requests(self, url: str) -> None:
        """Raise NotBuiltError for a request to a function URL of this mock."""
        found = _HOST.match(url)
        if found is not None and found[1].lower() in self._hosts:
            message = (
                f"lambda_mock doesn't answer requests to function URLs yet, and {url} is one. "
                "Invoke the function with an event of the same form where the test can do without HTTP."
            )
            raise NotBuiltError(message)
