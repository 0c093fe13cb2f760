"""Presigned links to code: made without keeping anything, since a link itself says what it leads to and is signed.

What a link that doesn't lead anywhere answers is S3's, as XML.
"""

from __future__ import annotations

import calendar
import hashlib
import hmac
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from lambda_mock.domain.web.messages import WebAnswer

if TYPE_CHECKING:
    from lambda_mock.domain.web.messages import WebRequest

LIFETIME = 600
"""How long a link is good for, in seconds."""

_KEY = b"lambda_mock"
_SIGNATURE = "&X-Amz-Signature="
_HOST = re.compile(r"awslambda-[a-z0-9-]+\.s3\.[a-z0-9-]+\.amazonaws\.com(\.cn)?")
_TIME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """What a link answers over HTTP."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def is_link_host(host: str) -> bool:
    """Whether a host, in lower case, is one that Lambda keeps code on."""
    return _HOST.fullmatch(host) is not None


def link_in(request: WebRequest) -> str:
    """The link by which a request asks."""
    return f"https://{request.host}{request.path}{'?' if request.query else ''}{request.query}"


def answer_to(request: WebRequest, download: Download) -> WebAnswer:
    """What a link answers to a request: it is signed for GET, and refused to any other method."""
    answer = download if request.method == "GET" else wrong_method()
    return WebAnswer(status=answer.status, headers=tuple(answer.headers.items()), body=answer.body)


def nobodys_link(request: WebRequest) -> WebAnswer:
    """What a link answers that no active mock has made."""
    return answer_to(request, missing_object(link_in(request)))


def make_link(sha256: str, *, account_id: str, region: str, now: float, name: str, kept_as: str = "tasks") -> str:
    """A link to the package of that hash, good for ten minutes from `now` (epoch seconds). Host and form are AWS's.

    `kept_as` is `tasks` for a function's code and `layers` for a layer's content, which AWS keeps on another host.
    """
    moment = _amz_date(int(now))
    version = sha256.replace("+", "-").replace("/", "_").rstrip("=")
    suffix = ".cn" if region.startswith("cn-") else ""
    signed = (
        f"https://awslambda-{region}-{kept_as}.s3.{region}.amazonaws.com{suffix}"
        f"/snapshots/{account_id}/{name}-{version[:22]}?versionId={version}"
        f"&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date={moment}&X-Amz-SignedHeaders=host&X-Amz-Expires={LIFETIME}"
        f"&X-Amz-Credential=ASIALAMBDAMOCK%2F{moment[:8]}%2F{region}%2Fs3%2Faws4_request"
    )
    return f"{signed}{_SIGNATURE}{_signature(signed)}"


def follow(url: str, now: float) -> str | Download:
    """The hash that a link leads to at the moment `now`, or S3's answer to one that is unsigned, changed or late."""
    signed, _, signature = url.partition(_SIGNATURE)
    if not signature:
        return _s3_error(403, "AccessDenied", "Access Denied")
    if not hmac.compare_digest(signature.encode(), _signature(signed).encode()):
        return wrong_method()
    query = {name: values[0] for name, values in parse_qs(urlsplit(signed).query).items()}
    made = calendar.timegm(time.strptime(query["X-Amz-Date"], _TIME))
    if now >= made + LIFETIME:
        return _s3_error(403, "AccessDenied", "Request has expired")
    version = query["versionId"]
    return version.replace("-", "+").replace("_", "/") + "=" * (-len(version) % 4)


def wrong_method() -> Download:
    """What S3 answers where something other than what was signed is asked for, such as HEAD by a link for GET."""
    message = "The request signature we calculated does not match the signature you provided."
    return _s3_error(403, "SignatureDoesNotMatch", f"{message} Check your key and signing method.")


def missing_object(url: str) -> Download:
    """What S3 answers where there is no such object."""
    key = escape(urlsplit(url).path.removeprefix("/"))
    return _s3_error(404, "NoSuchKey", "The specified key does not exist.", f"<Key>{key}</Key>")


def _s3_error(status: int, code: str, message: str, more: str = "") -> Download:
    text = f"<Error><Code>{code}</Code><Message>{message}</Message>{more}</Error>"
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
    return Download(status=status, body=body, headers={"Content-Type": "application/xml", "Server": "AmazonS3"})


def _signature(signed: str) -> str:
    return hashlib.blake2b(signed.encode(), key=_KEY, digest_size=32).hexdigest()


@lru_cache(maxsize=8)
def _amz_date(second: int) -> str:
    return time.strftime(_TIME, time.gmtime(second))
