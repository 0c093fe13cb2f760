"""What passes between the service and whoever carries it: a request as it came, and an answer before it is encoded.

Nobody changes either; they aren't frozen all the same, since one of each is made for every call, and freezing doubles
what that costs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from botocore.model import OperationModel

    from lambda_mock.errors import ServiceError


class Sender(Protocol):
    """The client that sends a request."""

    @property
    def read_timeout(self) -> float | None:
        """For how many seconds it waits for an answer."""

    @property
    def connect_timeout(self) -> float | None:
        """For how many seconds it tries to connect."""


@dataclass(slots=True, kw_only=True)
class Exchange:
    """One request on its way to the service.

    `request` is botocore's request dict (`url_path`, `query_string`, `headers`, `body`), `access_key` the caller's, or
    None where it is unknown, and `attempt` counts from 1 as botocore retries. `sender` is the client that sends it,
    where that is one of this process.
    """

    operation: OperationModel
    request: Mapping[str, Any]
    region: str
    access_key: str | None = None
    attempt: int = 1
    sender: Sender | None = None


@dataclass(slots=True, kw_only=True)
class Reply:
    """One answer of the service.

    `members` are the output members by AWS's names, as plain values: timestamps in epoch seconds, blobs as bytes. They
    may be shared with the state: whoever encodes a reply copies. Where `error` is set, `members` is empty. `headers`
    are those of a success that are no members, with their names in lower case. `date` is the moment of the answer in
    epoch seconds. `lost` is the name of botocore's exception where the answer doesn't arrive; the rest says nothing
    then.
    """

    request_id: str
    status: int
    date: float
    members: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    error: ServiceError | None = None
    lost: str | None = None
