"""What `requests` asks of Lambda's own hosts, the download link of a function's code first of all, is answered here.

The wrap sits where a session picks the adapter for a URL, above `HTTPAdapter.send`, which is what moto and `responses`
replace: so it answers whoever started first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import wrapt

from lambda_mock.domain.links import Download, is_link, missing_object
from lambda_mock.patching import Interception, Patch, Wrapper


class Downloads(Protocol):
    """An active mock, as `requests` sees it."""

    def find(self, url: str, /) -> Download | None:
        """The answer to a GET of `url`, or None where the URL isn't this mock's. May raise what the test is to see."""


def _find(url: str) -> Download | None:
    active = downloads.active()
    for mock in active:
        found = mock.find(url)
        if found is not None:
            return found
    return missing_object(url) if active and is_link(url) else None


def _get_adapter(wrapped: Callable[..., Any], _session: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    found = _find(*args, **kwargs)
    if found is None:
        return wrapped(*args, **kwargs)
    from lambda_mock.integrations.requests_adapter import DownloadAdapter  # noqa: PLC0415  # it imports `responses`

    return DownloadAdapter(found)


def _patch(requests: Any) -> None:
    downloads.add(Patch(requests.Session, "get_adapter", lambda original: Wrapper(original, _get_adapter)))


downloads: Interception[Downloads] = Interception()
"""The mocks that answer `requests`, which is patched when it is imported, and never imported for it."""

wrapt.register_post_import_hook(_patch, "requests")
