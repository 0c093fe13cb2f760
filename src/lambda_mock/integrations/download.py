"""What a link of Lambda's gives to whoever follows it: the code, or one of S3's refusals, as bytes over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """One answer over HTTP."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def expired_link() -> Download:
    """What S3 answers to a presigned link after its time."""
    return _s3_error(403, "AccessDenied", "Request has expired")


def wrong_method() -> Download:
    """What S3 answers when a link that was signed for GET is used with another method, HEAD included."""
    message = "The request signature we calculated does not match the signature you provided."
    return _s3_error(403, "SignatureDoesNotMatch", f"{message} Check your key and signing method.")


def missing_object(key: str) -> Download:
    """What S3 answers where there is no object of that key."""
    return _s3_error(404, "NoSuchKey", "The specified key does not exist.", key=key)


def _s3_error(status: int, code: str, message: str, key: str | None = None) -> Download:
    key_element = "" if key is None else f"<Key>{escape(key)}</Key>"
    text = f"<Error><Code>{code}</Code><Message>{message}</Message>{key_element}</Error>"
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
    return Download(status=status, body=body, headers={"Content-Type": "application/xml", "Server": "AmazonS3"})
