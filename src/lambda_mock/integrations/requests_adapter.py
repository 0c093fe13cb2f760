"""The adapter that a `requests` session gets for a URL of ours.

It answers from a RequestsMock that is never started, and so neither disturbs nor asks those that are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from responses import CallbackResponse, RequestsMock

from lambda_mock.domain.links import Download, wrong_method

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

_ANY_URL = re.compile("")


class DownloadAdapter(HTTPAdapter):
    """Answers GET with `download`, and any other method as S3 does where a link was signed for GET."""

    def __init__(self, download: Download) -> None:
        super().__init__()
        self._download = download

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """Build the response as `requests` expects it, streaming included; nothing is sent."""
        answers = RequestsMock(assert_all_requests_are_fired=False)
        method = request.method or "GET"
        answers.add(CallbackResponse(method, _ANY_URL, self._answer, content_type=None))
        return answers.unbound_on_send()(self, request, *args, **kwargs)

    def _answer(self, request: PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        answer = self._download if request.method == "GET" else wrong_method()
        body = b"" if request.method == "HEAD" else answer.body
        return answer.status, {"Content-Length": str(len(body)), **answer.headers}, body
