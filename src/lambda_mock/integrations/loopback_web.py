"""Lambda's hosts for clients of any library and process: at the loopback endpoint, which stands in for all of them.

A request says in one of three ways which host it is for: by a prefix of its path (`/-/<host>/...`), which is what
`LambdaMock.url_of` gives, by its header Host, or by naming the host in its first line, as clients of a proxy do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lambda_mock.domain.function_url import is_url_host, unknown_url
from lambda_mock.domain.links import is_link_host, nobodys_link
from lambda_mock.domain.web.messages import WebRequest
from lambda_mock.errors import LambdaMockError
from lambda_mock.loopback.messages import HttpAnswer

if TYPE_CHECKING:
    from lambda_mock.domain.web.messages import WebAnswer
    from lambda_mock.integrations.requests import Web
    from lambda_mock.loopback.messages import HttpRequest

_PREFIXED = re.compile(r"/-/(?P<host>[^/?]+)(?P<path>[^?]*)")
_HOP_BY_HOP = frozenset({"connection"})


def served_by(mock: Web) -> Callable[[HttpRequest], Callable[[], HttpAnswer] | None]:
    """Gives what answers a request to a host of Lambda's; None for a request to any other."""

    def find(request: HttpRequest) -> Callable[[], HttpAnswer] | None:
        asked = _asked(request)
        if is_link_host(asked.host) or is_url_host(asked.host) or mock.knows(asked.host):
            return lambda: _answer(mock, asked)
        return None

    return find


def _answer(mock: Web, asked: WebRequest) -> HttpAnswer:
    found = mock.ask(asked)
    if found is not None:
        return _sent(found)
    if is_link_host(asked.host):
        return _sent(nobodys_link(asked))
    if is_url_host(asked.host):
        return _sent(unknown_url())
    raise LambdaMockError(
        f"{asked.method} {asked.path} of {asked.host} doesn't lead to a function, and nothing else is answered here. "
        "moto may answer it where `requests` asks the host itself."
    )


def address_at(endpoint: str, url: str) -> str:
    """Where a URL of one of Lambda's hosts is answered at an endpoint."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{endpoint}/-/{parts.hostname}{parts.path or '/'}{query}"


def _asked(request: HttpRequest) -> WebRequest:
    prefixed = _PREFIXED.fullmatch(request.path)
    if prefixed is not None:
        host, path = prefixed["host"], prefixed["path"] or "/"
    else:
        named = urlsplit(request.target).netloc if "://" in request.target.partition("?")[0] else ""
        host, path = named or request.header("Host") or "", request.path
    return WebRequest(
        method=request.method,
        host=host.partition(":")[0].lower(),
        path=path,
        query=request.query,
        headers=request.headers,
        body=request.body,
    )


def _sent(answer: WebAnswer) -> HttpAnswer:
    headers = tuple((name, value) for name, value in answer.headers if name.lower() not in _HOP_BY_HOP)
    if isinstance(answer.body, bytes):
        headers += (("Content-Length", str(len(answer.body))),)
    return HttpAnswer(status=answer.status, headers=headers, body=answer.body)
