"""The way in for other processes: Lambda's API over HTTP, at a port of 127.0.0.1, for an SDK of any language.

A request becomes the same exchange as a call in this process, and its answer goes out as AWS would send it. What else
of AWS is asked for is handed on, and refused where nobody answers it: nothing that comes here goes on to the network.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_mock.errors import AccessDeniedException, LambdaMockError
from lambda_mock.intercept.refusals import refusal, refusal_as_it_is
from lambda_mock.intercept.signatures import signature_of
from lambda_mock.loopback.messages import BrokenBodyError, HttpAnswer
from lambda_mock.wire.decode import SerializationError
from lambda_mock.wire.model import codec
from lambda_mock.wire.reply import Exchange, Reply
from lambda_mock.wire.routing import route

if TYPE_CHECKING:
    from lambda_mock.intercept.signatures import Signature
    from lambda_mock.loopback.messages import HttpRequest
    from lambda_mock.loopback.server import LoopbackServer
    from lambda_mock.wire.routing import Routed

Within = Callable[[str | None], AbstractContextManager[object]]
"""Lets a call happen inside the run of whoever owns the access key. What the call raises passes through it."""

Others = Callable[["HttpRequest", str | None], "HttpAnswer | str"]
"""Answers a request to another service, by its signing name if there is one, or says in a text why it can't."""

Hosts = Callable[["HttpRequest"], "Callable[[], HttpAnswer] | None"]
"""Gives what answers a request to a host of its own, of code or of a function URL; None for a request to any other."""

_LAMBDA = "lambda"
_AS_SENT = {"x-amzn-requestid": "x-amzn-RequestId", "x-amzn-errortype": "x-amzn-ErrorType"}
_ATTEMPT = re.compile(r"attempt=(\d+)")
_PROXY_FREE = "127.0.0.1"


class HttpEndpoint:
    """Lambda's API at a URL, from when it is first asked for until `close`.

    `answer` is the mock's. `region` is where unsigned requests go.
    """

    def __init__(
        self,
        *,
        answer: Callable[[Exchange], Reply],
        within: Within,
        others: Others,
        region: str,
        hosts: Hosts = lambda _request: None,
    ) -> None:
        self._answer = answer
        self._within = within
        self._others = others
        self._hosts = hosts
        self._region = region
        self._lock = threading.Lock()
        self._server: LoopbackServer | None = None
        self._closed = False

    @property
    def url(self) -> str:
        """Where it is, such as `http://127.0.0.1:40123`; it is opened for that. LambdaMockError without h11."""
        with self._lock:
            if self._closed:
                raise LambdaMockError("The mock has ended, and its endpoint with it.")
            if self._server is None:
                self._server = self._open()
            return self._server.url

    def variables(self, environ: Mapping[str, str]) -> dict[str, str]:
        """What the environment of a process needs so that its SDK asks here for everything, whatever service it is for.

        `environ` is the environment that the process has otherwise.
        """
        spared = ",".join(filter(None, [environ.get("NO_PROXY") or environ.get("no_proxy"), _PROXY_FREE]))
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ENDPOINT_URL_LAMBDA": self.url,
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
            "NO_PROXY": spared,
            "no_proxy": spared,
        }

    def close(self) -> None:
        """Close it, with its port, its threads and all connections; it isn't opened again."""
        with self._lock:
            server, self._server, self._closed = self._server, None, True
        if server is not None:
            server.close()

    def _open(self) -> LoopbackServer:
        try:
            from lambda_mock.loopback.server import LoopbackServer  # noqa: PLC0415  # most mocks need no server
        except ModuleNotFoundError as error:
            message = (
                f"For other processes lambda_mock serves HTTP, by a library that isn't installed here: {error.name}. "
                "Install it with `pip install 'lambda-mock[process]'`."
            )
            raise LambdaMockError(message) from error
        return LoopbackServer(self._respond, _refuse)

    def _respond(self, request: HttpRequest) -> HttpAnswer:
        """The answer to a request, whatever becomes of it. BrokenBodyError: there is to be none."""
        signature = signature_of(request)
        try:
            return self._dispatch(request, signature)
        except BrokenBodyError:
            raise
        except SerializationError as error:
            return refusal("SerializationException", str(error.__cause__))
        except BaseException as error:  # noqa: BLE001  # this thread has nobody else to tell
            return refusal(type(error).__name__, str(error), request=request, service=signature.service)

    def _dispatch(self, request: HttpRequest, signature: Signature) -> HttpAnswer:
        found = self._at_its_host(request, signature)
        if found is not None:
            return found
        routed = route(request.method, request.path, request.query)
        if routed is not None and signature.service in {None, _LAMBDA}:
            return self._perform(request, routed, signature)
        if signature.service == _LAMBDA:
            return _refuse_unknown()
        with self._within(signature.access_key):
            other = self._others(request, signature.service)
        if isinstance(other, HttpAnswer):
            return other
        if signature.service is None:
            return _refuse_unknown()
        return refusal(LambdaMockError.__name__, other, request=request, service=signature.service)

    def _at_its_host(self, request: HttpRequest, signature: Signature) -> HttpAnswer | None:
        """The answer of a host that isn't the endpoint of a service, where a request is for one."""
        ask = self._hosts(request)
        if ask is None:
            return None
        with ExitStack() as run:
            run.enter_context(self._within(signature.access_key))
            found = ask()
            return found if isinstance(found.body, bytes) else replace(found, body=_Streamed(found.body, run.pop_all()))

    def _perform(self, request: HttpRequest, routed: Routed, signature: Signature) -> HttpAnswer:
        with ExitStack() as run:
            run.enter_context(self._within(signature.access_key))
            reply = self._answer(_exchange(request, routed, signature, self._region))
            if reply.lost is not None:
                # The connection is closed, which any SDK takes for what it is.
                raise BrokenBodyError
            http = codec(routed.operation).http(reply)
            if http.pieces is not None:
                # What is still to come happens inside the run as well.
                return HttpAnswer(
                    status=http.status, headers=_sent(http.headers), body=_Streamed(http.pieces, run.pop_all())
                )
            headers = {**http.headers, "content-length": str(len(http.body))}
            return HttpAnswer(status=http.status, headers=_sent(headers), body=http.body)


def _exchange(request: HttpRequest, routed: Routed, signature: Signature, region: str) -> Exchange:
    attempt = _ATTEMPT.search(request.header("amz-sdk-request") or "")
    return Exchange(
        operation=routed.operation,
        request={
            "url_path": routed.url_path,
            "query_string": routed.query_string,
            "headers": dict(request.headers),
            "body": request.body,
        },
        region=signature.region or region,
        access_key=signature.access_key,
        attempt=1 if attempt is None else int(attempt[1]),
    )


class _Streamed:
    """A body that is made as it is sent, inside the run that asked for it, which is left at the end of both."""

    def __init__(self, pieces: Iterator[bytes], run: ExitStack) -> None:
        self._pieces = pieces
        self._run = run

    def __iter__(self) -> _Streamed:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except StopIteration:
            raise
        except BaseException as error:
            self._run.__exit__(type(error), error, error.__traceback__)
            raise BrokenBodyError from error

    def close(self) -> None:
        """Take no more, and leave the run."""
        self._run.close()


def _sent(headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((_AS_SENT.get(name, name.title()), value) for name, value in headers.items())


def _refuse(status: int, problem: str) -> HttpAnswer:
    return refusal("BadRequestException", problem, status=status)


def _refuse_unknown() -> HttpAnswer:
    """What AWS answers to a signed request that is for no operation of Lambda's."""
    error = AccessDeniedException("Unable to determine service/operation name to be authorized")
    return refusal_as_it_is(error.code, {error.message_member: error.message}, status=error.status)
