"""What the code under test gets where no answer arrives: botocore's exceptions, as its HTTP session raises them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import botocore.exceptions
from botocore.exceptions import HTTPClientError

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError

_REASONS = {
    "SSLError": "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate",
    "ConnectionClosedError": "('Connection aborted.', RemoteDisconnected('Remote end closed connection'))",
}


def network_error(name: str, request: Any) -> BotoCoreError:
    """The exception of that name, for a request (an AWSPreparedRequest) that gets no answer."""
    kind: type[BotoCoreError] = getattr(botocore.exceptions, name)
    told = {"endpoint_url": request.url, "error": _REASONS.get(name, "timed out")}
    return kind(request=request, **told) if issubclass(kind, HTTPClientError) else kind(**told)
