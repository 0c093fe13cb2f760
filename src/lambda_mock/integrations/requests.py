"""What `requests` asks of Lambda's hosts is answered here: download links of code and layers, and function URLs.

There are two places. Where a session picks the adapter for a URL, hosts are answered that are an active mock's: that is
above `HTTPAdapter.send`, which is what moto and `responses` replace, so it answers whoever started first. Where an
adapter takes a connection, below all of them, hosts of Lambda's are answered that nobody has given or stubbed: so that
whatever way a request goes, it doesn't leave the process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import wrapt

from lambda_mock.domain.function_url import is_url_host, unknown_url
from lambda_mock.domain.links import is_link_host, nobodys_link
from lambda_mock.patching import Interception, Patch, Wrapper

if TYPE_CHECKING:
    from lambda_mock.domain.web.messages import WebAnswer, WebRequest


class Web(Protocol):
    """An active mock, as clients of HTTP see it."""

    def knows(self, host: str, /) -> bool:
        """Whether requests to a host, in lower case, are to be asked of this mock."""

    def ask(self, request: WebRequest, /) -> WebAnswer | None:
        """The answer to a request, or None where it isn't this mock's. May raise what the test is to see."""


def _ask_active(request: WebRequest) -> WebAnswer | None:
    """The answer of the innermost mock that has one."""
    answers = (mock.ask(request) for mock in web.active())
    return next((answer for answer in answers if answer is not None), None)


def _ask_at_last(request: WebRequest) -> WebAnswer:
    """The answer to a request to a host of Lambda's: that of AWS where no mock has one."""
    unknown = nobodys_link(request) if is_link_host(request.host) else unknown_url()
    return _ask_active(request) or unknown


def _get_adapter(wrapped: Callable[..., Any], _session: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return _adapter_for(wrapped, *args, **kwargs)


def _adapter_for(wrapped: Callable[..., Any], url: str) -> Any:
    active = web.active()
    if not active:
        return wrapped(url)
    from lambda_mock.integrations.requests_answers import AnsweringAdapter, host_of  # noqa: PLC0415  # it takes `requests`

    host = host_of(url)
    if is_link_host(host):
        return AnsweringAdapter(_ask_at_last, lambda: wrapped(url))
    if any(mock.knows(host) for mock in active):
        return AnsweringAdapter(_ask_active, lambda: wrapped(url))
    return wrapped(url)


def _connection(wrapped: Callable[..., Any], _adapter: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Where an adapter takes a connection: by a request, or in older versions of `requests` by a URL."""
    asked = args[0] if args else next(iter(kwargs.values()))
    url = asked if isinstance(asked, str) else asked.url
    if web.active():
        from lambda_mock.integrations.requests_answers import Answering, host_of  # noqa: PLC0415  # it takes `requests`

        host = host_of(url)
        if is_link_host(host) or is_url_host(host):
            return Answering(url, _ask_at_last)
    return wrapped(*args, **kwargs)


def _patch(requests: Any) -> None:
    adapter = requests.adapters.HTTPAdapter
    takers = {"get_connection", "get_connection_with_tls_context"} & vars(adapter).keys()
    web.add(
        Patch(requests.Session, "get_adapter", lambda original: Wrapper(original, _get_adapter)),
        *(Patch(adapter, taker, lambda original: Wrapper(original, _connection)) for taker in sorted(takers)),
    )


web: Interception[Web] = Interception()
"""The mocks that answer `requests`, which is patched when it is imported, and never imported for it."""

wrapt.register_post_import_hook(_patch, "requests")
