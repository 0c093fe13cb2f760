"""Answers as botocore's own HTTP layer hands them on: an AWSResponse, and below it a body that can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSResponse, HeadersDict

from lambda_mock.wire.raw import ArrivingBody, DeferredBody, RawBody

if TYPE_CHECKING:
    from lambda_mock.wire.encode import Encoder, HttpResponse
    from lambda_mock.wire.reply import Reply


class Answered(AWSResponse):
    """The response for the handlers of `after-call`, most of whom look at nothing: only what is read is made.

    A streaming body is a copy: reading it leaves the parsed response's `Payload` where it is.
    """

    def __init__(self, url: str, reply: Reply, encoder: Encoder, headers: dict[str, str]) -> None:
        # Not the base's: it would copy the headers at once.
        self.url = url
        self.status_code = reply.status
        self.raw: Any = DeferredBody(lambda: encoder.body(reply))
        self._content = None
        self._headers = headers

    @property
    def headers(self) -> HeadersDict:  # type: ignore[override]  # an attribute of the base, and nobody sets it
        """The headers, under names in any case."""
        return HeadersDict(self._headers)


def aws_response_from(http: HttpResponse, url: str, *, stream: bool) -> AWSResponse:
    """The response that `Endpoint` would get from the network; unless it is to be streamed its body has been read."""
    headers: Any = http.headers
    raw: Any = RawBody(http.body) if http.pieces is None else ArrivingBody(http.pieces)
    response = AWSResponse(url, http.status, headers, raw)
    if not stream:
        # botocore's HTTP session loads a body that isn't streamed; the property does so when it is first read.
        _ = response.content
    return response
