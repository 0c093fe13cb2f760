"""Who signed a request, and for what: read from its signature, which nobody checks, since nobody knows the secret."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qs

_CREDENTIAL = re.compile(r"AWS4-[\w-]+\s+(?:.*[\s,])?Credential=(?P<credential>[^,\s]+)")
_OLD_SIGNATURE = re.compile(r"AWS (?P<access_key>[^:\s]+):")


class Signed(Protocol):
    """A request of HTTP, whoever carries it."""

    @property
    def query(self) -> str:
        """What follows the question mark, as it was sent."""

    def header(self, name: str, /) -> str | None:
        """The value of the first header of that name, in any case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What a signature says; of an unsigned request it is nothing. `service` is a signing name, such as `lambda`."""

    access_key: str | None = None
    region: str | None = None
    service: str | None = None


def signature_of(request: Signed) -> Signature:
    """The signature in the header Authorization, or in the query of a presigned URL."""
    authorization = request.header("Authorization") or ""
    signed = _CREDENTIAL.match(authorization)
    if signed is not None:
        return _scope(signed["credential"])
    presigned = parse_qs(request.query).get("X-Amz-Credential")
    if presigned is not None:
        return _scope(presigned[0])
    old = _OLD_SIGNATURE.match(authorization)
    return Signature(access_key=None if old is None else old["access_key"])


def _scope(credential: str) -> Signature:
    """`KEY/20261122/us-east-1/lambda/aws4_request`; a signature for several regions has none in its scope."""
    access_key, _, scope = credential.partition("/")
    _date, *region, service, _end = scope.split("/") if scope.count("/") > 1 else ("", "", "")
    return Signature(access_key=access_key or None, region="".join(region) or None, service=service or None)
