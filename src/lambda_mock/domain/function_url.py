"""Function URLs: the HTTPS endpoint of a function or of one of its aliases.

A function URL is a value. Its host belongs to the mock that gave it for as long as that is active, even after the URL
was deleted: whoever asks for it then is told so, and never reaches the network.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.web.messages import json_answer

if TYPE_CHECKING:
    from lambda_mock.domain.web.messages import WebAnswer

UNQUALIFIED = ""
"""The key of the URL that belongs to the function itself; the others have the name of their alias. It sorts first."""

_HOST = re.compile(r"[a-z0-9-]+\.lambda-url\.[a-z0-9-]+\.on\.aws")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlTarget:
    """What a URL was given for: a function, or with `alias` (else UNQUALIFIED) one of its aliases."""

    account_id: str
    region: str
    function: str
    alias: str


class UrlHosts:
    """The hosts of every function URL that one mock has given, and what each was given for."""

    __slots__ = ("_targets",)

    def __init__(self) -> None:
        self._targets: dict[str, UrlTarget] = {}

    def add(self, host: str, target: UrlTarget) -> None:
        """Remember a host, which stays the mock's from now on."""
        self._targets[host] = target

    def find(self, host: str) -> UrlTarget | None:
        """What a host was given for; None where this mock hasn't given it."""
        return self._targets.get(host)


def is_url_host(host: str) -> bool:
    """Whether a host, in lower case, has the form of those of function URLs, whoever has given it."""
    return _HOST.fullmatch(host) is not None


def unknown_url() -> WebAnswer:
    """What AWS answers at the host of a URL that nobody has."""
    return json_answer(403, {"Message": None}, {"x-amzn-ErrorType": "AccessDeniedException"})
