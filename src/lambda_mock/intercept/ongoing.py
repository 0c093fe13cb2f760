"""One Lambda call, from its first evaluation to its last retry.

It travels in botocore's request context, the one thing that all attempts of a call share.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import HeadersDict
from botocore.credentials import Credentials

from lambda_mock.wire.model import codec
from lambda_mock.wire.reply import Exchange

if TYPE_CHECKING:
    from botocore.model import OperationModel

    from lambda_mock.intercept.active import Answering
    from lambda_mock.wire.model import Codec
    from lambda_mock.wire.reply import Reply

_KEY = "lambda_mock"


class OngoingCall:
    """A call that `mock` answers, over as many attempts as botocore makes.

    `first` holds the answer of an attempt that was evaluated already and is still to be sent over the wire.
    """

    __slots__ = ("_access_key", "_attempt", "_client", "_operation", "_region", "_request", "codec", "first", "mock")

    def __init__(self, mock: Answering, client: Any, operation: OperationModel, request: Mapping[str, Any]) -> None:
        self.mock = mock
        self.codec: Codec = codec(operation)
        self.first: Reply | None = None
        self._operation = operation
        self._request = request
        self._region: str = client.meta.region_name
        self._client = client
        self._access_key = _access_key(client)
        self._attempt = 0

    def evaluate(self) -> Reply:
        """Ask the mock, as one more attempt, with the request as the client serialised it."""
        return self._answer(self._request)

    def evaluate_sent(self, sent: Any) -> Reply:
        """Ask the mock with the request that was really sent: an AWSPreparedRequest, after every hook."""
        if self.first is not None:
            reply, self.first = self.first, None
            return reply
        headers = HeadersDict({name: _text(value) for name, value in sent.headers.items()})
        return self._answer({**self._request, "headers": headers, "body": sent.body})

    def travel_in(self, context: MutableMapping[str, Any]) -> None:
        """Go on through botocore's wire code, in the request's context.

        Only plain credentials sign: without any, signing would raise, and another kind may fetch a fresh key first.
        """
        context[_KEY] = self
        if self._access_key is None:
            context["auth_type"] = "none"

    @property
    def read_timeout(self) -> float | None:
        """For how many seconds the client waits for an answer."""
        own: float | None = self._request.get("context", {}).get("read_timeout")
        return self._client.meta.config.read_timeout if own is None else own

    @property
    def connect_timeout(self) -> float | None:
        """For how many seconds the client tries to connect."""
        return self._client.meta.config.connect_timeout  # type: ignore[no-any-return]

    def _answer(self, request: Mapping[str, Any]) -> Reply:
        self._attempt += 1
        return self.mock.answer(
            Exchange(
                operation=self._operation,
                request=request,
                region=self._region,
                access_key=self._access_key,
                attempt=self._attempt,
                sender=self,
            )
        )


def call_in(context: Mapping[str, Any]) -> OngoingCall | None:
    """The call that travels in a request's context, if there is one."""
    return context.get(_KEY)


def _access_key(client: Any) -> str | None:
    credentials = client._get_credentials()  # noqa: SLF001  # botocore has no public way to a client's credentials
    # Any other kind may go to the network for a fresh key as soon as it is read.
    return credentials.access_key if type(credentials) is Credentials else None


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
